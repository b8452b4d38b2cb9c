"""Where a run's networks come from, for the metadata of files. Nothing says who or where a visitor is."""

from gan.data import datasets
from gan.data.datasets import Dataset
from gan.live.session import Session
from gan.networks import class_names
from gan.training import devices


def described(dataset: Dataset) -> dict[str, str]:
    """What the metadata of a model say of the data set that it learned from."""
    names = {class_names.KEY: class_names.to_text(dataset.class_names)} if dataset.class_names else {}
    read = {"size": str(dataset.images.shape[1]), "polarity": dataset.polarity}
    return {"dataset": datasets.public_name(dataset.name), **read, **names}


def metadata_of(session: Session, step: int) -> dict[str, str | int]:
    """The metadata of a file of a run's state at `step`."""
    return {
        **described(session.dataset),
        "step": step,
        "seed": session.seed,
        "seconds": f"{session.snapshot.seconds:.1f}",
        "command": "the Train tab",
        "device": devices.describe(),
        "versions": devices.versions(),
    }
