"""IDX files, the format that MNIST is published in (Y. LeCun, "The MNIST database").

They are found under every name that MNIST and its relatives go by: train-images-idx3-ubyte,
train-images.idx3-ubyte, emnist-letters-train-images-idx3-ubyte; gzipped or not, at any depth (torchvision's
MNIST/raw), and in folders of their own name, as 7-Zip unpacks them.
"""

import hashlib
import math
import re
from collections.abc import Mapping

import numpy as np

from gan.data.files import GZIP_MAGIC, File, content_of, gunzip
from gan.data.known_classes import CLASS_NAMES
from gan.data.raw import NO_NAMES, Arrays
from gan.data.splits import NoSplit, choose, split_of
from gan.errors import InputError

# Each split's files, of images and of labels, by their names without .gz.
FILE_STEMS = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
# SHA-256 of uncompressed files of labels: a folder of them says so what its classes are called.
LABELS_SHA256 = {
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5": "mnist",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2": "mnist",
    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9": "fashion-mnist",
    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34": "fashion-mnist",
}
_NAME = re.compile(
    r"(?:(?P<set>.*?)[-_.])?(?P<split>train|t10k|test|val|valid|validation)[-_.](?P<kind>images|labels)"
    r"[-_.](?:idx\d(?:[-_.]ubyte)?|ubyte|idx)(?:\.gz)?",
    re.IGNORECASE,
)


def matches(files: list[File]) -> bool:
    """Whether one of the files is named like an IDX file."""
    return any(_NAME.fullmatch(file.parts[-1]) for file in files)


def read(
    files: list[File], split: str, only: str | None = None, sha256: Mapping[str, str] = NO_NAMES
) -> Arrays:
    """The images and the labels of one split; the labels may be missing.

    Args:
      only: the set, as "emnist-letters", where the files of several lie together.
      sha256: the hash that the uncompressed content of a file must have, by its name in `FILE_STEMS`;
        a file that is not named here is not checked against a hash.
    Raises:
      InputError: a file is missing, damaged or of another form, or it is not clear which is meant. The
        message names the file.
    """
    found = [(file, match) for file in files if (match := _NAME.fullmatch(file.parts[-1]))]
    found = [(file, match) for file, match in found if only is None or _set_of(match) == only]
    sets = sorted({_set_of(match) for _, match in found})
    if len(sets) > 1:
        names = ", ".join(name or "one without a prefix" for name in sets)
        raise InputError(f"several sets lie here together ({names}); put the files of one into a folder")
    here = {kind: [] for kind in ("images", "labels")}
    images_of = {split_of(match["split"]) for _, match in found if match["kind"].lower() == "images"}
    wanted = _choose_or_name(images_of, split)
    for file, match in found:
        if split_of(match["split"]) == wanted:
            here[match["kind"].lower()].append(file)
    stems = FILE_STEMS["train" if wanted == "train" else "test"]
    if not here["images"]:
        raise InputError(f"no {stems[0]}.gz (or {stems[0]})")
    images = _parse(*_content(here["images"]), (3, 4), sha256.get(stems[0]))  # [N, H, W] or [N, H, W, C]
    images = images[..., None] if images.ndim == 3 else images
    if images.shape[-1] not in (1, 3):
        raise InputError(f"{here['images'][0].name}: {images.shape[-1]} channels, expected 1 or 3")
    is_emnist = sets[0].startswith("emnist")
    images = images.swapaxes(1, 2) if is_emnist else images  # which is published turned about its diagonal
    if not here["labels"]:
        return Arrays(images)
    name, content = _content(here["labels"])
    values = _parse(name, content, (1,), sha256.get(stems[1]))  # [N]
    if len(values) != len(images):
        raise InputError(f"{len(images)} pictures but {len(values)} labels; the two must match")
    known = LABELS_SHA256.get(hashlib.sha256(content).hexdigest(), sets[0])
    return Arrays(images, values.astype(np.int32), CLASS_NAMES.get(known, NO_NAMES))


def has(files: list[File], split: str, only: str | None = None) -> bool:
    """Whether the images and the labels of a split are there. For `only`, see `read`."""
    found = [match for file in files if (match := _NAME.fullmatch(file.parts[-1]))]
    there = {match["kind"].lower() for match in found
             if split_of(match["split"]) == split and only in (None, _set_of(match))}  # fmt: skip
    return there == {"images", "labels"}


def _choose_or_name(available: set[str | None], split: str) -> str | None:
    """The split to read. Raises NoSplit, with the name of the file that is missing."""
    try:
        return choose(available or {"no other"}, split)
    except NoSplit:
        stem = FILE_STEMS["train" if split == "train" else "test"][0]
        raise NoSplit(f"no {stem}.gz (or {stem})") from None


def to_idx(array: np.ndarray) -> bytes:
    """The content of an IDX file, not compressed, of an array of uint8 with any number of axes."""
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + array.astype(np.uint8, copy=False).tobytes()


def _set_of(match: re.Match) -> str:
    return (match["set"] or "").lower().replace("_", "-")


def _content(files: list[File]) -> tuple[str, bytes]:
    """The name and the uncompressed content of a file, of which there may be equal copies."""
    contents = {_unpacked(file): file.name for file in files}
    if len(contents) > 1:
        raise InputError(f"{' and '.join(sorted(contents.values()))} differ; name the folder of one of them")
    return next((name, content) for content, name in contents.items())


def _parse(name: str, content: bytes, ranks: tuple[int, ...], sha256: str | None) -> np.ndarray:
    """The array of one IDX file: uint8, with a number of axes that is one of `ranks`.

    Such a file begins with the bytes 0, 0, 8 (for uint8) and the rank. Then comes the size of each axis,
    as a big-endian number of 4 bytes, and then the array's bytes in row-major order.
    """
    if not content:
        raise InputError(f"{name}: the file is empty, expected IDX data")
    if sha256 and hashlib.sha256(content).hexdigest() != sha256:
        raise InputError(f"{name}: not the published file (its SHA-256 differs); put that in its place")
    if content[:3] != bytes([0, 0, 8]) or content[3:4] not in map(bytes, ([rank] for rank in ranks)):
        raise InputError(
            f"{name}: begins with {content[:4].hex(' ')}, expected an IDX header 00 00 08 {ranks[0]:02x}"
        )
    rank = content[3]
    header_bytes = 4 + 4 * rank
    shape = tuple(np.frombuffer(content[4:header_bytes].ljust(4 * rank, b"\0"), ">u4").tolist())
    promised_bytes = header_bytes + math.prod(shape)
    if len(content) != promised_bytes:
        raise InputError(
            f"{name}: {len(content)} bytes, but its header promises {promised_bytes}; "
            "it is truncated or mislabelled"
        )
    if math.prod(shape) == 0:
        raise InputError(f"{name}: holds no entries, expected at least one")
    return np.frombuffer(content, np.uint8, offset=header_bytes).reshape(shape)


def _unpacked(file: File) -> bytes:
    """A file's content; unpacked if it is gzipped, which a name with or without .gz does not always tell."""
    content = content_of(file)
    is_named_so = file.ending == ".gz" and content[:2] != b"\0\0"
    return gunzip(file.name, content) if is_named_so or content[:2] == GZIP_MAGIC else content
