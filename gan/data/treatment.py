"""How the pictures of a set become alike: one decision for all of them, taken from a sample.

Decided one by one, pictures of a kind would come out in two: a photograph with a bright edge as a negative,
its neighbour as it is.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from gan.data.decoding import to_8_bits
from gan.stages import SIZES

SAMPLE = 100  # pictures, spread over the set, from which the decisions are taken
POLARITIES = ("auto", "keep", "invert")
COLOUR_LEVELS, COLOUR_SHARE = 24, 0.005  # in colour: so far apart are red, green and blue in so many pixels
PLAIN_LEVELS, PLAIN_SHARE = 32, 0.8  # a plain border: so many of its pixels are so near to its median
INK_LEVELS, MAX_INK = 64, 0.3  # a line drawing: at most this share of it is so far from its ground
EXTREME_LEVELS = 64  # and its ground is so near to black or to white
# In pictures of 32 bits, integers or floats, white is the first of these numbers, or the second if one of the
# sample has a number above the first. Pillow reads some files of 16 bits into 32.
WHITES = {"I": (65_535, 2**31 - 1), "F": (1, 255)}
NEARLY = 7 / 8  # a picture of at least this part of the size is padded, not enlarged: its pixels stay sharp


class Treatment(NamedTuple):
    """What is done to every picture of a set."""

    size: int = 28  # pixels, the height and the width that all get
    channels: int = 1  # 1: grey, 3: colour
    crops: bool = False  # whether a picture that is no square loses its ends; else it is padded
    inverts: bool = False
    ground: int = 255  # 0 or 255: what shows through transparent pixels
    white_of_integers: float = WHITES["I"][0]  # in pictures of mode I
    white_of_floats: float = WHITES["F"][0]  # in pictures of mode F

    def remarks(self) -> list[str]:
        """What a person should know of it."""
        inverted = ["dark and light were inverted"] if self.inverts else []
        return inverted + (["cropped to squares"] if self.crops else [])


def decide(sample: Sequence[Image.Image], size: int | None, polarity: str) -> Treatment:
    """The treatment of a set of pictures.

    Args:
      sample: pictures of it, of any size, as `gan.data.decoding.decode` gives them.
      size: pixels; None: the pictures decide, as `_suitable_size` says.
      polarity: "keep" or "invert", or "auto": grey line drawings become light ink on a dark ground.
    """
    if not sample:
        return Treatment(size or SIZES[0])
    whites = [_white(sample, mode) for mode in WHITES]
    sample = [_in_8_bits(picture, *whites) for picture in sample]
    ground = _ground_of_transparency(sample)
    shown = [_opaque(picture, ground) for picture in sample]
    arrays = [np.asarray(picture.convert("RGB")) for picture in shown]  # uint8 [H, W, 3] each
    channels = 3 if any(map(_is_coloured, arrays)) else 1
    greys = [np.asarray(picture.convert("L")) for picture in shown]
    crops = np.mean([_has_plain_border(grey) for grey in greys]) < 0.5 and any(
        picture.width != picture.height for picture in sample
    )
    are_drawings = channels == 1 and are_line_drawings(greys)
    is_dark_on_light = are_drawings and _median_ground(greys) > 127
    inverts = polarity == "invert" or (polarity == "auto" and is_dark_on_light)
    return Treatment(size or _suitable_size(sample, are_drawings), channels, crops, inverts, ground, *whites)


def treat(picture: Image.Image, treatment: Treatment) -> np.ndarray:
    """A picture, as `gan.data.decoding.decode` gives it, as uint8 [size, size, channels]."""
    picture = _in_8_bits(picture, treatment.white_of_integers, treatment.white_of_floats)
    scaled = _opaque(_scale(picture, treatment), treatment.ground)  # scaled first, to fewer pixels
    array = np.asarray(scaled.convert("L" if treatment.channels == 1 else "RGB"))
    array = array.reshape(1, scaled.height, scaled.width, treatment.channels)
    return _finish(array, treatment)[0]


def treat_array(images: np.ndarray, treatment: Treatment) -> np.ndarray | None:
    """Images uint8 [N, H, W, channels], treated all at once; None if they are to be scaled or cropped."""
    height, width = images.shape[1:3]
    is_scaled = _scale_of((width, height), treatment.size) != 1
    return None if is_scaled or (treatment.crops and height != width) else _finish(images, treatment)


def _white(sample: Sequence[Image.Image], mode: str) -> float:
    """What white is in the pictures of a mode, one of `WHITES`."""
    low, high = WHITES[mode]
    tops = [picture.getextrema()[1] for picture in sample if picture.mode == mode]
    return low if max(tops, default=0) <= low else high


def _in_8_bits(picture: Image.Image, white_of_integers: float, white_of_floats: float) -> Image.Image:
    if picture.mode == "I":
        return to_8_bits(picture, white_of_integers)
    return to_8_bits(picture, white_of_floats) if picture.mode == "F" else picture


def _scale(picture: Image.Image, treatment: Treatment) -> Image.Image:
    """A picture in proportion so that it fits into the square, or as a square if the ends are cropped."""
    if treatment.crops:
        side = min(picture.size)
        left, top = (picture.width - side) // 2, (picture.height - side) // 2
        picture = picture.crop((left, top, left + side, top + side))
    scale = _scale_of(picture.size, treatment.size)
    width, height = (max(1, round(scale * side)) for side in picture.size)
    return picture if scale == 1 else picture.resize((width, height), Image.Resampling.LANCZOS)


def _scale_of(shape: tuple[int, int], size: int) -> float:
    longer = max(shape)
    return 1 if NEARLY <= longer / size <= 1 else size / longer


def _finish(images: np.ndarray, treatment: Treatment) -> np.ndarray:
    """Images uint8 [N, h, w, channels] in the middle of squares, [N, size, size, channels], and inverted.

    What is left of a square gets the median of the picture's border.
    """
    size, (count, height, width, channels) = treatment.size, images.shape
    if (height, width) != (size, size):
        edges = [images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]]  # [N, h or w, channels] each
        border = np.median(np.concatenate(edges, axis=1), axis=1)  # [N, channels]
        squares = np.empty((count, size, size, channels), np.uint8)
        squares[:] = border[:, None, None]
        top, left = (size - height) // 2, (size - width) // 2
        squares[:, top : top + height, left : left + width] = images
        images = squares
    return 255 - images if treatment.inverts else np.ascontiguousarray(images)


def _suitable_size(sample: Sequence[Image.Image], are_drawings: bool) -> int:
    """The smallest of `SIZES` that most pictures fit into, or the largest if there is none.

    Grey line drawings get the smallest: a few strokes need few pixels, and are learned soonest.
    """
    if are_drawings:
        return SIZES[0]
    longer = np.median([max(picture.size) for picture in sample])
    return next((size for size in SIZES if longer <= size), SIZES[-1])


def _opaque(picture: Image.Image, ground: int) -> Image.Image:
    """A picture in front of a ground of one grey level."""
    if picture.mode != "RGBA":
        return picture
    behind = Image.new("RGBA", picture.size, (ground, ground, ground, 255))
    return Image.alpha_composite(behind, picture).convert("RGB")


def _ground_of_transparency(sample: Sequence[Image.Image]) -> int:
    """Black if what the transparent pictures show is light, and else white."""
    shown = []
    for picture in sample:
        if picture.mode == "RGBA":
            alpha, grey = np.asarray(picture.getchannel("A")), np.asarray(picture.convert("L"))
            shown.append(grey[alpha > 127])
    levels = np.concatenate([np.zeros(0), *shown])
    return 0 if levels.size and levels.mean() > 127 else 255


def _border(array: np.ndarray) -> np.ndarray:
    """The outermost pixels of an image [H, W] or [H, W, C]: [n] or [n, C]."""
    return np.concatenate([array[0], array[-1], array[:, 0], array[:, -1]])


def _is_coloured(array: np.ndarray) -> bool:
    spread = array.max(axis=2).astype(int) - array.min(axis=2)
    return (spread > COLOUR_LEVELS).mean() > COLOUR_SHARE


def _has_plain_border(grey: np.ndarray) -> bool:
    border = _border(grey).astype(int)
    return (np.abs(border - np.median(border)) < PLAIN_LEVELS).mean() >= PLAIN_SHARE


def _median_ground(greys: Sequence[np.ndarray]) -> float:
    return float(np.median([np.median(_border(grey)) for grey in greys]))


def are_line_drawings(greys: Sequence[np.ndarray]) -> bool:
    """Whether most pictures are thin ink on a plain ground that is nearly black or nearly white.

    Args:
      greys: uint8 [H, W] each.
    """
    return float(np.mean([_is_line_drawing(grey) for grey in greys])) > 0.5


def _is_line_drawing(grey: np.ndarray) -> bool:
    ground = np.median(_border(grey))
    ink = (np.abs(grey.astype(int) - ground) > INK_LEVELS).mean()
    is_extreme = min(ground, 255 - ground) <= EXTREME_LEVELS
    return bool(is_extreme and _has_plain_border(grey) and ink <= MAX_INK)
