"""Train steps in JAX, saved as files that the page's steps are compared with."""

import jax
import jax.numpy as jnp
import numpy as np
from safetensors.numpy import save_file

from gan import get_recipe
from gan.training import vae
from gan.training.batch import Data
from gan.training.saved_state import save_state
from gan.training.trainer import GAN

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
    "colour, augmented, noise": {
        "channels": 3,
        "augment": "flip,colour,translation,cutout",
        "instance_noise": 0.1,
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
    "32 pixels in colour": {"size": 32, "channels": 3, "classes": 10},
    "64 pixels": {"size": 64, "generator_channels": (16, 8, 8), "discriminator_channels": (8, 8, 16)},
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


def pictures(model):
    draw = np.random.default_rng(0)
    images = draw.integers(0, 256, (100, model.size, model.size, model.channels), dtype=np.uint8)
    return images, draw.integers(0, 10, 100, dtype=np.int32)


def train_in_jax(recipe, folder, steps, seed=3):
    """Saves a warm state, and those after each of so many steps. Returns the metrics of the first step."""
    algorithm = vae.AUTOENCODER if recipe.name == "autoencoder" else GAN
    images, labels = pictures(recipe.model)
    save_file({"images": images, "labels": labels.astype(np.uint8)}, folder / "data.safetensors")
    step = jax.jit(algorithm.build_step(recipe.static_config))
    data = Data(jnp.asarray(images), jnp.asarray(labels))
    state, first = warm(algorithm.init_state(recipe, seed)), None
    save_state(folder / "0.safetensors", recipe, state, {})
    for i in range(steps):
        state, metrics = step(state, recipe.hyper, data, jnp.arange(recipe.train.batch_size))
        first = first or metrics
        save_state(folder / f"{i + 1}.safetensors", recipe, state, {})
    return first
