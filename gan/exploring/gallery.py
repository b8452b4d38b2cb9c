"""The models of a folder, in the order and under the titles in which visitors choose among them."""

from pathlib import Path

from gan.exploring.explorer import Explorer
from gan.networks import tensor_file

FIRST = "MNIST digits"  # the world that a visitor sees first, if there is one


def shipped(folder: Path) -> dict[str, Explorer]:
    """The models in a folder, by title. Their metadata say what they make, and so where they stand.

    MNIST comes first, then the other data sets in alphabetical order; of each, the models that can be asked
    for a class come first. Raises InputError, in one line, if one of them cannot be used.
    """
    paths = sorted(folder.glob("*.safetensors"))
    explorers = [Explorer(path) for path in paths if tensor_file.read_metadata(path).get("kind") == "model"]
    named: dict[str, Explorer] = {}
    for explorer in sorted(explorers, key=_place):
        title = title_of(explorer)
        named[title if title not in named else f"{title} ({explorer.path.stem})"] = explorer
    return named


def title_of(explorer: Explorer) -> str:
    """What a visitor can do with a model: "Choose a digit" or "Any digit"."""
    return f"{'Choose a' if explorer.classes else 'Any'} {explorer.subject.singular}"


def _place(explorer: Explorer) -> tuple[bool, str, bool]:
    return explorer.subject.title != FIRST, explorer.subject.title, not explorer.classes
