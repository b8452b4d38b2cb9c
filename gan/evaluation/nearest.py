"""The real digits that are nearest to one image: they show whether it is a copy of one."""

import functools
from typing import NamedTuple

import numpy as np

from gan.data import datasets

COUNT = 5  # how many training images are found for an image


class NearestImages(NamedTuple):
    """Images of the training set, nearest first."""

    images: np.ndarray  # uint8 [COUNT, 28, 28, 1]
    labels: np.ndarray  # int32 [COUNT]
    distances: np.ndarray  # float32 [COUNT], Euclidean, between pixels in 0…1


class _TrainingSet(NamedTuple):
    dataset: datasets.Dataset
    pixels: np.ndarray  # float32 [60000, 784] in 0…1; 188 MB
    squared_norms: np.ndarray  # float32 [60000], |x|² of each image


@functools.cache
def _training_set() -> _TrainingSet:
    """MNIST's training set, prepared at the first call."""
    mnist = datasets.load_dataset()
    pixels = mnist.images.reshape(len(mnist.images), -1) / np.float32(255)
    return _TrainingSet(mnist, pixels, np.einsum("ij,ij->i", pixels, pixels))


def nearest_training_images(image: np.ndarray) -> NearestImages:
    """The nearest of MNIST's 60,000 training images, found in some 20 ms.

    Squared distances are expanded, |x − y|² = |x|² − 2 x·y + |y|², so that they are one product of a matrix
    and a vector.

    Args:
      image: uint8 [28, 28, 1].
    """
    training = _training_set()
    y = image.reshape(-1) / np.float32(255)  # [784]
    squares = training.squared_norms - 2 * (training.pixels @ y) + y @ y  # [60000]
    nearest = np.argpartition(squares, COUNT)[:COUNT]  # in no order
    nearest = nearest[np.argsort(squares[nearest])]
    return NearestImages(
        training.dataset.images[nearest],
        training.dataset.labels[nearest],
        np.sqrt(np.maximum(squares[nearest], 0)),  # rounding may have made a square negative
    )
