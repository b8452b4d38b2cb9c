import numpy as np
import pytest

from gan.exploring.attributes import COLOUR, DRAWN, GREY, attributes_of_size, image_attributes

pytestmark = pytest.mark.runs_long

NAMES = [attribute.name for attribute in DRAWN]


def measured(picture):
    return dict(zip(NAMES, image_attributes(picture[None, ..., None], True)[0], strict=True))


def measured_as_picture(picture):
    """Of uint8 [H, W, channels]."""
    names = [attribute.name for attribute in (GREY if picture.shape[-1] == 1 else COLOUR)]
    return dict(zip(names, image_attributes(picture[None], False)[0], strict=True))


def bar(top=4, bottom=24, left=12, right=16, shear=0.0):
    """A straight stroke, leaning to the right by `shear` pixels a pixel."""
    y, x = np.mgrid[:28, :28]
    x = x + shear * (y - 13.5)
    inside = (y >= top) & (y < bottom) & (x >= left) & (x < right)
    return (255 * inside).astype(np.uint8)


def test_the_attributes_measure_what_they_are_called():
    upright = measured(bar())
    assert abs(upright["Slant"]) < 1
    assert measured(bar(shear=0.5))["Slant"] == pytest.approx(np.degrees(np.arctan(0.5)), abs=2)
    assert upright["Stroke"] == pytest.approx(4, rel=0.25)  # its ends are edges too
    assert measured(bar(left=10, right=18))["Stroke"] > 1.5 * upright["Stroke"]
    assert measured(bar(left=10, right=18))["Width"] == pytest.approx(2 * upright["Width"], rel=0.05)
    assert measured(bar(left=10, right=18, shear=0.4))["Width"] == pytest.approx(
        2 * upright["Width"], rel=0.1
    )
    assert measured(bar(top=9, bottom=19))["Height"] == pytest.approx(0.5 * upright["Height"], rel=0.05)
    assert measured(bar(4, 24, 4, 24))["Roundness"] == pytest.approx(1, abs=0.01)
    assert upright["Roundness"] < 0.3
    roof = np.maximum(bar(), bar(4, 8, 6, 22))
    assert measured(roof)["Top-heavy"] > 0.1 > -0.1 > measured(roof[::-1])["Top-heavy"]
    spine = np.maximum(bar(left=6, right=9), bar(13, 15, 6, 22))
    assert measured(spine)["Left-heavy"] > 0.1 > -0.1 > measured(spine[:, ::-1])["Left-heavy"]


def block(size, colour, ground, top, left, height, width):
    """A block on a ground, uint8 [size, size, 3]."""
    picture = np.full((size, size, 3), ground, np.uint8)
    picture[top : top + height, left : left + width] = colour
    return picture


def test_the_attributes_of_pictures_measure_what_they_are_called():
    plain = measured_as_picture(block(32, (90, 90, 90), 30, 8, 12, 16, 8))
    assert plain["Brightness"] == pytest.approx(100 * (30 + 60 / 8) / 255, rel=0.01)
    light = measured_as_picture(block(32, (250, 250, 250), 30, 8, 12, 16, 8))
    assert light["Brightness"] > plain["Brightness"]
    assert light["Contrast"] > 2 * plain["Contrast"]
    wide = measured_as_picture(block(32, (90, 90, 90), 30, 8, 8, 16, 16))
    assert wide["Width"] == pytest.approx(2 * plain["Width"], rel=0.02)
    assert wide["Height"] == pytest.approx(plain["Height"], rel=0.02)
    assert abs(plain["Colour"]) < 1e-9
    assert abs(plain["Warmth"]) < 1e-9
    red, blue = (measured_as_picture(block(32, c, 30, 8, 12, 16, 8)) for c in ((200, 40, 40), (40, 40, 200)))
    assert red["Colour"] == pytest.approx(blue["Colour"])
    assert red["Warmth"] == pytest.approx(-blue["Warmth"])
    assert red["Warmth"] > 5


def test_what_is_light_and_what_is_dark_on_its_ground_is_as_large():
    dark, light = (measured_as_picture(block(28, 255 - g, g, 4, 6, 20, 10)[..., :1]) for g in (255, 0))
    assert dark["Width"] == pytest.approx(light["Width"])
    assert dark["Height"] == pytest.approx(light["Height"])


def test_an_array_says_by_its_size_of_which_set_it_is():
    for attributes in (DRAWN, GREY, COLOUR):
        assert attributes_of_size(len(attributes)) is attributes
