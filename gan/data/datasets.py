"""Data sets by their name or their path.

`load_dataset` takes the name of a set (the bundled MNIST, or one that is downloaded once and kept), or the
path of a folder, a .zip or a file of pictures. Everything after it sees only a `Dataset`.
"""

import os
import re
from pathlib import Path

import numpy as np

from gan.data import IMAGE_SIZE, SIZES, cifar, idx
from gan.data.dataset import Dataset
from gan.data.downloads import DOWNLOADS, fetch, folder_of
from gan.data.files import File, list_files
from gan.data.known_classes import CLASS_NAMES
from gan.data.pictures import Progress
from gan.data.raw import Arrays
from gan.data.reading import finish_arrays, read_path
from gan.data.splits import SPLITS, NoSplit
from gan.data.summary import summarize
from gan.data.treatment import POLARITIES
from gan.errors import InputError, require

__all__ = [
    "NAMES",
    "STACKED",
    "STACKS",
    "Dataset",
    "canonical_name",
    "is_here",
    "load_dataset",
    "public_name",
]

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
NAMES = ("mnist", *DOWNLOADS, STACKED)


def load_dataset(
    name: str = "mnist",
    split: str = "train",
    size: int | None = IMAGE_SIZE,
    polarity: str = "auto",
    progress: Progress | None = None,
) -> Dataset:
    """The data set of that name or at that path.

    Args:
      name: one of `NAMES`, or the path of a folder, a .zip or a file. It may hold pictures (sub-folders are
        classes, or splits with classes in them), IDX files, NumPy's .npz or .npy, a .csv of pixels, or a
        .parquet of images.
      split: "train", "val" or "test". A set without splits is the same in each. What the pictures decide
        (size, colour, polarity), those of the training split decide for all splits.
      size: the height and the width that all pictures get, one of `SIZES`. None: the smallest of these that
        most of them fit into, or the largest; grey line drawings get the smallest.
      polarity: "auto" turns dark ink on a light ground to light on dark, as MNIST is, if the whole set are
        line drawings in grey; "keep" never does, and "invert" always. Sets with a name are light on dark and
        stay so, for the classifier has learned to read such digits only.
      progress: is called with how much is done and how much there is to do: pictures, or bytes of a download.
    Raises:
      InputError: a file is missing, truncated, mislabelled or empty. The message names the file and says
        what was expected. If a download fails, it says which files to put where.
      NoSplit: an InputError, where there is no such split.
    """
    require(split in SPLITS, f"split {split!r}: expected one of {', '.join(SPLITS)}")
    require(size is None or size in SIZES, f"size {size}: expected one of {', '.join(map(str, SIZES))}")
    require(polarity in POLARITIES, f"polarity {polarity!r}: expected one of {', '.join(POLARITIES)}")
    return _load(canonical_name(name), split, size, polarity, progress)._replace(polarity=polarity)


def _load(name: str, split: str, size: int | None, polarity: str, progress: Progress | None) -> Dataset:
    if name not in NAMES:
        return read_path(Path(name), split, size, polarity, progress)
    if split == "val":
        raise NoSplit(f"{name} has no split 'val', only train and test")
    require(polarity != "invert", f"polarity 'invert': {name} is taken as it was published; leave it out")
    polarity = "keep"
    if name == STACKED:
        return _stack_digits(load_dataset("mnist", split, size, polarity), STACKS[split])
    raw = _bundled(split) if name == "mnist" else _downloaded(name, split, progress)
    return finish_arrays(name, raw, size, polarity, list(raw.names), progress)


def canonical_name(name: str) -> str:
    """One of `NAMES` as it is, or a path in full. Raises InputError for anything else."""
    if name in NAMES:
        return name
    try:
        path = Path(name)
        if name and (path.is_dir() or path.is_file()):  # no pipe or device, which may have no end
            return str(path.resolve())
    except (OSError, ValueError):  # the name is too long for a path, or holds a NUL
        pass
    raise InputError(
        f"dataset {str(name)[:200]!r} is neither one of {', '.join(NAMES)} nor a folder or a file"
    )


def is_here(name: str, split: str = "train") -> bool:
    """Whether the set of that name can be read without a download, and is no mixture of another."""
    if name not in DOWNLOADS:
        return name == "mnist"
    folder = folder_of(name)
    is_folder = os.path.isdir(folder)  # False also where the user may not look
    return _has(name, list_files(folder) if is_folder else [], split)


def public_name(name: str) -> str:
    """A data set's name as others may see it: of a path only the last part is left.

    The word "folder" is put before the name of a folder that is called like one of `NAMES`.
    """
    if name in NAMES:
        return name
    last = re.split(r"[\\/]", name.rstrip("\\/"))[-1]
    return f"folder {last}" if last in NAMES else last


def _bundled(split: str) -> Arrays:
    return _read("mnist", BUNDLED / "mnist", split, MNIST_SHA256)


def _downloaded(name: str, split: str, progress: Progress | None) -> Arrays:
    """A set that is in its folder of the cache, or is fetched into it first."""
    if not is_here(name, split):
        fetch(name, split, progress)
    return _read(name, folder_of(name), split, DOWNLOADS[name].sha256)


def _has(name: str, files: list[File], split: str) -> bool:
    return cifar.has(files, split) if name == "cifar-10" else idx.has(files, split, _set_in(name))


def _read(name: str, folder: Path, split: str, sha256: dict[str, str]) -> Arrays:
    """One split of a set with a name, checked, with its classes' names."""
    try:
        files = list_files(folder)
        if name == "cifar-10":
            return cifar.read(files, split, sha256)
        found = idx.read(files, split, _set_in(name), sha256)._replace(names=CLASS_NAMES[name])
        if name in DOWNLOADS and split in DOWNLOADS[name].counts:
            _check_form(name, split, found)
        return found
    except InputError as error:
        raise type(error)(f"{folder}: {error}") from error


def _check_form(name: str, split: str, found: Arrays) -> None:
    """Raises InputError unless a set has the form of the published one: see `Download`."""
    count, classes = DOWNLOADS[name].counts[split], CLASS_NAMES[name].keys()
    height, width = found.images.shape[1:3]
    is_published = found.images.shape == (count, 28, 28, 1) and set(np.unique(found.values)) == set(classes)
    require(
        is_published,
        f"not the published {name}: {len(found.images):,} pictures of {height}×{width} in "
        f"{len(np.unique(found.values))} classes, expected {count:,} of 28×28 in {len(classes)}; "
        "delete these files, and they are fetched again",
    )


def _set_in(name: str) -> str | None:
    """The prefix that the set's files have; None: any."""
    return name if name.startswith("emnist") else None


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
    return Dataset(STACKED, images, summary=summarize(images))
