"""A data set at a path: which format it has, and how it becomes a `Dataset`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gan.data import advice, arrays, cifar, csv_pixels, folders, idx, parquet, prepared
from gan.data.dataset import Dataset
from gan.data.files import File, list_files
from gan.data.labels import MAX_LETTERS, in_turn, number, plain, shows_too_few
from gan.data.pictures import Progress, decode_all, sample_of, treat_all
from gan.data.raw import Arrays, Listed
from gan.data.summary import summarize
from gan.data.treatment import Treatment, decide
from gan.errors import InputError, require

READERS = (idx, cifar, parquet, folders, arrays, csv_pixels)  # the first that knows its files reads them


def read_path(
    path: Path, split: str, size: int | None, polarity: str, progress: Progress | None = None
) -> Dataset:
    """The pictures of one split in a folder, a .zip or a single file, of any format in `READERS`.

    Args: as `load_dataset`.
    Raises:
      InputError: in one line that begins with the path.
    """
    try:
        files = _files_at(path)
        reader = next((reader for reader in READERS if reader.matches(files)), None)
        if reader is None:
            raise InputError(advice.nothing_to_read(files))
        training = _training_split(reader, files) if split != "train" else None
        known = None if training is None else training.values
        raw = _mixed(reader.read(files, split))
        if isinstance(raw, Arrays):
            like = None if training is None else training.images
            return finish_arrays(str(path), raw, size, polarity, known, progress, like)
        like = None if training is None else training.files
        return _finish_listed(str(path), raw, split, size, polarity, known, progress, like)
    except InputError as error:
        told = " ".join(str(error).split()).removeprefix(f"{path}: ")
        raise type(error)(f"{path}: {told}") from error


def finish_arrays(
    name: str,
    raw: Arrays,
    size: int | None,
    polarity: str,
    known: Sequence[Any] | None = None,
    progress: Progress | None = None,
    like: np.ndarray | None = None,
) -> Dataset:
    """Pictures that came as one array, made alike, and their classes numbered.

    Args:
      known: the values of the training split, whose classes count.
      like: the pictures of the training split, which decide how these are treated.
    """
    labels, class_names, kept = _number(raw.values, known, raw.names, len(raw.images))
    treatment = decide(sample_of(raw.images if like is None else like), size, polarity)
    images = raw.images if kept.all() else raw.images[kept]
    images = treat_all(_coloured(images, treatment), treatment, progress)
    remarks = [*_left_classes(kept), *treatment.remarks()]
    return Dataset(name, images, labels, class_names, summarize(images, class_names, remarks=remarks))


def _files_at(path: Path) -> list[File]:
    """The files at a path; of an IDX file, which holds pictures or labels only, those beside it too."""
    files = list_files(path)
    is_one = [file.name for file in files] == [path.name]
    return list_files(path.parent) if is_one and idx.matches(files) else files


def _mixed(raw: Arrays | Listed) -> Arrays | Listed:
    """The same pictures. In a file that is sorted by class, the classes take turns, as folders do."""
    if raw.values is None or not shows_too_few(raw.values):
        return raw
    order = in_turn(raw.values)
    if isinstance(raw, Arrays):
        return raw._replace(images=raw.images[order], values=raw.values[order])
    return raw._replace(files=[raw.files[i] for i in order], values=[raw.values[i] for i in order])


def _training_split(reader: Any, files: list[File]) -> Arrays | Listed | None:
    """The training pictures that lie beside those of another split; None if there are none to be read."""
    try:
        return _mixed(reader.read(files, "train"))
    except InputError:
        return None


def _finish_listed(
    name: str,
    listed: Listed,
    split: str,
    size: int | None,
    polarity: str,
    known: Sequence[Any] | None,
    progress: Progress | None,
    like: list[File] | None,
) -> Dataset:
    """Pictures that are still in their files: decoded, or taken as an earlier call has left them.

    Args:
      like: the files of the training split, which decide how these are treated.
    """
    classes = sorted(set(map(str, known))) if known is not None else None
    how = {"split": split, "size": size, "polarity": polarity, "classes": classes}
    key = prepared.key_of(listed.files + (like or []), how)
    if (dataset := prepared.recall(key)) is not None:
        return dataset._replace(name=name)
    decoded = decode_all(listed.files, size, polarity, progress, like)
    values = None if listed.values is None else [listed.values[i] for i in decoded.origins]
    labels, class_names, kept = _number(values, known, listed.names, len(decoded.images))
    images = decoded.images if kept.all() else decoded.images[kept]
    remarks = [*listed.remarks, *_left_classes(kept), *decoded.treatment.remarks()]
    summary = summarize(images, class_names, listed.left_out, decoded.damaged, remarks)
    dataset = Dataset(name, images, labels, class_names, summary)
    prepared.keep(key, dataset)
    return dataset


def _number(
    values: Sequence[Any] | None, known: Sequence[Any] | None, names: Mapping[Any, str], count: int
) -> tuple[np.ndarray | None, tuple[str, ...], np.ndarray]:
    """Labels int32 [n], the classes' names, and which of the `count` pictures are kept, bool [count].

    One class alone is no class. A picture of a class that the training split lacks is not kept.
    """
    everything = np.ones(count, bool)
    if values is None:
        return None, (), everything
    labels, classes = number(values, known)
    if len(classes) < 2:
        return None, (), everything
    kept = labels >= 0
    if not kept.any():
        raise InputError("no picture is of a class of the training split")
    class_names = tuple(plain(str(names.get(value, value))) for value in classes)
    longest = max(class_names, key=len)
    require(
        len(longest) <= MAX_LETTERS,
        f"the class {longest[:40]}… has a name of {len(longest):,} letters; give it at most {MAX_LETTERS}",
    )
    name, count = Counter(class_names).most_common(1)[0]
    require(count == 1, f"{count} classes are called {name}; give each a name of its own")
    return labels[kept], class_names, kept


def _left_classes(kept: np.ndarray) -> list[str]:
    count = int((~kept).sum())
    return [f"{count:,} of classes that the training split lacks are left out"] if count else []


def _coloured(images: np.ndarray, treatment: Treatment) -> np.ndarray:
    """Images [N, H, W, 1 or 3] with the channels of the treatment, so that they need no conversion."""
    if treatment.channels == 3 and images.shape[-1] == 1:
        return np.repeat(images, 3, axis=3)
    return images[..., :1] if treatment.channels == 1 and images.shape[-1] == 3 else images
