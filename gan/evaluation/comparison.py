"""How good a model's samples are, beside real pictures that it has not learned from.

A `Comparison` compares samples with the test pictures of the model's data set or, where something is still
to be chosen, with its validation pictures. Every figure stands beside the same figure of as many real
pictures, which is what a perfect generator would reach:

    split         samples are compared with    the real pictures beside them are
    test          test pictures                validation pictures
    validation    validation pictures          the rest of the training set

The features are those of the set's feature network (`gan.evaluation.feature_networks`), which has learned
from the rest only.
"""

import functools
from typing import NamedTuple

import numpy as np

from gan.data.dataset import Dataset
from gan.data.held_out import Splits, require_enough
from gan.errors import require
from gan.evaluation import metrics, train_classifier
from gan.evaluation.classifier import FEATURES, Predictions
from gan.evaluation.feature_networks import FeatureNetwork
from gan.networks import latents, sampler
from gan.networks.checkpoints import Model

SPLITS = ("test", "validation")
CONFIDENCE_THRESHOLD = 0.9  # a reading of a lower probability counts as one of low confidence
MIN_COUNT, MAX_COUNT = 6, 10_000  # samples, or pictures: density and coverage look at five neighbours
MEMORIZATION_COUNT = 1000  # samples whose nearest training picture is looked for
COPY_COUNT = 2000  # held-out pictures that tell what a "copy" is
COPY_QUANTILE = 0.01  # the share of them that are nearer to a training picture than a "copy" is
PATHS = 100  # between two seeds each
PATH_STEPS = 33  # pictures on each path
CAS_COUNT = 60_000  # samples that the classifier of the CAS is trained on

DESCRIPTIONS = {
    "frechet": "Fréchet distance",
    "precision": "precision, k = 3",
    "recall": "recall, k = 3",
    "density": "density, k = 5",
    "coverage": "coverage, k = 5",
    "two_sample_accuracy": "1-NN two-sample accuracy (½: alike)",
    "kl_divergence": "KL of the classes' frequencies",
    "min_class_frequency": "smallest frequency of a class",
    "low_confidence_rate": f"low-confidence readings (below {CONFIDENCE_THRESHOLD})",
    "conditional_accuracy": "the class read is the class asked for",
    "nearest_distance": "median distance to a training picture",
    "copy_rate": "nearer to one than 99 % of real pictures",
    "path_length_ratio": "path between two seeds ÷ straight line",
    "path_low_confidence_rate": "low-confidence readings on the path",
    "cas": "Classification Accuracy Score (CAS)",
}


class Figures(NamedTuple):
    """What a comparison finds."""

    values: dict[str, float]  # by the names of `DESCRIPTIONS`
    class_frequencies: np.ndarray | None  # [classes], as the network reads them; None: it reads no classes


class Compared(NamedTuple):
    """The pictures of a data set that figures are computed with."""

    reference: Dataset  # what samples are compared with
    real: Dataset  # what takes the samples' place in the column beside the figures
    training: Dataset  # what copies are looked for among: none of `reference` is one of them


def compared_pictures(splits: Splits, split: str) -> Compared:
    """The pictures that figures beside the split "test" or "validation" are computed with.

    Raises:
      InputError: there are too few of them or, for "test", none.
    """
    if split == "validation":
        require_enough(splits.validation, "validation", MIN_COUNT, "add more")
        require_enough(splits.rest, "training", MIN_COUNT, "add more")
        return Compared(splits.validation, splits.rest, splits.rest)
    require(
        splits.test is not None, f"{splits.train.name}: the set has no test pictures; add --split validation"
    )
    require_enough(splits.test, "test", MIN_COUNT, "add more, or --split validation")
    require_enough(splits.validation, "validation", MIN_COUNT, "add more")
    return Compared(splits.test, splits.validation, splits.train)


def require_labels(splits: Splits, split: str) -> None:
    """Raises InputError if the pictures of the split that samples are compared with have no labels."""
    labels = compared_pictures(splits, split).reference.labels
    instead = "leave --slow out" if splits.validation.labels is None else "add --split validation"
    require(labels is not None, f"--slow: the {split} pictures have no labels; {instead}")


