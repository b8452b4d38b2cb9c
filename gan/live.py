"""Visitors' training runs, shared fairly over one machine. Knows nothing of screens.

One thread trains for everybody, a short chunk of each run in turn: XLA already uses every core, so
more threads would only get in each other's way. Visitors hold a run's id and read snapshots, which
are replaced whole and never changed; what they ask for is done between two chunks.
"""

import itertools
import secrets
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, NamedTuple

import numpy as np

from gan import latents, sampler
from gan.config import Recipe
from gan.data import Dataset
from gan.errors import InputError
from gan.trainer import Diverged, Progress, Trainer

CHUNK_SECONDS = 0.08  # of one run, before the next has its turn
DRAW_SECONDS = 0.15  # between two pictures of a run
MAX_RUNS = 8
MAX_STEPS = 100_000  # then a run pauses by itself
SLEEP_SECONDS = 60  # a run that nobody looks at for so long waits,
FORGET_SECONDS = 900  # and is forgotten after so long
HISTORY = 400  # points of a curve; when they are full, neighbours merge

Status = Literal["compiling", "running", "paused", "stopped", "failed"]
Wish = Literal["run", "pause", "step", "stop"]


class Curve(NamedTuple):
    """What the charts show. All of the same length, at most HISTORY."""

    step: np.ndarray
    discriminator_loss: np.ndarray
    generator_loss: np.ndarray
    real_score: np.ndarray
    fake_score: np.ndarray


class Snapshot(NamedTuple):
    """A run as it is at a moment."""

    status: Status
    step: int
    images: int  # real pictures that D has seen
    seconds: float  # spent training
    images_per_second: float
    samples: np.ndarray  # uint8 [64, 28, 28, 1], of 64 z that stay the same
    drawings: int  # how often samples and curve have been drawn
    curve: Curve
    message: str  # why it failed or ended, else ""


class _Run:
    """One visitor's run. `wish`, `steps` and the times are guarded by the studio's lock.

    The compiling thread makes the trainer; after that only the training thread touches it. A
    snapshot is replaced whole, so that anybody may read it at any time.
    """

    def __init__(self, recipe: Recipe, dataset: Dataset, seed: int, wish: Wish = "run"):
        self.recipe, self.dataset, self.seed, self.wish = recipe, dataset, seed, wish
        self.steps = 1 if wish == "step" else 0  # single steps that are still to be taken
        self.last_seen = time.monotonic()
        self.last_turn = 0.0
        self.trainer: Trainer | None = None  # until it is compiled, and after it has ended
        self._z = latents.stream(0, 64, recipe.model.z_dim)
        self._labels = np.arange(64) % recipe.model.classes if recipe.model.classes else None
        self._rows: list[np.ndarray] = []  # a point: the step and four means
        self._pending: list[np.ndarray] = []  # chunks that will be the next point
        self._stride = 1  # chunks a point
        self._drawn = 0.0
        blank = np.zeros((64, 28, 28, 1), np.uint8)
        self.snapshot = Snapshot("compiling", 0, 0, 0.0, 0.0, blank, 0, Curve(*np.zeros((5, 0))), "")

    @property
    def has_ended(self) -> bool:
        return self.snapshot.status in ("stopped", "failed")

    def prepare(self) -> None:
        """Makes the trainer, and shows what an untrained generator draws."""
        trainer = Trainer(self.recipe, self.dataset, self.seed)
        trainer.compile()
        self.snapshot = self.snapshot._replace(status="running", samples=self._draw(trainer))
        self.trainer = trainer

    def wants_turn(self, now: float) -> bool:
        if self.trainer is None:
            return False
        if self.wish == "run" and self.snapshot.step < MAX_STEPS:
            return now - self.last_seen < SLEEP_SECONDS
        return self.wish in ("step", "stop") or self.snapshot.status != "paused"

    def turn(self, wish: Wish) -> None:
        """Does what was wished: a chunk of steps, one step, or coming to rest."""
        try:
            if wish in ("run", "step"):
                left = MAX_STEPS - self.trainer.step
                steps, seconds = (min(1, left), 0.0) if wish == "step" else (left, CHUNK_SECONDS)
                for progress in itertools.islice(self.trainer.run(steps, seconds), 1):
                    self._take_in(progress)
            if wish != "run" or self.trainer.step >= MAX_STEPS:
                self._show("stopped" if wish == "stop" else "paused")
            elif time.monotonic() - self._drawn > DRAW_SECONDS:
                self._show("running")
        except Diverged as error:
            self.fail(str(error))
        if wish == "stop":
            self.trainer = None  # its memory goes; the last picture stays to be looked at

    def fail(self, message: str) -> None:
        self.snapshot = self.snapshot._replace(status="failed", message=message)
        self.trainer = None

    def _take_in(self, progress: Progress) -> None:
        metrics = progress.metrics
        means = (getattr(metrics, name).mean() for name in Curve._fields[1:])
        self._pending.append(np.array([progress.step, *means]))
        if len(self._pending) >= self._stride:
            self._rows.append(np.mean(self._pending, axis=0))
            self._pending = []
        if len(self._rows) >= HISTORY:
            self._rows = [(a + b) / 2 for a, b in zip(self._rows[::2], self._rows[1::2], strict=True)]
            self._stride *= 2
        batch_size, old = self.recipe.train.batch_size, self.snapshot
        rate = len(metrics.penalty) * batch_size / progress.seconds
        self.snapshot = old._replace(
            step=progress.step,
            images=progress.step * batch_size,
            seconds=old.seconds + progress.seconds,
            images_per_second=0.9 * old.images_per_second + 0.1 * rate if old.images_per_second else rate,
        )

    def _show(self, status: Status) -> None:
        self._drawn = time.monotonic()
        curve = Curve(*np.array(self._rows).reshape(-1, len(Curve._fields)).T)
        is_full = self.trainer.step >= MAX_STEPS
        self.snapshot = self.snapshot._replace(
            status=status,
            samples=self._draw(self.trainer),
            drawings=self.snapshot.drawings + 1,
            curve=curve,
            message=f"{MAX_STEPS:,} steps, the most that a run takes here" if is_full else "",
        )

    def _draw(self, trainer: Trainer) -> np.ndarray:
        return sampler.generate(self.recipe.model, trainer.state.average, self._z, self._labels)


