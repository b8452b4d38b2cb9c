"""How good a model's samples are: `python -m gan evaluate CHECKPOINT [--count 10000] [--slow] [--json]`.

Every figure stands beside the same figure of as many real images. These are training images or, where
training images cannot serve (as for the nearest training image), test images. The classifier that all figures
are computed with (`gan.evaluation.classifier`) was itself trained on the training images. Its hash is printed
with the figures, because figures of another classifier cannot be compared with these.
"""

import functools
from typing import NamedTuple

import numpy as np

from gan.data import datasets
from gan.evaluation import classifier, metrics, train_classifier
from gan.networks import latents, sampler
from gan.networks.checkpoints import Model

CONFIDENCE_THRESHOLD = 0.9  # a reading of a lower probability counts as one of low confidence
MIN_FREQUENCY = 0.02  # a digit with a smaller share of the samples counts as not found
MIN_COUNT, MAX_COUNT = 1000, 10_000  # samples
MEMORIZATION_COUNT = 1000  # samples whose nearest training image is looked for
COPY_QUANTILE = 0.01  # the share of test images that are nearer to a training image than a "copy" is
PATHS = 100  # between two seeds each
PATH_STEPS = 33  # images on each path
CAS_COUNT = 60_000  # samples that the classifier of the CAS is trained on

DESCRIPTIONS = {
    "frechet": "Fréchet distance to the test set",
    "precision": "precision, k = 3",
    "recall": "recall, k = 3",
    "density": "density, k = 5",
    "coverage": "coverage, k = 5",
    "two_sample_accuracy": "1-NN two-sample accuracy (½: alike)",
    "kl_divergence": "KL of digits' shares to the test set's",
    "min_class_frequency": "smallest share of a digit",
    "low_confidence_rate": f"low-confidence readings (below {CONFIDENCE_THRESHOLD})",
    "conditional_accuracy": "the digit read is the digit asked for",
    "nearest_distance": "median distance to a training image",
    "copy_rate": "nearer to one than 99 % of test images",
    "path_length_ratio": "path between two seeds ÷ straight line",
    "path_low_confidence_rate": "low-confidence readings on the path",
    "cas": "Classification Accuracy Score (CAS)",
}


class QuickMetrics(NamedTuple):
    """What a few samples show at once, while a run goes on."""

    frechet: float
    class_frequencies: np.ndarray  # [10], the share of each digit among the samples
    low_confidence_rate: float

    @property
    def digits_found(self) -> int:
        """How many of the ten digits have at least `MIN_FREQUENCY` of the samples."""
        return int((self.class_frequencies > MIN_FREQUENCY).sum())


def quick_metrics(images: np.ndarray) -> QuickMetrics:
    """Of samples uint8 [N, 28, 28, 1], N ≥ 2. The Fréchet distance of few samples is biased upwards."""
    predictions = classifier.predict(images)
    return QuickMetrics(
        metrics.frechet_distance(metrics.fit_gaussian(predictions.features), real_gaussian()),
        metrics.class_frequencies(predictions.digits),
        _low_confidence_rate(predictions),
    )


@functools.cache
def real_frechet(count: int) -> float:
    """The Fréchet distance of `quick_metrics` for so many real training digits: not zero, as they are few.

    Forgeries as good as real digits would have this distance, so charts show it as a line.
    """
    return quick_metrics(datasets.load_dataset("mnist").images[:count]).frechet


def sample_metrics(images: np.ndarray, labels: np.ndarray | None = None) -> dict[str, float]:
    """Figures of samples against the test set, by the names of `DESCRIPTIONS`.

    Args:
      images: uint8 [N, 28, 28, 1], 1000 ≤ N ≤ 10,000.
      labels: the digits that the samples should be, [N], or None where no digit was asked for.
    """
    real, fake = _test_predictions(), classifier.predict(images)
    chosen = np.random.default_rng(0).permutation(len(real.features))[: len(images)]
    real_features = real.features[chosen]  # [N, 128]
    frequencies = metrics.class_frequencies(fake.digits)  # [10]
    figures = {
        "frechet": metrics.frechet_distance(metrics.fit_gaussian(fake.features), real_gaussian()),
        **metrics.prdc(real_features, fake.features)._asdict(),
        "two_sample_accuracy": metrics.two_sample_accuracy(real_features, fake.features),
        "kl_divergence": metrics.kl_divergence(frequencies, metrics.class_frequencies(_mnist("test").labels)),
        "min_class_frequency": float(frequencies.min()),
        "low_confidence_rate": _low_confidence_rate(fake),
    }
    if labels is not None:
        figures["conditional_accuracy"] = float((fake.digits == labels).mean())
    return figures


def memorization(images: np.ndarray) -> dict[str, float]:
    """How near samples uint8 [N, 28, 28, 1] come to training images; Euclidean, between pixels in 0…1."""
    samples = images[:MEMORIZATION_COUNT] / np.float32(255)
    _, distances = metrics.nearest_distances(samples, _pixels("train"))
    return {
        "nearest_distance": float(np.median(distances)),
        "copy_rate": float((distances < _copy_distance()).mean()),
    }


