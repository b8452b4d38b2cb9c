"""Trees of arrays as safetensors files (never pickle), with texts as metadata, written atomically."""

import json
import os
from pathlib import Path
from typing import Any

import jax
import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from gan.errors import InputError


def write_arrays(path: Path, tree: Any, metadata: dict[str, str]) -> None:
    """Any tree of arrays, by the path of each leaf."""
    write_atomically(path, to_bytes(tree, metadata))


def to_bytes(tree: Any, metadata: dict[str, str]) -> bytes:
    """The content of a file: each leaf of the tree under its path, as "generator/params/Conv_0/kernel"."""
    leaves, _ = jax.tree_util.tree_flatten_with_path(tree)
    return save({_path(key): np.asarray(leaf) for key, leaf in leaves}, metadata)


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


def read_arrays(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Arrays and metadata. Raises InputError if the file is missing or damaged."""
    return parse_arrays(read_content(path), str(path))


def read_content(path: Path) -> bytes:
    """Raises InputError if there is no such file, or none that may be read."""
    if not path.is_file():
        raise InputError(
            f"{path}: no such file; give a checkpoint that train.py wrote, as runs/NAME/model.safetensors"
        )
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error


def parse_arrays(content: bytes, name: str) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Arrays and metadata of a file's content. Raises InputError, beginning with `name`, if it is damaged."""
    if content.startswith(b"version https://git"):
        raise InputError(f"{name}: a Git LFS pointer, not the file itself; run `git lfs pull`")
    try:
        arrays = load(content)
    except (SafetensorError, KeyError, ValueError, TypeError, OverflowError, MemoryError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]  # or NumPy lacks such a type or shape
        raise InputError(f"{name}: damaged or truncated ({reason}); fetch or train it again") from error
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])  # `load` has checked it
    return arrays, header.get("__metadata__") or {}


def fill(source: str, template: Any, arrays: dict[str, np.ndarray]) -> Any:
    """The tree of the template's form. Raises InputError, naming the array that does not fit."""
    leaves, structure = jax.tree_util.tree_flatten_with_path(template)
    wanted = {_path(key): leaf for key, leaf in leaves}
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


def _path(key: tuple) -> str:
    return jax.tree_util.keystr(key, simple=True, separator="/")
