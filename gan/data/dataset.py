"""What every data set becomes."""

import hashlib
import json
from typing import NamedTuple

import numpy as np


class Dataset(NamedTuple):
    """Pictures of one size and, if they are known, the class of each."""

    name: str  # one of `NAMES`, or a full path, which `public_name` makes fit to be published
    images: np.ndarray  # uint8 [N, size, size, channels] in 0–255; channels is 1 for grey, 3 for colour
    labels: np.ndarray | None = None  # int32 [N], or None where there are no labels
    class_names: tuple[str, ...] = ()  # by label; empty without labels
    summary: str = ""  # what was read, in one sentence without a full stop
    polarity: str = "auto"  # what was asked for as it was read: see `load_dataset`

    @property
    def classes(self) -> int:
        """How many classes there are; 0 without labels."""
        if self.labels is None:
            return 0
        return len(self.class_names) or int(self.labels.max()) + 1

    def fingerprint(self) -> str:
        """32 hexadecimal digits that are others if the pictures, the labels or the classes' names are.

        Neither the name nor the place of the data set changes it.
        """
        known = hashlib.sha256(np.ascontiguousarray(self.images))
        known.update(b"" if self.labels is None else np.ascontiguousarray(self.labels, "<i4").tobytes())
        described = [self.images.shape, self.labels is None, self.class_names]
        known.update(json.dumps(described).encode())
        return known.hexdigest()[:32]

    def images_fingerprint(self) -> str:
        """16 hexadecimal digits of the pictures alone, which older runs keep instead."""
        return hashlib.sha256(np.ascontiguousarray(self.images)).hexdigest()[:16]
