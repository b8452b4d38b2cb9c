"""How good are samples? Each figure beside its floor: the same for real training pictures.

All are functions of features float32 [N, D] (`gan.evaluation.classifier`), or of what the classifier read.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

BLOCK = 1000  # rows of a distance matrix at a time: 10,000 × 10,000 would be 400 MB


class Gaussian(NamedTuple):
    mean: np.ndarray  # float64 [D]
    covariance: np.ndarray  # float64 [D, D]


def fit_gaussian(features: np.ndarray) -> Gaussian:
    """The normal distribution that fits features [N, D], N ≥ 2."""
    features = np.asarray(features, np.float64)
    return Gaussian(features.mean(axis=0), np.cov(features, rowvar=False))


def frechet_distance(a: Gaussian, b: Gaussian) -> float:
    """‖μa − μb‖² + tr(Σa + Σb − 2 (Σa Σb)^½). Heusel et al. 2017, arXiv 1706.08500, eq. 6.

    The trace of the root is the sum of the roots of the eigenvalues of Σa^½ Σb Σa^½, which is
    symmetric: no complex root, no iteration.
    """
    values, vectors = np.linalg.eigh(a.covariance)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ b.covariance @ root).clip(0)).sum()
    means = np.sum((a.mean - b.mean) ** 2)
    return float(means + np.trace(a.covariance) + np.trace(b.covariance) - 2 * cross)


class PRDC(NamedTuple):
    precision: float  # share of samples within a real picture's k-th neighbour distance (k = 3)
    recall: float  # share of real pictures within a sample's
    density: float  # how many real neighbourhoods (k = 5) a sample is in, over k
    coverage: float  # share of real neighbourhoods with a sample in it


def prdc(real: np.ndarray, fake: np.ndarray) -> PRDC:
    """Precision and recall (Kynkäänniemi et al. 2019, arXiv 1904.06991), density and coverage
    (Naeem et al. 2020, arXiv 2002.09797), of as many samples as real pictures.
    """
    real_radii, fake_radii = _neighbour_distances(real, (3, 5)), _neighbour_distances(fake, (3,))
    in_real_3, in_fake_3, in_real_5, covered = [], np.zeros(len(real), bool), 0.0, np.zeros(len(real), bool)
    for start in range(0, len(fake), BLOCK):
        distances = np.asarray(_distances(fake[start : start + BLOCK], real))  # [BLOCK, N]
        in_real_3.append((distances <= real_radii[0]).any(axis=1))
        in_fake_3 |= (distances <= fake_radii[0, start : start + BLOCK, None]).any(axis=0)
        within = distances <= real_radii[1]
        in_real_5 += within.sum()
        covered |= within.any(axis=0)
    return PRDC(
        precision=float(np.concatenate(in_real_3).mean()),
        recall=float(in_fake_3.mean()),
        density=float(in_real_5 / (5 * len(fake))),
        coverage=float(covered.mean()),
    )


def two_sample_accuracy(a: np.ndarray, b: np.ndarray) -> float:
    """How often the nearest neighbour, oneself left out, is of one's own set: ½ if they are alike.

    Lopez-Paz & Oquab 2016, arXiv 1610.06545. Below ½ means that samples sit on real pictures.
    """
    both, own = np.concatenate([a, b]), np.repeat([0, 1], [len(a), len(b)])
    nearest = np.concatenate(
        [_nearest_other(both[start : start + BLOCK], both, start) for start in range(0, len(both), BLOCK)]
    )
    return float((own[nearest] == own).mean())


def nearest_distances(pictures: np.ndarray, training: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each picture (any shape [N, …]), the nearest training picture [M, …]: index, distance, both [N].

    Distances are Euclidean, of the arrays as given.
    """
    rows, training = pictures.reshape(len(pictures), -1), training.reshape(len(training), -1)
    rows, training = rows.astype(np.float32), jnp.asarray(training, jnp.float32)
    index, distance = [], []
    for start in range(0, len(rows), BLOCK // 4):
        distances = _distances(rows[start : start + BLOCK // 4], training)
        index.append(np.asarray(distances.argmin(axis=1)))
        distance.append(np.asarray(distances.min(axis=1)))
    return np.concatenate(index), np.concatenate(distance)


def class_frequencies(digits: np.ndarray, classes: int = 10) -> np.ndarray:
    """The share of each class among labels [N]: [classes]."""
    return np.bincount(digits, minlength=classes) / len(digits)


def kl_divergence(p: np.ndarray, q: np.ndarray) -> float:
    """KL(p ‖ q) in nats; classes that p lacks count nothing."""
    some = p > 0
    return float(np.sum(p[some] * np.log(p[some] / q[some])))


@jax.jit
def _distances(a: jax.Array, b: jax.Array) -> jax.Array:
    """Euclidean, [len(a), len(b)]."""
    squared = (
        jnp.sum(a**2, axis=1)[:, None]
        + jnp.sum(b**2, axis=1)[None]
        - 2 * jnp.matmul(a, b.T, precision="highest")
    )
    return jnp.sqrt(jnp.maximum(squared, 0))


@jax.jit
def _nearest_other(a: jax.Array, b: jax.Array, start: int) -> jax.Array:
    own = jnp.arange(len(a))[:, None] + start == jnp.arange(len(b))[None]
    return jnp.where(own, jnp.inf, _distances(a, b)).argmin(axis=1)


def _neighbour_distances(x: np.ndarray, ks: tuple[int, ...]) -> np.ndarray:
    """From each of x [N, D] to its k-th neighbour, for each k: [len(ks), N]."""
    rows = [np.asarray(_distances(x[start : start + BLOCK], x)) for start in range(0, len(x), BLOCK)]
    ordered = [np.partition(row, ks, axis=1)[:, list(ks)] for row in rows]  # the 0th is oneself
    return np.concatenate(ordered).T
