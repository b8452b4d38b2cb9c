"""The whole of a training run between two steps: one immutable pytree."""

from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import struct

from gan.config import Hyperparams, Recipe
from gan.networks.networks import Variables, init_variables


@struct.dataclass
class TrainState:
    """All that resuming needs, besides the recipe and the data.

    There is no random state to carry: each step derives its keys from `seed` and `step`.
    """

    step: jax.Array  # int32 [], steps done
    seed: jax.Array  # uint32 []
    generator: Variables
    discriminator: Variables
    average: Variables  # the generator's exponential moving average, statistics included
    generator_opt: optax.OptState
    discriminator_opt: optax.OptState


def optimizer(learning_rate: float | jax.Array, hyper: Hyperparams) -> optax.GradientTransformation:
    """Adam (arXiv 1412.6980). Built anew inside each step, so that all its numbers are traced."""
    return optax.adam(learning_rate, b1=hyper.beta1, b2=hyper.beta2)


@partial(jax.jit, static_argnums=0)
def init_state(recipe: Recipe, seed: int) -> TrainState:
    """The state before the first step. `seed` decides everything that follows.

    One compiled program: a draw at a time would compile one for each shape, four seconds of a cold start.
    """
    return begin(recipe, seed, *init_variables(recipe.model, jax.random.key(seed)))


def begin(recipe: Recipe, seed: int, generator: Variables, discriminator: Variables) -> TrainState:
    """The state before the first step, with these networks."""
    adam = optimizer(0.0, recipe.hyper)
    return TrainState(
        step=jnp.int32(0),
        seed=jnp.uint32(seed),
        generator=generator,
        discriminator=discriminator,
        average=jax.tree.map(jnp.copy, generator),  # a copy: donated buffers may not be shared
        generator_opt=adam.init(generator["params"]),
        discriminator_opt=adam.init(discriminator["params"]),
    )
