"""The resumable training loop, in chunks of steps. It knows nothing of files, screens or command lines."""

import functools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from gan.config import Hyperparams, Recipe, StaticConfig
from gan.data.datasets import Dataset
from gan.errors import require
from gan.networks import latents
from gan.networks.layers import Method
from gan.training import hosts
from gan.training.batch import Data
from gan.training.devices import cpu_cores
from gan.training.precision import resolve_precision
from gan.training.state import TrainState, init_state
from gan.training.step import Metrics, Step, build_step

MAX_STEPS_PER_CALL = 256  # room for the metrics of one call
MAX_DATASETS = 2  # that stay on the devices


class Algorithm(NamedTuple):
    """What is trained: its first state, and its step (as `gan.training.step` has them)."""

    init_state: Callable[[Recipe, int], TrainState]
    build_step: Callable[..., Step]
    has_critic: bool  # whether the state's discriminator is one


GAN = Algorithm(init_state, build_step, has_critic=True)


class ChunkResult(NamedTuple):
    """What a chunk of steps brought."""

    step: int  # steps done since the run began
    metrics: Metrics  # float32 [steps of this chunk]; the last row belongs to `step`
    seconds: float  # how long the chunk took


class Diverged(Exception):
    """A loss or a weight is no longer a finite number. `step` is the first that shows it."""

    def __init__(self, step: int):
        self.step = step
        super().__init__(
            f"training diverged: not a finite number at step {step}; "
            "try a lower generator_lr and discriminator_lr, or a larger penalty (r1_gamma)"
        )


class Trainer:
    """A run: a recipe, a dataset, and the state they have led to.

    Attributes:
      recipe: as it is trained, with the precision that "auto" means on this machine.
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
        algorithm: Algorithm = GAN,
    ):
        """
        Args:
          seed: from 0 to 2³¹ − 1, decides everything that is random; a given state has its own seed, and this
            one is unused.
          devices: how many devices of this machine share each batch; where several hosts train together, of
            each of them.
          state: go on from here; None: from the beginning.
        Raises:
          InputError: the seed is none, or the devices, the batch and the dataset do not fit together.
        """
        require(isinstance(recipe, Recipe), f"{recipe!r:.60} is no recipe; get_recipe has one of each name")
        require(isinstance(dataset, Dataset), f"{dataset!r:.60} is no data set; load_dataset reads one")
        require(
            isinstance(seed, int | np.integer) and 0 <= seed <= latents.MAX_SEED,
            f"seed {seed}: expected a whole number from 0 to {latents.MAX_SEED}",
        )
        validate_setup(recipe, dataset, devices)
        self.recipe = recipe.replace(precision=resolve_precision(recipe.train.precision))
        self.hyper: Hyperparams = recipe.hyper
        self._call = _compiled_chunk(self.recipe.static_config, devices, algorithm.build_step)
        self._data = _put_on_devices(dataset, devices)
        self._seconds_per_step = 0.1  # a first guess; measured as the run goes
        self._first_state = partial(algorithm.init_state, recipe, seed)
        self._state = None if state is None else self._put(state)  # None: see `compiling`

    @property
    def state(self) -> TrainState:
        if self._state is None:
            self._state = self._put(self._first_state())
        return self._state

    @state.setter
    def state(self, state: TrainState) -> None:
        self._state = state

    @property
    def step(self) -> int:
        """Steps done since the run began."""
        return 0 if self._state is None else int(self._state.step)

    def compile(self) -> float:
        """Makes the program of a step ready, and meanwhile the first weights. Returns seconds."""
        with self.compiling() as seconds:
            _ = self.state  # makes the first weights, if there are none
            return seconds.result()

    @contextmanager
    def compiling(self) -> Iterator[Future[float]]:
        """Makes the program of a step ready in a thread, while the caller does something else.

        A first start compiles the step in 4 s on one core. Making, drawing and saving the first weights
        take 2 s, in which the other core has nothing else to do. Several hosts must run what they have in
        common in the same order, so there it is ready before the caller goes on.
        Yields the seconds that it took, which come when it is ready.
        """
        with ThreadPoolExecutor(1) as pool:
            seconds = pool.submit(self._compile)
            if hosts.count() > 1:
                seconds.result()
            yield seconds

    def _compile(self) -> float:
        """Runs no step, from a state that has the form of the run's."""
        start = time.perf_counter()
        form = jax.eval_shape(self._first_state) if self._state is None else self._state
        zeros = self._put(jax.tree.map(lambda each: np.zeros(each.shape, each.dtype), form))
        jax.block_until_ready(self._call(zeros, self.hyper, self._data, jnp.int32(0)))
        return time.perf_counter() - start

    def _put(self, state: TrainState) -> TrainState:
        return jax.device_put(state, self._data.labels.sharding)

    def run(self, steps: int, chunk_seconds: float = 1.0) -> Iterator[ChunkResult]:
        """Takes `steps` more steps, in chunks of about `chunk_seconds`.

        How steps fall into chunks changes nothing but how often this yields. A chunk is one call of the
        compiled program. Its working memory comes anew from the system, for `article` with batches of 64 in
        20,000 pages of 4 KB, which takes a seventh of a step's time. So a chunk has several such steps.
        Raises:
          Diverged: after the chunk in which it happened; the state is then spoilt.
        """
        last = self.step + steps
        while (step := self.step) < last:
            wanted = min(chunk_seconds / self._seconds_per_step, MAX_STEPS_PER_CALL, last - step)
            count = int(hosts.of_first(max(1, round(wanted))))
            start = time.perf_counter()
            metrics = Metrics(*(np.asarray(rows)[:count] for rows in self._advance(count)))
            seconds = time.perf_counter() - start
            self._seconds_per_step = seconds / count
            broken = ~np.all(np.isfinite(metrics), axis=0)
            if broken.any():
                raise Diverged(step + 1 + int(np.argmax(broken)))
            yield ChunkResult(step + count, metrics, seconds)

    def _advance(self, count: int) -> Metrics:
        self.state, metrics = self._call(self.state, self.hyper, self._data, jnp.int32(count))
        return jax.block_until_ready(metrics)


