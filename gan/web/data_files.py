"""Data sets as files that the page fetches: a list of parts, and each part as two IDX files.

A page that trains begins with the first part, and appends the others when they come. So the parts are as
large as a first wait may be: 10,000 digits are 1.6 MB. Part k of a split holds the pictures k · 10,000 to
(k + 1) · 10,000 in the order of the published files; nobody sorted these by class, so each part has about
as many pictures of every class as of any other.
"""

import functools
import gzip
import hashlib
import json
from collections.abc import Callable

import numpy as np

from gan.data import datasets
from gan.data.idx import to_idx

PART_IMAGES = 10_000
GZIP_LEVEL = 6  # level 9 takes 12 times as long, and saves 2 %
COUNTS = {"mnist": {"train": 60_000, "test": 10_000}}  # pictures in each split of each set that a page has
LIST = "dataset.json"


def files(name: str, folder: str) -> dict[str, Callable[[], bytes]]:
    """The files of a data set, by their address in `folder`. Each is made when first asked for, and kept.

    Args:
      name: one of COUNTS.
    """
    parts = {
        f"{folder}/{_file_name(split, kind, part)}": functools.partial(_part, name, split, kind, part)
        for split, count in COUNTS[name].items()
        for part in range(-(-count // PART_IMAGES))
        for kind in ("images", "labels")
    }
    return {f"{folder}/{LIST}": functools.partial(_list, name), **parts}


def first_addresses(name: str, folder: str) -> list[str]:
    """What a page fetches before it can train, by the addresses that it uses, versions included."""
    first = json.loads(_list(name))["train"][0]
    return [f"{folder}/{file}" for file in (LIST, first["images"], first["labels"])]


def _file_name(split: str, kind: str, part: int) -> str:
    return f"{split}-{kind}-{part}.gz"


@functools.cache
def _list(name: str) -> bytes:
    """JSON: name, size, channels, class_names, and of each split its parts.

    A part is its count and the addresses of its two files. These end with a hash of the content, "?v=…", so
    that a browser may keep what it has fetched for as long as it likes.
    """
    class_names = list(datasets.load_dataset(name).class_names)
    described = {"name": name, "size": 28, "channels": 1, "class_names": class_names}
    for split, count in COUNTS[name].items():
        images, labels = _arrays(name, split)
        described["size"] = images.shape[1]
        described["channels"] = 1 if images.ndim == 3 else images.shape[-1]
        described[split] = [
            {
                "count": min(PART_IMAGES, count - start),
                "images": _versioned(split, "images", start // PART_IMAGES, images),
                "labels": _versioned(split, "labels", start // PART_IMAGES, labels),
            }
            for start in range(0, count, PART_IMAGES)
        ]
    return json.dumps(described, indent=1).encode()


def _versioned(split: str, kind: str, part: int, array: np.ndarray) -> str:
    version = hashlib.sha256(to_idx(_slice(array, part))).hexdigest()[:12]
    return f"{_file_name(split, kind, part)}?v={version}"


@functools.cache
def _part(name: str, split: str, kind: str, part: int) -> bytes:
    """A gzipped IDX file: images uint8 [n, size, size] or [n, size, size, 3], or labels uint8 [n]."""
    images, labels = _arrays(name, split)
    content = to_idx(_slice(images if kind == "images" else labels, part))
    return gzip.compress(content, GZIP_LEVEL, mtime=0)


def _slice(array: np.ndarray, part: int) -> np.ndarray:
    return array[part * PART_IMAGES : (part + 1) * PART_IMAGES]


def _arrays(name: str, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 [N, size, size], or [N, size, size, 3] of colours, and labels uint8 [N]."""
    dataset = datasets.load_dataset(name, split)
    images = dataset.images[..., 0] if dataset.images.shape[-1] == 1 else dataset.images
    return images, dataset.labels.astype(np.uint8)
