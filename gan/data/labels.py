"""Classes: their order, their names and their numbers."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

SHOWN = 64  # pictures of a set that a run shows: its first ones
MAX_LETTERS = 255  # of a class's name: what the name of a folder may have
_NUMBER = re.compile(r"(\d+)", re.ASCII)


def natural(name: str) -> tuple:
    """A key that sorts names as people do: numbers by their value ("2" before "10"), then letters."""
    pieces = _NUMBER.split(name.casefold())
    return tuple((int(p), "") if i % 2 else (-1, p) for i, p in enumerate(pieces)), name


def plain(name: str) -> str:
    """A class's name in one line, and as Unicode composes it: macOS writes が as か and a mark."""
    return " ".join(unicodedata.normalize("NFC", name).split()) or name


def number(
    values: Sequence[Any] | np.ndarray, known: Sequence[Any] | np.ndarray | None = None
) -> tuple[np.ndarray, list[Any]]:
    """Numbers 0, 1, … for values, in natural order. Only values that occur are classes.

    Args:
      values: [N] texts or whole numbers, one for each picture.
      known: the values of the training split, whose classes these are; by default `values` themselves.
    Returns:
      labels int32 [N], −1 for a value that is not among the known ones, and the values of the classes.
    """
    classes = sorted(set(_plain_values(values if known is None else known)), key=_key)
    numbers = {value: i for i, value in enumerate(classes)}
    return np.array([numbers.get(value, -1) for value in _plain_values(values)], np.int32), classes


def in_turn(values: Sequence[Any] | np.ndarray) -> list[int]:
    """An order of pictures in which their classes take turns.

    A run shows its first pictures, and D's answers to them: these are then of all classes.

    Args:
      values: the class of each picture.
    """
    before = Counter()  # how many of a class came before
    rounds = []
    for value in _plain_values(values):
        rounds.append(before[value])
        before[value] += 1
    return sorted(range(len(rounds)), key=rounds.__getitem__)


def shows_too_few(values: Sequence[Any] | np.ndarray) -> bool:
    """Whether the pictures that a run shows are of fewer classes than so many pictures can be.

    Args:
      values: the class of each picture.
    """
    classes = _plain_values(values)
    return len(set(classes[:SHOWN])) < min(SHOWN, len(set(classes)))


def _plain_values(values: Sequence[Any] | np.ndarray) -> list[Any]:
    return [plain(value) if isinstance(value, str) else value for value in np.asarray(values).tolist()]


def _key(value: Any) -> Any:
    return natural(value) if isinstance(value, str) else ((value,), "")