class Studio:
    """The registry of runs and the thread that trains them."""

    def __init__(self, dataset: Dataset):
        self.dataset = dataset
        self._runs: dict[str, _Run] = {}
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
        self._compiler.submit(_Run(recipe, self.dataset, 0).prepare)

    def start(self, recipe: Recipe, seed: int, wish: Wish = "run") -> str:
        """Begins a run; returns its id. Raises InputError if there are too many, or for a bad seed."""
        if not 0 <= seed <= latents.MAX_SEED:
            raise InputError(f"seed {seed}: expected 0 to {latents.MAX_SEED}")
        run = _Run(recipe, self.dataset, seed, wish)
        with self._changed:
            if self._active() >= MAX_RUNS:
                self._end_abandoned()
            if self._active() >= MAX_RUNS:
                raise InputError(f"{MAX_RUNS} runs are under way, as many as fit; try again in a few minutes")
            name = secrets.token_urlsafe(12)
            self._runs[name] = run
        self._compiler.submit(self._prepare, run)
        return name

    def wish(self, name: str, wish: Wish) -> None:
        """Asks a run to go on, pause, take one step, or stop for good. Unknown ids are ignored."""
        with self._changed:
            run = self._runs.get(name)
            if run is not None and run.wish != "stop":
                run.steps = run.steps + 1 if wish == "step" else 0
                run.wish, run.last_seen = wish, time.monotonic()
                self._changed.notify()

    def look(self, name: str) -> Snapshot | None:
        """The run as it is now; None if there is no such run (any more). Looking keeps it awake."""
        with self._changed:
            run = self._runs.get(name)
            if run is None:
                return None
            run.last_seen = time.monotonic()
            self._changed.notify()
            return run.snapshot

    def _active(self) -> int:
        return sum(not run.has_ended for run in self._runs.values())

    def _end_abandoned(self) -> None:
        """Makes room by ending the run that nobody has looked at for longest."""
        asleep = time.monotonic() - SLEEP_SECONDS
        abandoned = {
            name: run for name, run in self._runs.items() if run.last_seen < asleep and not run.has_ended
        }
        if abandoned:
            del self._runs[min(abandoned, key=lambda name: abandoned[name].last_seen)]

    def _prepare(self, run: _Run) -> None:
        try:
            run.prepare()
        except Exception as error:  # whatever it is, a visitor's screen must not wait for ever
            traceback.print_exc()
            run.fail(str(error))
        with self._changed:
            self._changed.notify()

    def _train(self) -> None:
        while True:
            run, wish = self._next_turn()
            if run is None:
                return
            try:
                run.turn(wish)
            except Exception as error:  # one run's trouble is not the others'
                traceback.print_exc()
                run.fail(str(error))

    def _next_turn(self) -> tuple[_Run | None, Wish]:
        """Waits for a run that wants its turn; of several, the one that has waited longest.

        None when the studio closes.
        """
        with self._changed:
            while True:
                if self._closing:
                    return None, "stop"
                now = time.monotonic()
                self._runs = {
                    name: run for name, run in self._runs.items() if now - run.last_seen < FORGET_SECONDS
                }
                waiting = [run for run in self._runs.values() if run.wants_turn(now)]
                if waiting:
                    break
                self._changed.wait(timeout=5)
            run = min(waiting, key=lambda run: run.last_turn)
            run.last_turn, wish = now, run.wish
            if wish == "step":
                run.steps -= 1
                run.wish = "step" if run.steps > 0 else "pause"
            return run, wish
