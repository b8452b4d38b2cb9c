"""Maths on z."""

import jax
import numpy as np

MAX_SEED = 2**31 - 1


def from_seeds(seeds: np.ndarray, z_dim: int) -> np.ndarray:
    """The z of each seed (0…2³¹−1): draws from N(0, 1), float32 [N, z_dim].

    A seed names the same z alone and in any company.
    """
    keys = jax.vmap(jax.random.key)(np.asarray(seeds, np.uint32))
    return np.asarray(jax.vmap(lambda key: jax.random.normal(key, (z_dim,)))(keys))


def stream(seed: int, count: int, z_dim: int) -> np.ndarray:
    """`count` draws in a row from one seed, float32 [count, z_dim]."""
    return np.asarray(jax.random.normal(jax.random.key(seed), (count, z_dim)))


def truncate(z: np.ndarray, truncation: float, latent_classes: int) -> np.ndarray:
    """z [..., z_dim] times `truncation`: towards the origin, where the typical pictures are.

    A truncation of 1 leaves z as it is.

    Args:
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
    """The arc from a to b: [T, z_dim]. Shoemake 1985; White 2016, arXiv 1609.04468, for why.

    A straight line passes nearer the origin than almost any draw from N(0, 1) lies; the arc stays
    at the distance where G has learned. Directions turn evenly, lengths change evenly. Between
    (nearly) parallel or opposite vectors, or from the origin, no arc is defined, and the line is
    taken.
    """
    length_a, length_b = np.linalg.norm(a), np.linalg.norm(b)
    if min(length_a, length_b) < 1e-6:
        return lerp(a, b, t)
    angle = np.arccos(np.clip(a @ b / (length_a * length_b), -1, 1))
    if np.sin(angle) < 1e-4:
        return lerp(a, b, t)
    t = np.asarray(t, np.float32)[:, None]
    parts = np.sin((1 - t) * angle) * (a / length_a) + np.sin(t * angle) * (b / length_b)
    direction = parts / np.sin(angle)
    return (direction * ((1 - t) * length_a + t * length_b)).astype(np.float32)
