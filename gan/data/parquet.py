"""Hugging Face's folders of .parquet: a row holds the bytes of a picture and its label. Needs pyarrow."""

import importlib.util
import json
import math
from collections.abc import Mapping
from typing import Any

from gan.data.files import File, memory_file, stream
from gan.data.raw import NO_NAMES, Listed
from gan.data.splits import choose, split_of
from gan.errors import InputError, require

LABEL_COLUMNS = ("label", "labels", "fine_label", "class", "target")


def matches(files: list[File]) -> bool:
    """Whether there is a .parquet file."""
    return any(file.ending == ".parquet" for file in files)


def read(files: list[File], split: str) -> Listed:
    """The pictures of one split, still to be decoded, and their classes.

    Raises:
      InputError: pyarrow is not installed, a file holds no column of pictures, or a picture has no class or
        several where others have one.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise InputError("a .parquet is read where pyarrow is installed: pip install pyarrow")
    shards = [file for file in files if file.ending == ".parquet"]
    wanted = choose({split_of(file.parts[-1]) for file in shards}, split)
    found, values, names = [], [], NO_NAMES
    for file in shards:
        if split_of(file.parts[-1]) == wanted:
            pictures, labels, names = _read_shard(file)
            found += pictures
            values += labels
    require(len(values) in (0, len(found)), "some files have a column of labels and others have none")
    return Listed(found, values or None, names)


def _read_shard(file: File) -> tuple[list[File], list[Any], Mapping[Any, str]]:
    """The pictures of one file, their labels (none where there is no such column) and the labels' names."""
    from pyarrow import ArrowException, parquet

    try:
        table = parquet.read_table(stream(file))
    except (ArrowException, OSError) as error:
        raise InputError(f"{file.name}: pyarrow cannot read it ({error})") from error
    rows = {name: table.column(name).to_pylist() for name in table.column_names}
    image = next((name for name in rows if _holds_pictures(rows[name])), None)
    if image is None:
        raise InputError(f"{file.name}: no column of pictures, only {', '.join(rows)}")
    label = next((name for name in LABEL_COLUMNS if name in rows), None)
    pictures = [memory_file(f"{file.name}, row {i}", _bytes(cell)) for i, cell in enumerate(rows[image])]
    labels = rows[label] if label else []
    for i, value in enumerate(labels):
        is_class = isinstance(value, int | str) or (isinstance(value, float) and math.isfinite(value))
        told = "null" if value is None else str(value)[:40]
        require(is_class, f"{file.name}, row {i}: {label} is {told}, expected one number or one text")
    return pictures, labels, _class_names(table.schema.metadata or {}, label)


def _holds_pictures(cells: list[Any]) -> bool:
    return bool(cells) and isinstance(cells[0], bytes | dict) and bool(_bytes(cells[0]))


def _bytes(cell: Any) -> bytes:
    """The content of a picture, which is the cell itself or stands in it beside the file's name."""
    content = cell.get("bytes") if isinstance(cell, dict) else cell
    return content if isinstance(content, bytes) else b""


def _class_names(metadata: Mapping[bytes, bytes], label: str | None) -> Mapping[Any, str]:
    """The names of the classes as the library "datasets" writes them into a table's metadata."""
    try:
        features = json.loads(metadata[b"huggingface"])["info"]["features"]
        return dict(enumerate(map(str, features[label]["names"])))
    except (KeyError, ValueError, TypeError):
        return NO_NAMES
