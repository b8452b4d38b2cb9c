"""Pictures that are held out: validation pictures, to choose with, and test pictures, to judge with once."""

from typing import NamedTuple

import numpy as np

from gan.data.dataset import Dataset
from gan.data.datasets import load_dataset, public_name
from gan.data.pictures import Progress
from gan.data.splits import NoSplit
from gan.errors import require

MAX_VALIDATION = 10_000  # pictures, and
VALIDATION_SHARE = 6  # at most one in so many: of MNIST's 60,000 these are 10,000
MIN_VALIDATION = 10  # with fewer there is nothing to measure


class Splits(NamedTuple):
    """A data set by what its pictures are for."""

    train: Dataset  # the whole training split: what GANs learn from, unless they hold validation pictures out
    rest: Dataset  # `train` without the validation pictures: what feature networks learn from
    validation: Dataset  # what choices look at: a split of its own, or else a part of `train`
    test: Dataset | None  # what is asked once, at the end; None: the set has no such pictures

    @property
    def has_own_validation(self) -> bool:
        """Whether no validation picture is a training picture: the set has a split for them."""
        return self.rest is self.train


def hold_out(dataset: Dataset) -> tuple[Dataset, Dataset]:
    """The validation pictures of a training split, and the rest of it.

    They are always the same ones, drawn at random, because some sets are sorted by class.
    """
    order, count = _order(dataset)
    return select(dataset, np.sort(order[:count])), select(dataset, np.sort(order[count:]))


def some_validation(dataset: Dataset, most: int) -> Dataset:
    """At most `most` of the validation pictures that `hold_out` finds in a training split."""
    order, count = _order(dataset)
    return select(dataset, order[: min(count, most)])


def _order(dataset: Dataset) -> tuple[np.ndarray, int]:
    """The numbers of all pictures in a random order, and how many of the first are validation pictures."""
    pictures = len(dataset.images)
    order = np.random.Generator(np.random.PCG64(0)).permutation(pictures)
    return order, min(MAX_VALIDATION, pictures // VALIDATION_SHARE)


def select(dataset: Dataset, index: np.ndarray) -> Dataset:
    """The pictures of a data set with these numbers [n], and their labels."""
    labels = None if dataset.labels is None else dataset.labels[index]
    return dataset._replace(images=dataset.images[index], labels=labels)


def load_splits(
    name: str, size: int = 28, polarity: str = "auto", progress: Progress | None = None
) -> Splits:
    """All splits of a data set.

    Args: as `load_dataset`.
    Raises:
      InputError: as `load_dataset`, or because there are too few pictures for figures.
    """
    train = load_dataset(name, "train", size, polarity, progress)
    splits = split_training(train, size, polarity)
    return splits._replace(test=_other_split(train, "test", size, polarity))


def split_training(train: Dataset, size: int = 28, polarity: str = "auto") -> Splits:
    """The splits of a data set whose training split is loaded, without the test pictures.

    Args: as `load_dataset`.
    Raises:
      InputError: there are too few pictures for figures.
    """
    own = _other_split(train, "val", size, polarity)
    if own is not None:
        require_enough(own, "validation", MIN_VALIDATION, "add more, or none of that split")
        return Splits(train, train, own, None)
    least = MIN_VALIDATION * VALIDATION_SHARE
    require_enough(train, "training", least, "add more, because some of them are held out")
    validation, rest = hold_out(train)
    return Splits(train, rest, validation, None)


def require_enough(dataset: Dataset, kind: str, least: int, what_to_do: str) -> None:
    """Raises InputError unless a data set has enough pictures for figures.

    Args:
      kind: which pictures of the set these are, as "test".
      least: the number of pictures that are enough.
      what_to_do: the end of the message.
    """
    count = len(dataset.images)
    are = "picture is" if count == 1 else "pictures are"
    told = f"{count:,} {kind} {are} too few, figures need at least {least}; {what_to_do}"
    require(count >= least, f"{public_name(dataset.name)}: {told}")


def _other_split(train: Dataset, split: str, size: int, polarity: str) -> Dataset | None:
    """Another split than the training split; None if the set has none, or gives the same pictures for it.

    Raises InputError if it is there and cannot be read.
    """
    try:
        found = load_dataset(train.name, split, size, polarity)
    except NoSplit:
        return None
    is_same = len(found.images) == len(train.images) and np.array_equal(found.images, train.images)
    return None if is_same or found.images.shape[1:] != train.images.shape[1:] else found
