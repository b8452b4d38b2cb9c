"""Visitors' training runs, shared fairly over one machine. Knows nothing of screens.

One thread trains for everybody, a short chunk of each run in turn: XLA already uses every core, so
more threads would only get in each other's way.
"""

import hmac
import secrets
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from gan.config import Recipe
from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.live.session import Session, Snapshot
from gan.networks import latents
from gan.training import devices
from gan.training.trainer import GAN, Algorithm


class Limits(NamedTuple):
    """For 2 cores and 16 GB."""

    chunk_seconds: float = 0.1  # of one run, before the next has its turn
    training: int = 4  # runs that train at a time; others wait in line
    runs: int = 16  # that are kept, stopped ones too: some 110 MB each at most, 40 MB when stopped
    steps: int = 100_000  # then a run pauses by itself
    sleep_seconds: float = 60.0  # a run that nobody looks at for so long waits,
    forget_seconds: float = 900.0  # and is forgotten after so long;
    left_seconds: float = 60.0  # after so long already if its visitor has closed the page


LIMITS = Limits()


class Ticket(NamedTuple):
    """What its visitor holds of a run. Whoever has the name alone may watch."""

    name: str
    key: str


class RunManager:
    """The registry of runs and the thread that trains them."""

    def __init__(self, dataset: Dataset, limits: Limits = LIMITS):
        self.dataset, self.limits = dataset, limits
        self._runs: dict[str, Session] = {}  # in the order that they came in
        self._changed = threading.Condition()
        self._compiler = ThreadPoolExecutor(1, "compile")
        self._closing = False
        self._thread = threading.Thread(target=self._train, name="trainer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends all runs and waits for the threads: Python must not exit while they compute."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._compiler.shutdown(cancel_futures=True)
        self._thread.join()

    def warm_up(self, recipe: Recipe) -> None:
        """Compiles a recipe in the background, so that its first visitor need not wait."""
        self._compiler.submit(Session(recipe, self.dataset, 0).rehearse)

    def start(
        self,
        recipe: Recipe,
        seed: int,
        change: dict[str, float] | None = None,
        wish: str = "run",
        game: Algorithm = GAN,
    ) -> Ticket:
        """Begins a run. Raises InputError if there are too many, or for a bad seed or number.

        Where as many are kept as fit, the oldest stopped run is forgotten; if none is stopped, the one
        that nobody has looked at for longest, after `sleep_seconds`.

        Args:
          change: numbers of the recipe that are otherwise, by their names in Hyperparams.
          wish: "run", or "step" to take one step and pause.
          game: what the recipe's networks are trained for.
        """
        if not 0 <= seed <= latents.MAX_SEED:
            raise InputError(f"seed {seed}: expected 0 to {latents.MAX_SEED}")
        run = Session(recipe, self.dataset, seed, change, wish, game)
        with self._changed:
            is_full = len(self._runs) >= self.limits.runs
            if is_full:
                self._make_room()
            name = secrets.token_urlsafe(9)
            self._runs[name] = run
        if is_full:
            devices.give_memory_back()
        self._compiler.submit(self._prepare, run)
        return Ticket(name, run.key)

    def order(self, ticket: Ticket, order: str, value: Any = None) -> None:
        """Asks something of one's run (`Session.order`). Raises InputError if it is not one's own."""
        with self._changed:
            run = self._owned(ticket)
            run.order(order, value)
            run.last_seen = time.monotonic()
            self._changed.notify()

    def leave(self, ticket: Ticket) -> None:
        """Its visitor has closed the page, or loads it anew: the run waits, and is soon forgotten.

        Whoever looks at it wakes it.
        """
        with self._changed:
            run = self._owned(ticket)
            run.last_seen = time.monotonic() - self.limits.forget_seconds + self.limits.left_seconds

    def look(self, name: str) -> Snapshot | None:
        """The run as it is now; None if there is no such run (any more). Looking keeps it awake."""
        run = self._find(name)
        return run and run.snapshot

    def peek(self, name: str) -> Session | None:
        """The same without keeping it awake."""
        with self._changed:
            return self._runs.get(name)

    def place(self, name: str) -> int:
        """How many runs must end or pause before this one trains; 0 if it has its turns."""
        with self._changed:
            line = [run for run in self._runs.values() if self._wants_to_train(run, time.monotonic())]
            run = self._runs.get(name)
            return max(0, line.index(run) - self.limits.training + 1) if run in line else 0

    def session(self, name: str) -> Session | None:
        """For its history and its weights, to be read only."""
        return self._find(name)

    def _owned(self, ticket: Ticket) -> Session:
        run = self._runs.get(ticket.name)
        if run is None:
            raise InputError("this run is over; start another")
        if not hmac.compare_digest(run.key.encode(), ticket.key.encode()):
            raise InputError("this is somebody else's run: you can watch it, and start your own")
        return run

    def _find(self, name: str) -> Session | None:
        with self._changed:
            run = self._runs.get(name)
            if run is not None:
                run.last_seen = time.monotonic()
                self._changed.notify()
            return run

    def _make_room(self) -> None:
        """Forgets one run. Raises InputError if there is none that may be forgotten."""
        stopped = [name for name, run in self._runs.items() if run.has_ended]
        asleep = time.monotonic() - self.limits.sleep_seconds
        abandoned = [name for name, run in self._runs.items() if run.last_seen < asleep]
        if not stopped and not abandoned:
            raise InputError(
                f"{self.limits.runs} runs are under way, as many as fit; try again in a few minutes"
            )
        oldest = stopped[0] if stopped else min(abandoned, key=lambda name: self._runs[name].last_seen)
        del self._runs[oldest]

    def _prepare(self, run: Session) -> None:
        try:
            run.prepare()
        except Exception as error:  # whatever it is, a visitor's screen must not wait for ever
            traceback.print_exc()
            run.fail(str(error))
        with self._changed:
            self._changed.notify()

    def _train(self) -> None:
        while self._take_turn():
            pass

    def _take_turn(self) -> bool:
        """Of one run, which this thread does not hold on to afterwards; False when the studio closes."""
        run = self._next_turn()
        if run is None:
            return False
        try:
            run.turn(self.limits.chunk_seconds, self.limits.steps)
        except Exception as error:  # one run's trouble is not the others'
            traceback.print_exc()
            run.fail(str(error))
        if run.snapshot.status == "compiling":  # it went back
            self._compiler.submit(self._prepare, run)
        elif run.has_ended:
            devices.give_memory_back()
        return True

    def _wants_to_train(self, run: Session, now: float) -> bool:
        return run.is_training and now - run.last_seen < self.limits.sleep_seconds

    def _forget(self, before: float) -> None:
        """Runs that nobody has looked at since then."""
        kept = {name: run for name, run in self._runs.items() if run.last_seen > before}
        if len(kept) < len(self._runs):
            self._runs = kept
            devices.give_memory_back()

    def _next_turn(self) -> Session | None:
        """Waits for a run that wants its turn; of several, the one that has waited longest.

        None when the studio closes.
        """
        with self._changed:
            while not self._closing:
                now = time.monotonic()
                self._forget(before=now - self.limits.forget_seconds)
                training = [run for run in self._runs.values() if self._wants_to_train(run, now)]
                waiting = training[: self.limits.training]
                waiting += [
                    run for run in self._runs.values() if run.orders and run.can_obey and run not in waiting
                ]
                if waiting:
                    run = min(waiting, key=lambda run: run.last_turn)
                    run.last_turn = now
                    return run
                self._changed.wait(timeout=5)
            return None
