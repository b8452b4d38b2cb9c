import numpy as np
import pytest

from gan.errors import InputError
from gan.explorer import DIRECTIONS, Explorer


@pytest.fixture
def explorer(tiny_digits, mnist):
    return Explorer(tiny_digits, mnist)


def test_a_place_is_a_seed_moved(explorer):
    home = explorer.place(3)
    np.testing.assert_allclose(explorer.place(3, 0.5), home / 2, rtol=1e-6)
    shifts = [0.0] * DIRECTIONS
    shifts[2] = 1.5
    moved = explorer.place(3, 1.0, shifts, [0.0] * explorer.z_dim)
    np.testing.assert_allclose(moved - home, 1.5 * explorer.directions[2], atol=1e-5)
    edits = [0.0] * explorer.z_dim
    edits[5] = -2.0
    np.testing.assert_allclose(explorer.place(3, 1.0, None, edits)[5], home[5] - 2, rtol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((-1,), "seed -1"),
        ((2**31,), "seed 2147483648"),
        ((0, 1.5), "truncation 1.5"),
        ((0, float("nan")), "truncation nan"),
        ((0, 1.0, [0.0]), "shifts"),
        ((0, 1.0, [float("nan")] * DIRECTIONS), "shifts"),
        ((0, 1.0, [1e9] * DIRECTIONS), "shifts"),
        ((0, 1.0, None, [0.0]), "edits"),
    ],
)
def test_places_out_of_range_are_refused(explorer, arguments, word):
    with pytest.raises(InputError, match=word):
        explorer.place(*arguments)


def test_a_verdict_is_a_share_of_real_digits(explorer, mnist):
    shares = [explorer.verdict(mnist.images[i], int(mnist.labels[i])) for i in range(200)]
    assert 0 <= min(shares) < 0.2, "real pictures spread over the whole scale"
    assert 0.8 < max(shares) <= 1
    assert 0.35 < np.mean(shares) < 0.65


@pytest.mark.parametrize("path", ["slerp", "lerp"])
def test_a_way_leads_from_one_seed_to_the_other(explorer, path):
    pictures = explorer.between(1, 2, 5, path, digit=4)
    ends = [explorer.draw(explorer.place(seed), 4)[0] for seed in (1, 2)]
    for found, wanted in zip((pictures[0], pictures[-1]), ends, strict=True):
        assert np.abs(found.astype(int) - wanted).max() <= 1
    with pytest.raises(InputError, match="frames 1"):
        explorer.between(1, 2, 1, path)


def test_directions_are_orthonormal(explorer):
    product = explorer.directions @ explorer.directions.T
    np.testing.assert_allclose(product, np.eye(DIRECTIONS), atol=1e-5)
