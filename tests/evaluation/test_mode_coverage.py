"""Counting the modes of stacked MNIST."""

import numpy as np
import pytest

from gan.data import datasets
from gan.evaluation import mode_coverage

pytestmark = pytest.mark.runs_long


@pytest.fixture(scope="module")
def test_set():
    return datasets.load_dataset("mnist", "test")


def test_all_modes_of_real_stacks_are_found():
    real = datasets.load_dataset("stacked-mnist", "test")
    count = mode_coverage.mode_coverage(real.images[:12_000])
    assert count.modes == 1000
    assert 0.04 < count.kl_divergence < 0.055  # 12,000 perfect samples, and MNIST's own shares


def test_missing_modes_are_missed(test_set):
    ones = test_set.images[test_set.labels == 1][:1000]
    mixed = test_set.images[:1000]
    count = mode_coverage.mode_coverage(np.concatenate([ones, ones, mixed], axis=3))
    assert count.modes < 100
    assert count.kl_divergence > np.log(50)
