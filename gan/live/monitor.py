"""Observes a run while it trains: measures it, keeps its history, and says when there is time to look.

`gan.live.session` uses a monitor as time allows, `gan.live.recorder` at steps that it chooses.
"""

import time
from typing import NamedTuple

import jax
import numpy as np

from gan.config import ModelConfig, TrainConfig
from gan.data.datasets import Dataset
from gan.evaluation import sample_quality
from gan.live.diagnosis import Diagnosis, diagnose
from gan.live.history import History, Quality, mean_metrics
from gan.live.probe import Probe, Samples, Signals, compute_signals
from gan.networks.networks import Variables
from gan.training.state import TrainState
from gan.training.step import Metrics
from gan.training.trainer import GAN, Algorithm, ChunkResult, Trainer

LOOKING_SHARE = 0.025  # of the training time, that looking at the run may take
FREE_LOOKING_SECONDS = 0.5  # of looking beyond that share, because most happens in the first moments
MIN_LOOK_SECONDS = 0.12  # between two looks, at least
MAX_LOOK_SECONDS = 2.0  # between two looks, even if looking has taken more than its share
QUALITY_SAMPLES = 400  # of one Fréchet distance
# The rest are seconds of training, not of the clock.
QUALITY_SECONDS = 20.0  # between two Fréchet distances, at least
FIRST_QUALITY_SECONDS = 5.0  # before the first Fréchet distance
STATE_SECONDS = 6.0  # between two states that the run can go back to
WEIGHTS_SECONDS = 2.0  # between two sets of weights for visitors who explore the run
MAX_SIGNALS = 20  # more than a diagnosis looks at


class Weights(NamedTuple):
    """The two networks as they were at a step, as NumPy arrays."""

    step: int
    generator: Variables  # the exponential moving average
    discriminator: Variables


