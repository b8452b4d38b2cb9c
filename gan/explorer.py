"""What the app asks of a trained model: pictures at a place in latent space, and D's verdict."""

import functools
from pathlib import Path

import numpy as np

from gan import checkpoints, latents
from gan.data import Dataset
from gan.errors import InputError
from gan.sampler import Sampler

DIRECTIONS = 8
MAX_FRAMES = 120
PATHS = {"slerp": latents.slerp, "lerp": latents.lerp}
REAL = 2000  # training pictures that generated ones are compared with


class Explorer:
    """One model, ready to be explored. Makes what it needs once, when it is first asked."""

    def __init__(self, path: str | Path, dataset: Dataset):
        """Raises InputError, in one line, if the checkpoint cannot be used."""
        self.sampler = Sampler(checkpoints.load_model(path))
        self._dataset = dataset

    @property
    def classes(self) -> int:
        return self.sampler.config.classes

    @property
    def z_dim(self) -> int:
        return self.sampler.config.z_dim

    @functools.cached_property
    def directions(self) -> np.ndarray:
        """The unit directions of z that change pictures most, float32 [DIRECTIONS, z_dim]."""
        count = min(DIRECTIONS, self.z_dim)
        return latents.leading_directions(self._of_all_digits, self.z_dim, count)

    @functools.cached_property
    def _real_logits(self) -> dict[int, np.ndarray] | None:
        """By digit, D's logits on real pictures, ascending; of all digits under 0 if it is told none.

        None if D judges packs of pictures, or has learned another dataset.
        """
        images, labels = self._dataset.images[:REAL], self._dataset.labels[:REAL]
        if self.sampler.about.get("dataset") != self._dataset.name:
            return None
        logits = self.sampler.judge(images, labels)
        if logits is None:
            return None
        if not self.classes:
            return {0: np.sort(logits)}
        return {digit: np.sort(logits[labels == digit]) for digit in range(self.classes)}

    def warm_up(self) -> None:
        """Compiles and computes what the first visitor will need."""
        pictures = self.draw(self.place(0), 0)
        self.verdict(pictures[0], 0)
        _ = self.directions

    def place(
        self,
        seed: int,
        truncation: float = 1.0,
        shifts: list[float] | None = None,
        edits: list[float] | None = None,
    ) -> np.ndarray:
        """A z [z_dim]: that of a seed, truncated, then moved.

        Args:
          shifts: how far along each of the leading directions, in standard deviations of z.
          edits: what to add to each axis of z.
        Raises:
          InputError: a value is out of its range or not a number.
        """
        if not 0 <= seed <= latents.MAX_SEED:
            raise InputError(f"seed {seed}: expected 0 to {latents.MAX_SEED}")
        if not 0 <= truncation <= 1:
            raise InputError(f"truncation {truncation}: expected 0 to 1")
        z = latents.truncate(latents.from_seeds(np.array([seed]), self.z_dim)[0], truncation)
        if shifts is not None:
            z = z + _checked(shifts, len(self.directions), "shifts") @ self.directions
        if edits is not None:
            z = z + _checked(edits, self.z_dim, "edits")
        return z

    def draw(self, z: np.ndarray, digit: int = 0) -> np.ndarray:
        """Pictures uint8 [N, 28, 28, channels] at z [N, z_dim] or [z_dim].

        `digit`: of all of them; unconditional models ignore it.
        """
        z = np.atleast_2d(z)
        return self.sampler.generate(z, np.full(len(z), digit))

    def between(
        self, seed_a: int, seed_b: int, frames: int, path: str, digit: int = 0, truncation: float = 1.0
    ) -> np.ndarray:
        """Pictures uint8 [frames, 28, 28, channels] on the way from one seed to the other.

        Args:
          path: "slerp" or "lerp".
        Raises:
          InputError: a number is out of its range.
        """
        if not 2 <= frames <= MAX_FRAMES:
            raise InputError(f"frames {frames}: expected 2 to {MAX_FRAMES}")
        if path not in PATHS:
            raise InputError(f"path {path!r}: expected {' or '.join(PATHS)}")
        a, b = self.place(seed_a, truncation), self.place(seed_b, truncation)
        return self.draw(PATHS[path](a, b, np.linspace(0, 1, frames)), digit)

    def verdict(self, picture: np.ndarray, digit: int = 0) -> float | None:
        """The share of real ones (of this digit) that D finds less real than this picture, 0…1.

        `picture`: [28, 28, channels]. A share of real pictures means the same whatever the loss; a
        bare logit does not. None where D cannot judge a single picture.
        """
        if self._real_logits is None:
            return None
        logit = self.sampler.judge(picture[None], np.array([digit]))[0]
        real = self._real_logits[digit if self.classes else 0]
        return float(np.searchsorted(real, logit) / len(real))

    def _of_all_digits(self, z: np.ndarray) -> np.ndarray:
        return self.sampler.generate(z, np.arange(len(z)) // (2 * self.z_dim) % max(self.classes, 1))


def _checked(values: list[float], count: int, name: str) -> np.ndarray:
    array = np.asarray(values, np.float32)
    if array.shape != (count,) or not np.isfinite(array).all() or np.abs(array).max() > 100:
        raise InputError(f"{name}: expected {count} numbers of moderate size")
    return array
