"""The data sets that runs on this server may learn from: those that are loaded, and others it can fetch.

A set is fetched when a visitor asks for it, once for all visitors, and then stays. Only the sets of
`gan.data.downloads` can be: their addresses and their hashes are fixed, so a visitor chooses nothing but the
moment. One comes at a time; of each, the bytes and the number of tries have a limit.
"""

import logging
import threading
from collections.abc import Iterable
from typing import Literal, NamedTuple

from gan.data.datasets import Dataset, is_here, load_dataset
from gan.data.downloads import DOWNLOADS
from gan.errors import InputError

MAX_TRIES = 3  # of a set that cannot be had; the owner can start the server again
FAILED = "this server cannot fetch it: it is offline, or the address of the set does not answer; try later"

_log = logging.getLogger("forger")


class Offer(NamedTuple):
    """A data set, and what a run must wait for before it can learn from it."""

    name: str
    status: Literal["ready", "here", "away", "coming", "failed"]  # here: on the disk; away: to be downloaded
    megabytes: int = 0  # to be downloaded
    done: int = 0  # while it comes: bytes of one file that are there,
    total: int = 0  # and all; 0: not known
    message: str = ""  # why it failed, in one line


class Library:
    """Any thread may call it."""

    def __init__(self, loaded: dict[str, Dataset], max_bytes: int):
        """
        Args:
          loaded: data sets by name; those that come are added.
          max_bytes: of a set that may be downloaded.
        """
        self._loaded, self._max_bytes = loaded, max_bytes
        self._lock = threading.Lock()  # held to read or change what follows
        self._coming: str | None = None
        self._progress = (0, 0)
        self._failures = dict.fromkeys(DOWNLOADS, 0)

    def offers(self) -> list[Offer]:
        """The sets that are loaded, then the others."""
        others = [self._offer(name) for name in DOWNLOADS if name not in self._loaded]
        ready = [Offer(name, "ready") for name in list(self._loaded)]  # one may come meanwhile
        return ready + [offer for offer in others if offer is not None]

    def fetch(self, name: str) -> None:
        """Begins to fetch a set, unless it is loaded or on its way. Does not wait for it.

        Raises InputError, in one line, if it is not offered, has failed too often, or another is on its way.
        """
        with self._lock:
            if name in self._loaded or name == self._coming:
                return
            if name not in DOWNLOADS or not self._is_allowed(name):
                raise InputError("dataset: this server does not fetch it; its owner can, with --dataset")
            if self._coming is not None:
                raise InputError(f"{self._coming} is on its way; ask for {name} when it is here")
            if self._failures[name] >= MAX_TRIES:
                raise InputError(f"{name}: {FAILED}")
            self._coming, self._progress = name, (0, 0)
        threading.Thread(target=self._fetch, args=(name,), name="fetch", daemon=True).start()

    def _fetch(self, name: str) -> None:
        """Loads a set, which downloads it first if need be."""
        try:
            self._loaded[name] = load_dataset(name, size=None, progress=self._show)
        except Exception as error:  # no connection, a full disk, too little memory: the server goes on
            _log.warning("%s could not be fetched: %s", name, error)  # with the folder, which is not public
            self._failures[name] += 1
        finally:
            self._coming = None

    def _show(self, done: int, total: int) -> None:
        self._progress = (done, total)

    def _offer(self, name: str) -> Offer | None:
        """None: it may not be downloaded here."""
        if name == self._coming:
            return Offer(name, "coming", _megabytes(name), *self._progress)
        if not self._is_allowed(name):
            return None
        if self._failures[name]:
            return Offer(name, "failed", _megabytes(name), message=FAILED)
        return Offer(name, "here") if _is_on_disk(name) else Offer(name, "away", _megabytes(name))

    def _is_allowed(self, name: str) -> bool:
        return DOWNLOADS[name].nbytes <= self._max_bytes or _is_on_disk(name)


def fetched_before(names: Iterable[str]) -> dict[str, Dataset]:
    """Of the sets with these names, those that were fetched before a restart, and are on the disk still."""
    found = {}
    for name in names:
        if name in DOWNLOADS and _is_on_disk(name):
            try:
                found[name] = load_dataset(name, size=None)
            except InputError as error:  # its files were damaged since: a visitor may fetch it again
                _log.warning("%s cannot be read: %s", name, error)
    return found


def _is_on_disk(name: str) -> bool:
    try:
        return is_here(name)
    except InputError:  # its folder cannot be read; what the message names is not public
        return False


def _megabytes(name: str) -> int:
    return round(DOWNLOADS[name].nbytes / 1e6)
