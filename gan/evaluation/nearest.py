"""Is it copying? The real digits that come nearest to a forged one."""

import functools
from typing import NamedTuple

import numpy as np

from gan.data import datasets

COUNT = 5


class Nearest(NamedTuple):
    """Of the training set, nearest first."""

    images: np.ndarray  # uint8 [COUNT, 28, 28, 1]
    labels: np.ndarray  # uint8 [COUNT]
    distances: np.ndarray  # float32 [COUNT], Euclidean, of pixels in 0…1


@functools.cache
def _training_set() -> tuple[datasets.Dataset, np.ndarray, np.ndarray]:
    """MNIST's, its pixels as float32 [60000, 784] in 0…1 (188 MB), and their squared norms."""
    mnist = datasets.load_dataset()
    pixels = mnist.images.reshape(len(mnist.images), -1) / np.float32(255)
    return mnist, pixels, np.einsum("ij,ij->i", pixels, pixels)


def nearest(picture: np.ndarray) -> Nearest:
    """Looks at all 60,000, in some 20 ms. `picture`: uint8 [28, 28, 1]."""
    mnist, pixels, norms = _training_set()
    asked = picture.reshape(-1) / np.float32(255)
    squares = norms - 2 * (pixels @ asked) + asked @ asked
    chosen = np.argpartition(squares, COUNT)[:COUNT]
    chosen = chosen[np.argsort(squares[chosen])]
    return Nearest(mnist.images[chosen], mnist.labels[chosen], np.sqrt(np.maximum(squares[chosen], 0)))
