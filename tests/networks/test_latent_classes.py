"""How often z chooses each latent class, and the offsets that change it."""

import numpy as np
import pytest

from gan.networks import latent_classes


def test_without_offsets_all_classes_are_equally_likely():
    np.testing.assert_allclose(latent_classes.frequencies(np.zeros(10)), 0.1, atol=1e-6)


def test_the_frequencies_are_those_of_drawn_numbers():
    offsets = np.array([0.5, -0.5, 0.0, 1.0])
    drawn = np.random.default_rng(0).normal(size=(400_000, 4)) + offsets
    counted = np.bincount(drawn.argmax(1), minlength=4) / len(drawn)
    np.testing.assert_allclose(latent_classes.frequencies(offsets), counted, atol=0.003)


@pytest.mark.parametrize("wanted", [[0.1, 0.2, 0.3, 0.4], [0.5, 0.5], [0.98, 0.01, 0.01]])
def test_offsets_give_the_wanted_frequencies(wanted):
    offsets = latent_classes.offsets_for(np.array(wanted))
    np.testing.assert_allclose(latent_classes.frequencies(offsets), wanted, atol=1e-4)


def test_a_class_without_pictures_has_finite_offsets():
    offsets = latent_classes.offsets_for(np.array([0.7, 0.3, 0.0]))
    assert np.abs(offsets).max() < 10
    np.testing.assert_allclose(latent_classes.frequencies(offsets), [0.7, 0.3, 0], atol=2e-4)
