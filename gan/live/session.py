"""One visitor's training run: what is trained, what is asked of it, and what is told of it.

The training thread alone touches the trainer; visitors leave orders, which are carried out between
two chunks, and read snapshots, which are replaced whole and never changed.
"""

import collections
import itertools
import secrets
import time
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp

from gan.config import Hyperparams, Recipe
from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.live.controls import RANGES, armed, moved
from gan.live.diagnosis import Diagnosis, diagnose
from gan.live.history import Curve, History, Mark
from gan.live.monitor import Watcher, Weights
from gan.live.probe import View
from gan.training.trainer import GAN, Algorithm, ChunkResult, Diverged, Trainer

Status = Literal["compiling", "running", "paused", "stopped", "failed"]
Step = Literal["both", "D", "G"]  # which of the two networks learns from a single step

RESTS = {  # in a step that is not for both: of the state, what stays as it is
    "both": (),
    "D": ("generator", "generator_opt", "generator_ema"),
    "G": ("discriminator", "discriminator_opt"),
}
MOST_ORDERS = 8  # that wait; each costs a step of training and a look at it
NO_GAME = "an autoencoder runs, pauses and stops: there is no game to steer or to go back in"


class Snapshot(NamedTuple):
    """A run as it is at a moment."""

    version: int  # counts up with every change
    status: Status
    step: int
    seconds: float  # spent training
    images_per_second: float
    message: str  # why it failed or ended, else ""
    recipe: Recipe
    hyper: Hyperparams
    view: View | None  # None before the first look
    curve: Curve
    past: list[Curve]  # lines that were left by going back
    judgements: list[tuple[int, float, float, int]]  # step, seconds, Fréchet distance, digits drawn, of ten
    marks: list[Mark]
    frames: list[int]  # steps whose pictures are kept
    states: list[int]  # steps that one can go back to
    weights: Weights | None  # the latest; None before the first look
    diagnosis: Diagnosis


