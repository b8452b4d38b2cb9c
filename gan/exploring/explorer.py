"""What the app asks of a trained model: pictures at places in latent space, and the file for the page."""

import functools
import threading
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from gan.data import datasets
from gan.errors import InputError
from gan.exploring import directions, inversion, page_model
from gan.exploring.directions import Survey
from gan.networks import checkpoints, latents
from gan.networks.sampler import Sampler

MAX_FRAMES = 120
PATHS = {"slerp": latents.slerp, "lerp": latents.lerp}


class Explorer:
    """One model, ready to be explored. Makes what it needs once, when it is first asked."""

    def __init__(self, path: str | Path):
        """Raises InputError, in one line, if the checkpoint cannot be used."""
        self.path = Path(path)
        self._model = checkpoints.load_model(path)
        self.sampler = Sampler(self._model)
        self._lock = threading.Lock()

    @property
    def classes(self) -> int:
        return self.sampler.config.classes

    @property
    def z_dim(self) -> int:
        return self.sampler.config.z_dim

    @property
    def survey(self) -> Survey:
        """What the directions of its latent space do."""
        with self._lock:  # two first visitors wait for one survey
            return self._survey

    @functools.cached_property
    def _survey(self) -> Survey:
        return directions.load(self.path, self.sampler, datasets.load_dataset)

    @functools.cached_property
    def page_file(self) -> bytes:
        """The model as the page's own JavaScript runs it."""
        return page_model.for_page(self._model, self.survey)

    def warm_up(self) -> None:
        """Compiles and computes what the first visitor will need."""
        _ = self.page_file
        (picture,) = self.draw(self.place(0), 0)
        if picture.shape[-1] == 1:
            inversion.invert(self.sampler, picture)

    def place(
        self,
        seed: int,
        truncation: float = 1.0,
        shifts: Mapping[int, float] | None = None,
        edits: Mapping[int, float] | None = None,
    ) -> np.ndarray:
        """A z [z_dim]: that of a seed, truncated, then moved.

        Args:
          shifts: how far along directions of the survey, by their numbers, in standard deviations of z.
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
            z = z + _moves(shifts, len(self.survey.directions), "shifts") @ self.survey.directions
        if edits:
            z = z + _moves(edits, self.z_dim, "edits")
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

    def judge(self, pictures: np.ndarray, digit: int = 0) -> np.ndarray | None:
        """D's logits [N] on pictures uint8 [N, 28, 28, channels]; None where D judges only packs."""
        return self.sampler.discriminate(pictures, np.full(len(pictures), digit))


def _moves(moves: Mapping[int, float], count: int, name: str) -> np.ndarray:
    """float32 [count] of moves by number."""
    array = np.zeros(count, np.float32)
    for number, move in moves.items():
        if not 0 <= number < count or not abs(move) <= 100:  # NaN is refused too
            raise InputError(f"{name}: {number}: {move}; expected numbers below {count} and moderate moves")
        array[number] = move
    return array
