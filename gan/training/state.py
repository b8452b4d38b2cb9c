"""The whole of a training run between two steps: one immutable pytree."""

import functools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import optax
from flax import struct

from gan.config import Hyperparams, ModelConfig, Recipe
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
    generator_ema: Variables  # the generator's exponential moving average, batch statistics included
    generator_opt: optax.OptState
    discriminator_opt: optax.OptState


def optimizer(
    name: str, learning_rate: float | jax.Array, hyper: Hyperparams
) -> optax.GradientTransformation:
    """Adam (arXiv 1412.6980), or RMSProp (Tieleman & Hinton 2012), with which WGAN was trained (1701.07875).

    It is built anew inside each step, so that all its numbers are traced.

    Args:
      name: one of `gan.config.OPTIMIZERS`.
    """
    if name == "rmsprop":
        return optax.rmsprop(learning_rate, decay=hyper.beta2, eps=1e-8, eps_in_sqrt=False)
    return optax.adam(learning_rate, b1=hyper.beta1, b2=hyper.beta2)


def init_state(recipe: Recipe, seed: int) -> TrainState:
    """The state before the first step. `seed`, from 0 to 2³¹ − 1, decides everything that follows."""
    is_traced = isinstance(jnp.zeros(()), jax.core.Tracer)  # by one who asks for shapes only
    make = _init_state if is_traced else _compiled_init()
    return make(recipe.model, recipe.train.optimizer, seed)


@functools.cache
def _compiled_init() -> Callable[[ModelConfig, str, int], TrainState]:
    """One program: weights made one by one would compile one a shape, 4 s of a cold start.

    It runs once. On a CPU it is compiled in 1.4 s with this option, in 3 to 4.7 s without, to the same bits.
    """
    options = {"xla_backend_optimization_level": 1} if jax.default_backend() == "cpu" else None
    return jax.jit(_init_state, static_argnums=(0, 1), compiler_options=options)


def _init_state(model: ModelConfig, optimizer_name: str, seed: int) -> TrainState:
    return state_from_networks(seed, *init_variables(model, jax.random.key(seed)), optimizer_name)


def state_from_networks(
    seed: int, generator: Variables, discriminator: Variables, optimizer_name: str = "adam"
) -> TrainState:
    """The state before the first step, with these networks."""
    numbers = Hyperparams(
        *(0.0 for _ in Hyperparams._fields)
    )  # the form of its state does not depend on them
    new = optimizer(optimizer_name, 0.0, numbers)
    return TrainState(
        step=jnp.int32(0),
        seed=jnp.uint32(seed),
        generator=generator,
        discriminator=discriminator,
        generator_ema=jax.tree.map(jnp.copy, generator),  # a copy: donated buffers may not be shared
        generator_opt=new.init(generator["params"]),
        discriminator_opt=new.init(discriminator["params"]),
    )
