"""The names of a model's classes, as they stand in the metadata of its checkpoint."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from gan.data.labels import MAX_LETTERS
from gan.errors import InputError

KEY = "class_names"  # of the metadata
MAX_LISTED = 60  # names that a message lists


def to_text(names: Sequence[str]) -> str:
    """Names, by class, as one line for the metadata."""
    return json.dumps(list(names), ensure_ascii=False)


def names_of(metadata: Mapping[str, Any], classes: int) -> tuple[str, ...]:
    """The names of a model's classes; 0, 1, … where the metadata have none, as older files, or wrong ones.

    Names that are longer than those of any data set are wrong: a checkpoint's author is unknown.
    """
    numbers = tuple(map(str, range(classes)))
    try:
        names = json.loads(metadata[KEY])
    except (KeyError, ValueError, TypeError, RecursionError):
        return numbers
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return numbers
    fits = len(set(names)) == len(names) == classes and max(map(len, names)) <= MAX_LETTERS
    return tuple(names) if fits else numbers


def find(names: Sequence[str], wanted: str) -> int:
    """The class of a name, in capitals or not. Raises InputError, which lists the names there are."""
    if not names:
        raise InputError("the model is unconditional: it cannot be told a class")
    for same in (_composed, lambda name: _composed(name).casefold()):
        found = [i for i, name in enumerate(names) if same(name) == same(wanted)]
        if len(found) == 1:
            return found[0]
    listed = ", ".join(names[:MAX_LISTED]) + (", …" if len(names) > MAX_LISTED else "")
    raise InputError(f"no class {wanted[:MAX_LETTERS]!r}; the model has {listed}")


def _composed(name: str) -> str:
    """The one spelling that Unicode composes: macOS types が as か and a mark."""
    return unicodedata.normalize("NFC", name)
