"""What the readers of the formats hand on, before pictures are made alike and classes are numbered."""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from gan.data.files import File

NO_NAMES: Mapping[Any, str] = MappingProxyType({})


class Arrays(NamedTuple):
    """Pictures that came as one array."""

    images: np.ndarray  # uint8 [N, H, W, 1 or 3]
    values: np.ndarray | None = None  # [N] the class of each as a whole number or a text; None: no classes
    names: Mapping[Any, str] = NO_NAMES  # what values are called, where that is known


class Listed(NamedTuple):
    """Pictures that are still to be decoded, each in a file."""

    files: list[File]
    values: list[Any] | None = None  # as in `Arrays`
    names: Mapping[Any, str] = NO_NAMES
    left_out: Counter[str] = Counter()  # kinds of files that hold pictures and are not read -> how many
    remarks: tuple[str, ...] = ()  # what a person should know of how they were found
