"""The nearest forgery to a drawing, on the models that ship."""

import dataclasses
from types import SimpleNamespace

import jax
import numpy as np
import pytest

from gan.data import datasets
from gan.errors import InputError
from gan.exploring import inversion
from gan.exploring.explorer import Explorer
from gan.networks.checkpoints import Model
from gan.networks.sampler import Sampler
from tests.conftest import CHECKPOINTS, make_tiny
from tests.networks.compiled import init_variables

pytestmark = pytest.mark.runs_long

NET = np.zeros((28, 28, 1), np.uint8)
NET[4:24:4] = NET[:, 4:24:4] = 255


@pytest.fixture(scope="module")
def digits():
    return Explorer(CHECKPOINTS / "mnist-digits.safetensors")


def test_an_empty_drawing_says_so(digits):
    with pytest.raises(InputError, match="empty"):
        inversion.invert(digits.sampler, np.zeros((28, 28, 1), np.uint8))


def test_it_finds_its_own_picture_again(digits):
    (picture,) = digits.generate(digits.latent(123456), 8)
    found = inversion.invert(digits.sampler, picture)
    assert found.labels[0] == 8
    assert found.errors[0] < 0.03
    assert found.trajectory.shape[1:] == found.z.shape
    assert (np.diff(found.errors) >= 0).all()
    best = digits.generate(found.z[0], int(found.labels[0]))[0].astype(float)
    error = np.square(best - picture).sum() / np.square(picture.astype(float)).sum()
    assert error == pytest.approx(found.errors[0], rel=1e-3)


def test_what_is_no_digit_is_not_forged(digits):
    assert inversion.invert(digits.sampler, NET).errors[0] > 0.25


def test_strangers_hands_are_met(digits):
    test = datasets.load_dataset("mnist", "test")
    found = [inversion.invert(digits.sampler, image) for image in test.images[:8]]
    assert np.median([each.errors[0] for each in found]) < 0.06
    assert (
        np.mean([each.labels[0] == label for each, label in zip(found, test.labels[:8], strict=True)]) > 0.8
    )


def test_more_classes_than_candidates_are_all_tried():
    recipe = make_tiny(classes=641)
    model = Model(recipe, *init_variables(recipe.model, jax.random.key(0)), {"dataset": "signs"})
    found = inversion.invert(Sampler(model), NET)
    assert len(set(found.labels)) == len(found.z) == inversion.STARTS


def test_a_model_in_colour_says_so(digits):
    model = SimpleNamespace(config=dataclasses.replace(digits.sampler.config, channels=3))
    with pytest.raises(InputError, match="colour"):
        inversion.invert(model, NET)
