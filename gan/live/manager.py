"""Visitors' training runs, which share one machine fairly.

One thread trains all runs, a short chunk of each in turn: XLA already uses every core, so more threads
would only slow each other down. A second thread compiles.
"""

import dataclasses
import hmac
import secrets
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from gan.config import Recipe
from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.live.command import Command
from gan.live.session import FirstCommand, Session
from gan.live.snapshot import Snapshot
from gan.networks import latents
from gan.training import devices
from gan.training.trainer import GAN, Algorithm

MAX_WAIT_SECONDS = 5  # of the training thread, before it looks again whether a run is to be forgotten


class Limits(NamedTuple):
    """The defaults are for 2 cores and 16 GB of memory."""

    chunk_seconds: float = 0.1  # how long one run trains before the next has its turn
    training: int = 4  # runs that train at a time; others wait in a queue
    runs: int = 16  # that are kept, stopped ones too: up to 110 MB each, 40 MB when stopped
    steps: int = 100_000  # of a run, after which it pauses by itself
    sleep_seconds: float = 60.0  # without a visit, after which a run does not train
    forget_seconds: float = 900.0  # without a visit, after which a run is forgotten
    left_seconds: float = 60.0  # the same, for a run whose visitor has closed the page


LIMITS = Limits()


class Ticket(NamedTuple):
    """The right to command a run. The name alone is the right to watch it."""

    name: str
    key: str


@dataclasses.dataclass(eq=False)
class _Entry:
    """A run in the registry. All times are of `time.monotonic`, in seconds."""

    session: Session
    key: str
    last_visit: float
    left_at: float | None = None  # when its visitor closed the page; None: nobody has, or it was opened again
    last_turn: float = 0.0

    def visit(self) -> None:
        self.last_visit, self.left_at = time.monotonic(), None

    def is_asleep(self, now: float, limits: Limits) -> bool:
        """Whether it does not train, because nobody has visited it for a while."""
        return self.left_at is not None or now - self.last_visit >= limits.sleep_seconds

    def is_to_be_forgotten(self, now: float, limits: Limits) -> bool:
        has_left = self.left_at is not None and now - self.left_at >= limits.left_seconds
        return has_left or now - self.last_visit >= limits.forget_seconds

    def wants_to_train(self, now: float, limits: Limits) -> bool:
        return self.session.is_training and not self.is_asleep(now, limits)


