"""What the app asks of a trained model: images at points of its latent space, and the file for the page."""

import contextlib
import functools
import threading
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from gan.data import IMAGE_SIZE, datasets
from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.exploring import inversion, latent_map, page_model
from gan.exploring.latent_map import LatentMap
from gan.exploring.subjects import Subject, makes_drawings, subject_of
from gan.networks import checkpoints, class_names, latents
from gan.networks.sampler import Sampler

MAX_FRAMES = 120
MAX_SHIFT = 100  # along a direction or an axis, in standard deviations of z
PATHS = {"slerp": latents.slerp, "lerp": latents.lerp}


class Explorer:
    """One model, ready to be explored. What takes long is made once, when it is first needed."""

    def __init__(self, path: str | Path):
        """Opens a model's file. Raises InputError, in one line, if it cannot be used."""
        self.path = Path(path)
        self._model = checkpoints.load_model(path)
        self.sampler = Sampler(self._model)
        self._lock = threading.Lock()

    @property
    def classes(self) -> int:
        """How many classes a conditional model has; 0 for an unconditional one."""
        return self.sampler.config.classes

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the classes of a conditional model are called, by label; else empty."""
        return self.sampler.class_names

    @property
    def subject(self) -> Subject:
        """What it makes, in words."""
        return subject_of(self.sampler.metadata)

    @functools.cached_property
    def makes_drawings(self) -> bool:
        """Whether it makes line drawings: grey, light strokes on a dark ground."""
        return makes_drawings(self.sampler)

    @property
    def z_dim(self) -> int:
        """How many numbers z has."""
        return self.sampler.config.z_dim

    @property
    def latent_map(self) -> LatentMap:
        """Its directions, their names, and the chart of its seeds."""
        with self._lock:  # the first two visitors wait for the same one
            return self._latent_map

    @functools.cached_property
    def _latent_map(self) -> LatentMap:
        return latent_map.load(self.path, self.sampler, self._load_real)

    def _load_real(self) -> Dataset | None:
        """The training images, if they are on this machine and can be read."""
        metadata = self.sampler.metadata
        name, size = metadata.get("dataset", ""), float(metadata.get("size", IMAGE_SIZE))
        with contextlib.suppress(InputError):
            return datasets.load_dataset(name, size=int(size)) if datasets.is_here(name) else None
        return None

    @functools.cached_property
    def page_file(self) -> bytes:
        """The model as a file that the page's own JavaScript runs."""
        return page_model.to_page_file(self._model, self.latent_map)

    def warm_up(self) -> None:
        """Compiles and computes what the first visitor will need."""
        _ = self.page_file
        (image,) = self.generate(self.latent(0), 0)
        if image.shape[-1] == 1:
            inversion.invert(self.sampler, image)

    def latent(
        self,
        seed: int,
        truncation: float = 1.0,
        shifts: Mapping[int, float] | None = None,
        edits: Mapping[int, float] | None = None,
    ) -> np.ndarray:
        """The z [z_dim] of a seed, truncated and then moved.

        Args:
          seed: from 0 to `latents.MAX_SEED`.
          truncation: from 0 to 1. See `latents.truncate`.
          shifts: how far to move along directions of the latent map, by their numbers, in standard deviations
            of z.
          edits: what to add to axes of z, by their numbers.
        Raises:
          InputError: a value is out of its range or not a number.
        """
        if not 0 <= seed <= latents.MAX_SEED:
            raise InputError(f"seed {seed}: expected 0 to {latents.MAX_SEED}")
        if not 0 <= truncation <= 1:
            raise InputError(f"truncation {truncation}: expected 0 to 1")
        z = latents.from_seeds(np.array([seed]), self.z_dim)[0]
        z = latents.truncate(z, truncation, self.sampler.config.latent_classes)
        if shifts:
            z = z + _moves(shifts, len(self.latent_map.directions), "shifts") @ self.latent_map.directions
        if edits:
            z = z + _moves(edits, self.z_dim, "edits")
        return z

    def generate(self, z: np.ndarray, label: int | str = 0) -> np.ndarray:
        """Images uint8 [N, H, W, channels] of z [N, z_dim] or [z_dim].

        Args:
          label: the class of all of them, by its number or its name; unconditional models ignore it.
        """
        z = np.atleast_2d(z)
        number = class_names.find(self.class_names, label) if isinstance(label, str) else label
        return self.sampler.generate(z, np.full(len(z), number))

    def interpolate(
        self, seed_a: int, seed_b: int, frames: int, path: str, label: int | str = 0, truncation: float = 1.0
    ) -> np.ndarray:
        """Images uint8 [frames, H, W, channels] on the path from one seed to the other.

        Args:
          frames: from 2 to `MAX_FRAMES`, both ends included.
          path: "slerp", along an arc, or "lerp", along a straight line.
        Raises:
          InputError: a number is out of its range.
        """
        if not 2 <= frames <= MAX_FRAMES:
            raise InputError(f"frames {frames}: expected 2 to {MAX_FRAMES}")
        if path not in PATHS:
            raise InputError(f"path {path!r}: expected {' or '.join(PATHS)}")
        a, b = self.latent(seed_a, truncation), self.latent(seed_b, truncation)
        return self.generate(PATHS[path](a, b, np.linspace(0, 1, frames)), label)

    def discriminate(self, images: np.ndarray, label: int = 0) -> np.ndarray | None:
        """D's logits [N] on images uint8 [N, H, W, channels], or None if D takes only packs of images."""
        return self.sampler.discriminate(images, np.full(len(images), label))


def _moves(moves: Mapping[int, float], count: int, name: str) -> np.ndarray:
    """Moves by their numbers as float32 [count]. Raises InputError for a number or move out of its range."""
    array = np.zeros(count, np.float32)
    for number, move in moves.items():
        if not 0 <= number < count or not abs(move) <= MAX_SHIFT:  # this refuses NaN too
            raise InputError(f"{name}: {number}: {move}; expected numbers below {count} and moderate moves")
        array[number] = move
    return array
