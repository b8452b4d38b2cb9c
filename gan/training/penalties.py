"""Gradient penalties keep the norm of D's gradient small, or near 1. There is one function an equation."""

from collections.abc import Callable

import jax
import jax.numpy as jnp

Critic = Callable[[jax.Array], jax.Array]  # pictures [B, …] -> logits [B]


def logits_and_squared_grad_norms(critic: Critic, x: jax.Array) -> tuple[jax.Array, jax.Array]:
    """D's logits [B] and the squared norms [B] of their gradients at the inputs, in one pass.

    If D scores packs of pictures, each pack has one logit and one squared norm.
    """
    logits, pull_back = jax.vjp(critic, x)
    (gradient,) = pull_back(jnp.ones_like(logits))
    return logits, jnp.sum(gradient.reshape(logits.shape[0], -1) ** 2, axis=-1)


def zero_centered_gp(squared_norms: jax.Array) -> jax.Array:
    """½ E ‖∇D‖²: R1 on real pictures, R2 on fakes. Mescheder et al. 2018, arXiv 1801.04406, eq. 9."""
    return 0.5 * jnp.mean(squared_norms)


def one_centered_gp(critic: Critic, x: jax.Array) -> jax.Array:
    """E (‖∇D(x)‖ − 1)². Gulrajani et al. 2017 (WGAN-GP), arXiv 1704.00028, eq. 3."""
    _, squared_norms = logits_and_squared_grad_norms(critic, x)
    # The square root has no gradient at 0; the tiny constant keeps it finite.
    return jnp.mean((jnp.sqrt(squared_norms + 1e-12) - 1) ** 2)


def interpolate(real: jax.Array, fake: jax.Array, share: jax.Array) -> jax.Array:
    """x̂ = share · real + (1 − share) · fake, at which WGAN-GP takes D's gradient. `share`: [B] in 0…1."""
    share = share[:, None, None, None]
    return share * real + (1 - share) * fake


def perturb(real: jax.Array, noise: jax.Array) -> jax.Array:
    """x̂ = real + ½ σ · noise, at which DRAGAN (Kodali et al. 2017, arXiv 1705.07215) takes D's gradient.

    The paper's noise is normal. Here `noise`, of the shape of `real`, is uniform in 0…1, and σ is the
    standard deviation of each picture, not of the batch: nothing depends on the number of devices.
    """
    return real + 0.5 * jnp.std(real, axis=(1, 2, 3), keepdims=True) * noise