class Session:
    """A run in a studio. `recipe` and `change`: the networks, and the numbers that are otherwise."""

    def __init__(
        self,
        recipe: Recipe,
        dataset: Dataset,
        seed: int,
        change: dict[str, float] | None = None,
        wish: str = "run",
        game: Algorithm = GAN,
    ):
        if change and not game.has_critic:
            raise InputError(NO_GAME)
        self.game = game
        self.key = secrets.token_urlsafe(12)  # whoever knows it may give orders
        self.dataset, self.seed = dataset, seed
        self.recipe = recipe
        self.hyper = moved(recipe, recipe.hyper, change or {})
        self.watcher = Watcher(recipe.model, dataset, game)
        self.orders: collections.deque[tuple[str, Any]] = collections.deque()
        self.last_seen = time.monotonic()
        self.last_turn = 0.0
        self.trainer: Trainer | None = None  # while it is compiled, and after it has ended
        self._init_from: Any = None  # the state that `prepare` begins with; None: the first
        self._after = wish
        self.snapshot = Snapshot(
            version=0,
            status="compiling",
            step=0,
            seconds=0.0,
            images_per_second=0.0,
            message="",
            recipe=recipe,
            hyper=self.hyper,
            view=None,
            curve=self.history.curve(),
            past=[],
            judgements=[],
            marks=[],
            frames=[],
            states=[],
            weights=None,
            diagnosis=diagnose([], None),
        )

    # --- What visitors ask ------------------------------------------------------------------------

    def order(self, name: str, value: Any = None) -> None:
        """Asks for something; raises InputError at once if it makes no sense or MOST_ORDERS wait already.

        "run", "pause", "stop"; "step" (which network: "both", "D", "G"); "set" ({number: value});
        "back" (a step of `snapshot.states`, with {"loss": …, "change": …} to go on otherwise). "stop" is
        always taken, and what was asked before it is dropped.
        """
        if not self.game.has_critic and name in ("set", "back", "step"):
            raise InputError(NO_GAME)
        if name == "set":
            moved(self.recipe, self.hyper, value)
        elif name == "back":
            step, options = value
            if step not in self.snapshot.states:
                raise InputError(f"step {step}: the run can go back to {_list(self.snapshot.states)}")
            moved(
                self.recipe.replace(loss=options.get("loss", self.recipe.train.loss)),
                self.hyper,
                options.get("change", {}),
            )
        elif name == "step" and value not in ("both", "D", "G"):
            raise InputError(f"step {value!r}: expected both, D or G")
        elif name not in ("run", "pause", "stop", "step"):
            raise InputError(f"{name!r}: a run can run, pause, step, stop, be set, and go back")
        if name == "stop":
            self.orders = collections.deque()  # another one: the training thread may be taking from the old
        elif len(self.orders) >= MOST_ORDERS:
            raise InputError(f"{MOST_ORDERS} orders wait already; give the next when some are carried out")
        if not self.has_ended:
            self.orders.append((name, value))

    @property
    def history(self) -> History:
        return self.watcher.history

    @property
    def moved_recipe(self) -> Recipe:
        """The recipe with its numbers as they have been moved, for files: what `train.py` would be told.

        Where that is a game it refuses (of the failure lab, say), the recipe as it began.
        """
        numbers = {name: getattr(self.hyper, name) for name in RANGES}
        try:
            return self.recipe.replace(**numbers)
        except InputError:
            return self.recipe

    @property
    def has_ended(self) -> bool:
        return self.snapshot.status == "stopped"

    @property
    def can_obey(self) -> bool:
        """Not while it is compiled, nor after the end; a run that failed can only go back."""
        return self.trainer is not None or self.snapshot.status == "failed"

    @property
    def is_training(self) -> bool:
        return self.trainer is not None and self.snapshot.status == "running"

    # --- What the studio does -----------------------------------------------------------------------

    def prepare(self) -> None:
        """Makes the trainer, and shows what its generator draws. Takes seconds where nothing is compiled."""
        recipe = armed(self.recipe) if self.game.has_critic else self.recipe
        trainer = Trainer(recipe, self.dataset, self.seed, state=self._init_from, algorithm=self.game)
        trainer.hyper = self.hyper
        trainer.compile()
        wish, self._after = self._after, "run"
        self.watcher.meet(trainer)
        self._publish(status="paused" if wish == "step" else "running", step=trainer.step, message="")
        if wish == "step":
            self.orders.append(("step", "both"))
        self.trainer = trainer

    def rehearse(self) -> None:
        """Does once what a run does, so that the first visitor's need not compile anything."""
        self.prepare()
        self.watcher.rehearse(self.trainer)

    def turn(self, seconds: float, most_steps: int) -> None:
        """Carries out one order, then trains for so long if it is running.

        The next order waits for the next turn: other runs have theirs in between.
        """
        try:
            orders = self.orders
            if orders and self.can_obey:
                name, value = orders.popleft()
                if self.trainer is not None or name in ("back", "stop"):
                    self._obey(name, value)
            if self.is_training:
                left = most_steps - self.trainer.step
                if left <= 0:
                    return self._publish(
                        status="paused", message=f"{most_steps:,} steps, the most that a run takes here"
                    )
                for progress in itertools.islice(self.trainer.run(left, seconds), 1):
                    self._take_in(progress)
                if self.watcher.watch(self.trainer):
                    self._publish()
        except Diverged as error:
            self.history.mark(self.trainer.step, "not a number")
            self.fail(str(error))

    def fail(self, message: str) -> None:
        """It can still go back."""
        self.trainer = None
        self._publish(status="failed", message=message)

    def _obey(self, name: str, value: Any) -> None:
        if name == "set":
            self._set(value)
        elif name == "back":
            self._go_back(*value)
        elif name == "step":
            self._single(value)
        elif name == "stop":
            if self.trainer is not None:
                self.history.add_state(self.trainer.state, always=True)
            self.history.keep_last_state()
            self.trainer = None  # its memory goes; pictures and the model stay to be looked at and saved
            self._publish(status="stopped")
        else:
            if name == "pause":
                self.watcher.keep(self.trainer)
            self._publish(status={"run": "running", "pause": "paused"}[name], message="")

    def _set(self, change: dict[str, float]) -> None:
        before, self.hyper = self.hyper, moved(self.recipe, self.hyper, change)
        words = [
            f"{name} {getattr(before, name):g} → {value:g}"
            for name, value in change.items()
            if getattr(before, name) != value
        ]
        if words:
            self.history.mark(self.trainer.step, ", ".join(words))
        self.trainer.hyper = self.hyper
        self.watcher.begin_anew()
        self._publish()

    def _go_back(self, step: int, options: dict[str, Any]) -> None:
        if step not in self.history.states:
            return  # thinned out meanwhile
        self._init_from = self.watcher.go_back(step)
        loss, change = options.get("loss", self.recipe.train.loss), options.get("change", {})
        self.recipe = self.recipe.replace(loss=loss)
        self.hyper = moved(self.recipe, self.hyper, change)
        self.history.mark(
            step, "went back" + "".join(f", {name} {value:g}" for name, value in change.items())
        )
        self._after = "run"
        self.trainer = None  # the studio prepares another
        self._publish(status="compiling", step=step, recipe=self.recipe)

    def _single(self, which: Step) -> None:
        """One step. What rests is put back; for G alone D does not even learn first, as it would."""
        resting = {name: jax.tree.map(jnp.copy, getattr(self.trainer.state, name)) for name in RESTS[which]}
        self.trainer.hyper = self.hyper._replace(**({"discriminator_lr": 0.0} if which == "G" else {}))
        for progress in self.trainer.run(1, 0.0):
            self._take_in(progress)
        self.trainer.hyper = self.hyper
        self.trainer.state = self.trainer.state.replace(**resting)
        self.watcher.look(self.trainer)
        self._publish(status="paused")

    # --- What is told -------------------------------------------------------------------------------

    def _take_in(self, progress: ChunkResult) -> None:
        self.watcher.take_in(progress)
        rate = len(progress.metrics.penalty) * self.recipe.train.batch_size / progress.seconds
        old = self.snapshot.images_per_second
        self.snapshot = self.snapshot._replace(
            step=progress.step,
            seconds=self.watcher.trained,
            images_per_second=0.9 * old + 0.1 * rate if old else rate,
        )

    def _publish(self, **fields: Any) -> None:
        history = self.history
        fields = {
            "hyper": self.hyper,
            "view": self.watcher.view,
            "curve": history.curve(),
            "past": history.past,
            "judgements": history.judgements,
            "marks": history.marks,
            "frames": list(history.frames),
            "states": list(history.states),
            "weights": self.watcher.weights,
            "diagnosis": self.watcher.diagnose(self.snapshot.step, self.recipe.train.loss),
            **fields,
        }
        self.snapshot = self.snapshot._replace(version=self.snapshot.version + 1, **fields)


def _list(steps: list[int]) -> str:
    return ", ".join(map(str, steps)) or "no step yet"
