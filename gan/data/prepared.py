"""Pictures that took long to read are kept, ready, in the cache folder.

The key is a fingerprint of the files' names below their folder, their sizes and their stamps (`File.stamp`),
and of how they were read: a folder that has moved is found again, and one that was copied is read anew.
"""

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from gan import cache
from gan.data.dataset import Dataset
from gan.data.files import File

VERSION = 2  # another number when the same files would become other pictures
MIN_BYTES = 2_000_000  # files with fewer bytes are read in a moment
MAX_KEPT = 8  # data sets; the oldest make room


def key_of(files: list[File], how: dict[str, Any]) -> str | None:
    """The key of these files, read in this way. None: there are so few that they are not kept."""
    if sum(file.size for file in files) < MIN_BYTES:
        return None
    described = [VERSION, how, [(file.name, file.size, file.stamp) for file in files]]
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:32]


def recall(key: str | None) -> Dataset | None:
    """What was kept under a key, without a name; None if there is nothing, or nothing that can be read."""
    if key is None:
        return None
    try:
        with np.load(_path(key), allow_pickle=False) as kept:
            told = json.loads(str(kept["told"]))
            labels = kept["labels"] if told["class_names"] else None
            return Dataset("", kept["images"], labels, tuple(told["class_names"]), told["summary"])
    except Exception:  # not there, or cut off as its disk was full: NumPy raises many kinds
        return None


def keep(key: str | None, dataset: Dataset) -> None:
    """Keeps a data set under a key. Where nothing can be written, nothing is kept."""
    if key is None:
        return
    told = json.dumps({"class_names": dataset.class_names, "summary": dataset.summary})
    labels = np.zeros(0, np.int32) if dataset.labels is None else dataset.labels
    partial = _path(key).with_suffix(f".{os.getpid()}.part")
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            np.savez(file, images=dataset.images, labels=labels, told=np.array(told))
        partial.replace(_path(key))
        by_age = sorted(partial.parent.glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in by_age[MAX_KEPT:]:
            old.unlink()
    except OSError:
        with contextlib.suppress(OSError):  # of a folder that is closed, or on a read-only disk
            partial.unlink()


def _path(key: str) -> Path:
    return cache.folder() / "prepared" / f"{key}.npz"
