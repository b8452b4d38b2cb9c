"""The figures of a live run's digits."""

import pytest

from gan.evaluation import sample_quality

pytestmark = pytest.mark.runs_long


def test_quick_metrics_see_a_collapse(mnist):
    ones = mnist.images[mnist.labels == 1][:1000]
    healthy, collapsed = sample_quality.quick_metrics(mnist.images[:1000]), sample_quality.quick_metrics(ones)
    assert collapsed.frechet > 10 * healthy.frechet
    assert collapsed.class_frequencies[1] > 0.95
    assert healthy.class_frequencies.min() > 0.05


def test_real_digits_have_a_distance_too_which_falls_with_their_number(mnist):
    few, many = sample_quality.real_frechet(400), sample_quality.real_frechet(1000)
    assert many == pytest.approx(sample_quality.quick_metrics(mnist.images[:1000]).frechet)
    assert 0.1 < many < few < 3
