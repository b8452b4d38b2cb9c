"""Where a run's networks come from, for the metadata of files. Nothing says who or where a visitor is."""

from collections.abc import Mapping

from gan.data import datasets
from gan.data.datasets import Dataset
from gan.live import own_pictures
from gan.live.session import Session
from gan.networks import class_names
from gan.training import devices

_fingerprints: dict[str, str] = {}  # of the sets at a path, each of which a server reads once


def described(dataset: Dataset) -> dict[str, str]:
    """What the metadata of a model say of the data set that it learned from."""
    names = {class_names.KEY: class_names.to_text(dataset.class_names)} if dataset.class_names else {}
    read = {"size": str(dataset.images.shape[1]), "polarity": dataset.polarity}
    return {"dataset": datasets.public_name(dataset.name), **read, **names}


def metadata_of(session: Session, step: int) -> dict[str, str | int]:
    """The metadata of a file of a run's state at `step`."""
    return {
        **described(session.dataset),
        **_fingerprint(session.dataset),
        "step": step,
        "seed": session.seed,
        "seconds": f"{session.snapshot.seconds:.1f}",
        "command": "the Train tab",
        "device": devices.describe(),
        "versions": devices.versions(),
    }


def is_of(metadata: Mapping[str, str], dataset: Dataset) -> bool:
    """Whether a run with this metadata has learned from the pictures of the dataset, which is called alike.

    Of a set that has a name of its own, and of files without a fingerprint, this is believed.
    """
    known, here = metadata.get("data"), _fingerprint(dataset).get("data")
    return None in (known, here) or known in (here, dataset.images_fingerprint())


def _fingerprint(dataset: Dataset) -> dict[str, str]:
    """For the metadata: by what `train.py --resume` knows the pictures at a path again."""
    if dataset.name in (*datasets.NAMES, own_pictures.NAME):
        return {}
    if dataset.name not in _fingerprints:
        _fingerprints[dataset.name] = dataset.fingerprint()
    return {"data": _fingerprints[dataset.name]}
