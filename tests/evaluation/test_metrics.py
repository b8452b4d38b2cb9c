import math

import numpy as np
import pytest
import scipy.linalg

from gan.evaluation import metrics

pytestmark = pytest.mark.runs_long

RANDOM = np.random.default_rng(0)


def points(count, mean=0.0, scale=1.0, dimensions=4):
    return (mean + scale * RANDOM.standard_normal((count, dimensions))).astype(np.float32)


def test_frechet_distance_of_known_gaussians():
    """Between N(0, I) and N(m, s² I): |m|² + D (1 − s)²."""
    a, b = points(200_000), points(200_000, mean=0.5, scale=2.0)
    distance = metrics.frechet_distance(metrics.fit_gaussian(a), metrics.fit_gaussian(b))
    assert distance == pytest.approx(4 * 0.25 + 4 * 1, rel=0.03)
    assert metrics.frechet_distance(metrics.fit_gaussian(a), metrics.fit_gaussian(a)) == pytest.approx(
        0, abs=1e-9
    )


def test_frechet_distance_is_that_of_a_general_matrix_root():
    """SciPy's sqrtm of ΣaΣb, for covariances that do not commute: ΣaΣb is not symmetric."""
    a, b = (points(300, dimensions=6) @ points(6, dimensions=6) + points(1, dimensions=6) for _ in range(2))
    a, b = metrics.fit_gaussian(a), metrics.fit_gaussian(b)
    product = a.covariance @ b.covariance
    assert np.abs(product - product.T).max() > 0.1 * np.abs(product).max()
    root = scipy.linalg.sqrtm(product).real
    expected = np.sum((a.mean - b.mean) ** 2) + np.trace(a.covariance + b.covariance - 2 * root)
    assert metrics.frechet_distance(a, b) == pytest.approx(expected, rel=1e-6)
    assert metrics.frechet_distance(b, a) == pytest.approx(expected, rel=1e-6)


def test_frechet_distance_without_full_rank():
    """Features that are always zero, as a ReLU's can be."""
    a, b = points(500), points(500, mean=1.0)
    a[:, 0] = b[:, 0] = 0
    assert metrics.frechet_distance(metrics.fit_gaussian(a), metrics.fit_gaussian(b)) == pytest.approx(
        3, rel=0.2
    )


def test_coverage_sees_missing_modes_and_wrong_samples():
    left, right = points(1500, mean=-10), points(1500, mean=10)
    real = np.concatenate([left, right])
    alike = metrics.prdc(real, np.concatenate([points(1500, mean=-10), points(1500, mean=10)]))
    collapsed = metrics.prdc(real, points(3000, mean=10))
    wrong = metrics.prdc(real, points(3000, mean=100))
    assert min(alike.precision, alike.recall, alike.coverage) > 0.8
    assert alike.density == pytest.approx(1, abs=0.1)
    assert collapsed.precision > 0.8
    assert collapsed.recall < 0.6
    assert collapsed.coverage < 0.6
    assert max(wrong) == 0


def test_prdc_is_what_its_definitions_say():
    """Pair by pair, in plain loops."""
    real, fake = points(60).astype(float), points(60, mean=0.6).astype(float)

    def distance(x, y):
        return math.dist(x, y)

    def radius(points, i, k):
        return sorted(distance(points[i], y) for j, y in enumerate(points) if j != i)[k - 1]

    def inside(x, points, k):
        """Which of the points have x in their neighbourhood."""
        return [distance(x, y) <= radius(points, i, k) for i, y in enumerate(points)]

    expected = (
        np.mean([any(inside(x, real, 3)) for x in fake]),
        np.mean([any(inside(y, fake, 3)) for y in real]),
        np.sum([inside(x, real, 5) for x in fake]) / (5 * len(fake)),
        np.mean(np.any([inside(x, real, 5) for x in fake], axis=0)),
    )
    found = metrics.prdc(real.astype(np.float32), fake.astype(np.float32))
    assert min(expected) > 0.1
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_coverage_does_not_depend_on_blocks(monkeypatch):
    real, fake = points(300), points(300, mean=0.3)
    whole = metrics.prdc(real, fake)
    monkeypatch.setattr(metrics, "BLOCK", 100)
    assert metrics.prdc(real, fake) == whole


def test_two_samples():
    assert metrics.two_sample_accuracy(points(1500), points(1500)) == pytest.approx(0.5, abs=0.04)
    assert metrics.two_sample_accuracy(points(500), points(500, mean=50)) == 1
    a = points(500)
    assert metrics.two_sample_accuracy(a, a + 1e-3) < 0.05  # copies


def test_nearest():
    training = points(700)
    index, distance = metrics.nearest_distances(training[[3, 600]] + 1e-3, training)
    np.testing.assert_array_equal(index, [3, 600])
    np.testing.assert_allclose(distance, 2e-3, rtol=0.3)


def test_figures_do_not_depend_on_where_all_features_lie():
    a, b = (np.round(points(60) * 64) / 64 for _ in range(2))  # such numbers are exact beside 1000
    moved = a + np.float32(1000), b + np.float32(1000)
    assert metrics.prdc(*moved) == pytest.approx(metrics.prdc(a, b), abs=0.02)
    assert metrics.two_sample_accuracy(*moved) == metrics.two_sample_accuracy(a, b)


def test_a_copy_has_no_distance():
    pixels = RANDOM.random((40, 64, 64, 3), np.float32)
    index, distance = metrics.nearest_distances(pixels[7:9], pixels)
    assert index.tolist() == [7, 8]
    assert distance.tolist() == [0, 0]


def test_class_frequencies_and_their_divergence():
    shares = metrics.class_frequencies(np.array([0, 0, 1, 1]), classes=4)
    np.testing.assert_allclose(shares, [0.5, 0.5, 0, 0])
    uniform = np.full(4, 0.25)
    assert metrics.kl_divergence(shares, uniform) == pytest.approx(np.log(2))
    assert metrics.kl_divergence(uniform, uniform) == 0
    assert metrics.kl_divergence(uniform, shares) == np.inf
