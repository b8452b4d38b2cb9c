"""Eight fake CPU devices, tiny networks on the real MNIST, and one compilation cache for all tests."""

import os

# Before jax is imported. Tests compile more than they run: at level 1 that takes a quarter less time.
os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=8 --xla_backend_optimization_level=1"
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
from gan.training.saved_state import model_of
from gan.training.state import init_state
from tests.app import running_app

cache.keep_compiled_programs()
jax.config.update("jax_numpy_rank_promotion", "raise")

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


@pytest.fixture(scope="session")
def address():
    """Of one app, for all tests that need no other."""
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
