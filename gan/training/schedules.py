"""Numbers that depend on how far a run is: decaying rates and penalties, and the average of G."""

import jax
import jax.numpy as jnp
import optax

from gan.config import Hyperparams
from gan.networks.networks import Variables

ANNEALING_FROM = 0.8  # of the time of a run: from half of it on, a run of ten seconds learned less


def decay(hyper: Hyperparams, step: jax.Array) -> Hyperparams:
    """The numbers at this step: learning rates and gammas fall along half a cosine until `decay_steps`.

    The learning rates fall to 0, the gammas of R1 and R2 to `final_gamma_fraction` of what they were.
    """
    rate = cosine_decay(step, hyper.decay_steps)
    gamma = hyper.final_gamma_fraction + (1 - hyper.final_gamma_fraction) * rate
    return hyper._replace(
        generator_lr=rate * hyper.generator_lr,
        discriminator_lr=rate * hyper.discriminator_lr,
        r1_gamma=gamma * hyper.r1_gamma,
        r2_gamma=gamma * hyper.r2_gamma,
    )


def cosine_decay(step: jax.Array, decay_steps: jax.Array) -> jax.Array:
    """A factor that is 1 at step 0 and 0 from `decay_steps` on, with half a cosine between."""
    return 0.5 * (1 + jnp.cos(jnp.pi * jnp.minimum(step / decay_steps, 1.0)))


def anneal(hyper: Hyperparams, share: float) -> Hyperparams:
    """The numbers of a run that is given a time and not a number of steps, when a share of it is over.

    The learning rates stay as they are for ANNEALING_FROM of the time, and then fall in a line to 0 at its
    end, so that the last steps average over many batches. The numbers stay Python floats: an array in their
    place would compile the step anew.

    Args:
      share: from 0 to 1.
    """
    rate = min(1.0, max(0.0, (1 - float(share)) / (1 - ANNEALING_FROM)))
    return hyper._replace(
        generator_lr=rate * hyper.generator_lr, discriminator_lr=rate * hyper.discriminator_lr
    )


def update_ema(ema: Variables, new: Variables, step: jax.Array, decay: jax.Array) -> Variables:
    """ema ← d · ema + (1 − d) · new, with d = min(decay, (1 + step) / (20 + step)).

    The smaller d of the first steps keeps the untrained weights out of the average of a young run.
    """
    decay = jnp.minimum(decay, (1 + step) / (20 + step))
    return optax.incremental_update(new, ema, 1 - decay)
