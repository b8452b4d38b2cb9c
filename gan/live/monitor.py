"""Looks at a run that trains: when there is time for it, at what, and what is kept of it."""

import time
from typing import NamedTuple

import jax
import numpy as np

from gan.config import ModelConfig
from gan.data.datasets import Dataset
from gan.evaluation import sample_quality
from gan.live import probe
from gan.live.diagnosis import Diagnosis, diagnose
from gan.live.history import Curve, History, means_of
from gan.live.probe import Observer, Signals, View
from gan.networks.networks import Variables
from gan.training.trainer import Algorithm, ChunkResult, Trainer

WATCHING = 0.025  # of a run's training time goes into pictures and signals, at most
FIRST_LOOKS = 0.5  # seconds of looking on credit: the first moments are the most eventful
DRAW_SECONDS = 0.12  # at least, between two pictures
STALE_SECONDS = 2.0  # between two pictures at most, even if looking has taken too long (others compile)
JUDGED = 400  # samples of a Fréchet distance
JUDGE_SECONDS = 20.0  # of training, at least, between two of them
FIRST_JUDGED = 5.0  # seconds of training before the first
KEEP_SECONDS = 6.0  # of training between two states that one can go back to
SHARE_SECONDS = 2.0  # of training between two sets of weights for those who explore while it trains
WATCHED = (
    "real_score",
    "fake_score",
    "generator_gradient",
    "discriminator_gradient",
)  # by gan.live.diagnosis


class Weights(NamedTuple):
    """Of the two networks as they were at a step, on the host."""

    step: int
    generator: Variables  # averaged
    discriminator: Variables


class Watcher:
    """Of one run. Attributes:

    history: what it leaves behind.
    view, weights: the latest; None before the first look.
    trained: seconds of training so far.
    """

    def __init__(self, config: ModelConfig, dataset: Dataset, game: Algorithm):
        self.history = History()
        self.view: View | None = None
        self.weights: Weights | None = None
        self.trained = 0.0
        self._game = game
        self._observer = Observer(config, dataset, game)
        self._signals: list[Signals] = []
        self._diagnosis = diagnose([], None)
        self._means = np.zeros(len(Curve._fields) - 1)  # of the last chunk
        self._looking = 0.0  # seconds so far
        self._looked = 0.0  # when
        self._kept = self._shared = 0.0  # in seconds of training
        self._judged = FIRST_JUDGED - JUDGE_SECONDS

    def meet(self, trainer: Trainer) -> None:
        """A run at its beginning, or where it went back to. Compiles what looking needs."""
        if trainer.step == 0:
            self.history.add_state(trainer.state)
        self.look(trainer)
        self._share(trainer)
        self._take_signals(trainer)
        self._signals = []
        self.history.add_frame(trainer.step, self.view.samples)

    def rehearse(self, trainer: Trainer) -> None:
        """Compiles what a Fréchet distance needs, and takes that of real digits."""
        sample_quality.quick_metrics(self._observer.many(trainer.state, JUDGED))
        sample_quality.real_frechet(JUDGED)

    def take_in(self, progress: ChunkResult) -> None:
        self._means = means_of(progress.metrics)
        self.history.add_point(progress.step, self._means)
        self.trained += progress.seconds

    def look(self, trainer: Trainer) -> None:
        self.view = self._observer.look(trainer.state)

    def keep(self, trainer: Trainer) -> None:
        """All that there is to see, to save and to go back to."""
        self.look(trainer)
        self._share(trainer)
        self.history.add_frame(trainer.step, self.view.samples)
        self.history.add_state(trainer.state, always=True)

    def watch(self, trainer: Trainer) -> bool:
        """Looks, if there is time for it: WATCHING of the time that is trained, or if it was long ago."""
        now = time.monotonic()
        is_late = self._looking > FIRST_LOOKS + WATCHING * self.trained
        if now - self._looked < (STALE_SECONDS if is_late else DRAW_SECONDS):
            return False
        self._looked = now
        self.look(trainer)
        self.history.add_frame(trainer.step, self.view.samples)
        self._take_signals(trainer)
        if self.trained - self._judged > JUDGE_SECONDS:
            self._judge(trainer)
        if self.trained - self._shared > SHARE_SECONDS:
            self._share(trainer)
        if self.trained - self._kept > KEEP_SECONDS:
            self._kept = self.trained
            self.history.add_state(trainer.state)
        self._looking += time.monotonic() - now
        return True

    def begin_anew(self) -> None:
        """The game has changed: what was seen belongs to the one before."""
        self._signals = []

    def go_back(self, step: int) -> jax.Array:
        """The state of that step, from which the run goes on. Raises KeyError if it is not kept."""
        state = self.history.go_back(step)
        self.begin_anew()
        self._judged = self.trained + FIRST_JUDGED - JUDGE_SECONDS
        return state

    def diagnose(self, step: int, loss: str) -> Diagnosis:
        """In plain words, and since which step that has been so."""
        found, before = diagnose(self._signals, loss if self._game.has_critic else None), self._diagnosis
        is_new = found.name != before.name or before.since > step  # it went back meanwhile
        self._diagnosis = found._replace(since=step if is_new else before.since)
        return self._diagnosis

    def _judge(self, trainer: Trainer) -> None:
        self._judged = self.trained
        glance = sample_quality.quick_metrics(self._observer.many(trainer.state, JUDGED))
        judgement = (trainer.step, self.trained, float(glance.frechet), glance.digits_found)
        self.history.judgements = [*self.history.judgements, judgement][-400:]

    def _take_signals(self, trainer: Trainer) -> None:
        means = np.array([self._means[Curve._fields[1:].index(name)] for name in WATCHED])
        taken = probe.take(trainer.step, self.view, self._observer.usual_spread, means)
        self._signals = [*self._signals, taken][-20:]

    def _share(self, trainer: Trainer) -> None:
        self._shared = self.trained
        networks = trainer.state.generator_ema, trainer.state.discriminator
        networks = jax.tree.map(np.array, networks)  # copies: the run gives its own buffers away
        self.weights = Weights(trainer.step, *networks)
