"""A folder in which a server keeps its visitors' runs, so that a restart loses at most a minute of them.

Each run has a folder of its own, called by the run's name (`gan.live.kept_run`). Runs on a visitor's own
pictures are not kept: these pictures are never written to a disk.
"""

import contextlib
import logging
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from filelock import FileLock, Timeout

from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.live import kept_run
from gan.live.kept_run import KeptRun, Owner
from gan.live.session import Session

log = logging.getLogger("forger")

LOCK, COOKIE_KEY = ".lock", "cookie.key"
KEY_BYTES = 32
RUN_NAME = re.compile(r"[\w-]{12}", re.ASCII)


class RunStore:
    """The folder. Only one process at a time may use it."""

    def __init__(self, path: Path):
        """Raises InputError if the folder cannot be written, or another process uses it."""
        self._path = path
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = FileLock(path / LOCK)
            self._lock.acquire(timeout=0)
            self.cookie_key = self._find_key()
        except Timeout:
            raise InputError(f"--state {path}: another server uses it; choose another folder") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError(
                f"--state {path}: cannot be written ({reason}); choose another folder"
            ) from error

    def close(self) -> None:
        """Lets another process use the folder."""
        self._lock.release()

    def datasets(self) -> set[str]:
        """The public names of what the runs in the folder learn from, as far as these can be read."""
        return {name for folder in self._folders() if (name := kept_run.dataset_of(folder))}

    def read(
        self, datasets: Mapping[str, Dataset], max_runs: int, max_commands: int
    ) -> dict[str, tuple[Owner, Session]]:
        """The runs in the folder by their names, from the oldest to the newest; `max_runs` at most.

        A run that cannot be read is left where it is, with one line of log.

        Args:
          datasets, max_commands: see `kept_run.read`.
        """
        found: dict[str, tuple[Owner, Session]] = {}
        for folder in sorted(self._folders(), key=_last_write, reverse=True):
            for partial in folder.glob(".*.part"):
                with contextlib.suppress(OSError):  # the folder may be somebody else's
                    partial.unlink()  # the last words of a server that was killed
            try:
                if len(found) >= max_runs:
                    raise InputError(f"{folder}: {max_runs} newer runs are kept already (FORGER_RUNS)")
                found[folder.name] = kept_run.read(folder, datasets, max_commands)
            except InputError as error:
                log.warning("a run is left out: %s", error)
        return dict(reversed(found.items()))

    def write(self, name: str, kept: KeptRun) -> bool:
        """Keeps a run. A disk that is full, or gone, costs one line of log. Returns whether it was kept."""
        try:
            kept_run.write(self._path / name, kept)
        except OSError as error:
            log.warning("run %s cannot be kept: %s", name, error.strerror or error)
            return False
        return True

    def forget(self, name: str) -> None:
        """Deletes the files of a run, and nothing else that may be in its folder."""
        folder = self._path / name
        for file in (kept_run.TIMELINE, kept_run.MODEL, kept_run.STATE):
            with contextlib.suppress(OSError):
                (folder / file).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            folder.rmdir()

    def _folders(self) -> list[Path]:
        return [path for path in self._path.iterdir() if path.is_dir() and RUN_NAME.fullmatch(path.name)]

    def _find_key(self) -> bytes:
        """The key by which cookies are signed: a visitor is the same visitor after a restart."""
        path = self._path / COOKIE_KEY
        if path.exists() and len(key := path.read_bytes()) == KEY_BYTES:
            return key
        key = secrets.token_bytes(KEY_BYTES)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)
        return key


def _last_write(folder: Path) -> float:
    """When a run was kept last, in seconds; 0: never."""
    try:
        return (folder / kept_run.TIMELINE).stat().st_mtime
    except OSError:
        return 0.0
