"""The format of checkpoints: arrays, and metadata that say as text what they are and how they were made.

A *model* file is for use: it holds the averaged generator and the discriminator. A *state* file holds all
that resuming needs (`gan.training.saved_state`). Both are flat: the path of each leaf -> its array. When a
file is loaded, the names, shapes and types of its arrays are checked against the networks that the recipe in
the metadata describes.
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
from gan.networks.tensor_file import parse_arrays, read_content, restore_into, to_bytes, write_atomically

FORMAT, VERSION = "forger", "1"
WHOLE = r"\d{1,15}"
NUMBERS = dict.fromkeys(("step", "seed", "images", "devices", "size"), WHOLE)  # the forms of metadata
NUMBERS["seconds"] = rf"{WHOLE}(\.{WHOLE})?"
MAX_MESSAGE_LENGTH = 1000  # letters of an error's message: it may quote a part of the file


class Model(NamedTuple):
    """Two trained networks, and how they were trained."""

    recipe: Recipe
    generator: Variables  # the moving average of its weights over training
    discriminator: Variables
    metadata: dict[str, Any]  # step, dataset, seed, command, seconds, device, …


def model_bytes(model: Model, float16: bool = False) -> bytes:
    """The content of a model's file.

    Args:
      float16: store the weights in half the bytes. The images stay the same to one grey level of 255.
    """
    tree = {"generator": model.generator, "discriminator": model.discriminator}
    if float16:
        tree = jax.tree.map(lambda leaf: np.asarray(leaf, np.float16), tree)
    return to_bytes(tree, checkpoint_metadata("model", model.recipe, model.metadata))


def save_model(path: str | Path, model: Model, float16: bool = False) -> None:
    """Writes a model's file, atomically. For `float16`, see `model_bytes`."""
    write_atomically(Path(path), model_bytes(model, float16))


def load_model(path: str | Path) -> Model:
    """The model in a file. Raises InputError, in one line, if it is missing, damaged, or not a model."""
    return parse_model(read_content(Path(path)), str(path))


def parse_model(content: bytes, name: str) -> Model:
    """The model in a file's content. Raises InputError, in one line that begins with `name`."""

    def template(recipe: Recipe) -> dict[str, Variables]:
        generator, discriminator = init_variables(recipe.model, jax.random.key(0))
        return {"generator": generator, "discriminator": discriminator}

    recipe, tree, metadata = parse_checkpoint(content, "model", name, template)
    return Model(recipe, tree["generator"], tree["discriminator"], metadata)


def checkpoint_metadata(kind: str, recipe: Recipe, metadata: dict[str, Any]) -> dict[str, str]:
    """The metadata of a file of that kind: its format, its recipe, and all of `metadata`.

    Args:
      kind: "model" or "state".
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "kind": kind,
        "recipe": recipe.to_json(),
        **without_paths(metadata),
    }


_PATH_IN_COMMAND = re.compile(r"""'(?:'"'"'|[^'])*'|[^\s'"();]*/[^\s'"();]*""")  # as `shlex.join` writes it


def without_paths(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Metadata as strings that say nothing of the machine's folders, because people give files to others.

    Only the last part is left of the data set's path, and of each path in a command.
    """
    # The name of a folder may hold bytes that are no text; Python makes surrogates of them.
    texts = {name: str(value).encode("utf-8", "replace").decode() for name, value in metadata.items()}
    for name in texts.keys() & {"command", "initialized_from"}:
        texts[name] = _PATH_IN_COMMAND.sub(lambda word: _last_part(word[0]), texts[name])
    if "dataset" in texts:
        texts["dataset"] = datasets.public_name(texts["dataset"])
    return texts


def _last_part(word: str) -> str:
    """A word of a command; if it is a path, or --OPTION=PATH, only the last part of the path is left."""
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
      name: what messages call the file.
      template: makes the tree that a recipe needs. It is only traced: its arrays are never computed.
      renamed: the tree's branches in older files -> their names now.
    Raises:
      InputError: in one line that begins with `name`.
    """
    try:
        return _parse(content, kind, name, template, renamed)
    except InputError as error:  # its message may quote the file, of which every part may be long
        raise InputError(str(error)[:MAX_MESSAGE_LENGTH]) from error


def _parse(
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
    for number in NUMBERS.keys() & metadata.keys():
        if not re.fullmatch(NUMBERS[number], metadata[number], re.ASCII):
            expected = "a whole number" if NUMBERS[number] == WHOLE else "a number"
            raise InputError(f"{name}: its {number} is {metadata[number]!r}, expected {expected}")
    branches = ((leaf.partition("/"), array) for leaf, array in arrays.items())
    arrays = {renamed.get(first, first) + sep + rest: array for (first, sep, rest), array in branches}
    if kind == "model":
        arrays = {leaf: _to_float32(array) for leaf, array in arrays.items()}
    tree = restore_into(name, jax.eval_shape(lambda: template(recipe)), arrays)
    return recipe, tree, metadata


def _to_float32(array: np.ndarray) -> np.ndarray:
    """An array of float16, in which some models are stored, as float32; any other array as it is."""
    return array.astype(np.float32) if array.dtype == np.float16 else array
