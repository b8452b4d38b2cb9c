"""What Explore knows of a model's latent space: directions, a chart of seeds, and D's logits on real images.

To make a latent map takes seconds. It is then kept in a file beside its checkpoint, because links and
programs on other machines must mean the same directions.
"""

import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np

from gan.config import ModelConfig
from gan.data.datasets import Dataset, public_name
from gan.errors import InputError, require
from gan.evaluation import classifier
from gan.exploring import tsne
from gan.exploring.attributes import COLOUR, DRAWN, GREY
from gan.exploring.directions import COUNT, Directions, direction_names, find_directions
from gan.exploring.subjects import is_judged
from gan.networks import latents, tensor_file
from gan.networks.real_logits import by_class, percent_below
from gan.networks.sampler import Sampler

FORMAT, VERSION = "forger-latent-map", "1"
SUFFIX = ".latent-map.safetensors"
REAL_COUNT = 2000  # training images whose logits those of samples are compared with
PAGE_FIELDS = ("directions", "logits", "positions", "digits", "scores")  # what the page needs
# Latent maps were once called surveys. What is of an older file -> its name now: the end of the file's name,
# its format, and its arrays.
RENAMED = {
    ".survey.safetensors": SUFFIX,
    "forger-survey": FORMAT,
    "spreads": "attribute_stds",
    "drifts": "probability_changes",
    "places": "positions",
}


class MapSize(NamedTuple):
    """How many z are looked at."""

    seeds: int  # that the leading directions are averaged over
    samples: int  # that what a direction changes is averaged over
    points: int  # on the chart


FULL = MapSize(64, 400, 2400)
QUICK = MapSize(6, 64, 400)  # takes a second or so, for a model that is still in training


class LatentMap(NamedTuple):
    """Directions of z and what each changes, D's logits on real images, and a chart of seeds."""

    # See `Directions` for these four, here as float32:
    directions: np.ndarray  # [D, z_dim]
    effects: np.ndarray  # [D, attributes]
    attribute_stds: np.ndarray  # [attributes]
    probability_changes: np.ndarray  # [D, 10]
    # Percentiles 0…100 of D's logits on real images, for each class, or for all images of an unconditional
    # model: float32 [max(classes, 1), 101]. [0, 101] if D has learned from another data set, or takes packs.
    logits: np.ndarray
    # The chart shows the seeds 0…P−1. A conditional model has the class "seed mod classes" for each:
    positions: np.ndarray  # float32 [P, 2] in −1…1, with alike images side by side
    digits: np.ndarray  # uint8 [P], as the classifier reads them; of other pictures the class asked for
    scores: np.ndarray  # uint8 [P], in percent: how many real images D finds less real than this one

    def names(self) -> list[dict[str, str]]:
        """What to call each direction. See `direction_names`."""
        return direction_names(Directions(*self[:4]))

    @property
    def is_of_drawings(self) -> bool:
        """Whether it was measured as line drawings are."""
        return self.effects.shape[1] == len(DRAWN)

    def page_arrays(self) -> dict[str, np.ndarray]:
        """The arrays that the page needs, by their names."""
        return {field: getattr(self, field) for field in PAGE_FIELDS}


def make(sampler: Sampler, dataset: Dataset | None, size: MapSize) -> LatentMap:
    """Makes the latent map of a model, in some seconds.

    Args:
      dataset: the real images, of which the first `REAL_COUNT` are used where the model's metadata do not
        tell D's logits on real images; None if there are none here.
    """
    directions = find_directions(sampler, size.seeds, size.samples)
    logits = _real_logit_percentiles(sampler, dataset)
    return LatentMap(*map(np.float32, (*directions, logits)), *_chart(sampler, logits, size.points))


def _real_logit_percentiles(sampler: Sampler, dataset: Dataset | None) -> np.ndarray:
    """`LatentMap.logits` of a model and its data set."""
    if sampler.real_logits is not None:
        return sampler.real_logits
    if dataset is None:
        return np.zeros((0, 101))
    images = dataset.images[:REAL_COUNT]
    labels = np.zeros(len(images), np.int32) if dataset.labels is None else dataset.labels[:REAL_COUNT]
    config, classes = sampler.config, sampler.config.classes
    fits = (config.size, config.channels) == images.shape[2:] and classes in (0, dataset.classes)
    is_same = fits and sampler.metadata.get("dataset") in (dataset.name, public_name(dataset.name))
    logits = sampler.discriminate(images, labels) if is_same else None
    if logits is None:
        return np.zeros((0, 101))
    groups = by_class(logits, labels, classes)
    return np.array([np.percentile(group, np.arange(101)) for group in groups])


