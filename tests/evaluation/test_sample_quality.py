"""The figures of samples beside those of real digits."""

import numpy as np
import pytest

from gan.data import datasets
from gan.evaluation import classifier, sample_quality, train_classifier
from gan.networks import checkpoints

pytestmark = pytest.mark.usefixtures("few_training_images")


@pytest.fixture(scope="module")
def test_set():
    return datasets.load_dataset("mnist", "test")


def test_real_images_look_real_and_noise_does_not(mnist):
    real = sample_quality.sample_metrics(mnist.images[:1000], mnist.labels[:1000])
    noise = sample_quality.sample_metrics(
        np.random.default_rng(0).integers(0, 256, (1000, 28, 28, 1), dtype=np.uint8)
    )
    assert real["precision"] > 0.7
    assert real["recall"] > 0.7
    assert real["conditional_accuracy"] > 0.98
    assert noise["frechet"] > 20 * real["frechet"]
    assert noise["recall"] < 0.05
    assert noise["two_sample_accuracy"] > 0.95


def test_copies_are_caught(mnist, test_set):
    copied, fresh = sample_quality.memorization(mnist.images), sample_quality.memorization(test_set.images)
    assert copied["copy_rate"] == 1
    assert copied["nearest_distance"] == pytest.approx(0, abs=0.01)
    assert fresh["copy_rate"] < 0.05
    assert fresh["nearest_distance"] > 3


def test_quick_metrics_see_a_collapse(mnist):
    ones = mnist.images[mnist.labels == 1][:1000]
    healthy, collapsed = sample_quality.quick_metrics(mnist.images[:1000]), sample_quality.quick_metrics(ones)
    assert collapsed.frechet > 10 * healthy.frechet
    assert collapsed.class_frequencies[1] > 0.95
    assert healthy.class_frequencies.min() > 0.05


def test_cas_trains_on_samples_alone(tiny_digits, monkeypatch):
    seen = {}

    def fit(images, labels, progress):
        seen.update(images=images, labels=labels)
        return classifier.load().variables

    monkeypatch.setattr(train_classifier, "fit", fit)
    model = checkpoints.load_model(tiny_digits)
    figures = sample_quality.evaluate_model(model, 1000, 0, with_cas=True)
    assert figures["cas"] == pytest.approx(float(classifier.load().metadata["accuracy"]))
    assert seen["images"].shape == (60_000, 28, 28, 1)
    assert np.bincount(seen["labels"]).tolist() == [6000] * 10


def test_quick_metrics_agree_with_all_metrics(mnist):
    pictures = mnist.images[:1000]
    quick, full = sample_quality.quick_metrics(pictures), sample_quality.sample_metrics(pictures)
    assert quick.frechet == pytest.approx(full["frechet"])
    assert quick.class_frequencies.min() == pytest.approx(full["min_class_frequency"])


def test_real_digits_have_a_distance_too_which_falls_with_their_number(mnist):
    few, many = sample_quality.real_frechet(400), sample_quality.real_frechet(1000)
    assert many == pytest.approx(sample_quality.quick_metrics(mnist.images[:1000]).frechet)
    assert 0.1 < many < few < 3


def test_a_collapsed_generator_has_no_way_between_seeds():
    same = np.zeros((2 * sample_quality.PATH_STEPS, 28, 28, 1), np.uint8)
    assert "path_length_ratio" not in sample_quality.interpolation_metrics(same)
