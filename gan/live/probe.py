"""What is looked at, a few times a second, while a run trains: its pictures, and what they say of it."""

import functools
from functools import partial
from typing import NamedTuple

import jax
import numpy as np

from gan.config import ModelConfig
from gan.data.datasets import Dataset
from gan.evaluation import classifier
from gan.networks import latents, sampler
from gan.networks.images import denormalize_images, normalize_images
from gan.networks.networks import Discriminator, Generator, Variables
from gan.training import vae
from gan.training.state import TrainState
from gan.training.trainer import GAN, Algorithm

COUNT = 64  # pictures of each kind
NO_PICTURES, NO_LOGITS = np.zeros((0, 28, 28, 1), np.uint8), np.zeros(0, np.float32)
SURE = 0.8  # a reading below it counts for no digit


class View(NamedTuple):
    """A run's pictures at a moment, and D's word on them."""

    samples: np.ndarray  # uint8 [64, 28, 28, 1], of the averaged generator, of z that stay the same
    fakes: np.ndarray  # uint8 [64, 28, 28, 1], of the generator as it is, at the same z
    fake_logits: np.ndarray  # float32 [64]; without a critic: [0]
    real_logits: np.ndarray  # float32 [64], of real digits that stay the same; without a critic: [0]
    copies: np.ndarray  # uint8 [64, 28, 28, 1], what an autoencoder makes of these digits; of a GAN: [0, …]


class Signals(NamedTuple):
    """What a diagnosis is made of (`gan.live.diagnosis`)."""

    step: int
    digits: int  # of ten, that the judge surely reads at least once in 64 fakes
    readable: float  # share of the fakes that it surely reads
    shares: tuple[float, ...]  # [10], of these, that of each digit
    diversity: float  # mean distance between fakes ÷ that between real digits, in the judge's features
    real_score: float  # E σ(D(real)) of the last steps
    fake_score: float
    generator_gradient: float  # norms, of the last steps
    discriminator_gradient: float


class Observer:
    """Looks at runs of one kind of networks on one dataset."""

    def __init__(self, config: ModelConfig, dataset: Dataset, game: Algorithm = GAN):
        self.config, self.game = config, game
        self.reals = dataset.images[:COUNT]
        labels = np.zeros(COUNT, np.int32) if dataset.labels is None else dataset.labels[:COUNT]
        self._real_labels = np.asarray(labels, np.int32)
        self.z = latents.stream(0, COUNT, config.z_dim)
        self.labels = np.arange(COUNT, dtype=np.int32) % max(config.classes, 1)

    @functools.cached_property
    def usual_spread(self) -> float:
        """That of as many real digits."""
        return spread(classifier.predict(self.reals).features)

    def look(self, state: TrainState) -> View:
        """Some 7 ms for `fast` on two cores, 60 for `article`."""
        if not self.game.has_critic:
            return self._look_at_autoencoder(state)
        samples, *rest = _look(
            self.config,
            state.generator_ema,
            state.generator,
            state.discriminator,
            self.z,
            self.labels,
            self.reals,
            self._real_labels,
        )
        return View(np.asarray(samples), *(np.asarray(each) for each in rest), copies=NO_PICTURES)

    def _look_at_autoencoder(self, state: TrainState) -> View:
        networks = state.generator_ema, state.generator, state.discriminator
        pictures = _look_at_autoencoder(self.config, *networks, self.z, self.reals)
        samples, fakes, copies = (np.asarray(each) for each in pictures)
        return View(samples, fakes, NO_LOGITS, NO_LOGITS, copies)

    def many(self, state: TrainState, count: int) -> np.ndarray:
        """So many samples of the averaged generator, uint8 [count, 28, 28, 1]."""
        labels = np.arange(count) % max(self.config.classes, 1)
        z = latents.stream(1, count, self.config.z_dim)
        return sampler.generate(self.config, state.generator_ema, z, labels)


@partial(jax.jit, static_argnums=0)
def _look(
    config: ModelConfig,
    average: Variables,
    generator: Variables,
    discriminator: Variables,
    z: jax.Array,
    labels: jax.Array,
    reals: jax.Array,
    real_labels: jax.Array,
) -> tuple[jax.Array, ...]:
    generate = partial(Generator(config).apply, sampling_scale=config.sampling_scale)
    d = Discriminator(config)
    samples, fakes = generate(average, z, labels), generate(generator, z, labels)
    told = (labels, real_labels) if config.classes else (None, None)
    seen = fakes, normalize_images(reals)
    logits = (d.apply(discriminator, *each) for each in zip(seen, told, strict=True))
    return denormalize_images(samples), denormalize_images(fakes), *logits


@partial(jax.jit, static_argnums=0)
def _look_at_autoencoder(
    config: ModelConfig,
    average: Variables,
    decoder: Variables,
    encoder: Variables,
    z: jax.Array,
    reals: jax.Array,
) -> tuple[jax.Array, ...]:
    generate = partial(Generator(config).apply, sampling_scale=config.sampling_scale)
    samples, fakes = generate(average, z), generate(decoder, z)
    copies = vae.copies(config, encoder, decoder, normalize_images(reals))
    return tuple(map(denormalize_images, (samples, fakes, copies)))


def spread(features: np.ndarray) -> float:
    """Mean distance between two of N pictures' features [N, F]."""
    squares = np.square(features).sum(axis=1)
    distances = squares[:, None] + squares - 2 * features @ features.T
    return float(np.sqrt(np.maximum(distances, 0)).sum() / (len(features) * (len(features) - 1)))


def take(step: int, view: View, usual_spread: float, means: np.ndarray) -> Signals:
    """
    Args:
      usual_spread: that of as many real digits.
      means: of the last steps: real_score, fake_score, and the gradient norms of G and of D.
    """
    reading = classifier.predict(view.fakes)
    sure = reading.probabilities.max(axis=1) > SURE
    counts = np.bincount(reading.digits[sure], minlength=10)
    return Signals(
        step,
        int((counts > 0).sum()),
        float(sure.mean()),
        tuple((counts / max(counts.sum(), 1)).tolist()),
        spread(reading.features) / usual_spread,
        *(float(mean) for mean in means),
    )