def _chart(
    sampler: Sampler, real_logits: np.ndarray, points: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`LatentMap.positions`, `digits` and `scores` of that many seeds."""
    labels = np.arange(points) % max(sampler.config.classes, 1)
    images = sampler.generate(latents.from_seeds(np.arange(points), sampler.config.z_dim), labels)
    scores = np.zeros(points)
    if len(real_logits):
        logits = sampler.discriminate(images, labels)
        scores = percent_below(real_logits, logits, labels)
    if is_judged(sampler.metadata, sampler.config):
        predictions = classifier.predict(images)
        features, digits = predictions.features, predictions.labels
    else:
        features, digits = images.reshape(points, -1) / 255, labels
    return tsne.embed(features), digits.astype(np.uint8), scores.astype(np.uint8)


# --- The file beside a checkpoint -------------------------------------------------------------------


def path_beside(checkpoint: Path) -> Path:
    """Where the latent map of a checkpoint is kept."""
    return checkpoint.with_suffix(SUFFIX)


def load(checkpoint: Path, sampler: Sampler, load_real: Callable[[], Dataset | None]) -> LatentMap:
    """The latent map beside a checkpoint. If none is there for these weights, it is made, and kept.

    Args:
      load_real: loads the data set for `make`, or gives None.
    """
    wanted = FORMAT, VERSION, _digest(checkpoint)
    older = [checkpoint.with_suffix(name) for name, now in RENAMED.items() if now == SUFFIX]
    for path in (path_beside(checkpoint), *older):
        with contextlib.suppress(InputError, KeyError):  # no file, a damaged one, or arrays are missing
            arrays, metadata = tensor_file.read_arrays(path)
            kind = metadata.get("format", "")
            if (RENAMED.get(kind, kind), metadata.get("version"), metadata.get("checkpoint")) == wanted:
                return from_arrays(str(path), arrays, sampler.config)
    made = make(sampler, load_real() if sampler.real_logits is None else None, FULL)
    with contextlib.suppress(OSError):  # the folder cannot be written to: the next program makes it again
        save(checkpoint, made)
    return made


def save(checkpoint: Path, latent_map: LatentMap) -> None:
    """Writes the file beside a checkpoint, which holds for the checkpoint's present weights only."""
    metadata = {"format": FORMAT, "version": VERSION, "checkpoint": _digest(checkpoint)}
    tensor_file.write_arrays(path_beside(checkpoint), latent_map._asdict(), metadata)


def from_arrays(source: str, arrays: dict[str, np.ndarray], config: ModelConfig) -> LatentMap:
    """The latent map in a file's arrays, which may have older names.

    Args:
      source: the file, in messages.
      config: of the networks that it is of.
    Raises:
      KeyError: an array is missing.
      InputError: an array is not of the shape and type that `LatentMap` describes, or is not finite.
    """
    named = {RENAMED.get(name, name): array for name, array in arrays.items()}
    directions, attributes, rows, points = (
        len(np.atleast_1d(named[name])) for name in ("directions", "attribute_stds", "logits", "positions")
    )
    known = (len(DRAWN), len(GREY)) if config.channels == 1 else (len(COLOUR),)
    fits = 1 <= directions <= COUNT and attributes in known and rows in (0, max(config.classes, 1))
    require(fits and points > 0, f"{source}: no latent map of these networks; delete it, and it is made anew")

    def array_of(kind: type, *shape: int) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct(shape, kind)

    template = LatentMap(
        directions=array_of(np.float32, directions, config.z_dim),
        effects=array_of(np.float32, directions, attributes),
        attribute_stds=array_of(np.float32, attributes),
        probability_changes=array_of(np.float32, directions, 10),
        logits=array_of(np.float32, rows, 101),
        positions=array_of(np.float32, points, 2),
        digits=array_of(np.uint8, points),
        scores=array_of(np.uint8, points),
    )
    return tensor_file.restore_into(source, template, named)


def _digest(checkpoint: Path) -> str:
    return hashlib.sha256(checkpoint.read_bytes()).hexdigest()
