"""What D's logit on a picture means among those on real pictures."""

import json

import jax
import numpy as np
import pytest

from gan.networks import real_logits
from gan.networks.checkpoints import Model, load_model, save_model
from gan.networks.sampler import Sampler
from gan.training.saved_state import model_of
from gan.training.state import init_state
from tests.conftest import make_tiny
from tests.networks.compiled import init_variables


def kept(logits, labels=None, classes=0):
    metadata = {real_logits.KEY: real_logits.to_text(logits, labels, classes)}
    return real_logits.percentiles_of(metadata, classes)


def test_a_logit_has_its_place():
    logits = np.random.default_rng(0).normal(3, 2, 1001)
    found = real_logits.percent_below(kept(logits), np.sort(logits)[[100, 500, 900]], np.arange(3))
    np.testing.assert_allclose(found, [10, 50, 90], atol=2)
    assert real_logits.percent_below(kept(logits), np.array([-99.0, 99.0]), np.arange(2)).tolist() == [0, 100]


def test_each_class_has_its_own_scale_and_a_class_without_pictures_that_of_all():
    logits, labels = np.arange(200.0), np.repeat([0, 2], 100)
    percentiles = kept(logits, labels, 3)
    assert percentiles.shape == (3, 101)
    found = real_logits.percent_below(percentiles, np.full(3, 99.5), np.arange(3))
    assert found.tolist() == [100, 50, 0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[[1, 2]]",
        json.dumps([[0.0] * 20 + [float("nan")]]),
        json.dumps([list(range(21, 0, -1))]),
        json.dumps([[0] * 20]),
        "[" * 5000,
    ],
)
def test_wrong_metadata_are_none(text):
    assert real_logits.percentiles_of({real_logits.KEY: text}, 0) is None


@pytest.mark.parametrize("classes", [0, 10])
def test_a_model_tells_how_real_its_pictures_are_without_its_data(classes, few_digits, tmp_path):
    recipe, validation = make_tiny(classes=classes), few_digits.validation
    made = model_of(recipe, init_state(recipe, 0), {"dataset": "drawings", "step": 0}, validation)
    save_model(tmp_path / "model.safetensors", made)
    sampler = Sampler(load_model(tmp_path / "model.safetensors"))
    assert sampler.real_logits.shape == (max(classes, 1), 101)
    images, labels = few_digits.test.images[:300], few_digits.test.labels[:300]
    realness = sampler.realness(images, labels)
    assert sampler.realness(images, labels.astype(float)).tolist() == realness.tolist()
    assert realness.min() < 10
    assert realness.max() > 90
    assert 40 < realness.mean() < 60, "other real pictures are as real as real pictures"


def test_what_has_no_logits_says_nothing():
    recipe = make_tiny(packing=2)
    state = init_state(recipe, 0)
    packs = model_of(recipe, state, {}, None)
    assert Sampler(packs).realness(np.zeros((4, 28, 28, 1), np.uint8)) is None
    old = Model(make_tiny(), *init_variables(make_tiny().model, jax.random.key(0)), {})
    assert Sampler(old).realness(np.zeros((4, 28, 28, 1), np.uint8)) is None
