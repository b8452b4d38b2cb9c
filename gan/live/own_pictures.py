"""A visitor's own pictures: the page has read and fitted them, and they come as one array, which is checked.

With them comes how they were read. Neither their names nor those of their folders come, so their classes have
numbers.
"""

import numpy as np

from gan.data import SIZES
from gan.data.datasets import Dataset
from gan.data.summary import summarize
from gan.data.treatment import POLARITIES
from gan.errors import InputError, require
from gan.networks import tensor_file

NAME = "own pictures"  # of the data set, in a run's files, whoever the visitor is
MAX_PICTURES = 5000
HEADER_BYTES = 10_000
MAX_BYTES = MAX_PICTURES * (3 * SIZES[-1] ** 2 + 1) + HEADER_BYTES  # 61 MB


def parse(content: bytes) -> Dataset:
    """The data set in the content of a safetensors file.

    Its arrays are `images`, uint8 [N, size, size, 1 or 3] with a size of `SIZES`, and, where there are
    classes, `labels`, uint8 [N]. Its metadata may say the polarity, one of `POLARITIES`, with which the page
    read the files: the run's own files say it too, so that `train.py --resume` reads the same pictures.
    Raises InputError, in one line, for anything else.
    """
    require(len(content) <= MAX_BYTES, f"{NAME}: more than {MAX_PICTURES:,}; take fewer")
    arrays, metadata = tensor_file.parse_arrays(content, NAME)
    polarity = metadata.get("polarity", "auto")
    require(polarity in POLARITIES, f"{NAME}: expected a polarity of {', '.join(POLARITIES)}")
    images, labels = arrays.pop("images", None), arrays.pop("labels", None)
    require(images is not None and not arrays, f"{NAME}: expected the arrays images and labels, and no other")
    form = f"{images.dtype} {list(images.shape)}"
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:3] not in {(s, s) for s in SIZES}:
        sizes = ", ".join(map(str, SIZES))
        raise InputError(f"{NAME}: expected uint8 [N, size, size, 1 or 3] with size {sizes}, not {form}")
    require(images.shape[3] in (1, 3), f"{NAME}: expected 1 or 3 channels, not {images.shape[3]}")
    require(
        1 <= len(images) <= MAX_PICTURES, f"{len(images):,} pictures of your own: 1 to {MAX_PICTURES:,} fit"
    )
    return Dataset(NAME, images, _checked(labels, len(images)), (), summarize(images), polarity)


def _checked(labels: np.ndarray | None, count: int) -> np.ndarray | None:
    """Labels as int32 [count], or None. Raises InputError unless each class 0, 1, … occurs."""
    if labels is None:
        return None
    fits = labels.dtype == np.uint8 and labels.shape == (count,)
    require(fits, f"{NAME}: expected labels of uint8 [{count}], not {labels.dtype} {list(labels.shape)}")
    classes = np.unique(labels)
    is_whole = len(classes) > 1 and classes[-1] == len(classes) - 1
    require(is_whole, f"{NAME}: labels must be 0, 1, … without a gap, and two at least")
    return labels.astype(np.int32)
