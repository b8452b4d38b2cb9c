"""DiffAugment on pictures, and what it does to a step."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from gan.config import AUGMENTATIONS
from gan.training import augment, step
from gan.training.batch import Batch
from tests.conftest import make_tiny

KEYS = jax.random.split(jax.random.key(0), 64)


def pictures(channels=3, size=28):
    return jax.random.uniform(jax.random.key(1), (64, size, size, channels), minval=-1, maxval=1)


def test_a_flip_mirrors_half_of_the_pictures():
    x = pictures()
    y = augment.augment(x, ("flip",), KEYS)
    is_same, is_mirrored = (
        np.array([np.array_equal(*pair) for pair in zip(y, z, strict=True)]) for z in (x, x[:, :, ::-1])
    )
    assert (is_same ^ is_mirrored).all()
    assert 16 < is_mirrored.sum() < 48


@pytest.mark.parametrize("size", [28, 32, 64])
def test_a_translation_moves_whole_pictures_by_an_eighth_at_most(size):
    x = pictures(1, size)
    y = np.asarray(augment.augment(x, ("translation",), KEYS))
    most, moves = round(size / 8 + 0.01), set()
    for before, after in zip(np.asarray(x), y, strict=True):
        padded = np.pad(before, ((most, most), (most, most), (0, 0)))
        found = [
            (down, right)
            for down in range(2 * most + 1)
            for right in range(2 * most + 1)
            if np.array_equal(padded[down : down + size, right : right + size], after)
        ]
        assert len(found) == 1
        moves.add(found[0])
    for axis in zip(*moves, strict=True):
        assert min(axis) <= 1
        assert max(axis) >= 2 * most - 1


def test_a_cutout_is_a_square_of_half_the_side():
    y = np.asarray(augment.augment(1 + jnp.abs(pictures()), ("cutout",), KEYS))
    is_cut = (y == 0).all(axis=3)  # [B, 28, 28]
    heights, widths = is_cut.any(axis=2).sum(axis=1), is_cut.any(axis=1).sum(axis=1)
    np.testing.assert_array_equal(is_cut.sum(axis=(1, 2)), heights * widths)
    assert heights.max() == widths.max() == 14
    assert 7 <= min(heights.min(), widths.min()) < 14, "a part of some squares lies outside"


def test_colour_keeps_the_pattern_of_a_picture_and_changes_its_range():
    x, y = (np.asarray(array) for array in (pictures(1), augment.augment(pictures(1), ("colour",), KEYS)))
    for before, after in zip(x, y, strict=True):  # grey: a straight line of the pixels
        assert np.corrcoef(before.ravel(), after.ravel())[0, 1] == pytest.approx(1, abs=1e-4)
    contrast = y.std(axis=(1, 2, 3)) / x.std(axis=(1, 2, 3))
    assert 0.5 <= contrast.min() < 0.6 < 1.4 < contrast.max() <= 1.5
    brightness = y.mean(axis=(1, 2, 3)) - x.mean(axis=(1, 2, 3))
    assert -0.5 <= brightness.min() < -0.4 < 0.4 < brightness.max() <= 0.5
    coloured = augment.augment(pictures(3), ("colour",), KEYS)
    saturation = np.std(coloured, axis=3).mean(axis=(1, 2)) / np.std(pictures(3), axis=3).mean(axis=(1, 2))
    assert (saturation / np.asarray(coloured).std(axis=(1, 2, 3))).std() > 0.1


def test_gradients_flow_through_all_of_it():
    few = pictures()[:3, :8, :8]
    change = jax.jit(lambda x: augment.augment(x, AUGMENTATIONS, KEYS[:3]))
    check_grads(change, (few,), order=2, modes=("fwd", "rev"), eps=0.1)


def seen(**options):
    recipe = make_tiny(**options)
    batch = Batch(KEYS, pictures(1), None, jnp.zeros((64, 8)))
    return batch, step._see(recipe.static_config, recipe.hyper, batch, pictures(1))


def test_real_and_fake_are_changed_alike_but_not_the_same():
    batch, found = seen(augment="cutout")
    cut = [np.asarray((array == 0).all(axis=3)) for array in (found.real, found.fake)]
    assert all(is_cut.any(axis=(1, 2)).all() for is_cut in cut)
    assert not np.array_equal(*cut)
    gradient = found.pull_back(jnp.ones_like(found.fake))
    np.testing.assert_array_equal(gradient, found.fake != 0, "what D does not see has no gradient")


def test_without_augmentation_d_sees_the_pictures_themselves():
    batch, found = seen()
    assert found.real is batch.real
    gradient = pictures(1)
    assert found.pull_back(gradient) is gradient
