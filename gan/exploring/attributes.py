"""What can be measured on an image of a digit."""

from typing import NamedTuple

import numpy as np


class Attribute(NamedTuple):
    """What people call an attribute, and the unit that is written after its number."""

    name: str
    unit: str


# The columns of `image_attributes`, in this order.
ATTRIBUTES = (
    Attribute("Slant", "°"),
    Attribute("Stroke", " px"),
    Attribute("Width", " px"),
    Attribute("Height", " px"),
    Attribute("Roundness", ""),
    Attribute("Top-heavy", ""),
    Attribute("Left-heavy", ""),
)


def image_attributes(images: np.ndarray) -> np.ndarray:
    """The attributes of digits, computed from the moments of their ink.

    Args:
      images: uint8 [N, size, size, channels], light ink on a dark ground.
    Returns:
      float64 [N, attributes], one column for each of `ATTRIBUTES`:
        slant, in degrees, positive if the digit leans to the right;
        the width of the stroke, in pixels;
        the width, with the slant undone, and the height: four standard deviations of the ink each, in pixels;
        roundness, the shorter axis of the ink's ellipse divided by the longer one;
        the skewness of the ink upwards, and to the left.
    """
    ink = images.mean(-1) / 255 + 1e-9  # [N, size, size], in which no image is without ink
    mass = ink.sum((1, 2))  # [N]
    y, x = np.mgrid[: ink.shape[1], : ink.shape[2]]

    def mean(values: np.ndarray) -> np.ndarray:
        """The mean over an image's ink, [N]."""
        return (ink * values).sum((1, 2)) / mass

    dx, dy = (axis - mean(axis)[:, None, None] for axis in (x, y))  # from the ink's centre
    xx, yy, xy = mean(dx * dx), mean(dy * dy), mean(dx * dy)  # the ink's covariance
    shear = -xy / yy
    upright = dx + shear[:, None, None] * dy  # x as it would be without the slant
    edges = np.hypot(np.diff(ink, axis=1)[:, :, :-1], np.diff(ink, axis=2)[:, :-1]).sum((1, 2))
    difference = np.hypot(xx - yy, 2 * xy)  # of the covariance's two eigenvalues
    return np.stack(
        [
            np.degrees(np.arctan(shear)),
            2
            * mass
            / np.maximum(edges, 1),  # a stroke of width w and length l has the area w · l, edges 2 · l
            4 * np.sqrt(mean(upright**2)),
            4 * np.sqrt(yy),
            np.sqrt((xx + yy - difference) / (xx + yy + difference)),
            mean(dy**3) / yy**1.5,  # positive if there is a long tail below: most ink is above
            mean(upright**3) / mean(upright**2) ** 1.5,
        ],
        axis=1,
    )
