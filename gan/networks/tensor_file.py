"""Trees of arrays as safetensors files with text as metadata, written atomically. Nothing is pickled."""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import jax
import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load, save

from gan.errors import InputError, require


def write_arrays(path: Path, tree: Any, metadata: dict[str, str]) -> None:
    """Writes any tree of arrays, each leaf under its path in the tree."""
    write_atomically(path, to_bytes(tree, metadata))


def to_bytes(tree: Any, metadata: dict[str, str]) -> bytes:
    """The content of a file. Each leaf is named by its path in the tree: "generator/params/Conv_0/kernel"."""
    leaves, _ = jax.tree_util.tree_flatten_with_path(tree)
    return save({_name_of(path): np.asarray(leaf) for path, leaf in leaves}, metadata)


def write_atomically(path: Path, content: bytes) -> None:
    """Writes a file so that it holds its old or its new content, whole, whenever the program ends."""
    with open_atomically(path) as file:
        file.write(content)


@contextlib.contextmanager
def open_atomically(path: Path) -> Iterator[BinaryIO]:
    """A file that gets the place and the name of `path` at the end of the block, unless that fails."""
    partial = _partial(path)
    try:
        with open(partial, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, os.path.realpath(path))
    finally:
        partial.unlink(missing_ok=True)


def _partial(path: Path) -> Path:
    """Where the content of a file is while it is written: beside the file, also where `path` is a link."""
    file = Path(os.path.realpath(path))
    return file.with_name(f".{file.name}.{os.getpid()}.part")


def check_writable(path: Path) -> None:
    """Raises InputError if no file can be written there, before hours of work go into its content."""
    try:
        is_free = path.parent.is_dir() and (path.is_file() or not path.exists())  # no device
        if is_free:
            _partial(path).touch()
            _partial(path).unlink()
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be written ({error}); choose another place") from error
    require(is_free, f"{path}: expected the name of a file in a folder that exists")


def read_arrays(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """A file's arrays by their names, and its metadata. Raises InputError if it is missing or damaged."""
    return parse_arrays(read_content(path), str(path))


def read_metadata(path: Path) -> dict[str, str]:
    """A file's metadata alone; empty if it has none, or is damaged."""
    try:
        with safe_open(path, "np") as file:
            return file.metadata() or {}
    except (SafetensorError, OSError):
        return {}


def read_content(path: Path) -> bytes:
    """The bytes of a file. Raises InputError if there is no such file, or if it may not be read."""
    try:
        if path.is_file():
            return path.read_bytes()
    except OSError as error:  # no permission; a name that is too long
        raise InputError(f"{path}: {error.strerror}") from error
    raise InputError(
        f"{path}: no such file; give a checkpoint that train.py wrote, as runs/NAME/model.safetensors"
    )


def parse_arrays(content: bytes, name: str) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The arrays in a file's content, by their names, and its metadata.

    Raises InputError, with a message that begins with `name`, if the content is damaged.
    """
    if content.startswith(b"version https://git"):
        raise InputError(f"{name}: a Git LFS pointer, not the file itself; run `git lfs pull`")
    try:
        arrays = load(content)
    except (SafetensorError, KeyError, ValueError, TypeError, OverflowError, MemoryError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise InputError(f"{name}: damaged or truncated ({reason}); fetch or train it again") from error
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])  # `load` has checked it
    return arrays, header.get("__metadata__") or {}


def restore_into(source: str, template: Any, arrays: dict[str, np.ndarray]) -> Any:
    """The arrays as a tree of the template's form.

    Args:
      source: the file that they come from, in messages.
      template: a tree of arrays, or of their shapes and types.
      arrays: by the paths of the template's leaves.
    Raises:
      InputError: an array is missing, unknown, of another shape or type, or not finite. The message names it.
    """
    leaves, structure = jax.tree_util.tree_flatten_with_path(template)
    wanted = {_name_of(path): leaf for path, leaf in leaves}
    if different := sorted(wanted.keys() ^ arrays.keys()):
        side = "lacks" if different[0] in wanted else "has an unknown"
        raise InputError(
            f"{source}: {side} array {different[0]!r}; it does not fit the recipe in its metadata"
        )
    for name, leaf in wanted.items():
        found = arrays[name]
        if found.shape != leaf.shape or found.dtype != leaf.dtype:
            wanted_form = f"{leaf.dtype} {list(leaf.shape)}"
            raise InputError(f"{source}: {name} is {found.dtype} {list(found.shape)}, expected {wanted_form}")
        if not np.isfinite(found).all():
            raise InputError(f"{source}: {name} holds values that are not finite numbers")
    return jax.tree_util.tree_unflatten(structure, [arrays[name] for name in wanted])


def _name_of(path: tuple) -> str:
    """A leaf's path in a tree, as "params/Conv_0/kernel"."""
    return jax.tree_util.keystr(path, simple=True, separator="/")