def interpolation_metrics(paths: np.ndarray) -> dict[str, float]:
    """How direct the paths between two samples are, and how many images on them are readable.

    Args:
      paths: uint8 [P · PATH_STEPS, 28, 28, 1], one path after another.
    Returns:
      The length of a path in the classifier's features ÷ the distance of its ends, the median over all paths
      (left out if all samples are the same); and the rate of readings of low confidence.
    """
    predictions = classifier.predict(paths)
    features = predictions.features.reshape(-1, PATH_STEPS, classifier.FEATURES)  # [P, PATH_STEPS, 128]
    lengths = np.linalg.norm(np.diff(features, axis=1), axis=2).sum(axis=1)  # [P]
    straight = np.linalg.norm(features[:, -1] - features[:, 0], axis=1)  # [P]
    figures = {"path_low_confidence_rate": _low_confidence_rate(predictions)}
    differs = straight > 0
    if differs.any():
        figures["path_length_ratio"] = float(np.median(lengths[differs] / straight[differs]))
    return figures


def classification_accuracy_score(model: Model, seed: int) -> float:
    """CAS: the accuracy on real test images of a classifier that was trained on samples only.

    Ravuri & Vinyals 2019, arXiv 1905.10887, with our classifier in place of their ResNet-50. It takes some
    minutes.

    Args:
      model: a conditional one of ten classes.
      seed: of the samples.
    """
    config, test = model.recipe.model, _mnist("test")
    labels = np.arange(CAS_COUNT) % 10
    z = latents.stream(seed, CAS_COUNT, config.z_dim)
    images = sampler.generate(config, model.generator, z, labels)
    predictions = classifier.predict(test.images, train_classifier.fit(images, labels, progress=True))
    return float((predictions.digits == test.labels).mean())


def evaluate_model(model: Model, count: int, seed: int, with_cas: bool) -> dict[str, float]:
    """All figures of a model's samples, by the names of `DESCRIPTIONS`.

    Args:
      model: trained on MNIST; unconditional, or conditional with ten classes.
      count: of the samples, from `MIN_COUNT` to `MAX_COUNT`.
      seed: of the samples.
      with_cas: also compute the CAS, which takes minutes; of conditional models only.
    """
    config = model.recipe.model
    z = latents.stream(seed, count, config.z_dim)
    labels = _mnist("test").labels[:count] if config.classes else None  # as often as in the test set

    times = np.linspace(0, 1, PATH_STEPS)
    paths = np.concatenate([latents.slerp(z[2 * i], z[2 * i + 1], times) for i in range(PATHS)])
    path_labels = np.repeat(np.arange(PATHS) % 10, PATH_STEPS) if config.classes else None

    images = sampler.generate(config, model.generator, z, labels)
    figures = {
        **sample_metrics(images, labels),
        **memorization(images),
        **interpolation_metrics(sampler.generate(config, model.generator, paths, path_labels)),
    }
    if with_cas:
        figures["cas"] = classification_accuracy_score(model, seed ^ 1)
    return figures


@functools.cache
def real_reference(count: int) -> dict[str, float]:
    """The same figures of `count` real images.

    They are training images or, where these cannot serve, test images. A path between two real images is a
    cross-fade of their pixels.
    """
    train, test = _mnist("train"), _mnist("test")
    times = np.linspace(0, 1, PATH_STEPS)
    ends = train.images[: 2 * PATHS].reshape(PATHS, 2, -1).astype(np.float32)
    fades = np.concatenate([latents.lerp(first, last, times) for first, last in ends])
    return {
        **sample_metrics(train.images[:count], train.labels[:count]),
        **memorization(test.images[::2]),  # `_copy_distance` is that of the other half
        **interpolation_metrics(fades.round().astype(np.uint8).reshape(-1, 28, 28, 1)),
        "cas": float(classifier.load().metadata["accuracy"]),
    }


def _low_confidence_rate(predictions: classifier.Predictions) -> float:
    return float((predictions.confidence < CONFIDENCE_THRESHOLD).mean())


@functools.cache
def _mnist(split: str) -> datasets.Dataset:
    return datasets.load_dataset("mnist", split)


def _pixels(split: str) -> np.ndarray:
    """The images of a split as float32 [N, 28, 28, 1] in 0…1."""
    return _mnist(split).images / np.float32(255)


@functools.cache
def _test_predictions() -> classifier.Predictions:
    return classifier.predict(_mnist("test").images)


@functools.cache
def real_gaussian() -> metrics.Gaussian:
    """The normal distribution of the features of MNIST's test set, which samples are compared with."""
    return metrics.fit_gaussian(_test_predictions().features)


@functools.cache
def _copy_distance() -> float:
    """A sample nearer than this to a training image is a copy: 99 % of (half) the test images are farther."""
    _, distances = metrics.nearest_distances(_pixels("test")[1::2], _pixels("train"))
    return float(np.quantile(distances, COPY_QUANTILE))
