"""An honest judge: `python -m gan evaluate CHECKPOINT [--count 10000] [--slow] [--json]`.

Every figure stands beside its floor, the same figure for as many real training pictures, or where
these cannot serve (nearest pictures) for test pictures. All are read off one small frozen
classifier (`gan.evaluation.classifier`), whose hash is printed with them; figures of another
classifier cannot be compared with these.
"""

import functools
from typing import NamedTuple

import numpy as np

from gan.data import datasets
from gan.evaluation import classifier, metrics, train_classifier
from gan.networks import latents, sampler
from gan.networks.checkpoints import Model

SURE = 0.9  # a reading below this probability is unsure
COUNTS = (1000, 10_000)  # from, to
NEAREST = 1000  # samples that are searched for among the training pictures
PATHS, FRAMES = 100, 33  # ways between two seeds, pictures on each
TIMES = np.linspace(0, 1, FRAMES)
LESSONS = 60_000  # samples that the --slow classifier learns from

NAMES = {
    "frechet": "Fréchet distance to the test set",
    "precision": "precision, k = 3",
    "recall": "recall, k = 3",
    "density": "density, k = 5",
    "coverage": "coverage, k = 5",
    "two_sample": "1-NN two-sample accuracy (½: alike)",
    "divergence": "digits' shares, KL to the test set's",
    "smallest_share": "smallest share of a digit",
    "unsure": f"unsure readings (below {SURE})",
    "as_asked": "the digit read is the digit asked for",
    "nearest": "median distance to a training picture",
    "copies": "nearer to one than 99 % of test ones",
    "path": "way between two seeds ÷ straight line",
    "unsure_on_path": "unsure readings on the way",
    "cas": "test accuracy, taught by samples only",
}


class QuickMetrics(NamedTuple):
    """What can be seen of a few samples at once, as a run goes on."""

    frechet: float
    shares: np.ndarray  # [10]
    unsure: float

    @property
    def drawn(self) -> int:
        """How many of the ten digits are there at all."""
        return int((self.shares > 0.02).sum())


@functools.cache
def _mnist(split: str) -> datasets.Dataset:
    return datasets.load_dataset("mnist", split)


@functools.cache
def _real() -> classifier.Predictions:
    return classifier.predict(_mnist("test").images)


@functools.cache
def _test_gaussian() -> metrics.Gaussian:
    return metrics.fit_gaussian(_real().features)


@functools.cache
def _close() -> float:
    """The distance to the nearest training picture that 99 % of (half) the test pictures keep."""
    _, distances = metrics.nearest_distances(_unit("test")[1::2], _unit("train"))
    return float(np.quantile(distances, 0.01))


def _unit(split: str) -> np.ndarray:
    return _mnist(split).images / np.float32(255)


def quick_metrics(pictures: np.ndarray) -> QuickMetrics:
    """Of uint8 [N, 28, 28, 1], N ≥ 2. The Fréchet distance of few samples is biased upwards."""
    reading = classifier.predict(pictures)
    return QuickMetrics(
        metrics.frechet_distance(metrics.fit_gaussian(reading.features), _test_gaussian()),
        metrics.class_frequencies(reading.digits),
        _unsure(reading),
    )


def sample_metrics(pictures: np.ndarray, asked: np.ndarray | None = None) -> dict[str, float]:
    """Samples (or anything) uint8 [N, 28, 28, 1], 1000 ≤ N ≤ 10,000, against as many test pictures.

    Args:
      asked: the digits that they should be, [N].
    """
    real, fake = _real(), classifier.predict(pictures)
    chosen = np.random.default_rng(0).permutation(len(real.features))[: len(pictures)]
    real_features = real.features[chosen]
    shares = metrics.class_frequencies(fake.digits)
    figures = {
        "frechet": metrics.frechet_distance(metrics.fit_gaussian(fake.features), _test_gaussian()),
        **metrics.prdc(real_features, fake.features)._asdict(),
        "two_sample": metrics.two_sample_accuracy(real_features, fake.features),
        "divergence": metrics.kl_divergence(shares, metrics.class_frequencies(_mnist("test").labels)),
        "smallest_share": float(shares.min()),
        "unsure": _unsure(fake),
    }
    if asked is not None:
        figures["as_asked"] = float((fake.digits == asked).mean())
    return figures


def memorised(pictures: np.ndarray) -> dict[str, float]:
    """How near samples come to pictures of the training set; pixels in 0…1, Euclidean."""
    _, distances = metrics.nearest_distances(pictures[:NEAREST] / np.float32(255), _unit("train"))
    return {"nearest": float(np.median(distances)), "copies": float((distances < _close()).mean())}


def smoothness(ways: np.ndarray) -> dict[str, float]:
    """Of uint8 [ways · FRAMES, 28, 28, 1], way after way: how direct, and how readable throughout."""
    reading = classifier.predict(ways)
    features = reading.features.reshape(-1, FRAMES, classifier.FEATURES)
    lengths = np.linalg.norm(np.diff(features, axis=1), axis=2).sum(axis=1)
    straight = np.linalg.norm(features[:, -1] - features[:, 0], axis=1)
    figures = {"unsure_on_path": _unsure(reading)}
    if (straight > 0).any():  # else all samples are one and the same
        figures["path"] = float(np.median(lengths[straight > 0] / straight[straight > 0]))
    return figures


def figures_of(model: Model, count: int, seed: int, slow: bool) -> dict[str, float]:
    """All figures of a model's samples, by the names of `NAMES`."""
    test, config = _mnist("test"), model.recipe.model
    z = latents.stream(seed, count, config.z_dim)
    asked = test.labels[:count] if config.classes else None  # as often as the test set has them
    pictures = sampler.generate(config, model.generator, z, asked)

    ways = np.concatenate([latents.slerp(z[2 * i], z[2 * i + 1], TIMES) for i in range(PATHS)])
    asked_on_ways = np.repeat(np.arange(PATHS) % 10, FRAMES) if config.classes else None
    figures = {
        **sample_metrics(pictures, asked),
        **memorised(pictures),
        **smoothness(sampler.generate(config, model.generator, ways, asked_on_ways)),
    }
    if slow:
        lessons = np.arange(LESSONS) % 10
        pictures = sampler.generate(
            config, model.generator, latents.stream(seed ^ 1, LESSONS, config.z_dim), lessons
        )
        reading = classifier.predict(test.images, train_classifier.fit(pictures, lessons, progress=True))
        figures["cas"] = float((reading.digits == test.labels).mean())
    return figures


@functools.cache
def real_reference(count: int) -> dict[str, float]:
    """The same figures of real pictures: of the training set, or where that cannot be, of the test set.

    A way between two real pictures is a cross-fade.
    """
    train, test = _mnist("train"), _mnist("test")

    ends = train.images[: 2 * PATHS].reshape(PATHS, 2, -1).astype(np.float32)
    fades = np.concatenate([latents.lerp(first, last, TIMES) for first, last in ends])
    return {
        **sample_metrics(train.images[:count], train.labels[:count]),
        **memorised(test.images[::2]),  # `_close` is of the other half
        **smoothness(fades.round().astype(np.uint8).reshape(-1, 28, 28, 1)),
        "cas": float(classifier.load().metadata["accuracy"]),
    }


def _unsure(reading: classifier.Predictions) -> float:
    return float((reading.probabilities.max(axis=1) < SURE).mean())