def validate_setup(recipe: Recipe, dataset: Dataset, devices: int) -> None:
    """Raises InputError if the recipe cannot be trained on this dataset and so many devices."""
    available = jax.local_device_count()
    batch, model, all_devices = recipe.train.batch_size, recipe.model, devices * hosts.count()
    require(1 <= devices <= available, f"{devices} devices asked for, {available} here; use 1 to {available}")
    packs = f" in packs of {model.packing}" if model.packing > 1 else ""
    require(
        batch % (all_devices * model.packing) == 0,
        f"a batch of {batch} does not divide over {all_devices} devices{packs}",
    )
    require(
        model.label_classes == 0 or dataset.labels is not None,
        f"dataset {dataset.name!r} has no labels to condition on; the recipe has classes of labels",
    )
    require(
        model.label_classes in (0, dataset.classes),
        f"the recipe has {model.label_classes} classes, the dataset {dataset.classes}; choose another "
        "dataset, or leave out the classes",
    )
    height, width, channels = dataset.images.shape[1:]
    require(
        height == width == model.size,
        f"the networks make pictures of {model.size}×{model.size}, the dataset has {height}×{width}; "
        "choose by --size",
    )
    require(
        model.channels == channels,
        f"the recipe has channels={model.channels}, the pictures have {channels} (1 is grey, 3 is colour); "
        "choose another dataset, or leave out channels",
    )


def build_train_chunk(
    config: StaticConfig,
    devices: int = 1,
    method: Method = "auto",
    build_step: Callable[..., Step] = build_step,
) -> Callable:
    """Many steps in one compiled call: call(state, hyper, data, count) -> (state, Metrics).

    It is compiled by `jit` for one device and by `pmap` for many: `devices` of each host, if there are
    several hosts, each of which calls it with the same values. The metrics are float32
    [MAX_STEPS_PER_CALL], and their first `count` rows are filled. `count` is traced: one program serves any
    number of steps up to MAX_STEPS_PER_CALL, so that a run's length, its pauses and its saves never
    compile anything, and a resumed run is bit for bit the uninterrupted one. (A scan of fixed
    length would be another program, with other roundings, for every length.)
    """
    all_devices = devices * hosts.count()
    axis_name = "devices" if all_devices > 1 else None
    if method == "auto" and jax.default_backend() == "cpu" and devices >= max(2, cpu_cores()):
        method = "points"  # each device is one core
    step = build_step(config, axis_name, method)
    share = config.batch_size // all_devices

    def call(state: TrainState, hyper: Hyperparams, data: Data, count: jax.Array, device: jax.Array | int):
        example_indices = device * share + jnp.arange(share)
        rows = Metrics(*(jnp.zeros(MAX_STEPS_PER_CALL, jnp.float32) for _ in Metrics._fields))

        def body(i: jax.Array, carry: tuple[TrainState, Metrics]):
            state, rows = carry
            state, metrics = step(state, hyper, data, example_indices)
            return state, jax.tree.map(lambda row, value: row.at[i].set(value), rows, metrics)

        return lax.fori_loop(0, count, body, (state, rows))

    if all_devices == 1:
        return jax.jit(partial(call, device=0), donate_argnums=0)
    mapped = jax.pmap(
        call,
        axis_name,
        in_axes=(None, None, None, None, 0),
        out_axes=None,
        devices=[device for host in range(hosts.count()) for device in jax.local_devices(host)[:devices]],
        donate_argnums=0,
    )
    mine = hosts.index() * devices + np.arange(devices)  # the numbers of this host's devices
    return lambda state, hyper, data, count: mapped(state, hyper, data, count, mine)


@functools.lru_cache(maxsize=8)
def _compiled_chunk(config: StaticConfig, devices: int, build_step: Callable[..., Step]) -> Callable:
    """Runs that differ in their names and traced numbers alone share one compiled program."""
    return build_train_chunk(config, devices, build_step=build_step)


# The datasets that are on the devices: all runs on one of them share one copy. The key is the identity of
# the arrays, which have no hash; the entry holds the dataset, so that no other array takes its identity.
_on_devices: dict[tuple[int, int, int], tuple[Dataset, Data]] = {}


def _put_on_devices(dataset: Dataset, devices: int) -> Data:
    """The dataset, whole, on each of the first devices. Labels are zeros where there are none."""
    key = id(dataset.images), id(dataset.labels), devices
    if key not in _on_devices:
        while len(_on_devices) >= MAX_DATASETS:
            _on_devices.pop(next(iter(_on_devices)))  # the one that came first
        labels = np.zeros(len(dataset.images), np.int32) if dataset.labels is None else dataset.labels
        replicated = NamedSharding(Mesh(jax.local_devices()[:devices], "devices"), PartitionSpec())
        _on_devices[key] = dataset, jax.device_put(Data(dataset.images, labels), replicated)
    return _on_devices[key][1]
