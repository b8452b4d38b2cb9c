"""What `train.py` is asked for, checked before anything is written.

This is the last module that knows `train.py`'s options by their names there.
"""

import json
import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

from gan.config import Hyperparams, ModelConfig, Recipe, StaticConfig
from gan.data import datasets
from gan.data.pictures import Progress
from gan.errors import InputError, require
from gan.networks import checkpoints, class_names, latent_classes, latents
from gan.networks.growth import with_residual_layers
from gan.networks.tensor_file import read_content
from gan.recipes import get_recipe
from gan.training import data_of_run, few_pictures, hosts, saved_state
from gan.training.data_of_run import HELD_OUT, LOCAL, SEEN
from gan.training.devices import default_count
from gan.training.state import TrainState, state_from_networks
from gan.training.trainer import Trainer

MAX_SECONDS = 1e9  # thirty years
LOCK = ".lock"  # in a run's folder: held by the process that trains there
BEFORE_FIRST_SAVE = (LOCK, LOCAL, "samples", "metrics.jsonl", "events.out.*", ".*.part")

# What a run that goes on takes over from the metadata of its state.
KEPT = ("dataset", "data", "size", "polarity", "class_names", "seed", "seconds", "command")
KEPT += ("initialized_from", HELD_OUT, SEEN)
SAMPLING = tuple(field.name for field in fields(ModelConfig) if field.name.startswith("sampling_"))


@dataclass(frozen=True)
class TrainOptions:
    """What `train.py` may be asked for; None leaves the choice to the recipe, or to the run that goes on."""

    recipe: str | None = None  # a name of `gan.recipes.RECIPES`
    dataset: str | None = None  # a name of `datasets.NAMES`, or a path
    size: int | None = None  # pixels, the height and the width of the pictures; None: they decide
    polarity: str | None = None  # of `gan.data.treatment.POLARITIES`: whether the pictures are inverted
    hold_out: bool = False  # whether the run does not learn from validation pictures
    steps: int | None = None  # the step at which training stops
    max_seconds: float | None = None  # training stops so many seconds after the first step
    anneal: bool = False  # whether the learning rates fall to 0 in the last fifth of these seconds
    batch_size: int | None = None  # pictures a step, over all devices
    seed: int | None = None
    devices: int | None = None  # of this machine; where several hosts train together, of each
    coordinator: str | None = None  # "HOST:PORT" of host 0, where several hosts train together
    hosts: int | None = None  # how many there are
    host: int | None = None  # which of them this is, from 0
    out: Path | None = None  # the run's folder
    resume: bool = False  # whether to go on with the run in `out`
    init_from: Path | None = None  # the file of a model whose weights and recipe the run begins with
    conditional: bool = False  # whether the model is told the class
    save_every: float = 60.0  # seconds between two saves
    evaluate_every: str | None = None  # how often to measure samples: "5000" (steps) or "60s"
    set: tuple[str, ...] = ()  # "NAME=VALUE" each: options of the recipe


class Plan(NamedTuple):
    """A run that is ready to begin, or to go on."""

    trainer: Trainer
    dataset: datasets.Dataset  # whole, also where the trainer learns from a part of it
    metadata: dict[str, str]  # for the checkpoints' metadata
    remarks: list[str]  # sentences that a person should read before it begins


def plan(options: TrainOptions, progress: Progress | None = None) -> Plan:
    """A trainer that is ready to run.

    Args:
      progress: for `datasets.load_dataset`.
    Raises:
      InputError: the options cannot be satisfied, or would overwrite something.
    """
    seconds, pause = options.max_seconds, options.save_every
    require(
        seconds is None or 0 < seconds <= MAX_SECONDS,
        f"--max-seconds {seconds}: expected a number of seconds above 0 and at most {MAX_SECONDS:,.0f}",
    )
    require(seconds is not None or not options.anneal, "--anneal needs a time; give --max-seconds too")
    require(options.dataset != "", "--dataset is empty; give it a name or a path, or leave it out")
    require(0 <= pause < math.inf, f"--save-every {pause}: expected a number of seconds from 0")
    return _resume(options, progress) if options.resume else _start(options, progress)


