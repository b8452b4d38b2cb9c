"""The disk format: safetensors (never pickle) with readable metadata, written atomically.

A *model* file is for use: the averaged generator and the discriminator. A *state* file is all that
resuming needs. Both are flat: the path of each leaf -> its array. The metadata says, as strings,
which recipe the arrays belong to and how they came about; on load, names, shapes and types are
checked against the networks that this recipe describes.
"""

import json
import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from gan import data
from gan.config import Recipe
from gan.errors import InputError
from gan.models import Variables, init_variables
from gan.state import TrainState, init_state

FORMAT, VERSION = "forger", "1"
NUMBERS = {"step", "seed", "images", "seconds", "devices"}  # of the metadata
MOST_LETTERS = 1000  # of a message on a file


class Model(NamedTuple):
    recipe: Recipe
    generator: Variables
    discriminator: Variables
    about: dict[str, str]  # how it was trained: step, dataset, seed, command, seconds, device, …


def model_bytes(recipe: Recipe, state: TrainState, about: dict[str, Any], halves: bool = False) -> bytes:
    """The content of a model's file. `halves`: float16, half the bytes; the same pictures to a grey level."""
    tree = {"generator": state.average, "discriminator": state.discriminator}
    if halves:
        tree = jax.tree.map(lambda leaf: np.asarray(leaf, np.float16), tree)
    return _bytes(tree, _metadata("model", recipe, about))


def save_model(
    path: str | Path, recipe: Recipe, state: TrainState, about: dict[str, Any], halves: bool = False
) -> None:
    """Writes the averaged generator and the discriminator of `state`. `about` becomes metadata."""
    write_atomically(Path(path), model_bytes(recipe, state, about, halves))


def state_bytes(recipe: Recipe, state: TrainState, about: dict[str, Any]) -> bytes:
    """The content of a file that resuming needs."""
    return _bytes(state, _metadata("state", recipe, about))


def save_state(path: str | Path, recipe: Recipe, state: TrainState, about: dict[str, Any]) -> None:
    """Writes all that resuming needs."""
    write_atomically(Path(path), state_bytes(recipe, state, about))


def load_model(path: str | Path) -> Model:
    """Raises InputError, in one line, if the file is missing, damaged, or not a model."""
    return parse_model(_content(Path(path)), str(path))


def parse_model(content: bytes, name: str) -> Model:
    """A model of its file's content. Raises InputError, in one line that begins with `name`."""
    recipe, tree, about = _parse(content, "model", name)
    return Model(recipe, tree["generator"], tree["discriminator"], about)


def load_state(path: str | Path) -> tuple[Recipe, TrainState, dict[str, str]]:
    """Raises InputError, in one line, if the file is missing, damaged, or not a training state."""
    return _parse(_content(Path(path)), "state", str(path))


# --- Writing and reading --------------------------------------------------------------------------


def _metadata(kind: str, recipe: Recipe, about: dict[str, Any]) -> dict[str, str]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "kind": kind,
        "recipe": recipe.to_json(),
        **public(about),
    }


_PATH = re.compile(r"""'(?:'"'"'|[^'])*'|[^\s'"();]*/[^\s'"();]*""")  # a word as `shlex.join` writes it


def public(about: Mapping[str, Any]) -> dict[str, str]:
    """`about` as strings that say nothing of the machine's folders: files of a run are passed on.

    Of the dataset's path and of each path in a command only the last part is left.
    """
    texts = {name: str(value) for name, value in about.items()}
    for name in texts.keys() & {"command", "begun_with"}:
        texts[name] = _PATH.sub(lambda word: _last_part(word[0]), texts[name])
    if "dataset" in texts:
        texts["dataset"] = data.public_name(texts["dataset"])
    return texts


def _last_part(word: str) -> str:
    """A word of a command, perhaps --OPTION=PATH, in which a path is cut down to its last part."""
    plain = word[1:-1].replace("'\"'\"'", "'") if word.startswith("'") else word
    option, path = re.fullmatch(r"(--[\w-]+=)?(.*)", plain, re.DOTALL).groups(default="")
    if "/" not in path and "\\" not in path:
        return word
    return shlex.quote(option + re.split(r"[\\/]", path.rstrip("\\/"))[-1])


