"""Looks at a run while it trains: its pictures, D's logits for them, and the signals of a diagnosis."""

import functools
import math
from functools import partial
from typing import NamedTuple

import jax
import numpy as np

from gan.config import ModelConfig
from gan.data.datasets import Dataset
from gan.data.labels import SHOWN
from gan.evaluation import classifier
from gan.networks import latents, sampler
from gan.networks.images import denormalize_images, normalize_images
from gan.networks.networks import Discriminator, Generator, Variables
from gan.training import vae
from gan.training.state import TrainState
from gan.training.step import Metrics
from gan.training.trainer import GAN, Algorithm

COUNT = SHOWN  # pictures of each kind
DUEL = 8  # fakes that are shown beside as many real digits
READABLE_THRESHOLD = 0.8  # a picture is readable if the classifier gives one digit more than this
DIGITS = tuple("0123456789")
NO_LOGITS = np.zeros(0, np.float32)


class Samples(NamedTuple):
    """The pictures of a run at one step, and D's logits for them. R: 64, or all real ones if fewer."""

    samples: np.ndarray  # uint8 [64, H, W, C], of the averaged generator, at z that stay the same
    fakes: np.ndarray  # uint8 [64, H, W, C], of the generator that is trained, at the same z
    fake_logits: np.ndarray  # float32 [64]; [0] for an autoencoder, which has no D
    real_logits: np.ndarray  # float32 [R], for the first real pictures; [0] for an autoencoder
    reconstructions: np.ndarray  # uint8 [R, H, W, C], of these pictures; [0, …] for a GAN


class Signals(NamedTuple):
    """The measurements that a diagnosis is made from (`gan.live.diagnosis`).

    Where the pictures are no digits, nobody reads them: what the classifier would say is NaN.
    """

    step: int
    digits: float  # how many of the ten digits the classifier reads at least once in 64 fakes
    readable: float  # share of the fakes that the classifier reads with confidence, 0 to 1
    shares: tuple[float, ...]  # [10], share of each digit among the readable fakes; () where none are read
    diversity: float  # mean distance between two fakes ÷ that between two real digits, in features
    real_score: float  # E σ(D(real)), mean over the last chunk of steps
    fake_score: float  # E σ(D(fake)), mean over the same steps
    logit_difference: float  # E D(real) − E D(fake), of 64 pictures each, in logits; 0 for an autoencoder
    generator_gradient: float  # norm of G's gradient, mean over the same steps
    discriminator_gradient: float  # norm of D's gradient, mean over the same steps


class Probe:
    """Samples runs that have one model configuration and one dataset.

    Attributes:
      reals: the real pictures that D's logits are shown for, uint8 [R, H, W, C], 64 at most.
      is_read: whether the pictures are digits, which a classifier reads.
      z: the latents of all samples, float32 [64, z_dim].
      labels: the classes of all samples, int32 [64]; all 0 for an unconditional model.
    """

    def __init__(self, config: ModelConfig, dataset: Dataset, game: Algorithm = GAN):
        self.config, self.game = config, game
        self.reals = dataset.images[:COUNT]
        self.is_read = are_digits(dataset)
        labels = np.zeros(len(self.reals)) if dataset.labels is None else dataset.labels[:COUNT]
        self._real_labels = np.asarray(labels, np.int32)
        self.z = latents.stream(0, COUNT, config.z_dim)
        self.labels = np.arange(COUNT, dtype=np.int32) % max(config.classes, 1)

    @functools.cached_property
    def real_diversity(self) -> float | None:
        """The mean distance between two of the real digits, in the classifier's features.

        None: the pictures are no digits.
        """
        return mean_distance(classifier.predict(self.reals).features) if self.is_read else None

    def sample(self, state: TrainState) -> Samples:
        """Generates the pictures of a state. Takes some 7 ms for `fast` on two cores, 60 for `article`."""
        networks = state.generator_ema, state.generator, state.discriminator
        if not self.game.has_critic:
            arrays = _sample_autoencoder(self.config, *networks, self.z, self.reals)
            samples, fakes, reconstructions = (np.asarray(each) for each in arrays)
            return Samples(samples, fakes, NO_LOGITS, NO_LOGITS, reconstructions)
        arrays = _sample_gan(self.config, *networks, self.z, self.labels, self.reals, self._real_labels)
        return Samples(*(np.asarray(each) for each in arrays), reconstructions=self.reals[:0])

    def generate(self, state: TrainState, count: int) -> np.ndarray:
        """Other samples of the averaged generator, to measure its quality: uint8 [count, size, size, C]."""
        labels = np.arange(count) % max(self.config.classes, 1)
        z = latents.stream(1, count, self.config.z_dim)
        return sampler.generate(self.config, state.generator_ema, z, labels)