def _start(options: TrainOptions, progress: Progress | None) -> Plan:
    """A new run."""
    seed = options.seed or 0
    require(0 <= seed <= latents.MAX_SEED, f"--seed {seed}: expected 0 to {latents.MAX_SEED}")
    if options.out is not None and hosts.is_first():
        _check_new(options.out)
    begun = None if options.init_from is None else _init_from(options, seed)
    size = options.size or (begun.recipe.model.size if begun else None)  # None: the pictures decide
    polarity = options.polarity or "auto"
    name = "mnist" if options.dataset is None else options.dataset
    dataset = datasets.load_dataset(name, "train", size, polarity, progress)
    metadata = {"dataset": dataset.name, "seed": seed, "data": dataset.fingerprint()}
    metadata |= {"size": dataset.images.shape[1], "polarity": polarity, **_hosts()}
    if data_of_run.must_hold_out(options.hold_out, dataset):
        metadata[HELD_OUT] = "validation"
        if begun:
            data_of_run.check_unseen(begun.metadata, dataset, str(options.init_from))
    learned = data_of_run.learned_from(dataset, metadata)
    if dataset.class_names:
        metadata["class_names"] = class_names.to_text(dataset.class_names)
    if begun:
        recipe, state, metadata["initialized_from"], of_model = begun
        metadata[SEEN] = json.dumps(data_of_run.seen_by(of_model))
    else:
        recipe, state = _recipe(options, dataset), None
    recipe = _with_the_frequencies_of(learned, recipe, _changes(options))
    if "augment" not in _changes(options) and len(learned.images) < few_pictures.FEW:
        recipe = recipe.replace(augment=few_pictures.suitable_augmentation(learned))
    metadata["devices"] = devices = _devices(options, recipe)
    trainer = Trainer(recipe, learned, seed, devices, state)
    metadata = {name: str(value) for name, value in metadata.items()}
    return Plan(trainer, dataset, metadata, data_of_run.remarks_on_data(dataset, learned, recipe))


def _with_the_frequencies_of(dataset: datasets.Dataset, recipe: Recipe, chosen: dict[str, Any]) -> Recipe:
    """A recipe whose samples have each latent class as often as the dataset, unless the offsets were chosen.

    In training, z is made to suit the labels of real pictures, so G learns the classes at that frequency.
    """
    count = recipe.model.latent_classes
    if count == 0 or dataset.classes != count or "sampling_class_offsets" in chosen:
        return recipe
    shares = np.bincount(dataset.labels, minlength=count) / len(dataset.labels)
    return recipe.replace(sampling_class_offsets=latent_classes.offsets_for(shares).round(3).tolist())


def _devices(options: TrainOptions, recipe: Recipe) -> int:
    """How many devices of this machine a new run trains on."""
    packs = recipe.train.batch_size // recipe.model.packing
    return default_count(packs, hosts.count()) if options.devices is None else options.devices


def _hosts() -> dict[str, str]:
    """For the metadata: how many hosts train together, if there are several."""
    return {"hosts": str(hosts.count())} if hosts.count() > 1 else {}


def _recipe(options: TrainOptions, dataset: datasets.Dataset) -> Recipe:
    """The recipe that is asked for, made to fit the dataset."""
    _, size, _, channels = dataset.images.shape
    changes = {"size": size, "channels": channels, **_changes(options)}
    if options.conditional:
        require(
            dataset.classes > 0,
            f"dataset {dataset.name!r} has no labels to condition on; leave out --conditional",
        )
        changes["classes"] = dataset.classes
    return get_recipe(options.recipe or "fast").replace(**changes)


class _Begun(NamedTuple):
    """What a run takes from a trained model."""

    recipe: Recipe
    state: TrainState  # its weights, at step 0
    history: str  # how it was trained
    metadata: dict[str, str]  # its own


def _init_from(options: TrainOptions, seed: int) -> _Begun:
    """What the run takes from the model in `options.init_from`."""
    require(
        not options.recipe and not options.conditional,
        "--init-from takes its recipe from the model; leave out --recipe and --conditional",
    )
    model = checkpoints.load_model(options.init_from)
    recipe = model.recipe.replace(**_changes(options))
    networks = with_residual_layers(recipe.model, model.generator, model.discriminator)
    command, images, seconds, where = (
        model.metadata.get(name, "?") for name in ("command", "images", "seconds", "device")
    )
    earlier = f"{model.metadata['initialized_from']}; then " if "initialized_from" in model.metadata else ""
    history = f"{earlier}{command} ({images} images, {seconds} s on {where})"
    state = state_from_networks(seed, *networks, recipe.train.optimizer)
    return _Begun(recipe, state, history, model.metadata)


def _check_new(out: Path) -> None:
    """Raises InputError unless this is a new folder, an empty one, or that of a run without a save."""
    try:
        holds_run = (out / "state.safetensors").exists()
        is_free = not out.exists() or (out.is_dir() and (not any(out.iterdir()) or _was_left_early(out)))
    except (OSError, ValueError) as error:  # no permission; a NUL in the name
        raise InputError(f"--out {out}: {error}") from error
    require(not holds_run, f"{out} already holds a run; go on with --resume, or choose another --out")
    require(is_free, f"{out} is not an empty folder; choose another --out")


