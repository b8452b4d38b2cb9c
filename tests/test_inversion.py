"""The nearest forgery to a drawing, on the models that ship."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gan import data, inversion
from gan.errors import InputError
from gan.explorer import Explorer
from tests.conftest import CHECKPOINTS


def draw(*points, width=20, side=280):
    image = Image.new("L", (side, side))
    ImageDraw.Draw(image).line(points, fill=255, width=width)
    return np.asarray(image)


SEVEN = draw((50, 60), (220, 50), (120, 240))
NET = np.maximum.reduce([draw((30, y), (250, y), width=12) for y in range(30, 270, 40)])
NET = np.maximum(NET, NET.T)


@pytest.fixture(scope="module")
def digits():
    return Explorer(CHECKPOINTS / "mnist-digits.safetensors")


def test_a_drawing_is_framed_as_mnist_frames_its_digits():
    for ink in (SEVEN, draw((10, 10), (70, 60)), draw((200, 30), (200, 250))):
        picture = inversion.frame(ink)[..., 0]
        rows, columns = np.nonzero(picture)
        assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
        mass = picture / picture.sum()
        centre = mass.sum(axis=1) @ np.arange(28), mass.sum(axis=0) @ np.arange(28)
        assert np.abs(np.array(centre) - 14).max() <= 0.51


def test_what_mnist_framed_already_stays_where_it_is(mnist):
    moved = [
        np.abs(inversion.frame(image[..., 0]).astype(int) - image).max() > 0 for image in mnist.images[:50]
    ]
    assert np.mean(moved) < 0.2  # theirs rounds some halves the other way


@pytest.mark.parametrize(
    ("ink", "words"),
    [(np.zeros((84, 84), np.uint8), "empty"), (draw((140, 140), (150, 150)), "only a dot")],
)
def test_nothing_to_look_for_is_said_so(ink, words):
    with pytest.raises(InputError, match=words):
        inversion.frame(ink)


def test_it_finds_its_own_picture_again(digits):
    (picture,) = digits.draw(digits.place(123456), 8)
    found = inversion.find(digits.sampler, picture)
    assert found.labels[0] == 8
    assert found.errors[0] < 0.03
    assert found.moments.shape[1:] == found.z.shape
    assert (np.diff(found.errors) >= 0).all()
    best = digits.draw(found.z[0], int(found.labels[0]))[0].astype(float)
    error = np.square(best - picture).sum() / np.square(picture.astype(float)).sum()
    assert error == pytest.approx(found.errors[0], rel=1e-3)


def test_a_drawn_digit_is_forged_and_an_absurd_one_is_not(digits):
    seven = inversion.find(digits.sampler, inversion.frame(SEVEN))
    assert seven.labels[0] == 7
    assert seven.errors[0] < 0.08
    assert inversion.find(digits.sampler, inversion.frame(NET)).errors[0] > 0.25


def test_strangers_hands_are_met(digits):
    test = data.load("mnist", "test")
    found = [inversion.find(digits.sampler, image) for image in test.images[:12]]
    assert np.median([each.errors[0] for each in found]) < 0.06
    assert (
        np.mean([each.labels[0] == label for each, label in zip(found, test.labels[:12], strict=True)]) > 0.8
    )


def test_a_model_in_colour_says_so(digits):
    model = SimpleNamespace(config=dataclasses.replace(digits.sampler.config, channels=3))
    with pytest.raises(InputError, match="colour"):
        inversion.find(model, np.zeros((28, 28, 1), np.uint8))