def are_digits(dataset: Dataset) -> bool:
    """Whether the pictures of a data set are digits as the classifier knows them."""
    has_digits = dataset.name == "mnist" or dataset.class_names == DIGITS
    return has_digits and dataset.images.shape[1:] == (28, 28, 1)


@partial(jax.jit, static_argnums=0)
def _sample_gan(
    config: ModelConfig,
    average: Variables,
    generator: Variables,
    discriminator: Variables,
    z: jax.Array,
    labels: jax.Array,
    reals: jax.Array,
    real_labels: jax.Array,
) -> tuple[jax.Array, ...]:
    """The first four fields of Samples."""
    generate = partial(Generator(config).apply, sampling=True)
    d = Discriminator(config)
    samples, fakes = generate(average, z, labels), generate(generator, z, labels)
    conditions = (labels, real_labels) if config.classes else (None, None)
    pictures = fakes, normalize_images(reals)
    logits = (d.apply(discriminator, *each) for each in zip(pictures, conditions, strict=True))
    return denormalize_images(samples), denormalize_images(fakes), *logits


@partial(jax.jit, static_argnums=0)
def _sample_autoencoder(
    config: ModelConfig,
    average: Variables,
    decoder: Variables,
    encoder: Variables,
    z: jax.Array,
    reals: jax.Array,
) -> tuple[jax.Array, ...]:
    """The samples, the fakes and the reconstructions of Samples."""
    generate = partial(Generator(config).apply, sampling=True)
    samples, fakes = generate(average, z), generate(decoder, z)
    copies = vae.copies(config, encoder, decoder, normalize_images(reals))
    return tuple(map(denormalize_images, (samples, fakes, copies)))


def mean_distance(features: np.ndarray) -> float:
    """The mean Euclidean distance between two different rows of `features` [N, F]."""
    squares = np.square(features).sum(axis=1)
    distances = squares[:, None] + squares - 2 * features @ features.T
    return float(np.sqrt(np.maximum(distances, 0)).sum() / (len(features) * (len(features) - 1)))


def compute_signals(step: int, samples: Samples, real_diversity: float | None, means: Metrics) -> Signals:
    """The signals of a run at `step`.

    Args:
      real_diversity: `Probe.real_diversity`. None: the fakes are no digits, and are not read.
      means: the metrics, each as one number: its mean over the last steps.
    """
    has_logits = len(samples.fake_logits) > 0
    difference = np.mean(samples.real_logits) - np.mean(samples.fake_logits) if has_logits else 0.0
    answers = {
        "real_score": float(means.real_score),
        "fake_score": float(means.fake_score),
        "logit_difference": float(difference),
        "generator_gradient": float(means.generator_gradient),
        "discriminator_gradient": float(means.discriminator_gradient),
    }
    if real_diversity is None:
        return Signals(step, math.nan, math.nan, (), math.nan, **answers)
    predictions = classifier.predict(samples.fakes)
    is_readable = predictions.confidence > READABLE_THRESHOLD
    counts = np.bincount(predictions.labels[is_readable], minlength=10)
    return Signals(
        step=step,
        digits=int((counts > 0).sum()),
        readable=float(is_readable.mean()),
        shares=tuple((counts / max(counts.sum(), 1)).tolist()),
        diversity=mean_distance(predictions.features) / real_diversity,
        **answers,
    )
