"""Maths on z, the random numbers that the generator makes an image from."""

import jax
import numpy as np

MAX_SEED = 2**31 - 1


def from_seeds(seeds: np.ndarray, z_dim: int) -> np.ndarray:
    """The z of each seed: draws from N(0, 1), float32 [N, z_dim].

    The z of a seed does not depend on the other seeds that are asked for.

    Args:
      seeds: whole numbers [N] from 0 to `MAX_SEED`.
    """
    keys = jax.vmap(jax.random.key)(np.asarray(seeds, np.uint32))
    return np.asarray(jax.vmap(lambda key: jax.random.normal(key, (z_dim,)))(keys))


def stream(seed: int, count: int, z_dim: int) -> np.ndarray:
    """`count` draws of z from N(0, 1), one after another from a single seed: float32 [count, z_dim]."""
    return np.asarray(jax.random.normal(jax.random.key(seed), (count, z_dim)))


def truncate(z: np.ndarray, truncation: float, latent_classes: int) -> np.ndarray:
    """z [..., z_dim] times `truncation`, which moves it towards the origin, where typical images lie.

    Args:
      truncation: from 0 to 1. A truncation of 1 leaves z as it is.
      latent_classes: how many of the last numbers of z choose the class (`ModelConfig.latent_classes`).
        They keep their size: if they shrank too, no class would be clearly chosen, and the generator would
        blend all of them.
    """
    scale = np.ones(z.shape[-1], np.float32)
    scale[: z.shape[-1] - latent_classes] = truncation
    return z * scale.reshape((1,) * (z.ndim - 1) + (-1,))


def lerp(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    """The straight line from a [z_dim] to b [z_dim] at each t in 0…1: [T, z_dim]."""
    t = np.asarray(t, np.float32)[:, None]
    return (1 - t) * a + t * b


def slerp(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    """The arc from a [z_dim] to b [z_dim] at each t in 0…1: float32 [T, z_dim].

    Spherical interpolation is from Shoemake 1985 (SIGGRAPH), and White 2016, arXiv 1609.04468, says why a
    latent space needs it: a straight line passes nearer the origin than almost any draw from N(0, 1) lies,
    and the arc stays at the distance where G has learned. The direction turns evenly, and the length changes
    evenly. Where no arc is defined, the straight line is taken: between (nearly) parallel or opposite
    vectors, and from or to the origin. Angles are computed in float64: in float32, arccos is too coarse near
    0 and π.
    """
    straight = lerp(a, b, t)
    a, b, t = (np.asarray(array, np.float64) for array in (a, b, t))
    length_a, length_b = np.linalg.norm(a), np.linalg.norm(b)
    if min(length_a, length_b) < 1e-6:
        return straight
    angle = np.arccos(np.clip(a @ b / (length_a * length_b), -1, 1))
    if np.sin(angle) < 1e-4:
        return straight
    t = t[:, None]
    parts = np.sin((1 - t) * angle) * (a / length_a) + np.sin(t * angle) * (b / length_b)
    direction = parts / np.sin(angle)
    return (direction * ((1 - t) * length_a + t * length_b)).astype(np.float32)
