"""The figures of samples beside those of real pictures that are held out."""

import numpy as np
import pytest

from gan.data.held_out import select
from gan.errors import InputError
from gan.evaluation import classifier, comparison, feature_networks, train_classifier
from gan.evaluation.comparison import Comparison
from gan.networks import checkpoints, sampler

pytestmark = pytest.mark.runs_long


@pytest.fixture(scope="module")
def compared(few_digits):
    return Comparison(few_digits, feature_networks.load(few_digits))


def test_real_pictures_look_real_and_noise_does_not(compared):
    real = compared.real_figures(1000).values
    noise = compared.quick_figures(
        np.random.default_rng(0).integers(0, 256, (1000, 28, 28, 1), dtype=np.uint8)
    )
    assert real["precision"] > 0.7
    assert real["recall"] > 0.7
    assert real["conditional_accuracy"] > 0.98
    assert real["cas"] > 0.98
    assert 0.4 < real["two_sample_accuracy"] < 0.65
    assert real["copy_rate"] < 0.05
    assert noise["frechet"] > 20 * real["frechet"]
    assert noise["recall"] < 0.05


def test_the_real_column_is_of_validation_pictures_against_test_pictures(compared, few_digits):
    order = np.random.default_rng(0).permutation(1000)
    validation = few_digits.validation.images[order]
    expected = compared.quick_figures(validation, few_digits.validation.labels[order])
    real = compared.real_figures(1000).values
    assert {name: real[name] for name in expected} == expected
    assert compared.max_count == 1000
    choosing = Comparison(few_digits, compared.network, "validation")
    assert choosing.reference is few_digits.validation
    assert choosing.real is few_digits.rest, "who chooses does not look at the test set"


def test_copies_are_caught(compared, few_digits):
    copied = compared.memorization(few_digits.train.images)
    fresh = compared.memorization(few_digits.test.images)
    assert copied["copy_rate"] == 1
    assert copied["nearest_distance"] == pytest.approx(0, abs=0.01)
    assert fresh["copy_rate"] < 0.05
    assert fresh["nearest_distance"] > 3


def test_a_collapse_is_seen(compared, few_digits):
    test = few_digits.test
    ones = compared.quick_figures(test.images[test.labels == 1][:100])
    alike = compared.quick_figures(test.images[:100])
    assert ones["frechet"] > 10 * alike["frechet"]
    assert ones["kl_divergence"] > 1.5 > 0.2 > alike["kl_divergence"]
    assert ones["recall"] < alike["recall"]


def test_a_collapsed_generator_has_no_way_between_seeds(compared):
    same = np.zeros((2 * comparison.PATH_STEPS, 28, 28, 1), np.uint8)
    assert "path_length_ratio" not in compared.path_figures(same)


def test_a_conditional_model_is_asked_for_the_classes_of_the_real_pictures_beside_it(
    compared, few_digits, tiny_digits, monkeypatch
):
    asked, generate = [], sampler.generate

    def listen(config, generator, z, labels):
        asked.append(labels)
        return generate(config, generator, z, labels)

    monkeypatch.setattr(sampler, "generate", listen)
    compared.figures_of(checkpoints.load_model(tiny_digits), 1000, seed=5)
    order = np.random.default_rng(0).permutation(1000)  # in which the pictures of the real column stand
    np.testing.assert_array_equal(asked[0], few_digits.validation.labels[order])
    unlabelled = few_digits._replace(validation=few_digits.validation._replace(labels=None))
    without = Comparison(unlabelled, compared.network)
    np.testing.assert_array_equal(without.labels_for(50, 3), without.draw_labels(50, 3))


def test_classes_are_drawn_as_often_as_the_training_pictures_have_them(few_digits):
    labels = few_digits.train.labels
    uneven = select(few_digits.train, np.flatnonzero((labels < 3) | (np.arange(6000) % 10 == 0)))
    compared = Comparison(few_digits._replace(train=uneven), feature_networks.load(few_digits))
    drawn = np.bincount(compared.draw_labels(20_000, 0), minlength=10) / 20_000
    np.testing.assert_allclose(drawn, np.bincount(uneven.labels) / len(uneven.labels), atol=0.02)
    assert drawn[0] > 4 * drawn[9]


def test_cas_trains_on_samples_alone(compared, tiny_digits, monkeypatch):
    seen = {}

    def fit(images, labels, classes, steps, progress):
        seen.update(images=images, labels=labels)
        return classifier.load().variables

    monkeypatch.setattr(train_classifier, "fit", fit)
    monkeypatch.setattr(comparison, "CAS_COUNT", 2000)
    model = checkpoints.load_model(tiny_digits)
    cas = compared.classification_accuracy_score(model, 0)
    assert cas == compared.real_figures(100).values["cas"]
    assert seen["images"].shape == (2000, 28, 28, 1)
    np.testing.assert_array_equal(seen["labels"], compared.draw_labels(2000, 0))


def test_without_labels_there_is_no_cas(few_digits, compared, tiny_digits, monkeypatch):
    monkeypatch.setattr(train_classifier, "fit", None)
    without = few_digits._replace(test=few_digits.test._replace(labels=None))
    unlabelled = Comparison(without, compared.network)
    assert "cas" not in unlabelled.real_figures(20).values
    with pytest.raises(InputError, match="--slow: the test pictures have no labels; add --split validation"):
        unlabelled.classification_accuracy_score(checkpoints.load_model(tiny_digits), 0)
    without = without._replace(validation=few_digits.validation._replace(labels=None))
    with pytest.raises(InputError, match="the validation pictures have no labels; leave --slow out"):
        comparison.require_labels(without, "validation")


def test_a_set_without_test_pictures_has_validation_figures_only(few_digits, compared):
    without = few_digits._replace(test=None)
    with pytest.raises(InputError, match="no test pictures; add --split validation"):
        Comparison(without, compared.network)
    assert Comparison(without, compared.network, "validation").max_count == 1000


@pytest.mark.parametrize(
    ("few", "split", "said"),
    [
        (
            "test",
            "test",
            "3 test pictures are too few, figures need at least 6; add more, or --split validation",
        ),
        ("validation", "test", "3 validation pictures are too few, figures need at least 6; add more"),
        ("validation", "validation", "3 validation pictures are too few"),
        ("rest", "validation", "3 training pictures are too few"),
    ],
)
def test_too_few_pictures_are_refused(few_digits, compared, few, split, said):
    splits = few_digits._replace(**{few: select(getattr(few_digits, few), np.arange(3))})
    with pytest.raises(InputError, match=said):
        Comparison(splits, compared.network, split)