class RunManager:
    """The registry of all runs, and the threads that compile and train them. Any thread may call it."""

    def __init__(self, dataset: Dataset, limits: Limits = LIMITS):
        self.dataset, self.limits = dataset, limits
        self._entries: dict[str, _Entry] = {}  # by name, in the order in which they were started
        self._changed = threading.Condition()  # held to read or change the registry, and never for long
        self._compiler = ThreadPoolExecutor(1, "compile")
        self._is_closing = False
        self._thread = threading.Thread(target=self._train, name="trainer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends all runs and waits for the threads: Python must not exit while they compute."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._compiler.shutdown(cancel_futures=True)
        self._thread.join()

    def warm_up(self, recipe: Recipe) -> None:
        """Compiles a recipe in the background, so that its first visitor need not wait."""
        self._compiler.submit(Session(recipe, self.dataset, 0).warm_up)

    # --- For visitors -------------------------------------------------------------------------------

    def start(
        self,
        recipe: Recipe,
        seed: int,
        change: dict[str, float] | None = None,
        first_command: FirstCommand = "run",
        game: Algorithm = GAN,
        dataset: Dataset | None = None,
    ) -> Ticket:
        """Starts a run.

        If `Limits.runs` are kept already, the oldest stopped run is forgotten; if none is stopped, the
        sleeping one whose visitor has left, or that nobody has visited for longest.

        Args:
          seed: 0 to 2147483647.
          change: numbers that differ from the recipe's, by their names in `controls.RANGES`.
          first_command: "run", or "step" to take one train step and pause.
          game: a GAN or an autoencoder.
          dataset: what it learns from, which is forgotten with it; None: the manager's own.
        Raises:
          InputError: no run may be forgotten for this one, or the seed or a number is out of its range.
        """
        if not 0 <= seed <= latents.MAX_SEED:
            raise InputError(f"seed {seed}: expected 0 to {latents.MAX_SEED}")
        session = Session(recipe, dataset or self.dataset, seed, change, first_command, game)
        ticket = Ticket(secrets.token_urlsafe(9), secrets.token_urlsafe(12))
        with self._changed:
            is_full = len(self._entries) >= self.limits.runs
            if is_full:
                self._make_room()
            self._entries[ticket.name] = _Entry(session, ticket.key, last_visit=time.monotonic())
        if is_full:
            devices.give_memory_back()
        self._compiler.submit(self._prepare, session)
        return ticket

    def command(self, ticket: Ticket, command: Command) -> None:
        """Gives a command to one's own run.

        Raises InputError if the run is over or somebody else's, or as `Session.command` does.
        """
        with self._changed:
            entry = self._owned(ticket)
            entry.session.command(command)
            entry.visit()
            self._changed.notify()

    def leave(self, ticket: Ticket) -> None:
        """Says that the visitor has closed the page of one's own run, or loads it again.

        The run sleeps at once and is forgotten after `Limits.left_seconds`, unless somebody visits it.
        Raises InputError if the run is over or somebody else's.
        """
        with self._changed:
            self._owned(ticket).left_at = time.monotonic()

    def visit(self, name: str) -> Session | None:
        """The run of this name, to be read only, which stays awake; None if it is over."""
        with self._changed:
            entry = self._entries.get(name)
            if entry is None:
                return None
            entry.visit()
            self._changed.notify()
            return entry.session

    def snapshot(self, name: str) -> Snapshot | None:
        """The snapshot of a run, which stays awake; None if the run is over."""
        session = self.visit(name)
        return session and session.snapshot

    def get(self, name: str) -> Session | None:
        """As `visit`, but this does not keep the run awake."""
        with self._changed:
            entry = self._entries.get(name)
            return entry and entry.session

    def queue_position(self, name: str) -> int:
        """How many runs must end or pause before this one trains; 0 if it trains, or does not want to."""
        with self._changed:
            now = time.monotonic()
            queue = [
                other for other, entry in self._entries.items() if entry.wants_to_train(now, self.limits)
            ]
        return max(0, queue.index(name) - self.limits.training + 1) if name in queue else 0

    def _owned(self, ticket: Ticket) -> _Entry:
        entry = self._entries.get(ticket.name)
        if entry is None:
            raise InputError("this run is over; start another")
        if not hmac.compare_digest(entry.key.encode(), ticket.key.encode()):
            raise InputError("this is somebody else's run: you can watch it, and start your own")
        return entry

    def _make_room(self) -> None:
        """Forgets one run. Raises InputError if there is none that may be forgotten."""
        now = time.monotonic()
        stopped = [name for name, entry in self._entries.items() if entry.session.has_ended]
        asleep = [name for name, entry in self._entries.items() if entry.is_asleep(now, self.limits)]
        if not stopped and not asleep:
            raise InputError(
                f"{self.limits.runs} runs are under way, as many as fit; try again in a few minutes"
            )
        del self._entries[stopped[0] if stopped else min(asleep, key=self._order_of_forgetting)]

    def _order_of_forgetting(self, name: str) -> tuple[bool, float]:
        """Runs whose visitors have left come first, then those with the oldest visit."""
        entry = self._entries[name]
        return entry.left_at is None, entry.last_visit

    # --- The two threads ----------------------------------------------------------------------------

    def _prepare(self, session: Session) -> None:
        """Compiles a run."""
        try:
            session.prepare()
        except InputError as error:
            session.fail(str(error))
        except Exception as error:  # an error of this program: the visitor must not wait for ever
            traceback.print_exc()
            session.fail(str(error))
        with self._changed:
            self._changed.notify()

    def _train(self) -> None:
        while self._take_turn():
            pass

    def _take_turn(self) -> bool:
        """Lets one run have its turn. Returns False when the manager closes.

        This is a function of its own so that the thread holds no run while it waits for the next turn.
        """
        session = self._next_turn()
        if session is None:
            return False
        try:
            session.advance(self.limits.chunk_seconds, self.limits.steps)
        except Exception as error:  # an error of this program: the other runs must go on
            traceback.print_exc()
            session.fail(str(error))
        if session.snapshot.status == "compiling":  # it went back
            self._compiler.submit(self._prepare, session)
        elif session.has_ended:
            devices.give_memory_back()
        return True

    def _next_turn(self) -> Session | None:
        """Waits for a run that wants its turn, and returns it. Returns None when the manager closes."""
        while True:
            with self._changed:
                if self._is_closing:
                    return None
                is_one_forgotten = self._forget_unvisited()
                entry = self._next_entry()
                if entry is not None:
                    entry.last_turn = time.monotonic()
                    session = entry.session
                elif not is_one_forgotten:
                    self._changed.wait(MAX_WAIT_SECONDS)
            if is_one_forgotten:
                devices.give_memory_back()  # it takes a while: nobody may wait for the lock meanwhile
            if entry is not None:
                return session

    def _forget_unvisited(self) -> bool:
        """Forgets the runs that nobody has visited for long. Returns whether there were any."""
        now, before = time.monotonic(), len(self._entries)
        self._entries = {
            name: entry
            for name, entry in self._entries.items()
            if not entry.is_to_be_forgotten(now, self.limits)
        }
        return len(self._entries) < before

    def _next_entry(self) -> _Entry | None:
        """Of the runs that train or have a command to obey, the one that has waited longest."""
        now, entries = time.monotonic(), self._entries.values()
        ready = [entry for entry in entries if entry.wants_to_train(now, self.limits)][: self.limits.training]
        ready += [
            entry
            for entry in entries
            if entry.session.commands and entry.session.can_obey and entry not in ready
        ]
        return min(ready, key=lambda entry: entry.last_turn, default=None)
