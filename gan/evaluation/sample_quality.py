"""How good digits are that a live run has just made: figures of a few hundred samples, in some milliseconds.

They are computed with the digit classifier and MNIST's test set. The figures of a finished model, of any data
set, are those of `gan.evaluation.comparison`.
"""

import functools
from typing import NamedTuple

import numpy as np

from gan.data import datasets
from gan.evaluation import classifier, metrics
from gan.evaluation.comparison import CONFIDENCE_THRESHOLD

MIN_FREQUENCY = 0.02  # a digit with a smaller share of the samples counts as not found


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
        metrics.class_frequencies(predictions.labels),
        float((predictions.confidence < CONFIDENCE_THRESHOLD).mean()),
    )


@functools.cache
def real_frechet(count: int) -> float:
    """The Fréchet distance of `quick_metrics` for so many real training digits: not zero, as they are few.

    Forgeries as good as real digits would have this distance, so charts show it as a line.
    """
    return quick_metrics(datasets.load_dataset("mnist").images[:count]).frechet


@functools.cache
def real_gaussian() -> metrics.Gaussian:
    """The normal distribution of the features of MNIST's test set, which samples are compared with."""
    test = datasets.load_dataset("mnist", "test")
    return metrics.fit_gaussian(classifier.predict(test.images).features)
