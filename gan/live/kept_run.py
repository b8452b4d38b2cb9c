"""A run as it is kept on disk: taken from a session, written as files, read again, and made a session.

state.safetensors      what `train.py --resume` needs
model.safetensors      the model for use; an autoencoder has none
timeline.safetensors   whose the run is, its numbers, its curves and its pictures

The timeline is written last: without it, a folder holds no run. Of the states that the run could go back to,
only the last is kept, and the first is made again.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args

import numpy as np
from safetensors.numpy import save

from gan.config import Hyperparams, Recipe
from gan.data.datasets import Dataset, public_name
from gan.errors import InputError, require
from gan.live.controls import recipe_with
from gan.live.history import History
from gan.live.origin import is_of, metadata_of
from gan.live.probe import Samples
from gan.live.session import Session
from gan.live.snapshot import Status
from gan.networks import checkpoints
from gan.networks.tensor_file import read_arrays, read_metadata, write_atomically
from gan.training import saved_state, vae
from gan.training.state import TrainState
from gan.training.trainer import GAN, Algorithm

STATE, MODEL, TIMELINE = "state.safetensors", "model.safetensors", "timeline.safetensors"
FORMAT, VERSION = "forger-timeline", "1"
# What is raised for a timeline of another form; the last two for numbers and for brackets that nobody writes.
UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)
NEWER = 10_000  # a run that is kept now and then may have had so many more snapshots when its server ended


class Owner(NamedTuple):
    """Whose a run is."""

    key_digest: str  # SHA-256 of the ticket's key, in hexadecimal digits: the key itself is nowhere on disk
    visitor: str  # the id of the visitor's cookie; "": none is known


class KeptRun(NamedTuple):
    """A run at the moment when it is kept. Nothing of it is changed afterwards."""

    owner: Owner
    recipe: Recipe
    recipe_with_changes: Recipe  # with its numbers as they are, for the files of state and model
    hyper: Hyperparams
    seed: int
    dataset: str  # its public name
    status: Status
    version: int  # of its snapshot
    seconds: float  # of training
    has_first_state: bool  # whether its first state follows from its recipe and its seed
    state: TrainState  # on the host
    samples: Samples | None
    arrays: dict[str, np.ndarray]  # of its history
    rest: dict[str, Any]  # of its history
    metadata: dict[str, Any]  # of the state's and the model's files


def take(session: Session, owner: Owner) -> KeptRun | None:
    """The run as it is now; None before its first state. Called by the thread that trains it."""
    state = session.copy_state()
    if state is None:
        return None
    snapshot, history = session.snapshot, session.history
    will_be = "running" if session.first_command == "run" else "paused"  # once it is compiled
    arrays, rest = history.to_arrays()
    return KeptRun(
        owner,
        session.recipe,
        recipe_with(session.recipe, session.hyper),
        session.hyper,
        session.seed,
        public_name(session.dataset.name),
        will_be if snapshot.status == "compiling" else snapshot.status,
        snapshot.version,
        session.monitor.trained_seconds,
        session.has_first_state,
        state,
        session.monitor.samples,
        arrays,
        rest,
        metadata_of(session, int(state.step)),
    )


def write(folder: Path, kept: KeptRun) -> None:
    """Writes a run's files, each of which holds its old or its new content, whole, at any time."""
    folder.mkdir(exist_ok=True)
    recipe, state, metadata = kept.recipe_with_changes, kept.state, kept.metadata
    saved_state.save_state(folder / STATE, recipe, state, metadata)
    if algorithm_of(kept.recipe).has_critic:
        checkpoints.save_model(folder / MODEL, saved_state.model_of(recipe, state, metadata))
    samples = {f"samples/{name}": array for name, array in (kept.samples or _none)._asdict().items()}
    about = {
        **kept.owner._asdict(),
        "hyper": kept.hyper._asdict(),
        "history": kept.rest,
        **{name: getattr(kept, name) for name in ("seed", "dataset", "status", "version", "seconds")},
        "has_first_state": kept.has_first_state,
    }
    words = {"format": FORMAT, "version": VERSION, "recipe": kept.recipe.to_json(), "run": json.dumps(about)}
    write_atomically(folder / TIMELINE, save({**kept.arrays, **samples}, words))


_none = Samples(*(np.zeros(0, np.float32) for _ in Samples._fields))


def dataset_of(folder: Path) -> str | None:
    """The public name of what the run in a folder learns from; None if there is none, or a damaged one."""
    try:
        return str(json.loads(read_metadata(folder / TIMELINE)["run"])["dataset"])
    except UNREADABLE:
        return None


def read(folder: Path, datasets: Mapping[str, Dataset], max_commands: int) -> tuple[Owner, Session]:
    """The run in a folder, as a session that has not been prepared.

    Args:
      datasets: that runs may learn from, by their public names.
      max_commands: that may wait in its queue.
    Raises:
      InputError: in one line, if a file is missing or damaged, or if its data set is not there.
    """
    path = folder / TIMELINE
    arrays, metadata = read_arrays(path)
    try:
        require(metadata["format"] == FORMAT and metadata["version"] == VERSION, "of another version")
        recipe, about = Recipe.from_json(metadata["recipe"]), json.loads(metadata["run"])
        owner = Owner(str(about["key_digest"]), str(about["visitor"]))
        require(
            about["dataset"] in datasets,
            f"it learns from {about['dataset']}, which is not given here; add --dataset",
        )
        require(about["status"] in get_args(Status), "it has an unknown status")
        hyper = Hyperparams(**{name: float(number) for name, number in about["hyper"].items()})
        require(np.isfinite(hyper).all(), "its rates and penalties are not all numbers")
        history = History.from_arrays(arrays, about["history"])
        samples = Samples(*(arrays[f"samples/{name}"] for name in Samples._fields))
        seed, version, seconds = int(about["seed"]), int(about["version"]), float(about["seconds"])
        dataset, status, has_first_state = (
            datasets[about["dataset"]],
            about["status"],
            about["has_first_state"],
        )
    except UNREADABLE as error:
        raise InputError(f"{path}: damaged ({error})") from error
    game = algorithm_of(recipe)
    _, state, metadata = saved_state.load_state(folder / STATE, game.init_state)
    require(
        is_of(metadata, dataset), f"{folder}: the pictures of {about['dataset']} have changed; restore them"
    )
    history.forget_after(int(state.step))  # they come from two moments if the server ended between them
    session = Session(recipe, dataset, seed, game=game, max_commands=max_commands)
    session.hyper = hyper
    session.monitor.restore(history, samples if len(samples.samples) else None, seconds, state)
    session.restore(state, status, version + NEWER, bool(has_first_state))
    return owner, session


def algorithm_of(recipe: Recipe) -> Algorithm:
    """What trains a recipe: a GAN's two networks, or an autoencoder."""
    return vae.AUTOENCODER if recipe.name == vae.RECIPE.name else GAN
