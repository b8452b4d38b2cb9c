import numpy as np
import pytest

from gan.networks import latents


def test_a_seed_is_the_same_z_in_any_company():
    together = latents.from_seeds(np.arange(10), 16)
    np.testing.assert_array_equal(latents.from_seeds(np.array([7]), 16)[0], together[7])
    assert len({tuple(z) for z in together.tolist()}) == 10
    latents.from_seeds(np.array([latents.MAX_SEED]), 16)


def test_draws_are_normal():
    z = latents.stream(0, 5000, 16)
    np.testing.assert_allclose(z.mean(), 0, atol=0.02)
    np.testing.assert_allclose(z.std(), 1, atol=0.02)


@pytest.mark.parametrize("move", [latents.lerp, latents.slerp])
def test_ways_begin_and_end_where_they_should(move):
    a, b = latents.stream(1, 2, 32)
    way = move(a, b, np.linspace(0, 1, 9))
    assert way.shape == (9, 32)
    assert way.dtype == np.float32
    np.testing.assert_allclose(way[0], a, atol=1e-5)
    np.testing.assert_allclose(way[-1], b, atol=1e-5)


def test_slerp_keeps_the_length_that_lerp_loses():
    a, b = np.eye(2, dtype=np.float32)
    middle = np.array([0.5])
    np.testing.assert_allclose(np.linalg.norm(latents.slerp(a, b, middle)), 1, rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(latents.lerp(a, b, middle)), 0.5**0.5, rtol=1e-6)


@pytest.mark.parametrize("sine", [2e-4, 1e-3])
def test_slerp_keeps_the_length_between_nearly_equal_and_nearly_opposite_vectors(sine):
    for side in (1, -1):
        a, b = np.array([[1, 0], [side, sine]], np.float32)
        lengths = np.linalg.norm(latents.slerp(a, b, np.linspace(0, 1, 9)), axis=1)
        np.testing.assert_allclose(lengths, 1, rtol=1e-6)


@pytest.mark.parametrize("factor", [1.0, 2.0, -1.0, 0.0])
def test_slerp_without_an_arc_is_finite(factor):
    a = np.ones(4, np.float32)
    assert np.isfinite(latents.slerp(a, factor * a, np.linspace(0, 1, 5))).all()


def test_truncation_scales():
    z = latents.stream(0, 3, 8)
    np.testing.assert_allclose(latents.truncate(z, 0.5, 0), z / 2)
    np.testing.assert_allclose(latents.truncate(z[0], 0.5, 0), z[0] / 2)
    np.testing.assert_array_equal(latents.truncate(z, 1.0, 0), z)


def test_truncation_keeps_the_numbers_that_choose_the_class():
    z = latents.stream(0, 3, 8)
    truncated = latents.truncate(z, 0.5, 3)
    np.testing.assert_allclose(truncated[:, :5], z[:, :5] / 2)
    np.testing.assert_array_equal(truncated[:, 5:], z[:, 5:])
