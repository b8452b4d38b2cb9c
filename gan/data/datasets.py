"""Datasets as checked uint8 arrays.

`load` is the only door: a name (the bundled MNIST, or a set that is downloaded once and cached) or
a path (a folder of IDX files, or of pictures). Everything after it sees `Dataset.images`
[N, 28, 28, channels] in 0–255, light ink on a dark ground.
"""

import gzip
import hashlib
import http.client
import math
import os
import re
import urllib.request
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import ExifTags, Image, ImageOps

from gan import cache
from gan.errors import InputError

BUNDLED = Path(__file__).parent
SIZE = 28
SPLITS = {"train": "train", "test": "t10k"}  # split -> how its files' names begin

# SHA-256 of the uncompressed files, as Yann LeCun published them.
MNIST_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


class Download(NamedTuple):
    """A dataset that is fetched once. Hashes are by the files' names without .gz."""

    home: str  # public address of the folder of .gz files
    sha256: dict[str, str]  # of the uncompressed files, wherever they come from
    md5: dict[str, str]  # of the .gz files as published, where that is all that is known of them


DOWNLOADS = {
    "fashion-mnist": Download(
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        sha256={
            "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        },
        md5={},
    ),
    "kmnist": Download(
        "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        sha256={},
        md5={
            "train-images-idx3-ubyte": "bdb82020997e1d708af4cf47b453dcf7",
            "train-labels-idx1-ubyte": "e144d726b3acfaa3e44228e80efcd344",
            "t10k-images-idx3-ubyte": "5c965bf0a639b31b8f53240b1b52f4d7",
            "t10k-labels-idx1-ubyte": "7320c461ea6c1c855c0b718fb2a4b134",
        },
    ),
}
STACKED, STACKS = "stacked-mnist", {"train": 128_000, "test": 26_000}
NAMES = ("mnist", STACKED, *DOWNLOADS)


class Dataset(NamedTuple):
    name: str  # one of `NAMES`, or a folder's full path, which `public_name` makes fit to be published
    images: np.ndarray  # uint8 [N, 28, 28, channels]; 3 in stacked-mnist, else 1
    labels: np.ndarray | None  # int32 [N], or None where there are none

    @property
    def classes(self) -> int:
        """How many classes the labels name; 0 without labels."""
        return 0 if self.labels is None else int(self.labels.max()) + 1


def load(name: str = "mnist", split: str = "train") -> Dataset:
    """The dataset of that name or at that path.

    Args:
      name: one of `NAMES`, or a folder of IDX files (gzipped or not) or of pictures. Pictures in
        sub-folders take these, in alphabetical order, as their classes.
      split: "train" or "test"; a folder of pictures has no split.
    Raises:
      InputError: naming the file that is missing, truncated, with_wrong_labels or empty, what was
        expected of it, and for a download that failed, which files to put where.
    """
    if name == "mnist":
        return _from_idx(name, BUNDLED / "mnist", split, MNIST_SHA256)
    if name == STACKED:
        return _stacked(load("mnist", split), STACKS[split])
    if name in DOWNLOADS:
        return _from_idx(name, _download(name, split), split, DOWNLOADS[name].sha256)
    folder = Path(canonical_name(name))
    if any(folder.glob("*-ubyte*")):
        return _from_idx(str(folder), folder, split, {})
    return _from_pictures(folder)


def canonical_name(name: str) -> str:
    """A name as it is, a folder as its full path. Raises InputError for anything else."""
    if name in NAMES:
        return name
    try:
        if Path(name).is_dir():
            return str(Path(name).resolve())
    except (OSError, ValueError):  # too long for a path; a NUL in it
        pass
    raise InputError(f"dataset {name[:200]!r} is neither one of {', '.join(NAMES)} nor a folder")


def public_name(name: str) -> str:
    """A dataset's name as others may see it: of a folder only the last part of its path.

    A folder that is called like one of `NAMES` is told apart from that dataset.
    """
    if name in NAMES:
        return name
    last = re.split(r"[\\/]", name.rstrip("\\/"))[-1]
    return f"folder {last}" if last in NAMES else last


def _stacked(mnist: Dataset, count: int) -> Dataset:
    """Stacks of three digits, as red, green and blue: 1000 modes that can be counted.

    Drawn once, with replacement, and always the same: VEEGAN's protocol, arXiv 1705.07761 §4.1.
    The labels, 0…999, are left out: the benchmark is to find the modes unaided.
    """
    chosen = np.random.Generator(np.random.PCG64(0)).integers(len(mnist.images), size=(count, 3))
    images = np.empty((count, SIZE, SIZE, 3), np.uint8)
    for channel in range(3):
        images[..., channel] = mnist.images[chosen[:, channel], :, :, 0]
    return Dataset(STACKED, images, None)


# --- IDX files -----------------------------------------------------------------------------------


def _from_idx(name: str, folder: Path, split: str, sha256: dict[str, str]) -> Dataset:
    prefix = SPLITS[split]
    images = _read_idx(folder, f"{prefix}-images-idx3-ubyte", 3, sha256)
    if images.shape[1:] != (SIZE, SIZE):
        found = "×".join(map(str, images.shape[1:]))
        raise InputError(f"{folder}: {prefix}-images-idx3-ubyte holds pictures of {found}, expected 28×28")
    labels = _read_idx(folder, f"{prefix}-labels-idx1-ubyte", 1, sha256)
    if len(labels) != len(images):
        raise InputError(f"{folder}: {len(images)} pictures but {len(labels)} labels; the two must match")
    return Dataset(name, images[..., None], labels.astype(np.int32))


def _read_idx(folder: Path, stem: str, rank: int, sha256: dict[str, str]) -> np.ndarray:
    """One uint8 IDX file: 0, 0, type 8, rank, then big-endian sizes, then the bytes."""
    path = next((p for p in (folder / stem, folder / f"{stem}.gz") if p.is_file()), None)
    if path is None:
        raise InputError(f"{folder}: no {stem}.gz (or {stem})")
    raw = _read_bytes(path)
    if raw and stem in sha256 and hashlib.sha256(raw).hexdigest() != sha256[stem]:
        raise InputError(f"{path}: not the published file (its SHA-256 differs); put that in its place")
    if not raw:
        raise InputError(f"{path}: the file is empty, expected IDX data")
    if raw[:4] != bytes([0, 0, 8, rank]):
        raise InputError(
            f"{path}: begins with {raw[:4].hex(' ')}, expected an IDX header 00 00 08 {rank:02x}"
        )
    header = 4 + 4 * rank
    shape = tuple(np.frombuffer(raw[4:header].ljust(4 * rank, b"\0"), ">u4").tolist())
    promised = header + math.prod(shape)
    if len(raw) != promised:
        raise InputError(
            f"{path}: {len(raw)} bytes, but its header promises {promised}; it is truncated or mislabelled"
        )
    if shape[0] == 0:
        raise InputError(f"{path}: holds no entries, expected at least one")
    return np.frombuffer(raw, np.uint8, offset=header).reshape(shape)


def _read_bytes(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(f"{path}: not a complete gzip file ({error}); fetch it again") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


# --- Downloads -----------------------------------------------------------------------------------


def _download(name: str, split: str) -> Path:
    """The folder with the files of that split, fetched where they are not there yet.

    Whoever has the files may put them there, gzipped by whatever program or not at all.
    """
    download, folder = DOWNLOADS[name], cache.folder() / name
    for stem in (stem for stem in MNIST_SHA256 if stem.startswith(SPLITS[split])):
        url, path = f"{download.home}{stem}.gz", folder / f"{stem}.gz"
        try:
            if not path.exists() and not (folder / stem).exists():
                _fetch(url, path, download.md5.get(stem), download.sha256.get(stem))
        except (OSError, EOFError, ValueError, zlib.error, http.client.HTTPException) as error:
            wanted = ", ".join(f"{stem}.gz" for stem in MNIST_SHA256)
            raise InputError(
                f"cannot download {url} ({error}); put {wanted} (or the same without .gz) into {folder} "
                "and try again"
            ) from error
    return folder


def _fetch(url: str, path: Path, md5: str | None, sha256: str | None) -> None:
    """Downloads a .gz file; a broken or a wrong one never has the final name.

    Args:
      md5: that the file must have, if it is known.
      sha256: that its uncompressed content must have, if it is known.
    """
    with urllib.request.urlopen(url, timeout=20) as response:
        content = response.read()
    unpacked = gzip.decompress(content)
    if md5 not in (None, hashlib.md5(content).hexdigest()) or sha256 not in (
        None,
        hashlib.sha256(unpacked).hexdigest(),
    ):
        raise ValueError("what came is not the published file")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(content)
    partial.replace(path)


# --- Pictures ------------------------------------------------------------------------------------


def _from_pictures(folder: Path) -> Dataset:
    readable = {ending for ending, kind in Image.registered_extensions().items() if kind in Image.OPEN}
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix.lower() in readable
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
    if not paths:
        raise InputError(f"{folder}: no IDX files and no pictures that Pillow can read")
    images = np.stack([_read_picture(path) for path in paths])  # [N, 28, 28]
    # MNIST is light ink on a dark ground. A picture's border says which it is; one with a grey
    # border goes with the others.
    border = np.median([_edge(image) for image in images], axis=1)  # [N]
    ground = np.where(np.abs(border - 127.5) < 40, np.median(border), border)
    images = np.where(ground[:, None, None] > 127, 255 - images, images)
    groups = [path.relative_to(folder).parts[0] if path.parent != folder else "" for path in paths]
    names = sorted(set(groups))
    labels = None
    if len(names) > 1 and "" not in names:
        labels = np.array([names.index(group) for group in groups], np.int32)
    return Dataset(str(folder), images[..., None], labels)


def _read_picture(path: Path) -> np.ndarray:
    """A picture as uint8 [28, 28]: grey, whole, in proportion, padded with its own ground."""
    try:
        with Image.open(path) as picture:
            rgba = _to_8_bits(_upright(picture)).convert("RGBA")
    except Exception as error:  # Pillow's many readers raise whatever a damaged file leads them to
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path}: Pillow cannot read it ({reason}); expected a picture") from error
    alpha, luminance = np.asarray(rgba.getchannel("A")), np.asarray(rgba.convert("L"))
    ink = luminance[alpha > 127]
    light_ink = alpha.min() < 255 and ink.size > 0 and ink.mean() > 127
    ground = Image.new("RGBA", rgba.size, "black" if light_ink else "white")
    grey = Image.alpha_composite(ground, rgba).convert("L")
    scale = SIZE / max(grey.size)
    width, height = (max(1, round(scale * side)) for side in grey.size)
    fitted = Image.new("L", (SIZE, SIZE), int(np.median(_edge(np.asarray(grey)))))
    small = grey.resize((width, height), Image.Resampling.LANCZOS)
    fitted.paste(small, ((SIZE - width) // 2, (SIZE - height) // 2))
    return np.asarray(fitted)


def _upright(picture: Image.Image) -> Image.Image:
    """The picture turned as its EXIF says, or as it is where that cannot be read."""
    plain = picture.copy()  # which reads the pixels: what is wrong with those is not hidden here
    plain.info = {name: value for name, value in picture.info.items() if name == "transparency"}
    try:
        orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
        plain.getexif()[ExifTags.Base.Orientation] = int(orientation)
    except Exception:  # a damaged block makes Pillow raise a dozen kinds of error
        return plain
    return ImageOps.exif_transpose(plain)  # of this one tag: the others may be damaged


def _edge(picture: np.ndarray) -> np.ndarray:
    """The pixels of the outermost rows and columns of [H, W]."""
    return np.concatenate([picture[[0, -1]].ravel(), picture[:, [0, -1]].ravel()])


def _to_8_bits(picture: Image.Image) -> Image.Image:
    """Greys of 16 or 32 bits, which Pillow would cut off at 255, scaled to 0–255."""
    if not picture.mode.startswith(("I", "F")):
        return picture
    wide = np.asarray(picture, np.float64).clip(0)
    return Image.fromarray((wide * (255 / max(wide.max(), 1))).astype(np.uint8))
