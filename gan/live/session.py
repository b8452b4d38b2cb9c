"""One visitor's training run: it obeys commands, trains in short turns, and publishes snapshots.

Only the training thread touches the trainer. A visitor's request puts a command into a queue, which the
training thread empties between two chunks of steps, and reads the latest snapshot. A snapshot is never
changed: it is replaced by a new one.
"""

import itertools
import threading
from typing import Any, Literal

import jax
import numpy as np

from gan.config import Hyperparams, Recipe
from gan.data.datasets import Dataset, public_name
from gan.errors import InputError
from gan.live import own_pictures
from gan.live.command import AUTOENCODER_ONLY_RUNS, Command, check
from gan.live.command_queue import CommandQueue
from gan.live.controls import apply_changes, with_all_terms_compiled
from gan.live.history import History, tree_bytes
from gan.live.monitor import Monitor
from gan.live.single_step import take_single_step
from gan.live.snapshot import Status, first_snapshot
from gan.training.few_pictures import remarks
from gan.training.state import TrainState
from gan.training.trainer import GAN, Algorithm, ChunkResult, Diverged, Trainer

FirstCommand = Literal["run", "step", "pause"]


class Session:
    """One training run.

    Attributes:
      snapshot: the run as it is now.
      commands: those that wait, from the first to the last.
      trainer: None while the run is compiled and after it has ended or failed.
      recipe, hyper: what is trained, and its numbers as they are now.
      first_command: what it does once it is compiled.
      monitor: what observes the run.
    """

    def __init__(
        self,
        recipe: Recipe,
        dataset: Dataset,
        seed: int,
        change: dict[str, float] | None = None,
        first_command: FirstCommand = "run",
        game: Algorithm = GAN,
        max_commands: int = 8,
    ):
        """
        Args:
          seed: of everything random in the run, 0 to 2147483647.
          change: numbers that differ from the recipe's, by their names in RANGES.
          first_command: "run", "step" to take one train step and pause, or "pause".
          game: a GAN or an autoencoder.
          max_commands: that may wait in the queue; each may cost a train step and a look at the run.
        Raises:
          InputError: a number cannot be changed, or not to this value.
        """
        if change and not game.has_critic:
            raise InputError(AUTOENCODER_ONLY_RUNS)
        self.dataset, self.seed, self.game, self.recipe = dataset, seed, game, recipe
        self.hyper = apply_changes(recipe, recipe.hyper, change or {})
        self.monitor = Monitor(recipe.model, dataset, game)
        self.commands = CommandQueue(max_commands)
        self._ending = threading.Lock()  # held to end the run, and to be told that it is to go on
        self.trainer: Trainer | None = None
        self._start_from: TrainState | None = None  # the state that `prepare` begins with; None: a new one
        self.has_first_state = True  # whether it can go back to step 0: a lost state is made again
        self.first_command = first_command
        if first_command == "step":
            self.commands.put(Command("step"))
        self.snapshot = first_snapshot(recipe, self.hyper)._replace(
            dataset=public_name(dataset.name),
            class_names=dataset.class_names,
            is_read=self.monitor.probe.is_read,
        )

    @property
    def history(self) -> History:
        return self.monitor.history

    @property
    def nbytes(self) -> int:
        """The memory, in bytes, of what the run keeps and trains, and of the pictures that it alone has."""
        trainer = self.trainer  # another thread may end the run at any moment
        trained = tree_bytes(trainer.state) if trainer else 0
        own = self.dataset.images.nbytes if self.dataset.name == own_pictures.NAME else 0
        return self.history.nbytes + trained + own

    @property
    def has_ended(self) -> bool:
        return self.snapshot.status == "stopped"

    @property
    def can_obey(self) -> bool:
        """Not while it is compiled, nor after it has ended; a run that failed can go back and stop."""
        return self.trainer is not None or self.snapshot.status == "failed"

    @property
    def is_training(self) -> bool:
        return self.trainer is not None and self.snapshot.status == "running"

    # --- For visitors' requests, in any thread ------------------------------------------------------

    def command(self, command: Command) -> bool:
        """Puts a command into the queue, and checks it again when its turn comes.

        Returns whether the run is to be prepared again, because it had stopped and is to run.
        Raises InputError if it makes no sense for the run as it is now, or as many as may wait do so already.
        """
        check(command, self.recipe, self.hyper, self.snapshot.states, self.game)
        with self._ending:
            goes_on = self.has_ended and command.kind == "run"
            if goes_on:
                self._revive()
            elif not self.has_ended:
                self.commands.put(command)
        return goes_on

    # --- For the run manager, in one thread at a time -----------------------------------------------

    def copy_state(self) -> TrainState | None:
        """A copy of the state as it is now; of a run that has no trainer, the last that is kept, if any."""
        if (trainer := self.trainer) is not None:
            return jax.tree.map(np.array, trainer.state)
        return next(reversed(self.history.states.values()), None)

    def restore(self, state: TrainState, status: Status, version: int, has_first_state: bool) -> None:
        """Puts it where another run was, before it is prepared. `monitor` has what was seen of that run.

        Args:
          status: of that run; one that trained or was paused will do so again.
          version: higher than that of any snapshot of the run that a page may have.
          has_first_state: whether its first state follows from its recipe and its seed.
        """
        self._start_from, self.has_first_state = state, has_first_state
        self.first_command = "run" if status in ("running", "compiling") else "pause"
        self.snapshot = self.snapshot._replace(version=version, seconds=self.monitor.trained_seconds)
        is_over = status in ("stopped", "failed")
        self._publish(status=status if is_over else "compiling", step=int(state.step))

    def _revive(self) -> None:
        """Lets a stopped run go on, once it is prepared again; one that has never begun begins."""
        self._start_from, self.first_command = self.copy_state(), "run"
        self._publish(status="compiling", message="")

    def prepare(self) -> None:
        """Makes the trainer, and looks at the first state. Takes seconds if something must be compiled."""
        if self.commands.is_to_stop:  # it was told so while it waited, and need not be compiled
            with self.commands.first() as command:
                self._obey(command)
        if self.snapshot.status != "compiling":  # it has ended by then, or two have asked for it
            return
        recipe = with_all_terms_compiled(self.recipe) if self.game.has_critic else self.recipe
        trainer = Trainer(recipe, self.dataset, self.seed, state=self._start_from, algorithm=self.game)
        trainer.hyper = self.hyper
        trainer.compile()
        if self.has_first_state and trainer.step and 0 not in self.history.states:
            self.history.add_first_state(self.game.init_state(recipe, self.seed))
        self.monitor.start(trainer)
        first, self.first_command = self.first_command, "run"
        status = "running" if first == "run" else "paused"
        told = "" if trainer.step else " ".join(remarks(len(self.dataset.images), recipe.train.augment))
        self._publish(status=status, step=trainer.step, message=told)
        self.trainer = trainer

    def warm_up(self) -> None:
        """Compiles all that a run with this recipe will need, so that the first visitor need not wait."""
        self.prepare()
        self.monitor.warm_up(self.trainer)

    def advance(self, seconds: float, max_steps: int) -> None:
        """Obeys one command, then trains if it is running.

        It obeys one command only: other runs have their turns before the next.

        Args:
          seconds: how long it trains, about.
          max_steps: the step at which the run pauses by itself.
        """
        try:
            if self.commands and self.can_obey:
                with self.commands.first() as command:
                    self._obey(command)
            if self.is_training:
                self._train(seconds, max_steps)
        except Diverged as error:
            self.history.add_event(self.trainer.step, "not a number")
            self.fail(str(error))

    def fail(self, message: str) -> None:
        """Ends the training because of an error. The run can still go back."""
        self.trainer = None
        self._publish(status="failed", message=message)

    # --- Training and commands ----------------------------------------------------------------------

    def _train(self, seconds: float, max_steps: int) -> None:
        steps_left = max_steps - self.trainer.step
        if steps_left <= 0:
            message = f"{max_steps:,} steps, the most that a run takes here"
            return self._publish(status="paused", message=message)
        for progress in itertools.islice(self.trainer.run(steps_left, seconds), 1):
            self._record_chunk(progress)
        if self.monitor.look_if_due(self.trainer):
            self._publish()

    def _obey(self, command: Command) -> None:
        """Does what was asked; drops it, with a message, if it no longer makes sense."""
        if self.trainer is None and command.kind not in ("back", "stop"):
            return  # the run has failed
        try:
            recipe, hyper = check(command, self.recipe, self.hyper, self.history.states, self.game)
        except InputError as error:
            return self._publish(message=f"not done: {error}")
        match command.kind:
            case "run":
                self._publish(status="running", message="")
            case "pause":
                self.monitor.keep_all(self.trainer)
                self._publish(status="paused", message="")
            case "stop":
                self._stop()
            case "step":
                self._record_chunk(take_single_step(self.trainer, self.hyper, command.network))
                self.monitor.look(self.trainer.state)
                self._publish(status="paused")
            case "set":
                self._set(hyper, command.change)
            case "back":
                self._go_back(command, recipe, hyper)

    def _stop(self) -> None:
        """Frees the trainer's memory, unless it is to go on after all. Samples and last state stay."""
        if self.commands.is_to_go_on:  # no earlier state is lost; below, it is for what comes meanwhile
            return
        if self.trainer is not None:
            self.history.add_state(self.trainer.state, always=True)
        self.monitor.keep_only_last_state()
        with self._ending:
            if not self.commands.is_to_go_on:
                self.commands.clear()
                self.trainer = None
                self._publish(status="stopped")

    def _set(self, hyper: Hyperparams, change: dict[str, float]) -> None:
        before, self.hyper = self.hyper, hyper
        words = [
            f"{name} {getattr(before, name):g} → {value:g}"
            for name, value in change.items()
            if getattr(before, name) != value
        ]
        if words:
            self.history.add_event(self.trainer.step, ", ".join(words))
        self.trainer.hyper = hyper
        self.monitor.forget_signals()
        self._publish(message="")

    def _go_back(self, command: Command, recipe: Recipe, hyper: Hyperparams) -> None:
        """Makes the run manager prepare a new trainer, which starts from an earlier state."""
        self._start_from = self.monitor.rewind(command.step)
        self.recipe, self.hyper = recipe, hyper
        words = "".join(f", {name} {value:g}" for name, value in command.change.items())
        self.history.add_event(command.step, f"went back{words}")
        self.trainer = None
        self._publish(status="compiling", step=command.step, recipe=recipe)

    def _record_chunk(self, progress: ChunkResult) -> None:
        self.monitor.record_chunk(progress)
        rate = len(progress.metrics.penalty) * self.recipe.train.batch_size / progress.seconds
        old = self.snapshot.images_per_second
        self.snapshot = self.snapshot._replace(
            step=progress.step,
            seconds=self.monitor.trained_seconds,
            images_per_second=0.9 * old + 0.1 * rate if old else rate,
        )

    def _publish(self, **changes: Any) -> None:
        """Replaces the snapshot. `changes`: fields that are set otherwise than by the run itself."""
        history = self.history
        fields = {
            "hyper": self.hyper,
            "samples": self.monitor.samples,
            "curve": history.curve(),
            "previous_curves": history.previous_curves,
            "qualities": history.qualities,
            "events": history.events,
            "frames": list(history.frames),
            "states": list(history.states),
            "weights": self.monitor.weights,
            "diagnosis": self.monitor.diagnose(self.snapshot.step, self.recipe.train),
            **changes,
        }
        self.snapshot = self.snapshot._replace(version=self.snapshot.version + 1, **fields)
