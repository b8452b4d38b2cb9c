"""A chart of many points: t-SNE (van der Maaten & Hinton 2008, JMLR 9), exact, on the device.

Points that are alike come to lie together; distances between far groups mean little.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

PERPLEXITY = 30  # about how many neighbours a point looks at
LEAST = 1e-12  # in place of a spread of 0: all points are one
STEPS, EARLY = 500, 120  # in the early ones attraction is exaggerated, so that groups find together
EXAGGERATION = 12.0


def embed(features: np.ndarray) -> np.ndarray:
    """Places in the plane, float32 [N, 2], from −1 to 1 in both directions.

    Args:
      features: [N, D], N at least a hundred or so. The same features are always placed the same.
    """
    centred = jnp.asarray(features - features.mean(0), jnp.float32)
    _, _, axes = np.linalg.svd(np.asarray(centred), full_matrices=False)
    start = np.array(centred @ axes[:2].T)
    start *= 1e-4 / max(start[:, 0].std(), LEAST)
    places = np.asarray(_descend(_affinities(centred), jnp.asarray(start)))
    low, high = places.min(0), places.max(0)
    return 2 * (places - low) / np.maximum(high - low, LEAST) - 1


def _squared_distances(x: jax.Array) -> jax.Array:
    squares = jnp.sum(x * x, axis=1)
    return jnp.maximum(squares[:, None] + squares[None, :] - 2 * x @ x.T, 0)


@jax.jit
def _affinities(x: jax.Array) -> jax.Array:
    """p_ij of the paper's eq. 1, made symmetric. [N, N], sum 1.

    Each point's precision is bisected until the entropy of its neighbours is log(PERPLEXITY).
    """
    count = x.shape[0]
    distances = jnp.where(jnp.eye(count, dtype=bool), jnp.inf, _squared_distances(x))
    nearest = jnp.min(distances, axis=1, keepdims=True)

    def shares(log_precision: jax.Array) -> jax.Array:
        weights = jnp.exp(-jnp.exp(log_precision)[:, None] * (distances - nearest))
        return weights / jnp.sum(weights, axis=1, keepdims=True)

    def halve(_: int, bounds: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        low, high = bounds
        middle = (low + high) / 2
        p = shares(middle)
        entropy = -jnp.sum(jnp.where(p > 0, p * jnp.log(jnp.maximum(p, 1e-30)), 0), axis=1)
        too_many = entropy > jnp.log(PERPLEXITY)
        return jnp.where(too_many, middle, low), jnp.where(too_many, high, middle)

    low, high = lax.fori_loop(0, 40, halve, (jnp.full(count, -20.0), jnp.full(count, 20.0)))
    p = shares((low + high) / 2)
    return (p + p.T) / (2 * count)


@jax.jit
def _descend(affinities: jax.Array, start: jax.Array) -> jax.Array:
    """Gradient descent with momentum and gains, as in the paper's §3.4."""
    count = start.shape[0]
    rate = count / EXAGGERATION  # Belkina et al. 2019, doi 10.1038/s41467-019-13055-y

    def step(i: jax.Array, carry: tuple[jax.Array, jax.Array, jax.Array]):
        places, velocity, gains = carry
        attraction = jnp.where(i < EARLY, EXAGGERATION, 1.0)
        kernel = 1 / (1 + _squared_distances(places))
        kernel = kernel * (1 - jnp.eye(count))
        pull = (attraction * affinities - kernel / jnp.sum(kernel)) * kernel
        gradient = 4 * (jnp.sum(pull, axis=1)[:, None] * places - pull @ places)
        gains = jnp.maximum(jnp.where(gradient * velocity < 0, gains + 0.2, gains * 0.8), 0.01)
        momentum = jnp.where(i < EARLY, 0.5, 0.8)
        velocity = momentum * velocity - rate * gains * gradient
        return places + velocity, velocity, gains

    zero = jnp.zeros_like(start)
    return lax.fori_loop(0, STEPS, step, (start, zero, zero + 1))[0]