def _was_left_early(out: Path) -> bool:
    """Whether a run was killed there before its first save: only what it had written by then is there."""
    return (out / LOCK).exists() and all(
        any(path.match(pattern) for pattern in BEFORE_FIRST_SAVE) for path in out.iterdir()
    )


def _resume(options: TrainOptions, progress: Progress | None) -> Plan:
    """The run in `options.out`, which goes on."""
    check_folder(options)
    out = options.out
    require(options.init_from is None, "--resume goes on with a run and --init-from begins one; choose one")
    saved, state, metadata = saved_state.parse_state(_content_of_state(out), str(out / "state.safetensors"))
    metadata.setdefault("size", str(saved.model.size))  # older files, and those of a page, do not say it
    recipe = saved.replace(**_changes(options))
    require(
        _kept(recipe) == _kept(saved),
        "a resumed run keeps its networks, loss and batch; --set can move "
        f"{', '.join([*Hyperparams._fields, *SAMPLING])}",
    )
    asked = {
        "recipe": (options.recipe, saved.name),
        "seed": (options.seed, metadata.get("seed")),
        "size": (options.size, metadata["size"]),
        "polarity": (options.polarity, metadata.get("polarity", "auto")),
    }
    for name, (wish, found) in asked.items():
        if wish is not None and str(wish) != found:
            raise InputError(f"--{name} {wish}: the run in {out} has {found}; leave it out")
    require(
        saved.model.classes > 0 or not options.conditional,
        f"--conditional: the run in {out} is unconditional; begin another with --out",
    )
    dataset = data_of_run.find_data(options.dataset, out, metadata, progress)
    require(
        HELD_OUT in metadata or not data_of_run.must_hold_out(options.hold_out, dataset),
        f"--hold-out: the run in {out} learns from all pictures; leave it out",
    )
    done = int(state.step)
    require(done < recipe.train.steps, f"the run in {out} is at step {done} already; give it more --steps")
    devices = int(metadata.get("devices", 1)) if options.devices is None else options.devices
    available = jax.local_device_count()
    require(
        devices <= available or options.devices is not None,
        f"the run in {out} was trained on {devices} devices, here {'is' if available == 1 else 'are'} "
        f"{available}; add --devices {available}",
    )
    learned = data_of_run.learned_from(dataset, metadata)
    trainer = Trainer(recipe, learned, devices=devices, state=state)
    metadata = {name: metadata[name] for name in KEPT if name in metadata}
    metadata |= {"devices": str(devices), **_hosts()}
    return Plan(trainer, dataset, metadata, data_of_run.remarks_on_data(dataset, learned, recipe))


def check_folder(options: TrainOptions) -> None:
    """Raises InputError where the folder of a run that goes on is not named."""
    is_named = options.out is not None or not options.resume
    require(is_named, "--resume needs --out, the folder of the run to go on with")


def _kept(recipe: Recipe) -> StaticConfig:
    """What of a recipe no resumed run may change."""
    same = recipe.replace(**{name: getattr(ModelConfig(), name) for name in SAMPLING})
    return same.static_config._replace(uses=None)


def _content_of_state(out: Path) -> bytes:
    """The state's file of the run in `out`; host 0 reads it for all."""
    content, path = b"", out / "state.safetensors"
    with hosts.together():
        if hosts.is_first():
            model = path.with_name("model.safetensors")
            try:
                has_state, has_model, has_lock = (each.exists() for each in (path, model, out / LOCK))
            except (OSError, ValueError) as error:  # a name that is too long; a NUL in it
                raise InputError(f"--out {out}: {error}") from error
            require(
                has_state or not has_model,
                f"{path}: no such file, without which no run goes on; --init-from {model} begins another",
            )
            require(
                has_state or not has_lock,
                f"the run in {out} ended before its first save; start it again without --resume",
            )
            told = "give --out the folder of a run that has been saved, or leave out --resume to begin one"
            require(has_state, f"there is no run in {out}; {told}")
            content = read_content(path)
    return hosts.bytes_of_first(content)


def _changes(options: TrainOptions) -> dict[str, str | int]:
    """The options of the recipe that the command line changes, and their values as they were typed."""
    changes: dict[str, str | int] = {}
    for pair in options.set:
        name, equals, value = pair.partition("=")
        require(bool(equals), f"--set {pair}: expected NAME=VALUE, as generator_lr=1e-3")
        changes[name] = value
    given = {"steps": options.steps, "batch_size": options.batch_size}
    return changes | {name: value for name, value in given.items() if value is not None}
