"""Many points placed in the plane by t-SNE (van der Maaten & Hinton 2008, JMLR 9), exact, on the device.

Points that are alike come to lie together. Distances between groups that are far apart mean little.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

PERPLEXITY = 30  # about how many neighbours of a point count
EPSILON = 1e-12  # in place of a width of 0, where all points are the same
STEPS = 500  # of gradient descent
EARLY_STEPS = 120  # in which attraction is exaggerated, so that the points of a group find each other
EXAGGERATION = 12.0


def embed(features: np.ndarray) -> np.ndarray:
    """Positions in the plane, float32 [N, 2], from −1 to 1 along both axes.

    The same features always have the same positions, because the descent begins at the first two principal
    components.

    Args:
      features: [N, D], N at least a hundred or so.
    """
    centred = np.asarray(features - features.mean(0), np.float32)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    start = centred @ axes[:2].T
    start *= 1e-4 / max(start[:, 0].std(), EPSILON)
    positions = np.asarray(_descend(_affinities(jnp.asarray(centred)), jnp.asarray(start)))
    low, high = positions.min(0), positions.max(0)
    return 2 * (positions - low) / np.maximum(high - low, EPSILON) - 1


def _product(a: jax.Array, b: jax.Array) -> jax.Array:
    """The matrix product of a [N, D] and b [D, M], with all bits of float32 on a GPU or TPU too."""
    return jnp.matmul(a, b, precision="highest")


def _squared_distances(x: jax.Array) -> jax.Array:
    """Between all rows of x [N, D]: [N, N]."""
    squares = jnp.sum(x * x, axis=1)
    return jnp.maximum(squares[:, None] + squares[None, :] - 2 * _product(x, x.T), 0)


@jax.jit
def _affinities(x: jax.Array) -> jax.Array:
    """The paper's p_ij (eq. 1), made symmetric: [N, N], with the sum 1.

    Each point's precision is bisected until the entropy of its neighbours is log(PERPLEXITY).
    """
    count = x.shape[0]
    distances = jnp.where(jnp.eye(count, dtype=bool), jnp.inf, _squared_distances(x))
    nearest = jnp.min(distances, axis=1, keepdims=True)

    def conditional(log_precision: jax.Array) -> jax.Array:
        """p_j|i, the probability of each neighbour j of each point i: [N, N], each row with the sum 1."""
        weights = jnp.exp(-jnp.exp(log_precision)[:, None] * (distances - nearest))
        return weights / jnp.sum(weights, axis=1, keepdims=True)

    def halve(_: int, bounds: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        low, high = bounds
        middle = (low + high) / 2
        p = conditional(middle)
        entropy = -jnp.sum(jnp.where(p > 0, p * jnp.log(jnp.maximum(p, 1e-30)), 0), axis=1)
        is_too_wide = entropy > jnp.log(PERPLEXITY)
        return jnp.where(is_too_wide, middle, low), jnp.where(is_too_wide, high, middle)

    low, high = lax.fori_loop(0, 40, halve, (jnp.full(count, -20.0), jnp.full(count, 20.0)))
    p = conditional((low + high) / 2)
    return (p + p.T) / (2 * count)


@jax.jit
def _descend(affinities: jax.Array, start: jax.Array) -> jax.Array:
    """Positions [N, 2] after gradient descent with momentum and gains, as in the paper's §3.4."""
    count = start.shape[0]
    rate = count / EXAGGERATION  # Belkina et al. 2019, doi 10.1038/s41467-019-13055-y

    def step(i: jax.Array, carry: tuple[jax.Array, jax.Array, jax.Array]):
        positions, velocity, gains = carry
        attraction = jnp.where(i < EARLY_STEPS, EXAGGERATION, 1.0)
        kernel = 1 / (1 + _squared_distances(positions))
        kernel = kernel * (1 - jnp.eye(count))
        pull = (attraction * affinities - kernel / jnp.sum(kernel)) * kernel
        gradient = 4 * (jnp.sum(pull, axis=1)[:, None] * positions - _product(pull, positions))
        gains = jnp.maximum(jnp.where(gradient * velocity < 0, gains + 0.2, gains * 0.8), 0.01)
        momentum = jnp.where(i < EARLY_STEPS, 0.5, 0.8)
        velocity = momentum * velocity - rate * gains * gradient
        return positions + velocity, velocity, gains

    zero = jnp.zeros_like(start)
    return lax.fori_loop(0, STEPS, step, (start, zero, zero + 1))[0]
