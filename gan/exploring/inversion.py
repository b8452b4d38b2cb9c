"""The z whose picture comes nearest to a drawing: what a generator makes of somebody else's hand.

Adam on z from several starts at once, the nearest of some hundred pictures (Zhu et al. 2016,
arXiv 1609.03552, from an encoder's guess instead). The longer z is, the less typical: its squared
length is penalised, as N(0, 1) does.
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
from gan.training.devices import resolve_precision

POOL = 640  # pictures among which the search begins
STARTS = 16
STEPS = 100
EVERY = 5  # steps between two moments that are kept
LEARNING_RATE = 0.15  # of z, along a cosine to 0
TYPICAL = 1e-4  # weight of |z|² beside the mean squared error of pixels in 0…1


class Found(NamedTuple):
    """The starts, each where it has come to, nearest first."""

    z: np.ndarray  # float32 [STARTS, z_dim]
    labels: np.ndarray  # int32 [STARTS]; 0 where the model is unconditional
    errors: np.ndarray  # float32 [STARTS], Σ (forgery − drawing)² ÷ Σ drawing²: 0 is a perfect likeness
    moments: np.ndarray  # float32 [STEPS / EVERY, STARTS, z_dim]: the way there


def invert(sampler: Sampler, picture: np.ndarray) -> Found:
    """Looks for z whose pictures are near to `picture`, uint8 [28, 28, 1]; some 0.5 s on two cores.

    Of a conditional model, all classes are looked through.

    Raises InputError for a picture without ink, and for a model in colour.
    """
    if not picture.any():
        raise InputError("The drawing is empty.")
    config = sampler.config
    if config.channels != 1:
        raise InputError("This model forges in colour; a drawing is black and white.")
    count = POOL // max(config.classes, 1)
    labels = np.repeat(np.arange(max(config.classes, 1), dtype=np.int32), count)
    z = np.tile(latents.stream(0, count, config.z_dim), (len(labels) // count, 1))
    near = np.argsort(_errors(sampler.generate(z, labels), picture))[:STARTS]
    precision = resolve_precision("auto")
    z, moments = _descend(
        config, precision, sampler.generator, z[near], labels[near], picture[None] / np.float32(255)
    )
    z, labels = np.asarray(z), labels[near]
    errors = _errors(sampler.generate(z, labels), picture)
    order = np.argsort(errors)
    return Found(z[order], labels[order], errors[order], np.asarray(moments)[:, order])


def _errors(pictures: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    difference = pictures.astype(np.float32) - wanted
    return np.square(difference).sum(axis=(1, 2, 3)) / np.square(wanted, dtype=np.float32).sum()


@partial(jax.jit, static_argnums=(0, 1))
def _descend(
    config: ModelConfig,
    precision: str,
    weights: Variables,
    z: jax.Array,
    labels: jax.Array,
    wanted: jax.Array,
) -> tuple[jax.Array, jax.Array]:
    """z [N, z_dim] after STEPS steps, and on the way there [STEPS / EVERY, N, z_dim]."""
    generate = partial(Generator(config, precision=precision).apply, sampling_scale=config.sampling_scale)
    adam = optax.adam(optax.cosine_decay_schedule(LEARNING_RATE, STEPS), b2=0.99)

    def loss(z: jax.Array) -> jax.Array:
        pictures = (generate(weights, z, labels) + 1) / 2
        return jnp.square(pictures - wanted).mean(axis=(1, 2, 3)).sum() + TYPICAL * jnp.square(z).sum()

    def step(carry: tuple, _: None) -> tuple[tuple, None]:
        z, state = carry
        updates, state = adam.update(jax.grad(loss)(z), state)
        return (z + updates, state), None

    def steps(carry: tuple, _: None) -> tuple[tuple, jax.Array]:
        carry, _ = jax.lax.scan(step, carry, length=EVERY)
        return carry, carry[0]

    (z, _), moments = jax.lax.scan(steps, (z, adam.init(z)), length=STEPS // EVERY)
    return z, moments
