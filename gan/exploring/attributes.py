"""What can be measured on a picture: slant and stroke of a line drawing, light and size of any other.

A set of attributes is a tuple of `Attribute`, and no two sets are of the same size: the number of columns
of an array says which set it is of.
"""

from typing import NamedTuple

import numpy as np


class Attribute(NamedTuple):
    """What people call an attribute, and the unit that is written after its number."""

    name: str
    unit: str


DRAWN = (
    Attribute("Slant", "°"),
    Attribute("Stroke", " px"),
    Attribute("Width", " px"),
    Attribute("Height", " px"),
    Attribute("Roundness", ""),
    Attribute("Top-heavy", ""),
    Attribute("Left-heavy", ""),
)
GREY = (
    Attribute("Brightness", " %"),
    Attribute("Contrast", " %"),
    Attribute("Width", " px"),
    Attribute("Height", " px"),
    Attribute("Top-heavy", ""),
    Attribute("Left-heavy", ""),
)
COLOUR = (*GREY, Attribute("Colour", " %"), Attribute("Warmth", " %"))
_BY_SIZE = {len(each): each for each in (DRAWN, GREY, COLOUR)}


def attributes_of_size(count: int) -> tuple[Attribute, ...]:
    """The set of so many attributes."""
    return _BY_SIZE[count]


def image_attributes(images: np.ndarray, is_drawn: bool) -> np.ndarray:
    """The attributes of images.

    Args:
      images: uint8 [N, H, W, channels]; of line drawings, light ink on a dark ground.
      is_drawn: whether they are line drawings.
    Returns:
      float64 [N, attributes], one column for each of `DRAWN`, or of `GREY` or `COLOUR` by their channels.
    """
    if is_drawn:
        return _attributes_of_drawings(images)
    return _attributes_of_pictures(images)


def _strokes(ink: np.ndarray) -> np.ndarray:
    """The mean width of the strokes of ink [N, H, W] in 0…1, in pixels: [N].

    A stroke of width w and length l has the area w · l, and edges of 2 · l.
    """
    edges = np.hypot(np.diff(ink, axis=1)[:, :, :-1], np.diff(ink, axis=2)[:, :-1]).sum((1, 2))
    return 2 * ink.sum((1, 2)) / np.maximum(edges, 1)


class _Moments(NamedTuple):
    """Means over the mass of each image, about the centre of its mass, in pixels: [N] each."""

    xx: np.ndarray
    yy: np.ndarray
    xy: np.ndarray
    shear: np.ndarray  # by how much x grows with height
    upright_xx: np.ndarray  # as it would be without the slant
    skewness_up: np.ndarray  # positive if there is a long tail below: most mass is above
    skewness_left: np.ndarray  # without the slant


def _moments(mass: np.ndarray) -> _Moments:
    """The moments of mass [N, H, W], which is positive."""
    total = mass.sum((1, 2))  # [N]
    y, x = np.mgrid[: mass.shape[1], : mass.shape[2]]

    def mean(values: np.ndarray) -> np.ndarray:
        """The mean over an image's mass, [N]."""
        return (mass * values).sum((1, 2)) / total

    dx, dy = (axis - mean(axis)[:, None, None] for axis in (x, y))  # from the centre
    xx, yy, xy = mean(dx * dx), mean(dy * dy), mean(dx * dy)  # the covariance
    shear = -xy / yy
    upright = dx + shear[:, None, None] * dy
    upright_xx = mean(upright**2)
    return _Moments(xx, yy, xy, shear, upright_xx, mean(dy**3) / yy**1.5, mean(upright**3) / upright_xx**1.5)


def _attributes_of_drawings(images: np.ndarray) -> np.ndarray:
    """One column for each of `DRAWN`, from the moments of the ink.

    Slant, in degrees, positive if the drawing leans to the right; the width of the stroke, in pixels; the
    width, with the slant undone, and the height: four standard deviations of the ink each, in pixels;
    roundness, the shorter axis of the ink's ellipse divided by the longer one; the skewness of the ink
    upwards, and to the left.
    """
    ink = images.mean(-1) / 255 + 1e-9  # [N, H, W], in which no image is without ink
    of = _moments(ink)
    difference = np.hypot(of.xx - of.yy, 2 * of.xy)  # of the covariance's two eigenvalues
    return np.stack(
        [
            np.degrees(np.arctan(of.shear)),
            _strokes(ink),
            4 * np.sqrt(of.upright_xx),
            4 * np.sqrt(of.yy),
            np.sqrt((of.xx + of.yy - difference) / (of.xx + of.yy + difference)),
            of.skewness_up,
            of.skewness_left,
        ],
        axis=1,
    )


def _attributes_of_pictures(images: np.ndarray) -> np.ndarray:
    """One column for each of `GREY`, or of `COLOUR`.

    Brightness, the mean of all pixels, and contrast, their standard deviation, in percent of white; the width
    and the height, four standard deviations of what differs from the ground, in pixels; its skewness upwards
    and to the left; for colours, how far the channels differ, and by how much red exceeds blue, in percent.
    """
    pixels = images / 255  # [N, H, W, channels]
    light = pixels.mean(-1)  # [N, H, W]
    rim = np.concatenate(
        [pixels[:, 0], pixels[:, -1], pixels[:, :, 0], pixels[:, :, -1]], axis=1
    )  # [N, 2 · (H + W), channels]
    ground = np.median(rim, axis=1)[:, None, None]  # [N, 1, 1, channels]
    of = _moments(np.abs(pixels - ground).mean(-1) + 1e-9)
    columns = [
        100 * light.mean((1, 2)),
        100 * light.std((1, 2)),
        4 * np.sqrt(of.xx),
        4 * np.sqrt(of.yy),
        of.skewness_up,
        of.skewness_left,
    ]
    if images.shape[-1] == 3:
        columns.append(100 * (pixels.max(-1) - pixels.min(-1)).mean((1, 2)))
        columns.append(100 * (pixels[..., 0] - pixels[..., 2]).mean((1, 2)))
    return np.stack(columns, axis=1)
