"""What a model makes, in words: digits, fashion items, or just pictures."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from gan.config import ModelConfig
from gan.data import datasets
from gan.data.known_classes import CLASS_NAMES
from gan.data.treatment import are_line_drawings
from gan.networks import latents
from gan.networks.class_names import KEY
from gan.networks.sampler import Sampler

JUDGED = "mnist"  # the data set whose pictures the classifier has learned to read
MAX_TITLE = 40  # letters of a data set's name: a checkpoint's author is unknown
SAMPLES = 64  # pictures that are looked at


class Subject(NamedTuple):
    """What to call the pictures of a data set."""

    title: str  # of the data set
    singular: str = "picture"
    plural: str = "pictures"
    is_drawn: bool | None = None  # whether they are line drawings; None: that has to be measured


_SUBJECTS = {
    "mnist": Subject("MNIST digits", "digit", "digits", True),
    "fashion-mnist": Subject("Fashion-MNIST", "fashion item", "fashion items", False),
    "kmnist": Subject("Kuzushiji-MNIST", "character", "characters", True),
    "emnist-letters": Subject("EMNIST letters", "letter", "letters", True),
    "emnist-balanced": Subject("EMNIST", "character", "characters", True),
    "cifar-10": Subject("CIFAR-10", is_drawn=False),
    "stacked-mnist": Subject("Stacked MNIST", is_drawn=False),
}


def subject_of(metadata: Mapping[str, Any]) -> Subject:
    """What a model makes, of its checkpoint's metadata.

    A folder that is called like a published data set counts as that set if its classes have the same names.
    """
    dataset = datasets.public_name(str(metadata.get("dataset", "")))
    published = dataset.removeprefix("folder ")
    if published in _SUBJECTS and (published == dataset or _has_classes_of(published, metadata)):
        return _SUBJECTS[published]
    return Subject(dataset[:MAX_TITLE] or "Pictures")


def is_judged(metadata: Mapping[str, Any], config: ModelConfig) -> bool:
    """Whether the classifier of digits may read a model's pictures: it knows only MNIST, at its own size."""
    return (config.size, config.channels) == (28, 1) and metadata.get("dataset") == JUDGED


def makes_drawings(sampler: Sampler) -> bool:
    """Whether a model makes line drawings: grey, light strokes on a dark ground, as MNIST's digits are."""
    known = subject_of(sampler.metadata).is_drawn
    if known is not None or sampler.config.channels != 1:
        return bool(known) and sampler.config.channels == 1
    labels = np.arange(SAMPLES) % max(sampler.config.classes, 1)
    images = sampler.generate(latents.stream(0, SAMPLES, sampler.config.z_dim), labels)[..., 0]
    return bool(np.median(images) < 128 and are_line_drawings(images))


def _has_classes_of(published: str, metadata: Mapping[str, Any]) -> bool:
    try:
        names = json.loads(metadata[KEY])
    except (KeyError, ValueError, TypeError, RecursionError):
        return False
    return names == list(CLASS_NAMES.get(published, {}).values())
