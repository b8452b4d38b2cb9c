"""Data sets by their name or their folder.

`load_dataset` takes the name of a set (the bundled MNIST, or one that is downloaded once and kept), or the
path of a folder of IDX files or of pictures. Everything after it sees only a `Dataset`.
"""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gan.data.downloads import DOWNLOADS, downloaded_folder
from gan.data.idx import is_idx_folder, read_idx_folder
from gan.data.pictures import read_pictures
from gan.errors import InputError

BUNDLED = Path(__file__).parent

# SHA-256 of the uncompressed files, as Yann LeCun published them.
MNIST_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
STACKED = "stacked-mnist"
STACKS = {"train": 128_000, "test": 26_000}  # images in each split of stacked MNIST
NAMES = ("mnist", STACKED, *DOWNLOADS)


class Dataset(NamedTuple):
    """Images with light ink on a dark ground and, if they are known, the class of each."""

    name: str  # one of `NAMES`, or a folder's full path, which `public_name` makes fit to be published
    images: np.ndarray  # uint8 [N, 28, 28, channels] in 0–255; channels is 3 in stacked-mnist, else 1
    labels: np.ndarray | None  # int32 [N], or None where there are no labels

    @property
    def classes(self) -> int:
        """How many classes the labels name; 0 without labels."""
        return 0 if self.labels is None else int(self.labels.max()) + 1


def load_dataset(name: str = "mnist", split: str = "train") -> Dataset:
    """The data set of that name or in that folder.

    Args:
      name: one of `NAMES`, or a folder of IDX files (gzipped or not) or of pictures. Pictures in
        sub-folders have these, in alphabetical order, as their classes.
      split: "train" or "test". A folder of pictures has only one split.
    Raises:
      InputError: a file is missing, truncated, mislabelled or empty. The message names the file and says
        what was expected. If a download fails, it says which files to put where.
    """
    if name == "mnist":
        return Dataset(name, *read_idx_folder(BUNDLED / "mnist", split, MNIST_SHA256))
    if name == STACKED:
        return _stack_digits(load_dataset("mnist", split), STACKS[split])
    if name in DOWNLOADS:
        return Dataset(name, *read_idx_folder(downloaded_folder(name, split), split, DOWNLOADS[name].sha256))
    folder = Path(canonical_name(name))
    if is_idx_folder(folder):
        return Dataset(str(folder), *read_idx_folder(folder, split, {}))
    return Dataset(str(folder), *read_pictures(folder))


def canonical_name(name: str) -> str:
    """One of `NAMES` as it is, or a folder as its full path. Raises InputError for anything else."""
    if name in NAMES:
        return name
    try:
        if Path(name).is_dir():
            return str(Path(name).resolve())
    except (OSError, ValueError):  # the name is too long for a path, or holds a NUL
        pass
    raise InputError(f"dataset {name[:200]!r} is neither one of {', '.join(NAMES)} nor a folder")


def public_name(name: str) -> str:
    """A data set's name as others may see it: of a folder's path only the last part is left.

    The word "folder" is put before the name of a folder that is called like one of `NAMES`.
    """
    if name in NAMES:
        return name
    last = re.split(r"[\\/]", name.rstrip("\\/"))[-1]
    return f"folder {last}" if last in NAMES else last


def _stack_digits(mnist: Dataset, count: int) -> Dataset:
    """Stacked MNIST: three digits as the red, green and blue of an image, 1000 modes that can be counted.

    The digits are drawn once, with replacement, and are always the same, as VEEGAN's protocol says
    (Srivastava et al. 2017, arXiv 1705.07761, §4.1). The labels, 0…999, are left out, because the benchmark
    is to find the modes without them.
    """
    chosen = np.random.Generator(np.random.PCG64(0)).integers(len(mnist.images), size=(count, 3))
    images = np.empty((count, *mnist.images.shape[1:3], 3), np.uint8)
    for channel in range(3):
        images[..., channel] = mnist.images[chosen[:, channel], :, :, 0]
    return Dataset(STACKED, images, None)
