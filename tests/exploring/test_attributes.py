import numpy as np
import pytest

from gan.exploring.attributes import ATTRIBUTES, image_attributes

NAMES = [attribute.name for attribute in ATTRIBUTES]


def measured(picture):
    return dict(zip(NAMES, image_attributes(picture[None, ..., None])[0], strict=True))


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