class Monitor:
    """Observes one run.

    Attributes:
      probe: generates the samples.
      history: what is kept of the run.
      samples: the latest; None before the first `look`.
      weights: the latest; None before the first `publish_weights`.
      trained_seconds: how long the run has trained.
    """

    def __init__(self, config: ModelConfig, dataset: Dataset, game: Algorithm = GAN):
        self.probe = Probe(config, dataset, game)
        self.history = History()
        self.samples: Samples | None = None
        self.weights: Weights | None = None
        self.trained_seconds = 0.0
        self._game = game
        self._signals: list[Signals] = []
        self._diagnosis = diagnose([], None)
        self._means = Metrics(*np.zeros(len(Metrics._fields)))  # of the last chunk
        self._looking_seconds = 0.0  # how long all looks have taken
        self._last_look = 0.0  # of `time.monotonic`
        self._last_state = self._last_weights = 0.0  # in seconds of training
        self._last_quality = FIRST_QUALITY_SECONDS - QUALITY_SECONDS

    # --- Measurements -------------------------------------------------------------------------------

    def record_chunk(self, progress: ChunkResult) -> None:
        """Takes in a chunk of steps, for the curves and the time."""
        self._means = mean_metrics(progress.metrics)
        self.history.add_point(progress.step, self._means)
        self.trained_seconds += progress.seconds

    def look(self, state: TrainState) -> Samples:
        """Generates the samples of a state, and keeps them in `samples`."""
        self.samples = self.probe.sample(state)
        return self.samples

    def add_signals(self, step: int) -> Signals:
        """Measures the latest samples for the diagnosis. Returns what was measured."""
        signals = compute_signals(step, self.samples, self.probe.real_diversity, self._means)
        self._signals = [*self._signals, signals][-MAX_SIGNALS:]
        return signals

    def measure_quality(self, state: TrainState, samples: int = QUALITY_SAMPLES) -> None:
        """Adds the quality of so many samples to the history, if they are digits, which can be read."""
        if not self.probe.is_read:
            return
        metrics = sample_quality.quick_metrics(self.probe.generate(state, samples))
        self.history.add_quality(
            Quality(int(state.step), self.trained_seconds, float(metrics.frechet), metrics.digits_found)
        )

    def diagnose(self, step: int, train: TrainConfig) -> Diagnosis:
        """The diagnosis at a step, with the step at which it was first made. `train`: of the run's recipe."""
        loss = "weight-clip" if train.weight_clip else train.loss
        found = diagnose(self._signals, loss if self._game.has_critic else None)
        before = self._diagnosis
        is_new = found.name != before.name or before.since > step  # the run may have gone back
        self._diagnosis = found._replace(since=step if is_new else before.since)
        return self._diagnosis

    def publish_weights(self, state: TrainState) -> None:
        """Copies the networks into `weights`: the next train step reuses the buffers of `state`."""
        self._last_weights = self.trained_seconds
        networks = jax.tree.map(np.array, (state.generator_ema, state.discriminator))
        self.weights = Weights(int(state.step), *networks)

    # --- The course of a run ------------------------------------------------------------------------

    def start(self, trainer: Trainer) -> None:
        """Looks at a run that begins, or that has gone back. Compiles what looking needs."""
        if trainer.step == 0:
            self.history.add_state(trainer.state)
        self.look(trainer.state)
        self.publish_weights(trainer.state)
        self.add_signals(trainer.step)
        self.forget_signals()  # they were measured only to compile
        self.history.add_frame(trainer.step, self.samples.samples)

    def restore(
        self, history: History, samples: Samples | None, trained_seconds: float, state: TrainState
    ) -> None:
        """Goes on where the monitor of a run was whose state this is, on the host."""
        history.states = {int(state.step): state}
        self.history, self.samples, self.trained_seconds = history, samples, trained_seconds
        self.weights = Weights(int(state.step), state.generator_ema, state.discriminator)
        self._last_state = self._last_weights = trained_seconds
        self._looking_seconds = LOOKING_SHARE * trained_seconds
        if history.qualities:
            self._last_quality = history.qualities[-1].seconds

    def warm_up(self, trainer: Trainer) -> None:
        """Compiles what a Fréchet distance needs, and takes that of real digits."""
        if not self.probe.is_read:
            return
        sample_quality.quick_metrics(self.probe.generate(trainer.state, QUALITY_SAMPLES))
        sample_quality.real_frechet(QUALITY_SAMPLES)

    def look_if_due(self, trainer: Trainer) -> bool:
        """Looks at the run, and measures what is due, if there is time for it. Returns whether it did.

        Looking takes LOOKING_SHARE of the training time. It can take more when the processor is busy, as
        when another run is compiled; then the run is looked at every MAX_LOOK_SECONDS only.
        """
        now = time.monotonic()
        is_behind = self._looking_seconds > FREE_LOOKING_SECONDS + LOOKING_SHARE * self.trained_seconds
        if now - self._last_look < (MAX_LOOK_SECONDS if is_behind else MIN_LOOK_SECONDS):
            return False
        self._last_look = now
        self.look(trainer.state)
        self.history.add_frame(trainer.step, self.samples.samples)
        self.add_signals(trainer.step)
        if self.trained_seconds - self._last_quality > QUALITY_SECONDS:
            self._last_quality = self.trained_seconds
            self.measure_quality(trainer.state)
        if self.trained_seconds - self._last_weights > WEIGHTS_SECONDS:
            self.publish_weights(trainer.state)
        if self.trained_seconds - self._last_state > STATE_SECONDS:
            self._last_state = self.trained_seconds
            self.history.add_state(trainer.state)
        self._looking_seconds += time.monotonic() - now
        return True

    def keep_all(self, trainer: Trainer) -> None:
        """Keeps the samples, the weights and the state of a run that pauses."""
        self.look(trainer.state)
        self.publish_weights(trainer.state)
        self.history.add_frame(trainer.step, self.samples.samples)
        self.history.add_state(trainer.state, always=True)

    def keep_only_last_state(self) -> None:
        """Frees all of a run that ends but its last state, in which the latest networks are."""
        self.history.keep_only_last_state()
        for step, state in self.history.states.items():
            self.weights = Weights(step, state.generator_ema, state.discriminator)

    def forget_signals(self) -> None:
        """Makes the diagnosis wait for new signals, because the run trains otherwise from now on."""
        self._signals = []

    def rewind(self, step: int) -> TrainState:
        """Goes back in the history; returns the state there. Raises KeyError if it is not kept."""
        state = self.history.rewind(step)
        self.forget_signals()
        self._last_quality = self.trained_seconds + FIRST_QUALITY_SECONDS - QUALITY_SECONDS
        return state
