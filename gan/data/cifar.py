"""CIFAR-10's binary version (A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images")."""

import hashlib
import re
from collections.abc import Mapping

import numpy as np

from gan.data.files import File, content_of
from gan.data.known_classes import CLASS_NAMES
from gan.data.raw import NO_NAMES, Arrays
from gan.data.splits import choose
from gan.errors import InputError

FILES = {"train": tuple(f"data_batch_{i}.bin" for i in range(1, 6)), "test": ("test_batch.bin",)}
RECORD_BYTES = 1 + 3 * 32 * 32  # a label, then the red, the green and the blue of 32 × 32 pixels
_NAME = re.compile(r"(data_batch_\d|test_batch)\.bin")


def matches(files: list[File]) -> bool:
    """Whether one of the files is named like CIFAR-10's binary ones."""
    return any(_NAME.fullmatch(file.parts[-1]) for file in files)


def has(files: list[File], split: str) -> bool:
    """Whether all files of a split are there."""
    return set(FILES["train" if split == "train" else "test"]) <= {file.parts[-1] for file in files}


def read(files: list[File], split: str, sha256: Mapping[str, str] = NO_NAMES) -> Arrays:
    """The pictures and the classes of one split.

    Args:
      sha256: the hash that a file must have, by its name.
    Raises:
      InputError: there is no such split, or a file is missing, cannot be read, or is of another form.
    """
    there = {file.parts[-1]: file for file in files}
    contents = []
    for name in FILES[choose(FILES, split)]:
        if name not in there:
            raise InputError(f"no {name}; CIFAR-10's binary version has six files of this kind")
        content = content_of(there[name])
        if not content or len(content) % RECORD_BYTES:
            raise InputError(f"{name}: {len(content)} bytes, expected a multiple of {RECORD_BYTES}")
        if name in sha256 and hashlib.sha256(content).hexdigest() != sha256[name]:
            raise InputError(f"{name}: not the published file (its SHA-256 differs); put that in its place")
        contents.append(content)
    records = np.frombuffer(b"".join(contents), np.uint8).reshape(-1, RECORD_BYTES)
    images = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)  # [N, 32, 32, 3]
    return Arrays(images, records[:, 0].astype(np.int32), CLASS_NAMES["cifar-10"])