def write_arrays(path: Path, tree: Any, metadata: dict[str, str]) -> None:
    """Any tree of arrays, by the path of each leaf."""
    write_atomically(path, _bytes(tree, metadata))


def _bytes(tree: Any, metadata: dict[str, str]) -> bytes:
    leaves, _ = jax.tree_util.tree_flatten_with_path(tree)
    return save({_name(key): np.asarray(leaf) for key, leaf in leaves}, metadata)


def write_atomically(path: Path, content: bytes) -> None:
    """Killed at any moment, `path` holds its old content or its new one, whole."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(partial, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise InputError(
            f"{path}: no such file; give a checkpoint that train.py wrote, as runs/NAME/model.safetensors"
        )
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error


def _parse(content: bytes, kind: str, name: str) -> tuple[Recipe, Any, dict[str, str]]:
    try:
        return _checked(content, kind, name)
    except InputError as error:  # it may quote the file: lines, or pages
        raise InputError(" ".join(str(error).split())[:MOST_LETTERS]) from error


def _checked(content: bytes, kind: str, name: str) -> tuple[Recipe, Any, dict[str, str]]:
    arrays, metadata = _parse_arrays(content, name)
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
    template = jax.eval_shape(lambda: _template(recipe, kind))
    if kind == "model":
        arrays = {leaf: _widened(array) for leaf, array in arrays.items()}
    return recipe, fill(name, template, arrays), metadata


def _widened(array: np.ndarray) -> np.ndarray:
    """float16, as some models are stored, to the float32 that they are used in."""
    return array.astype(np.float32) if array.dtype == np.float16 else array


def read_arrays(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Arrays and metadata. Raises InputError if the file is missing or damaged."""
    return _parse_arrays(_content(path), str(path))


def _parse_arrays(content: bytes, name: str) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    if content.startswith(b"version https://git"):
        raise InputError(f"{name}: a Git LFS pointer, not the file itself; run `git lfs pull`")
    try:
        arrays = load(content)
    except (SafetensorError, KeyError, ValueError, TypeError, OverflowError, MemoryError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]  # or NumPy lacks such a type or shape
        raise InputError(f"{name}: damaged or truncated ({reason}); fetch or train it again") from error
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])  # `load` has checked it
    return arrays, header.get("__metadata__") or {}


def _template(recipe: Recipe, kind: str) -> Any:
    if kind == "state":
        return init_state(recipe, 0)
    generator, discriminator = init_variables(recipe.model, jax.random.key(0))
    return {"generator": generator, "discriminator": discriminator}


def fill(source: str, template: Any, arrays: dict[str, np.ndarray]) -> Any:
    """The tree of the template's form. Raises InputError, naming the array that does not fit."""
    leaves, structure = jax.tree_util.tree_flatten_with_path(template)
    wanted = {_name(key): leaf for key, leaf in leaves}
    if missing := sorted(wanted.keys() ^ arrays.keys()):
        side = "lacks" if missing[0] in wanted else "has an unknown"
        raise InputError(f"{source}: {side} array {missing[0]!r}; it does not fit the recipe in its metadata")
    for name, leaf in wanted.items():
        found = arrays[name]
        if found.shape != leaf.shape or found.dtype != leaf.dtype:
            wanted_form = f"{leaf.dtype} {list(leaf.shape)}"
            raise InputError(f"{source}: {name} is {found.dtype} {list(found.shape)}, expected {wanted_form}")
        if not np.isfinite(found).all():
            raise InputError(f"{source}: {name} holds values that are not finite numbers")
    return jax.tree_util.tree_unflatten(structure, [arrays[name] for name in wanted])


def _name(key: tuple) -> str:
    return jax.tree_util.keystr(key, simple=True, separator="/")
