"""The resumable training loop, in chunks. It knows nothing of files or screens."""

import functools
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from gan.config import Hyperparams, Recipe
from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.training.batch import Data
from gan.training.devices import resolve_precision
from gan.training.state import TrainState, init_state
from gan.training.step import MAX_STEPS_PER_CALL, Metrics, Step, build_step, build_train_chunk


class Game(NamedTuple):
    """What is trained: its first state, and its step (as `gan.training.step` has them)."""

    init_state: Callable[[Recipe, int], TrainState]
    build_step: Callable[..., Step]
    has_critic: bool  # the state's discriminator is one


GAN = Game(init_state, build_step, has_critic=True)


class Progress(NamedTuple):
    """What a chunk of steps brought."""

    step: int  # steps done since the run began
    metrics: Metrics  # float32 [steps of this chunk]; the last row belongs to `step`
    seconds: float  # that the chunk took


class Diverged(Exception):
    """A loss or a weight is no longer a finite number. `step` is the first that shows it."""

    def __init__(self, step: int):
        self.step = step
        super().__init__(
            f"training diverged: not a finite number at step {step}; "
            "try a lower generator_lr and discriminator_lr, or a larger penalty (r1)"
        )


@functools.lru_cache(maxsize=8)
def _call(program: Recipe, devices: int, game: Game) -> Callable:
    """Runs that differ only in numbers share one compiled program."""
    return build_train_chunk(program, devices, build_step=game.build_step)


@functools.lru_cache(maxsize=2)
def _on_devices(images: "_ById", labels: "_ById | None", devices: int) -> Data:
    replicated = NamedSharding(Mesh(jax.local_devices()[:devices], "devices"), PartitionSpec())
    zeros = np.zeros(len(images.array), np.int32)
    return jax.device_put(Data(images.array, zeros if labels is None else labels.array), replicated)


class _ById(NamedTuple):
    """An array that is its own cache key, so that all runs on a dataset share one copy of it."""

    array: np.ndarray

    def __hash__(self):
        return id(self.array)

    def __eq__(self, other: object):
        return isinstance(other, _ById) and self.array is other.array


class Trainer:
    """A run: a recipe, a dataset, and the state they have led to.

    Attributes:
      state: the state after the last step. Its buffers are given away by the next call of `run`.
      hyper: the numbers that may be moved between chunks.
    """

    def __init__(
        self,
        recipe: Recipe,
        dataset: Dataset,
        seed: int = 0,
        devices: int = 1,
        state: TrainState | None = None,
        game: Game = GAN,
    ):
        """
        Args:
          state: go on from here; None: from the beginning.
        Raises:
          InputError: the devices, the batch and the dataset do not fit together.
        """
        recipe.validate()
        check_fit(recipe, dataset, devices)
        recipe = recipe.replace(precision=resolve_precision(recipe.train.precision))
        self.recipe = recipe
        self.hyper: Hyperparams = recipe.hyper
        self._call = _call(recipe.program, devices, game)
        labels = None if dataset.labels is None else _ById(dataset.labels)
        self._data = _on_devices(_ById(dataset.images), labels, devices)
        state = game.init_state(recipe.program, seed) if state is None else state
        self.state: TrainState = jax.device_put(state, self._data.labels.sharding)
        self._seconds_per_step = 0.1  # a first guess; measured as the run goes

    @property
    def step(self) -> int:
        return int(self.state.step)

    def compile(self) -> float:
        """Makes the program ready by running no step. Returns seconds."""
        start = time.perf_counter()
        self._advance(0)
        return time.perf_counter() - start

    def run(self, steps: int, chunk_seconds: float = 0.25) -> Iterator[Progress]:
        """Takes `steps` more steps, in chunks of about `chunk_seconds`.

        How steps fall into chunks changes nothing but how often this yields.
        Raises:
          Diverged: after the chunk in which it happened; the state is then spoilt.
        """
        last = self.step + steps
        while (step := self.step) < last:
            count = max(
                1, min(round(chunk_seconds / self._seconds_per_step), MAX_STEPS_PER_CALL, last - step)
            )
            start = time.perf_counter()
            metrics = Metrics(*(np.asarray(rows)[:count] for rows in self._advance(count)))
            seconds = time.perf_counter() - start
            self._seconds_per_step = seconds / count
            broken = ~np.all(np.isfinite(metrics), axis=0)
            if broken.any():
                raise Diverged(step + 1 + int(np.argmax(broken)))
            yield Progress(step + count, metrics, seconds)

    def _advance(self, count: int) -> Metrics:
        self.state, metrics = self._call(self.state, self.hyper, self._data, jnp.int32(count))
        return jax.block_until_ready(metrics)


def check_fit(recipe: Recipe, dataset: Dataset, devices: int) -> None:
    """Raises InputError if the recipe cannot be trained on this dataset and so many devices."""
    available = jax.local_device_count()
    batch, packing = recipe.train.batch_size, recipe.model.packing
    if not 1 <= devices <= available:
        raise InputError(f"{devices} devices asked for, {available} here; choose --devices 1 to {available}")
    if batch % (devices * packing):
        packs = f" in packs of {packing}" if packing > 1 else ""
        raise InputError(
            f"a batch of {batch} does not divide over {devices} devices{packs}; change --batch-size"
        )
    if recipe.model.label_classes and dataset.labels is None:
        raise InputError(f"dataset {dataset.name!r} has no labels to condition on; leave out --conditional")
    if recipe.model.label_classes and recipe.model.label_classes != dataset.classes:
        raise InputError(
            f"the recipe has {recipe.model.label_classes} classes, the dataset {dataset.classes}"
        )
    if recipe.model.channels != dataset.images.shape[-1]:
        raise InputError(
            f"the recipe has channels={recipe.model.channels}, the pictures {dataset.images.shape[-1]}"
        )
