"""The format of checkpoints: arrays, with metadata that say as texts what they are and how they came about.

A *model* file is for use: the averaged generator and the discriminator. A *state* file is all that
resuming needs (`gan.training.saved_state`). Both are flat: the path of each leaf -> its array. On load,
names, shapes and types are checked against the networks that the recipe in the metadata describes.
"""

import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import jax
import numpy as np

from gan.config import Recipe
from gan.data import datasets
from gan.errors import InputError
from gan.networks.networks import Variables, init_variables
from gan.networks.tensor_file import fill, parse_arrays, read_content, to_bytes, write_atomically

FORMAT, VERSION = "forger", "1"
NUMBERS = {"step", "seed", "images", "seconds", "devices"}  # of the metadata
MOST_LETTERS = 1000  # of a message on a file


class Model(NamedTuple):
    """Two trained networks."""

    recipe: Recipe
    generator: Variables  # averaged over training
    discriminator: Variables
    metadata: dict[str, Any]  # how it was trained: step, dataset, seed, command, seconds, device, …


def model_bytes(model: Model, halves: bool = False) -> bytes:
    """The content of a model's file. `halves`: float16, half the bytes; the same pictures to a grey level."""
    tree = {"generator": model.generator, "discriminator": model.discriminator}
    if halves:
        tree = jax.tree.map(lambda leaf: np.asarray(leaf, np.float16), tree)
    return to_bytes(tree, checkpoint_metadata("model", model.recipe, model.metadata))


def save_model(path: str | Path, model: Model, halves: bool = False) -> None:
    """Writes a model's file. `halves`: see `model_bytes`."""
    write_atomically(Path(path), model_bytes(model, halves))


def load_model(path: str | Path) -> Model:
    """Raises InputError, in one line, if the file is missing, damaged, or not a model."""
    return parse_model(read_content(Path(path)), str(path))


def parse_model(content: bytes, name: str) -> Model:
    """A model of its file's content. Raises InputError, in one line that begins with `name`."""

    def template(recipe: Recipe) -> dict[str, Variables]:
        generator, discriminator = init_variables(recipe.model, jax.random.key(0))
        return {"generator": generator, "discriminator": discriminator}

    recipe, tree, metadata = parse_checkpoint(content, "model", name, template)
    return Model(recipe, tree["generator"], tree["discriminator"], metadata)


def checkpoint_metadata(kind: str, recipe: Recipe, metadata: dict[str, Any]) -> dict[str, str]:
    """What the metadata of a file of that kind say: its format, its recipe, and what else is known of it."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "kind": kind,
        "recipe": recipe.to_json(),
        **public(metadata),
    }


_PATH = re.compile(r"""'(?:'"'"'|[^'])*'|[^\s'"();]*/[^\s'"();]*""")  # a word as `shlex.join` writes it


def public(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Metadata as strings that say nothing of the machine's folders: files of a run are passed on.

    Of the dataset's path and of each path in a command only the last part is left.
    """
    texts = {name: str(value) for name, value in metadata.items()}
    for name in texts.keys() & {"command", "initialized_from"}:
        texts[name] = _PATH.sub(lambda word: _last_part(word[0]), texts[name])
    if "dataset" in texts:
        texts["dataset"] = datasets.public_name(texts["dataset"])
    return texts


def _last_part(word: str) -> str:
    """A word of a command, perhaps --OPTION=PATH, in which a path is cut down to its last part."""
    plain = word[1:-1].replace("'\"'\"'", "'") if word.startswith("'") else word
    option, path = re.fullmatch(r"(--[\w-]+=)?(.*)", plain, re.DOTALL).groups(default="")
    if "/" not in path and "\\" not in path:
        return word
    return shlex.quote(option + re.split(r"[\\/]", path.rstrip("\\/"))[-1])


def parse_checkpoint(
    content: bytes,
    kind: str,
    name: str,
    template: Callable[[Recipe], Any],
    renamed: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Recipe, Any, dict[str, str]]:
    """The recipe, the tree of arrays and the metadata of a checkpoint's content.

    Args:
      kind: "model" or "state".
      name: of the file, in messages.
      template: makes a tree of the expected form, of a recipe; its arrays are never computed.
      renamed: the tree's branches in older files -> their names now.
    Raises:
      InputError: in one line that begins with `name`.
    """
    try:
        return _checked(content, kind, name, template, renamed)
    except InputError as error:  # it may quote the file: lines, or pages
        raise InputError(" ".join(str(error).split())[:MOST_LETTERS]) from error


def _checked(
    content: bytes, kind: str, name: str, template: Callable[[Recipe], Any], renamed: Mapping[str, str]
) -> tuple[Recipe, Any, dict[str, str]]:
    arrays, metadata = parse_arrays(content, name)
    if metadata.get("format") != FORMAT:
        raise InputError(
            f"{name}: not a checkpoint of this project; choose one that train.py or the app saved"
        )
    if metadata.get("version") != VERSION:
        raise InputError(
            f"{name}: format version {metadata.get('version')}, this program reads version {VERSION}"
        )
    if metadata.get("kind") != kind:
        advice = "use model.safetensors beside it" if kind == "model" else "it cannot be resumed"
        raise InputError(f"{name}: holds a {metadata.get('kind')}, a {kind} was expected; {advice}")
    try:
        recipe = Recipe.from_json(metadata.get("recipe", ""))
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
    for number in NUMBERS & metadata.keys():
        if not re.fullmatch(r"\d{1,15}(\.\d{1,15})?", metadata[number], re.ASCII):
            raise InputError(f"{name}: its {number} is {metadata[number]!r}, expected a number")
    branches = ((leaf.partition("/"), array) for leaf, array in arrays.items())
    arrays = {renamed.get(first, first) + sep + rest: array for (first, sep, rest), array in branches}
    if kind == "model":
        arrays = {leaf: _widened(array) for leaf, array in arrays.items()}
    return recipe, fill(name, jax.eval_shape(lambda: template(recipe)), arrays), metadata


def _widened(array: np.ndarray) -> np.ndarray:
    """float16, as some models are stored, to the float32 that they are used in."""
    return array.astype(np.float32) if array.dtype == np.float16 else array
