"""NumPy's .npz and .npy: pictures and labels under the names that people give them."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from gan.data.files import File, stream
from gan.data.levels import to_levels
from gan.data.raw import NO_NAMES, Arrays
from gan.data.splits import choose, split_of, words
from gan.errors import InputError

IMAGE_WORDS = {"x", "images", "image", "imgs", "img", "pictures", "data", "features", "inputs", "pixels"}
LABEL_WORDS = {"y", "labels", "label", "lbls", "targets", "target"}
CLASS_NAME_KEYS = {"class_names", "classes", "label_names", "names", "categories"}
_DRAWN_BY = re.compile(r"^(full_numpy_bitmap_|quickdraw_)")  # how Quick, Draw! names its files


class Found(NamedTuple):
    """An array of a file, and what its names say of it."""

    name: str  # its own, or that of its file where it has none
    role: str  # "images", "labels", or "" where no name tells
    split: str | None
    array: np.ndarray


def matches(files: list[File]) -> bool:
    """Whether there is a file of arrays."""
    return any(file.ending in (".npz", ".npy") for file in files)


def read(files: list[File], split: str) -> Arrays:
    """The pictures of one split, with their labels if there are any.

    Several arrays whose names speak neither of images nor of labels are classes, as Quick, Draw! has them.
    Raises:
      InputError: there are none, or several that may be meant, or they are of another form.
    """
    found = [each for file in files if file.ending in (".npz", ".npy") for each in _arrays(file)]
    names = next((_names(each) for each in found if each.name in CLASS_NAME_KEYS), NO_NAMES)
    found = [each for each in found if each.name not in CLASS_NAME_KEYS]
    images = [each for each in found if each.role == "images"]
    if not images:  # no name tells: the shapes do
        images = [each for each in found if each.role == "" and each.array.ndim >= 2]
    if not images:
        listed = ", ".join(f"{each.name} {list(each.array.shape)}" for each in found)
        only = f", only {listed}; call it" if listed else "; save them as"
        raise InputError(f"no array of pictures{only} images or x_train")
    wanted = choose({each.split for each in images}, split)
    images = [each for each in images if each.split == wanted]
    if len(images) > 1:
        return _classes(images)
    pictures = to_pictures(images[0].array, images[0].name)
    labels = [each for each in found if each.role == "labels" and each.split == wanted]
    if len(labels) > 1:
        raise InputError(f"labels in {' and '.join(each.name for each in labels)}; leave one of them")
    if not labels:
        return Arrays(pictures)
    return Arrays(pictures, _values(labels[0], len(pictures)), names)


def to_pictures(array: np.ndarray, name: str) -> np.ndarray:
    """An array of pictures of any usual shape and type as uint8 [N, H, W, 1 or 3].

    A row of numbers is a square picture, grey or of three planes, one after the other. Raises InputError.
    """
    shape = array.shape
    if array.ndim == 2:
        side, planes = round(shape[1] ** 0.5), round((shape[1] / 3) ** 0.5)
        if side * side == shape[1]:
            array = array.reshape(-1, side, side, 1)
        elif 3 * planes * planes == shape[1]:
            array = array.reshape(-1, 3, planes, planes).transpose(0, 2, 3, 1)
    elif array.ndim == 3:
        array = array[..., None]
    elif array.ndim == 4 and shape[-1] not in (1, 3) and shape[1] in (1, 3):
        array = array.transpose(0, 2, 3, 1)
    if array.ndim != 4 or array.shape[-1] not in (1, 3) or min(array.shape[1:3]) < 4 or not len(array):
        found = "×".join(map(str, shape))
        raise InputError(f"{name}: an array of {found}, expected pictures, as N×28×28 or N×32×32×3")
    return to_levels(array, name)


def _arrays(file: File) -> list[Found]:
    stem = file.parts[-1].rsplit(".", 1)[0]
    try:
        loaded = np.load(stream(file), allow_pickle=False)
        arrays = {stem: loaded} if isinstance(loaded, np.ndarray) else {key: loaded[key] for key in loaded}
    except ValueError as error:
        if "pickle" not in str(error):
            raise InputError(f"{file.name}: NumPy cannot read it ({error})") from error
        told = "an array of Python objects, which may run any code; save plain ones, as array.astype(str)"
        raise InputError(f"{file.name}: {told}") from error
    except Exception as error:  # NumPy and zipfile raise many kinds for damaged files
        raise InputError(f"{file.name}: NumPy cannot read it ({error})") from error
    return [_describe(key, stem, array) for key, array in arrays.items()]


def _describe(key: str, stem: str, array: np.ndarray) -> Found:
    """What its own name says of an array, and where that says nothing the file's name."""
    name = stem if re.fullmatch(r"arr_\d+", key) else key
    roles = (_role(name) or _role(stem)) if name != stem else _role(name)
    return Found(name, roles, split_of(name) or split_of(stem), array)


def _role(name: str) -> str:
    said = set(words(name))
    return "labels" if said & LABEL_WORDS else "images" if said & IMAGE_WORDS else ""


def _classes(found: list[Found]) -> Arrays:
    """Several arrays of pictures, each of them a class that is called like it."""
    if any(each.role for each in found):
        raise InputError(f"pictures in {' and '.join(each.name for each in found)}; leave one of them")
    pictures = [to_pictures(each.array, each.name) for each in found]
    shapes = {each.shape[1:] for each in pictures}
    if len(shapes) > 1:
        raise InputError(f"{', '.join(each.name for each in found)}: pictures of several sizes")
    names = [_DRAWN_BY.sub("", each.name) for each in found]
    values = [name for name, each in zip(names, pictures, strict=True) for _ in range(len(each))]
    return Arrays(np.concatenate(pictures), np.array(values))


def _values(labels: Found, count: int) -> np.ndarray:
    """Labels of any usual form, [N], [N, 1] or one-hot [N, K], as [N] whole numbers or texts."""
    array = labels.array
    if array.ndim == 2 and array.shape[1] > 1 and array.dtype.kind in "biuf":
        if not (array.sum(axis=1) == 1).all():
            raise InputError(f"{labels.name}: several labels for a picture, expected one")
        array = array.argmax(axis=1)
    array = array.reshape(len(array), -1)[:, 0] if array.ndim == 2 else array
    if array.ndim != 1 or len(array) != count:
        found = "×".join(map(str, array.shape))
        raise InputError(f"{count:,} pictures, but {found} numbers in {labels.name}; the two must match")
    if array.dtype.kind in "SU":
        return _texts(array, labels.name)
    fits = array.dtype.kind in "biuf" and (np.abs(array) < 2.0**63).all()  # infinity does not, nor NaN
    if not fits or not (array == np.round(array)).all():
        raise InputError(f"{labels.name}: of type {array.dtype}, expected whole numbers of 64 bits, or texts")
    return array.astype(np.int64)


def _names(found: Found) -> Mapping[Any, str]:
    if found.array.ndim != 1 or found.array.dtype.kind not in "SU":
        return NO_NAMES
    return dict(enumerate(_texts(found.array, found.name).tolist()))


def _texts(array: np.ndarray, name: str) -> np.ndarray:
    """An array of texts, or of their bytes, as texts. Raises InputError."""
    try:
        return np.char.decode(array, "utf-8") if array.dtype.kind == "S" else array
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: texts that are not in UTF-8; save them as str, not as bytes") from error
