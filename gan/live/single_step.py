"""A single train step in which only one of the two networks learns."""

from typing import Literal

import jax
import jax.numpy as jnp

from gan.config import Hyperparams
from gan.training.trainer import ChunkResult, Trainer

Network = Literal["both", "D", "G"]  # which of the two networks learns
FROZEN = {  # the parts of the state that a single step of this network leaves as they are
    "both": (),
    "D": ("generator", "generator_opt", "generator_ema"),
    "G": ("discriminator", "discriminator_opt"),
}


def take_single_step(trainer: Trainer, hyper: Hyperparams, network: Network) -> ChunkResult:
    """Takes one train step in which only `network` learns.

    The train step always trains both, so the state of the other is put back afterwards. If only G
    learns, D's learning rate is 0 too: G learns from the D that the step begins with.

    Args:
      hyper: the numbers of the run, which the trainer has afterwards too.
    """
    frozen = {name: jax.tree.map(jnp.copy, getattr(trainer.state, name)) for name in FROZEN[network]}
    if network == "G":
        trainer.hyper = hyper._replace(discriminator_lr=0.0)
    (result,) = trainer.run(1, 0.0)
    trainer.hyper = hyper
    trainer.state = trainer.state.replace(**frozen)
    return result
