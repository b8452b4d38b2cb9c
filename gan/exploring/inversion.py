"""GAN inversion: the z whose image is nearest to a drawing.

Adam changes z so that its image comes nearer to the drawing. It begins at several z at once: those of some
hundred images that are nearest to the drawing (Zhu et al. 2016, arXiv 1609.03552, begin at an encoder's guess
instead). A long z is improbable under N(0, 1), so the squared length of z is a part of the loss.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from gan.config import ModelConfig
from gan.errors import InputError
from gan.networks import latents
from gan.networks.networks import Generator, Variables
from gan.networks.sampler import Sampler
from gan.training.precision import resolve_precision

CANDIDATES = 640  # images, or one of each class if there are more; the nearest of them are the starts
STARTS = 16
STEPS = 100  # of Adam
RECORD_EVERY = 5  # steps
LEARNING_RATE = 0.15  # of z at the first step; it falls along a cosine to 0
PRIOR_WEIGHT = 1e-4  # of |z|² in the loss, beside the mean squared error of pixels in 0…1


class Inversion(NamedTuple):
    """Where each start has come to, the nearest to the drawing first."""

    z: np.ndarray  # float32 [STARTS, z_dim]
    labels: np.ndarray  # int32 [STARTS]; 0 where the model is unconditional
    errors: np.ndarray  # float32 [STARTS], Σ (image − drawing)² ÷ Σ drawing²; 0 where both are the same
    trajectory: np.ndarray  # float32 [STEPS / RECORD_EVERY, STARTS, z_dim]: every few steps, the z so far


def invert(sampler: Sampler, drawing: np.ndarray) -> Inversion:
    """Looks for z whose images are near to a drawing. It takes some 0.5 s on two cores.

    Args:
      sampler: a model; all classes of a conditional one are tried.
      drawing: uint8 [size, size, channels]: light ink on a dark ground, or a picture as the model's are.
    Raises:
      InputError: the drawing has no ink or another size than the model's, or other channels.
    """
    if not drawing.any():
        raise InputError("The drawing is empty.")
    config = sampler.config
    if drawing.shape[-1] != config.channels:
        raise InputError("This model forges in colour; a drawing is black and white.")
    if len(drawing) != config.size:
        raise InputError(f"This model forges pictures of {config.size}×{config.size}; draw one of that size.")
    classes = max(config.classes, 1)
    count = max(1, CANDIDATES // classes)  # z, each tried with every class
    labels = np.repeat(np.arange(classes, dtype=np.int32), count)
    z = np.tile(latents.stream(0, count, config.z_dim), (classes, 1))
    nearest = np.argsort(_errors(sampler.generate(z, labels), drawing))[:STARTS]
    z, labels = z[nearest], labels[nearest]

    precision = resolve_precision("auto")
    target = drawing[None] / np.float32(255)  # [1, size, size, channels]
    z, trajectory = map(np.asarray, _descend(config, precision, sampler.generator, z, labels, target))
    errors = _errors(sampler.generate(z, labels), drawing)
    order = np.argsort(errors)
    return Inversion(z[order], labels[order], errors[order], trajectory[:, order])


def _errors(images: np.ndarray, drawing: np.ndarray) -> np.ndarray:
    """Σ (image − drawing)² ÷ Σ drawing² of each image, uint8 [N, size, size, channels]: [N]."""
    difference = images.astype(np.float32) - drawing
    return np.square(difference).sum(axis=(1, 2, 3)) / np.square(drawing, dtype=np.float32).sum()


@partial(jax.jit, static_argnums=(0, 1))
def _descend(
    config: ModelConfig,
    precision: str,
    weights: Variables,
    z: jax.Array,
    labels: jax.Array,
    target: jax.Array,
) -> tuple[jax.Array, jax.Array]:
    """z [N, z_dim] after STEPS steps, and the trajectory [STEPS / RECORD_EVERY, N, z_dim].

    Args:
      z: where each start begins, [N, z_dim].
      target: the drawing, [1, size, size, channels] in 0…1.
    """
    generate = partial(Generator(config, precision=precision).apply, sampling=True)
    adam = optax.adam(optax.cosine_decay_schedule(LEARNING_RATE, STEPS), b2=0.99)

    def loss(z: jax.Array) -> jax.Array:
        images = (generate(weights, z, labels) + 1) / 2  # in 0…1
        error = jnp.square(images - target).mean(axis=(1, 2, 3)).sum()
        return error + PRIOR_WEIGHT * jnp.square(z).sum()  # a sum over starts, which do not touch each other

    def step(carry: tuple, _: None) -> tuple[tuple, None]:
        z, state = carry
        updates, state = adam.update(jax.grad(loss)(z), state)
        return (z + updates, state), None

    def some_steps(carry: tuple, _: None) -> tuple[tuple, jax.Array]:
        carry, _ = jax.lax.scan(step, carry, length=RECORD_EVERY)
        return carry, carry[0]

    (z, _), trajectory = jax.lax.scan(some_steps, (z, adam.init(z)), length=STEPS // RECORD_EVERY)
    return z, trajectory
