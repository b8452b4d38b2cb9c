"""Prints what comes of each kind of input that people come with: `python -m tests.data.table`.

The inputs are made here (`tests.data.kinds`), and nothing is downloaded. The table is Markdown.
"""

import inspect
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from gan.data.datasets import load_dataset
from gan.errors import InputError
from tests.data import kinds, test_refusals


def makers() -> list[Callable]:
    """The functions of `kinds`, in the order in which they stand there."""
    found = [each for _, each in inspect.getmembers(kinds, inspect.isfunction)]
    own = [each for each in found if each.__module__ == kinds.__name__]
    return sorted(own, key=lambda each: each.__code__.co_firstlineno)


def rows() -> Iterator[tuple[str, str]]:
    """The name of each kind, and the sentence that a person reads of it."""
    refused = [make for make, _ in test_refusals.REFUSED]
    for make in (*makers(), *refused):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            came = what_comes(make(place) or place).replace(folder, "…")
        yield make.__name__.replace("_", " "), came


def what_comes(path: Path) -> str:
    """What is said of the pictures at a path, whose size they choose, or why there are none."""
    try:
        return load_dataset(str(path), size=None).summary
    except InputError as error:
        return f"refused: {error}"


def main() -> int:
    print("| input | what came |\n|---|---|")
    for name, came in rows():
        print(f"| {name} | {came.replace('|', '/')} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
