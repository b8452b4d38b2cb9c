"""One visitor's training run: what is trained, what has been seen of it, what is asked of it.

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
import numpy as np

from gan import evaluate, signals
from gan.config import Hyper, Recipe
from gan.data import Dataset
from gan.errors import InputError
from gan.health import Diagnosis, diagnose
from gan.history import Curve, History, Mark, means_of
from gan.knobs import RANGES, armed, moved
from gan.models import Variables
from gan.signals import Observer, Signals, View
from gan.trainer import GAN, Diverged, Game, Progress, Trainer

Status = Literal["compiling", "running", "paused", "stopped", "failed"]
Step = Literal["both", "D", "G"]  # which of the two networks learns from a single step

WATCHING = 0.025  # of a run's training time goes into pictures and signals, at most
FIRST_LOOKS = 0.5  # seconds of looking on credit: the first moments are the most eventful
DRAW_SECONDS = 0.12  # at least, between two pictures
STALE_SECONDS = 2.0  # between two pictures at most, even if looking has taken too long (others compile)
JUDGED = 400  # samples of a Fréchet distance
JUDGE_SECONDS = 20.0  # of training, at least, between two of them
KEEP_SECONDS = 6.0  # of training between two states that one can go back to
SHARE_SECONDS = 2.0  # of training between two sets of weights for those who explore while it trains
RESTS = {  # in a step that is not for both: of the state, what stays as it is
    "both": (),
    "D": ("generator", "generator_opt", "average"),
    "G": ("discriminator", "discriminator_opt"),
}
NO_GAME = "an autoencoder runs, pauses and stops: there is no game to steer or to go back in"


class Weights(NamedTuple):
    """Of the two networks as they were at a step, on the host."""

    step: int
    generator: Variables  # averaged
    discriminator: Variables


class Snapshot(NamedTuple):
    """A run as it is at a moment."""

    version: int  # counts up with every change
    status: Status
    step: int
    seconds: float  # spent training
    images_per_second: float
    message: str  # why it failed or ended, else ""
    recipe: Recipe
    hyper: Hyper
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
        game: Game = GAN,
    ):
        if change and not game.has_critic:
            raise InputError(NO_GAME)
        self.game = game
        self.key = secrets.token_urlsafe(12)  # whoever knows it may give orders
        self.dataset, self.seed = dataset, seed
        self.recipe = recipe
        self.hyper = moved(recipe, recipe.hyper, change or {})
        self.history = History()
        self.orders: collections.deque[tuple[str, Any]] = collections.deque()
        self.last_seen = time.monotonic()
        self.last_turn = 0.0
        self.trainer: Trainer | None = None  # while it is compiled, and after it has ended
        self._observer = Observer(recipe.model, dataset, game)
        self._begin_with: Any = None  # the state that `prepare` begins with; None: the first
        self._after = wish
        self._signals: list[Signals] = []
        self._weights: Weights | None = None
        self._trained = self._watched = self._drawn = self._kept = self._shared = 0.0
        self._judged = 5 - JUDGE_SECONDS  # the first one comes early
        self._view: View | None = None
        self._means: dict[str, float] = {}
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
        """Asks for something; raises InputError at once if it makes no sense.

        "run", "pause", "stop"; "step" (which network: "both", "D", "G"); "set" ({number: value});
        "back" (a step of `snapshot.states`, with {"loss": …, "change": …} to go on otherwise).
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
        if self.snapshot.status != "stopped":
            self.orders.append((name, value))

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
        trainer = Trainer(recipe, self.dataset, self.seed, state=self._begin_with, game=self.game)
        trainer.hyper = self.hyper
        trainer.compile()
        wish, self._after = self._after, "run"
        if trainer.step == 0:
            self.history.add_state(trainer.state)
        self._look(trainer)
        self._share(trainer)
        self._take_signals(trainer, np.zeros(4))  # compiles the judge
        self._signals = []
        self.history.add_frame(trainer.step, self._view.samples)
        self._publish(status="paused" if wish == "step" else "running", step=trainer.step, message="")
        if wish == "step":
            self.orders.append(("step", "both"))
        self.trainer = trainer

    def rehearse(self) -> None:
        """Does once what a run does, so that the first visitor's need not compile anything."""
        self.prepare()
        evaluate.glance(self._observer.many(self.trainer.state, JUDGED))

    def turn(self, seconds: float, most_steps: int) -> None:
        """Carries out orders, then trains for so long if it is running."""
        try:
            while self.orders and self.can_obey:
                name, value = self.orders.popleft()
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
                self._watch()
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
                self._look(self.trainer)
                self._share(self.trainer)
                self.history.add_frame(self.trainer.step, self._view.samples)
                self.history.add_state(self.trainer.state, always=True)  # what is seen can be saved
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
        self._signals = []  # what was seen belongs to the numbers as they were
        self._publish()

    def _go_back(self, step: int, options: dict[str, Any]) -> None:
        if step not in self.history.states:
            return  # thinned out meanwhile
        self._begin_with = self.history.go_back(step)
        loss, change = options.get("loss", self.recipe.train.loss), options.get("change", {})
        self.recipe = self.recipe.replace(loss=loss)
        self.hyper = moved(self.recipe, self.hyper, change)
        self.history.mark(
            step, "went back" + "".join(f", {name} {value:g}" for name, value in change.items())
        )
        self._signals = []
        self._after = "run"
        self._judged = self._trained + 5 - JUDGE_SECONDS
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
        self._look(self.trainer)
        self._publish(status="paused")

    # --- What is seen -------------------------------------------------------------------------------

    def _take_in(self, progress: Progress) -> None:
        metrics = progress.metrics
        means = means_of(metrics)
        self.history.add_point(progress.step, means)
        self._means = dict(zip(Curve._fields[1:], means, strict=True))
        self._trained += progress.seconds
        rate = len(metrics.penalty) * self.recipe.train.batch_size / progress.seconds
        old = self.snapshot.images_per_second
        self.snapshot = self.snapshot._replace(
            step=progress.step,
            seconds=self._trained,
            images_per_second=0.9 * old + 0.1 * rate if old else rate,
        )

    def _watch(self) -> None:
        """Looks, if there is time for it: WATCHING of the time that is trained, or if it was long ago."""
        now = time.monotonic()
        allowed = FIRST_LOOKS + WATCHING * self._trained
        if now - self._drawn < (STALE_SECONDS if self._watched > allowed else DRAW_SECONDS):
            return
        self._drawn = now
        self._look(self.trainer)
        self.history.add_frame(self.trainer.step, self._view.samples)
        self._take_signals(self.trainer, self._recent())
        if self._trained - self._judged > JUDGE_SECONDS:
            self._judged = self._trained
            glance = evaluate.glance(self._observer.many(self.trainer.state, JUDGED))
            judgement = (self.trainer.step, self._trained, float(glance.frechet), glance.drawn)
            self.history.judgements = [*self.history.judgements, judgement][-400:]
        if self._trained - self._shared > SHARE_SECONDS:
            self._share(self.trainer)
        if self._trained - self._kept > KEEP_SECONDS:
            self._kept = self._trained
            self.history.add_state(self.trainer.state)
        self._watched += time.monotonic() - now
        self._publish()

    def _take_signals(self, trainer: Trainer, means: np.ndarray) -> None:
        taken = signals.take(trainer.step, self._view, self._observer.usual_spread, means)
        self._signals = [*self._signals, taken][-20:]

    def _recent(self) -> np.ndarray:
        names = ("real_score", "fake_score", "generator_gradient", "discriminator_gradient")
        return np.array([self._means[name] for name in names])

    def _share(self, trainer: Trainer) -> None:
        self._shared = self._trained
        networks = trainer.state.average, trainer.state.discriminator
        self._weights = Weights(
            trainer.step, *jax.tree.map(np.array, networks)
        )  # copies: buffers are given away

    def _look(self, trainer: Trainer) -> None:
        self._view = self._observer.look(trainer.state)

    def _diagnose(self) -> Diagnosis:
        found = diagnose(self._signals, self.recipe.train.loss if self.game.has_critic else None)
        before = self.snapshot.diagnosis
        is_new = found.name != before.name or before.since > self.snapshot.step  # it went back meanwhile
        return found._replace(since=self.snapshot.step if is_new else before.since)

    def _publish(self, **fields: Any) -> None:
        history = self.history
        fields = {
            "hyper": self.hyper,
            "view": self._view,
            "curve": history.curve(),
            "past": history.past,
            "judgements": history.judgements,
            "marks": history.marks,
            "frames": list(history.frames),
            "states": list(history.states),
            "weights": self._weights,
            "diagnosis": self._diagnose(),
            **fields,
        }
        self.snapshot = self.snapshot._replace(version=self.snapshot.version + 1, **fields)


def _list(steps: list[int]) -> str:
    return ", ".join(map(str, steps)) or "no step yet"
