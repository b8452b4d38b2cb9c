"""How samples differ from real images: formulas, of features or of labels.

Features are float32 [N, D]; ours are those of `gan.evaluation.classifier`.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

# Distance matrices are computed so many rows at a time: a whole one of 10,000 × 10,000 would take 400 MB.
BLOCK = 1000
PRECISION_NEIGHBOURS = 3  # the k of precision and recall
DENSITY_NEIGHBOURS = 5  # the k of density and coverage


class Gaussian(NamedTuple):
    """A normal distribution of features."""

    mean: np.ndarray  # float64 [D]
    covariance: np.ndarray  # float64 [D, D]


def fit_gaussian(features: np.ndarray) -> Gaussian:
    """The normal distribution that fits features [N, D], N ≥ 2."""
    features = np.asarray(features, np.float64)
    return Gaussian(features.mean(axis=0), np.cov(features, rowvar=False))


def frechet_distance(a: Gaussian, b: Gaussian) -> float:
    """‖μa − μb‖² + tr(Σa + Σb − 2 (Σa Σb)^½). Heusel et al. 2017, arXiv 1706.08500, eq. 6.

    The matrices Σa Σb and Σa^½ Σb Σa^½ have the same eigenvalues, and the sum of the roots of these is the
    trace of the root. We use the second matrix: it is symmetric, so its eigenvalues are real and, up to
    rounding, not negative.
    """
    values, vectors = np.linalg.eigh(a.covariance)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ b.covariance @ root).clip(0)).sum()
    means = np.sum((a.mean - b.mean) ** 2)
    return float(means + np.trace(a.covariance) + np.trace(b.covariance) - 2 * cross)


class PRDC(NamedTuple):
    """Four figures of neighbourhoods. An image's neighbourhood reaches to its k-th nearest neighbour."""

    precision: float  # the share of samples in at least one real image's neighbourhood, k = 3
    recall: float  # the share of real images in at least one sample's neighbourhood, k = 3
    density: float  # in how many real neighbourhoods a sample is, on average, divided by k = 5
    coverage: float  # the share of real neighbourhoods, k = 5, with at least one sample in them


def prdc(real: np.ndarray, fake: np.ndarray) -> PRDC:
    """Precision, recall, density and coverage.

    Precision and recall are those of Kynkäänniemi et al. 2019, arXiv 1904.06991; density and coverage those
    of Naeem et al. 2020, arXiv 2002.09797.

    Args:
      real: features [N, D] of real images.
      fake: features [N, D] of as many samples.
    """
    real, fake = _centred(real, fake)
    real_radius, real_radius_wide = _neighbour_distances(real, (PRECISION_NEIGHBOURS, DENSITY_NEIGHBOURS))
    (fake_radius,) = _neighbour_distances(fake, (PRECISION_NEIGHBOURS,))
    precise = np.zeros(len(fake), bool)
    recalled, covered = np.zeros(len(real), bool), np.zeros(len(real), bool)
    memberships = 0  # of samples in wide neighbourhoods of real images
    for start in range(0, len(fake), BLOCK):
        block = slice(start, start + BLOCK)
        distances = np.asarray(_distances(fake[block], real))  # [BLOCK, N]
        precise[block] = (distances <= real_radius).any(axis=1)
        recalled |= (distances <= fake_radius[block, None]).any(axis=0)
        is_member = distances <= real_radius_wide
        memberships += is_member.sum()
        covered |= is_member.any(axis=0)
    return PRDC(
        precision=float(precise.mean()),
        recall=float(recalled.mean()),
        density=float(memberships / (DENSITY_NEIGHBOURS * len(fake))),
        coverage=float(covered.mean()),
    )


def two_sample_accuracy(a: np.ndarray, b: np.ndarray) -> float:
    """How often the nearest other point is of the same set, for two sets of features [N, D].

    It is ½ if the two sets are alike, 1 if they are far apart, and below ½ if samples are copies of real
    images. This is the leave-one-out accuracy of Xu et al. 2018, arXiv 1806.07755, a two-sample test by a
    classifier (Lopez-Paz & Oquab 2016, arXiv 1610.06545).
    """
    both, set_of = np.concatenate(_centred(a, b)), np.repeat([0, 1], [len(a), len(b)])
    nearest = np.concatenate(
        [_nearest_other(both[start : start + BLOCK], both, start) for start in range(0, len(both), BLOCK)]
    )
    return float((set_of[nearest] == set_of).mean())


def nearest_distances(images: np.ndarray, training: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The training image that is nearest to each image.

    Args:
      images: any shape [N, …].
      training: [M, …]. Distances are Euclidean, between the numbers as they are given.
    Returns:
      The nearest one's index [N], and its distance, float32 [N].
    """
    rows, training = images.reshape(len(images), -1), training.reshape(len(training), -1)
    rows, training = rows.astype(np.float32), jnp.asarray(training, jnp.float32)
    index, distance = [], []
    for start in range(0, len(rows), BLOCK // 4):
        block = rows[start : start + BLOCK // 4]
        nearest = _distances(block, training).argmin(axis=1)
        index.append(np.asarray(nearest))
        distance.append(np.linalg.norm(block - np.asarray(training[nearest]), axis=1))  # 0 for a copy
    return np.concatenate(index), np.concatenate(distance)


def class_frequencies(digits: np.ndarray, classes: int = 10) -> np.ndarray:
    """The share of each class among whole-number labels [N]: [classes], with the sum 1."""
    return np.bincount(digits, minlength=classes) / len(digits)


def kl_divergence(p: np.ndarray, q: np.ndarray) -> float:
    """The Kullback–Leibler divergence KL(p ‖ q) of two distributions [classes], in nats.

    A class that p lacks adds nothing; one that only q lacks makes it infinite.
    """
    from scipy.special import rel_entr  # 0.1 s of a start of train.py, which does not need it

    return float(rel_entr(p, q).sum())


def _centred(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both, moved so that the mean of b is 0: far from there, rounding may exceed what rows differ by."""
    middle = b.mean(axis=0, dtype=np.float64).astype(np.float32)
    return a - middle, b - middle


@jax.jit
def _distances(a: jax.Array, b: jax.Array) -> jax.Array:
    """The Euclidean distance of each row of a [A, D] to each row of b [B, D]: [A, B]."""
    squared = (
        jnp.sum(a**2, axis=1)[:, None]
        + jnp.sum(b**2, axis=1)[None]
        - 2 * jnp.matmul(a, b.T, precision="highest")
    )
    return jnp.sqrt(jnp.maximum(squared, 0))


@jax.jit
def _nearest_other(a: jax.Array, b: jax.Array, start: int) -> jax.Array:
    """The index in b of the row that is nearest to each row of a, which are b's from `start` on: [A]."""
    own = jnp.arange(len(a))[:, None] + start == jnp.arange(len(b))[None]
    return jnp.where(own, jnp.inf, _distances(a, b)).argmin(axis=1)


def _neighbour_distances(x: np.ndarray, ks: tuple[int, ...]) -> np.ndarray:
    """The distance of each row of x [N, D] to its k-th nearest other row, for each k: [len(ks), N]."""
    rows = [np.asarray(_distances(x[start : start + BLOCK], x)) for start in range(0, len(x), BLOCK)]
    ordered = [np.partition(row, ks, axis=1)[:, list(ks)] for row in rows]  # the 0th is the row itself
    return np.concatenate(ordered).T