class Comparison:
    """Compares samples with the held-out pictures of one data set.

    Attributes:
      splits: the data set.
      network: whose features are compared.
      reference, real, training: its pictures, as `Compared` has them.
    """

    def __init__(self, splits: Splits, network: FeatureNetwork, split: str = "test"):
        """Raises InputError as `compared_pictures` does, which can be asked before there is a network."""
        self.splits, self.network, self.split = splits, network, split
        self.reference, self.real, self.training = compared_pictures(splits, split)
        self.max_count = min(MAX_COUNT, len(self.reference.images), len(self.real.images))

    @functools.cached_property
    def _reference_predictions(self) -> Predictions:
        return self.network.predict(self.reference.images)

    @functools.cached_property
    def gaussian(self) -> metrics.Gaussian:
        """The normal distribution of the reference pictures' features."""
        return metrics.fit_gaussian(self._reference_predictions.features)

    @functools.cached_property
    def _near(self) -> np.ndarray:
        """The reference pictures' features in a random order, always the same: [N, 128]."""
        return _shuffled(self._reference_predictions.features)

    @functools.cached_property
    def training_frequencies(self) -> np.ndarray:
        """The share of each class among the training pictures, [classes]; of a set with labels only."""
        return metrics.class_frequencies(self.splits.train.labels, self.splits.train.classes)

    def labels_for(self, count: int, seed: int) -> np.ndarray:
        """The classes [count] that a conditional model is asked for: those of the real pictures beside it.

        So both have each class equally often, and their distances differ by the pictures alone. Where those
        pictures have no labels, classes are drawn from `seed`.
        """
        labels = self.real.labels
        return self.draw_labels(count, seed) if labels is None else _shuffled(labels)[:count]

    def draw_labels(self, count: int, seed: int) -> np.ndarray:
        """Classes [count], drawn as often as the training pictures have them."""
        chance = np.random.default_rng(seed)
        return chance.choice(len(self.training_frequencies), count, p=self.training_frequencies)

    # --- Figures of pictures ------------------------------------------------------------------------

    def quick_figures(self, images: np.ndarray, labels: np.ndarray | None = None) -> dict[str, float]:
        """The figures that take a second: Fréchet, PRDC, and those of classes where the network reads them.

        Args:
          images: uint8 [N, size, size, channels], `MIN_COUNT` ≤ N ≤ `max_count`.
          labels: the classes that they should be, [N], or None where none was asked for.
        """
        return self._quick_figures(self.network.predict(images), labels)

    def _quick_figures(self, fake: Predictions, labels: np.ndarray | None) -> dict[str, float]:
        near = self._near[: len(fake.features)]
        figures = {
            "frechet": metrics.frechet_distance(metrics.fit_gaussian(fake.features), self.gaussian),
            **metrics.prdc(near, fake.features)._asdict(),
        }
        if not self.network.reads_classes:
            return figures
        frequencies = metrics.class_frequencies(fake.labels, self.splits.train.classes)
        figures["kl_divergence"] = metrics.kl_divergence(frequencies, self.training_frequencies)
        figures["min_class_frequency"] = float(frequencies.min())
        figures["low_confidence_rate"] = _low_confidence_rate(fake)
        if labels is not None:
            figures["conditional_accuracy"] = float((fake.labels == labels).mean())
        return figures

    def _figures(self, images: np.ndarray, labels: np.ndarray | None, paths: np.ndarray) -> Figures:
        """All figures but the CAS and those of training pictures."""
        fake = self.network.predict(images)
        values = {
            **self._quick_figures(fake, labels),
            "two_sample_accuracy": metrics.two_sample_accuracy(self._near[: len(images)], fake.features),
            **self.path_figures(paths),
        }
        if not self.network.reads_classes:
            return Figures(values, None)
        return Figures(values, metrics.class_frequencies(fake.labels, self.splits.train.classes))

    def memorization(self, images: np.ndarray) -> dict[str, float]:
        """How near pictures come to training pictures; Euclidean, between pixels in 0…1."""
        chosen = _pixels(images[:MEMORIZATION_COUNT])
        _, distances = metrics.nearest_distances(chosen, _pixels(self.training.images))
        return {
            "nearest_distance": float(np.median(distances)),
            "copy_rate": float((distances < self._copy_distance).mean()),
        }

    @functools.cached_property
    def _copy_distance(self) -> float:
        """A sample nearer than this to a training picture is a copy: 99 % of reference pictures are not."""
        held_out = _pixels(_shuffled(self.reference.images)[1::2][:COPY_COUNT])
        _, distances = metrics.nearest_distances(held_out, _pixels(self.training.images))
        return float(np.quantile(distances, COPY_QUANTILE))

    def path_figures(self, paths: np.ndarray) -> dict[str, float]:
        """How direct the paths between two samples are, and how many pictures on them are readable.

        Args:
          paths: uint8 [P · PATH_STEPS, size, size, channels], one path after another.
        Returns:
          The length of a path in features ÷ the distance of its ends, the median over all paths (left out if
          all samples are the same); and the rate of readings of low confidence, where classes are read.
        """
        predictions = self.network.predict(paths)
        features = predictions.features.reshape(-1, PATH_STEPS, FEATURES)  # [P, PATH_STEPS, 128]
        lengths = np.linalg.norm(np.diff(features, axis=1), axis=2).sum(axis=1)  # [P]
        straight = np.linalg.norm(features[:, -1] - features[:, 0], axis=1)  # [P]
        figures = {}
        if self.network.reads_classes:
            figures["path_low_confidence_rate"] = _low_confidence_rate(predictions)
        differs = straight > 0
        if differs.any():
            figures["path_length_ratio"] = float(np.median(lengths[differs] / straight[differs]))
        return figures

    # --- A model, and the real pictures beside it ---------------------------------------------------

    def figures_of(self, model: Model, count: int, seed: int) -> Figures:
        """The figures of a model's samples, without the CAS.

        Args:
          model: one that was trained on this data set.
          count: of the samples, up to `max_count`.
          seed: of the samples.
        """
        config = model.recipe.model
        z = latents.stream(seed, count, config.z_dim)
        labels = self.labels_for(count, seed) if config.classes else None
        times, pairs = np.linspace(0, 1, PATH_STEPS), min(PATHS, count // 2)
        paths = np.concatenate([latents.slerp(z[2 * i], z[2 * i + 1], times) for i in range(pairs)])
        path_labels = None if labels is None else np.repeat(labels[:pairs], PATH_STEPS)
        images = sampler.generate(config, model.generator, z, labels)
        path_images = sampler.generate(config, model.generator, paths, path_labels)
        found = self._figures(images, labels, path_images)
        return found._replace(values=found.values | self.memorization(images))

    def real_figures(self, count: int) -> Figures:
        """The same figures of `count` real pictures.

        Distances to training pictures are those of the reference pictures that `_copy_distance` leaves. A
        path is a cross-fade of two real pictures. The CAS is the accuracy of the feature network, which
        learned from real pictures; it is left out where the reference pictures have no labels.
        """
        images = _shuffled(self.real.images)[:count]
        labels = None if self.real.labels is None else _shuffled(self.real.labels)[:count]
        pairs, times = min(PATHS, count // 2), np.linspace(0, 1, PATH_STEPS)
        ends = images[: 2 * pairs].reshape(pairs, 2, -1).astype(np.float32)
        fades = np.concatenate([latents.lerp(first, last, times) for first, last in ends])
        found = self._figures(images, labels, fades.round().astype(np.uint8).reshape(-1, *images.shape[1:]))
        values = found.values | self.memorization(_shuffled(self.reference.images)[::2])
        if self.network.reads_classes and self.reference.labels is not None:
            values["cas"] = _accuracy(self.reference, self.network.variables)
        return found._replace(values=values)

    def classification_accuracy_score(self, model: Model, seed: int, progress: bool = False) -> float:
        """CAS: the accuracy on reference pictures of a classifier that was trained on samples only.

        Ravuri & Vinyals 2019, arXiv 1905.10887, with our classifier in place of their ResNet-50. It takes
        some minutes.

        Args:
          model: a conditional one.
          seed: of the samples.
          progress: show a progress bar.
        Raises:
          InputError: as `require_labels`.
        """
        require_labels(self.splits, self.split)
        config, train = model.recipe.model, self.splits.train
        labels = self.draw_labels(CAS_COUNT, seed)
        z = latents.stream(seed, CAS_COUNT, config.z_dim)
        images = sampler.generate(config, model.generator, z, labels)
        steps = train_classifier.steps_for(CAS_COUNT, images.shape[1])
        says = "classifier of samples" if progress else None
        fitted = train_classifier.fit(images, labels, train.classes, steps, progress=says)
        return _accuracy(self.reference, fitted)


def _shuffled(array: np.ndarray) -> np.ndarray:
    """The rows in a random order, always the same: sets may be sorted by class."""
    return array[np.random.default_rng(0).permutation(len(array))]


def _accuracy(dataset: Dataset, variables: dict) -> float:
    return train_classifier.accuracy(dataset.images, dataset.labels, variables)


def _low_confidence_rate(predictions: Predictions) -> float:
    return float((predictions.confidence < CONFIDENCE_THRESHOLD).mean())


def _pixels(images: np.ndarray) -> np.ndarray:
    """Images as float32 in 0…1."""
    return images / np.float32(255)
