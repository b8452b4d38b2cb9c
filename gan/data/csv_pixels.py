"""Tables of pixels, as Kaggle's train.csv: a row is a label and the pixels of one square picture."""

import codecs
import io
import math
import re
from typing import NamedTuple

import numpy as np

from gan.data.arrays import to_pictures
from gan.data.files import GZIP_MAGIC, File, content_of, gunzip
from gan.data.raw import Arrays
from gan.data.splits import choose, split_of
from gan.errors import InputError

LABELS = {"label", "labels", "class", "target", "y", "digit", "character", "letter"}
NUMBERS_OF_ROWS = {"", "id", "index", "imageid", "unnamed: 0"}
MIN_SIDE = 8  # pixels; a table with fewer columns is of something else
_ENDING = re.compile(r"\.csv(\.gz)?", re.IGNORECASE)
_WHOLE_NUMBER = re.compile(r"[0-9]{1,18}")  # longer ones, and what else Unicode calls a digit, are texts


class Columns(NamedTuple):
    """Where in a row the label and the pixels stand."""

    pixels: list[int]
    label: int | None
    has_header: bool
    separator: str


def matches(files: list[File]) -> bool:
    """Whether there is a table of pixels. Raises InputError, which names the file, if one cannot be read."""
    return any(_ENDING.search(file.name) and _columns(_content(file)) for file in files)


def read(files: list[File], split: str) -> Arrays:
    """The pictures of one split, with their labels if there is a column of them.

    Raises:
      InputError: it is not clear which table is meant, it cannot be read, it has no rows, or a cell is no
        number. The message names the file.
    """
    tables = [(file, columns) for file in files
              if _ENDING.search(file.name) and (columns := _columns(_content(file)))]  # fmt: skip
    wanted = choose({split_of(file.parts[-1]) for file, _ in tables}, split)
    tables = [(file, columns) for file, columns in tables if split_of(file.parts[-1]) == wanted]
    if len(tables) > 1:
        raise InputError(f"pixels in {' and '.join(file.name for file, _ in tables)}; name one of them")
    file, columns = tables[0]
    content = _content(file)
    if columns.has_header and b"\n" not in content.strip():
        raise InputError(f"{file.name}: no row of pixels below its header")
    try:
        pixels = _load(content, columns, columns.pixels, np.float32)  # [N, pixels]
        values = None if columns.label is None else _load(content, columns, [columns.label], str)[:, 0]
    except ValueError as error:
        told = "a cell is no number, or a row is shorter than the first"
        raise InputError(f"{file.name}: {told} ({str(error).rstrip('.')})") from error
    images = to_pictures(pixels, file.name)
    images = images.swapaxes(1, 2) if "emnist" in file.name.lower() else images
    if values is not None and all(map(_WHOLE_NUMBER.fullmatch, values.tolist())):
        values = values.astype(np.int64)
    return Arrays(images, values)


def _content(file: File) -> bytes:
    """The table in UTF-8, unpacked, from its first row on. Raises InputError if it cannot be read."""
    content = content_of(file)
    content = gunzip(file.name, content) if content[:2] == GZIP_MAGIC else content
    is_utf16 = content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # as a spreadsheet may save it
    content = content.decode("utf-16", "replace").encode() if is_utf16 else content
    return content.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")


def _columns(content: bytes) -> Columns | None:
    """What the first row says of the columns; None if they are no pixels of a square picture."""
    first = content[: content.find(b"\n") + 1 or None].decode(errors="replace").strip()
    separator = max(",;\t", key=first.count)  # where a comma stands before decimals, tables are cut by ;
    cells = [cell.strip().strip('"').lower() for cell in first.split(separator)]
    has_header = not all(re.fullmatch(r"-?\d+(\.\d*)?", cell) for cell in cells)
    label, others = None, list(range(len(cells)))
    if has_header:
        others = [i for i in others if cells[i] not in NUMBERS_OF_ROWS]
        label = next((i for i in others if cells[i] in LABELS), None)
    elif not _is_picture(len(cells)) and _is_picture(len(cells) - 1):
        label = 0
    pixels = [i for i in others if i != label]
    return Columns(pixels, label, has_header, separator) if _is_picture(len(pixels)) else None


def _is_picture(count: int) -> bool:
    sides = [(planes, math.isqrt(count // planes)) for planes in (1, 3)]
    return any(side >= MIN_SIDE and planes * side * side == count for planes, side in sides)


def _load(content: bytes, columns: Columns, wanted: list[int], kind: type) -> np.ndarray:
    text, skipped = io.StringIO(content.decode()), int(columns.has_header)
    how = {"delimiter": columns.separator, "skiprows": skipped, "ndmin": 2, "quotechar": '"'}
    return np.loadtxt(text, kind, usecols=wanted, **how)
