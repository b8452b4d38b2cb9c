"""IDX files, the format that MNIST is published in (Y. LeCun, "The MNIST database")."""

import gzip
import hashlib
import math
import zlib
from pathlib import Path

import numpy as np

from gan.data import IMAGE_SIZE
from gan.errors import InputError

# Each split's files, of images and of labels, by their names without .gz.
FILE_STEMS = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


def is_idx_folder(folder: Path) -> bool:
    """Whether a folder holds at least one file that is named like an IDX file."""
    return any(folder.glob("*-ubyte*"))


def read_idx_folder(folder: Path, split: str, sha256: dict[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """The images and the labels of one split.

    Args:
      folder: holds the files of `FILE_STEMS`, each gzipped or not.
      split: "train" or "test".
      sha256: the hash that the uncompressed content of a file must have, by the file's name without .gz;
        a file that is not named here is not checked against a hash.
    Returns:
      images uint8 [N, 28, 28, 1] in 0–255, and labels int32 [N].
    Raises:
      InputError: a file is missing, damaged or of another form. The message names the file.
    """
    images_stem, labels_stem = FILE_STEMS[split]
    images = _read_file(folder, images_stem, 3, sha256)  # [N, H, W]
    if images.shape[1:] != (IMAGE_SIZE, IMAGE_SIZE):
        found = "×".join(map(str, images.shape[1:]))
        raise InputError(f"{folder}: {images_stem} holds pictures of {found}, expected 28×28")
    labels = _read_file(folder, labels_stem, 1, sha256)  # [N]
    if len(labels) != len(images):
        raise InputError(f"{folder}: {len(images)} pictures but {len(labels)} labels; the two must match")
    return images[..., None], labels.astype(np.int32)


def to_idx(array: np.ndarray) -> bytes:
    """The content of an IDX file, not compressed, of an array of uint8 with any number of axes."""
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + array.astype(np.uint8, copy=False).tobytes()


def _read_file(folder: Path, stem: str, rank: int, sha256: dict[str, str]) -> np.ndarray:
    """The array of one IDX file: uint8, with `rank` axes.

    Such a file begins with the bytes 0, 0, 8 (for uint8) and the rank. Then comes the size of each axis,
    as a big-endian number of 4 bytes, and then the array's bytes in row-major order.
    """
    path = next((path for path in (folder / stem, folder / f"{stem}.gz") if path.is_file()), None)
    if path is None:
        raise InputError(f"{folder}: no {stem}.gz (or {stem})")
    content = _read_bytes(path)
    if not content:
        raise InputError(f"{path}: the file is empty, expected IDX data")
    if stem in sha256 and hashlib.sha256(content).hexdigest() != sha256[stem]:
        raise InputError(f"{path}: not the published file (its SHA-256 differs); put that in its place")
    if content[:4] != bytes([0, 0, 8, rank]):
        raise InputError(
            f"{path}: begins with {content[:4].hex(' ')}, expected an IDX header 00 00 08 {rank:02x}"
        )
    header_bytes = 4 + 4 * rank
    shape = tuple(np.frombuffer(content[4:header_bytes].ljust(4 * rank, b"\0"), ">u4").tolist())
    promised_bytes = header_bytes + math.prod(shape)
    if len(content) != promised_bytes:
        raise InputError(
            f"{path}: {len(content)} bytes, but its header promises {promised_bytes}; "
            "it is truncated or mislabelled"
        )
    if shape[0] == 0:
        raise InputError(f"{path}: holds no entries, expected at least one")
    return np.frombuffer(content, np.uint8, offset=header_bytes).reshape(shape)


def _read_bytes(path: Path) -> bytes:
    """A file's content, uncompressed if its name ends with .gz."""
    try:
        return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(f"{path}: not a complete gzip file ({error}); fetch it again") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
