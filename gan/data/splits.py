"""Splits: pictures to train with, to choose with (validation) and to judge with (test)."""

import re
from collections.abc import Iterable

from gan.errors import InputError


class NoSplit(InputError):
    """A set has no pictures of a split; any other InputError says that there are, and what is wrong."""


SPLITS = ("train", "val", "test")
_NAMES = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "val"),
    **dict.fromkeys(("test", "testing", "t10k"), "test"),
}


def words(name: str) -> list[str]:
    """The words of a file's or an array's name, in small letters: "X_train", "trainX" -> x and train."""
    apart = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    apart = re.sub(r"\b([xXyY])(train|test|val)", r"\1 \2", apart)
    return re.findall(r"t10k|[a-z]+|\d+[a-z]*", apart.lower())


def split_of(name: str) -> str | None:
    """The split that a name speaks of, or None."""
    return next((_NAMES[word] for word in words(name) if word in _NAMES), None)


def is_split(name: str) -> bool:
    """Whether a folder's name is that of a split and nothing else."""
    return name.lower() in _NAMES


def choose(available: Iterable[str | None], wanted: str) -> str | None:
    """Which of the splits that there are serves for the one that is wanted. None is a set without splits.

    Raises NoSplit if none does.
    """
    there = set(available)
    if wanted in there:
        return wanted
    if None in there and (wanted == "train" or there == {None}):
        return None
    found = " and ".join(sorted(map(str, there - {None}))) or "no split"
    raise NoSplit(f"no pictures of the split {wanted!r}, only of {found}")
