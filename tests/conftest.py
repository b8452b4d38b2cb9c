"""Eight fake CPU devices, tiny networks on the real MNIST, and one compilation cache for all tests."""

import contextlib
import gc
import os
from importlib.metadata import version

# Before jax is imported. A train step is compiled in 3.1 s of processor time with these options, and in
# 6.0 s with XLA's own; it then takes a fifth longer. See also `compiler` below.
os.environ["XLA_FLAGS"] = (
    "--xla_force_host_platform_device_count=8 --xla_backend_optimization_level=1"
    " --xla_cpu_parallel_codegen_split_count=1"
)
if version("jaxlib").startswith("0.10."):  # later ones end a program that asks for this
    os.environ["XLA_FLAGS"] += " --xla_cpu_use_fusion_emitters=false"
os.environ.setdefault("JAX_PLATFORMS", "cpu")

from pathlib import Path

import jax
import numpy as np
import pytest

from gan import cache
from gan.config import Recipe
from gan.data import datasets
from gan.data.held_out import Splits, hold_out, select
from gan.recipes import RECIPES
from gan.training import devices
from gan.training.saved_state import model_of
from gan.training.state import init_state
from tests.app import begins_to_answer, running_app

# JAX makes millions of objects while it traces a step. With Python's own 700 objects from one search for
# garbage to the next, an eighth of the processor time of such tests goes into the searches.
gc.set_threshold(100_000, 20, 50)
cache.keep_compiled_programs()
jax.config.update("jax_numpy_rank_promotion", "raise")

MAX_MEMORY = 2 * 2**30  # bytes of one worker, which else come to 6 GB of compiled programs
_is_optimized = True  # whether XLA optimises programs now

SHARED_ADDRESS = pytest.StashKey[str]()  # of the app that all workers visit
MANY = {"FORGER_TRAINING": "12", "FORGER_RUNS": "64", "FORGER_ADDRESS_SEATS": "64"}  # visitors of one address
_until_the_end = contextlib.ExitStack()

ROOT = Path(__file__).parent.parent
CHECKPOINTS = ROOT / "checkpoints"
TINY = {
    "z_dim": 8,
    "generator_channels": (8, 4),
    "discriminator_channels": (4, 8),
    "discriminator_hidden": 16,
    "batch_size": 16,
    "steps": 20,
    "precision": "float32",
}


def make_tiny(**options) -> Recipe:
    return RECIPES["fast"].replace(**{**TINY, **options})


@pytest.fixture(scope="module", autouse=True)
def compiler(request):
    """Chooses what XLA spends on a program, here and in processes that a test starts.

    Most modules take a few steps of many programs: without optimisation one is compiled in 1.7 s of
    processor time, and runs about eight times slower. Modules with the mark `runs_long` have theirs
    optimised.
    """
    global _is_optimized
    is_optimized = request.node.get_closest_marker("runs_long") is not None
    if is_optimized != _is_optimized:
        jax.clear_caches()  # a program of the other kind would serve this module too
        jax.config.update("jax_disable_most_optimizations", not is_optimized)
        os.environ["JAX_DISABLE_MOST_OPTIMIZATIONS"] = str(int(not is_optimized))
        _is_optimized = is_optimized
    yield
    if _memory() > MAX_MEMORY:
        jax.clear_caches()
        gc.collect()
        devices.give_memory_back()


def _memory() -> int:
    """The bytes that this process has now; 0 where the system does not tell."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGESIZE") if statm.exists() else 0


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """In the process that hands out the tests: its workers share an app, which starts while they collect."""
    stash = node.config.stash
    if SHARED_ADDRESS not in stash:
        stash[SHARED_ADDRESS] = _until_the_end.enter_context(running_app(limits=MANY, is_waited_for=False))
    node.workerinput["address"] = stash[SHARED_ADDRESS]


def pytest_sessionfinish():
    _until_the_end.close()


@pytest.fixture(scope="session")
def address(request):
    """Of one app, for all tests that need no other."""
    shared = getattr(request.config, "workerinput", {}).get("address")
    if shared:
        assert begins_to_answer(shared), "the app did not start"
        yield shared
        return
    with running_app() as address:
        yield address


@pytest.fixture(scope="session")
def tiny() -> Recipe:
    return make_tiny()


@pytest.fixture(scope="session")
def mnist() -> datasets.Dataset:
    return datasets.load_dataset()


@pytest.fixture(scope="session")
def few_digits(mnist) -> Splits:
    """A part of MNIST, so that looking for copies takes a moment."""
    train = select(mnist, np.arange(6000))
    validation, rest = hold_out(train)
    return Splits(train, rest, validation, select(datasets.load_dataset("mnist", "test"), np.arange(1000)))


@pytest.fixture
def tiny_model(tmp_path, tiny) -> Path:
    """A checkpoint of an untrained unconditional tiny model."""
    from gan.networks import checkpoints

    path = tmp_path / "model.safetensors"
    checkpoints.save_model(path, model_of(tiny, init_state(tiny, 0), {"dataset": "mnist", "step": 0}))
    return path


@pytest.fixture
def tiny_digits(tmp_path) -> Path:
    """The same, conditional."""
    from gan.networks import checkpoints

    recipe = make_tiny(classes=10)
    path = tmp_path / "digits.safetensors"
    checkpoints.save_model(path, model_of(recipe, init_state(recipe, 0), {"dataset": "mnist", "step": 0}))
    return path
