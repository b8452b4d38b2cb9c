"""Which data a run was trained on, and where they lie, so that it can go on with the same pictures."""

import json
from collections.abc import Mapping
from pathlib import Path

from gan.config import Recipe
from gan.data import datasets
from gan.data.held_out import hold_out, split_training
from gan.data.pictures import Progress
from gan.errors import InputError, require
from gan.networks import class_names
from gan.training import few_pictures

# The data set of a run in a web page on a visitor's own pictures. The page keeps no fingerprint:
# browsers decode and fit pictures a little otherwise than Python. That they are the same is believed.
OWN = "own pictures"
HELD_OUT = "held_out"  # in the metadata of what has not learned from the validation pictures: "validation"
SEEN = "seen"  # in the metadata of what began with a model: all data that such models learned from, as JSON
LOCAL = "local.json"  # in a run's folder: {"dataset": the full path of the data it is trained on}


def find_data(
    wish: str | None, out: Path, metadata: dict[str, str], progress: Progress | None
) -> datasets.Dataset:
    """The data that the run in `out` was trained on, from where `wish`, or else its own files, say it lies.

    Args:
      metadata: of the run, with the "size" of its pictures.
      progress: for `datasets.load_dataset`.
    Raises:
      InputError: it is no longer there, or its pictures are not the same.
    """
    trained_on = metadata.get("dataset", "mnist")
    has_name, source = trained_on in datasets.NAMES, source_of(out, trained_on)
    if wish is not None and has_name and wish != trained_on:
        raise InputError(f"--dataset {wish}: the run in {out} has {trained_on}; leave it out")
    if wish is None and not has_name and not is_there(source):
        name = datasets.public_name(trained_on)
        raise InputError(f"the run in {out} was trained on a folder, {name}; add --dataset with its path")
    size, polarity = int(metadata["size"]), metadata.get("polarity", "auto")
    dataset = datasets.load_dataset(wish or source, "train", size, polarity, progress)
    known, is_same_place = metadata.get("data"), dataset.name == source
    if known in (dataset.fingerprint(), dataset.images_fingerprint()) or (not known and is_same_place):
        return dataset
    if wish is not None and trained_on == OWN and _has_same_names(dataset, metadata):
        return dataset
    if wish is not None:
        raise InputError(f"--dataset {wish}: not the pictures that the run in {out} was trained on")
    raise InputError(f"dataset {dataset.name} has changed since the run in {out} began; restore it")


def must_hold_out(wish: bool, dataset: datasets.Dataset) -> bool:
    """Whether a run has to leave training pictures out; not if the set has other validation pictures.

    Args:
      wish: whether it shall not learn from validation pictures.
    Raises:
      InputError: there are too few to hold any out.
    """
    return wish and not split_training(dataset, dataset.images.shape[1], dataset.polarity).has_own_validation


def learned_from(dataset: datasets.Dataset, metadata: Mapping[str, object]) -> datasets.Dataset:
    """The pictures that a run with this metadata learns from: all, or those that are not held out.

    A split of validation pictures that has come, or gone, since the run began changes nothing.
    """
    return hold_out(dataset)[1] if HELD_OUT in metadata else dataset


def seen_by(metadata: Mapping[str, str]) -> list[str]:
    """The data that a model and those before it learned from, whole: fingerprints, or names without them.

    Args:
      metadata: of the model.
    """
    try:
        before = [str(each) for each in json.loads(metadata.get(SEEN, "[]"))]
    except (ValueError, TypeError, RecursionError):  # damaged
        before = []
    name = datasets.public_name(metadata.get("dataset", "mnist"))  # what the app saves has no fingerprint
    return before + [metadata.get("data", name)] * (HELD_OUT not in metadata)


def check_unseen(metadata: Mapping[str, str], dataset: datasets.Dataset, path: str) -> None:
    """Raises InputError if the model at `path`, with this metadata, may have seen the whole dataset."""
    names = {datasets.public_name(dataset.name), OWN}
    known = names | {dataset.fingerprint(), dataset.images_fingerprint()}
    require(
        known.isdisjoint(seen_by(metadata)),
        f"--hold-out: {path} may have learned from the validation pictures; begin with a model that has not",
    )


def remarks_on_data(dataset: datasets.Dataset, learned: datasets.Dataset, recipe: Recipe) -> list[str]:
    """Sentences that a person should read before a run begins that learns from `learned` of the dataset."""
    count, held_out = len(learned.images), len(dataset.images) - len(learned.images)
    remarks = few_pictures.remarks(count, recipe.train.augment)
    if held_out:
        told = f"{held_out:,} validation pictures are held out: the run learns from the other {count:,}."
        remarks.insert(0, told)
    return remarks


def _has_same_names(dataset: datasets.Dataset, metadata: dict[str, str]) -> bool:
    """Whether the classes are called as in a run's metadata, which a server writes without any names."""
    if class_names.KEY not in metadata:
        return True
    return class_names.names_of(metadata, dataset.classes) == dataset.class_names


def source_of(out: Path, trained_on: str) -> str | None:
    """Where the data of a run lies: one of `datasets.NAMES`, or a full path. None: it is not known.

    Args:
      trained_on: the dataset in the run's metadata, where older runs keep the full path.
    """
    if trained_on in datasets.NAMES:
        return trained_on
    try:
        return str(json.loads((out / LOCAL).read_text())["dataset"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        # The folder was copied without it, or it is damaged.
        return trained_on if Path(trained_on).is_absolute() else None


def is_there(source: str | None) -> bool:
    """Whether there is something at a path, which a damaged file may have made up; None is nowhere."""
    try:
        return source is not None and Path(source).exists()
    except (OSError, ValueError):  # a name that is too long; a NUL in it
        return False
