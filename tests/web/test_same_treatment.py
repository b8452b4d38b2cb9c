"""What the page makes of dropped pictures, beside what `gan.data` makes of the same files."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gan.data.files import list_files
from gan.data.pictures import decode_all
from gan.data.treatment import Treatment
from tests.web import scripts

OF_32_BITS = ("white_of_integers", "white_of_floats")  # a browser reads no pictures of 32 bits


def drawing(i, size=(64, 48), ground=255, ink=0, mode="L"):
    picture = Image.new(mode, size, ground)
    ImageDraw.Draw(picture).line([(8 + i, 6), (size[0] - 9, 20 + i), (20, size[1] - 5)], fill=ink, width=4)
    return picture


def photograph(i, size=(300, 200)):
    rng = np.random.default_rng(i)
    coarse = rng.integers(0, 256, (6, 9, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)


def sticker(i, size=(90, 120)):
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse([10, 20 + i, 80, 100], fill=(250, 240, 40 + 9 * i, 255 - 20 * i))
    return picture


def on_white(i):
    """A thing as a shop's catalogue shows it."""
    picture = Image.new("L", (140, 140), 255)
    picture.paste(photograph(i, (90, 100)).convert("L"), (25, 20))
    return picture


SETS = {
    "dark lines on white": [drawing(i) for i in range(5)],
    "light lines on black": [drawing(i, ground=0, ink=255) for i in range(5)],
    "of the size already": [drawing(i, (28, 28)) for i in range(5)],
    "nearly of the size": [drawing(i, (27, 25), 10, 230) for i in range(5)],
    "photographs": [photograph(i) for i in range(5)],
    "upright photographs": [photograph(i, (130, 431)) for i in range(5)],
    "of one pixel": [photograph(i, (1, 1)) for i in range(5)],
    "long strips": [photograph(i, (3000, 3)) for i in range(2)],
    "tiny": [photograph(i, (9, 5)) for i in range(5)],
    "stickers": [sticker(i) for i in range(5)],
    "a grey and a coloured one": [drawing(1), photograph(1), drawing(2, (500, 300))],
    "large line drawings": [drawing(i, (300, 200)) for i in range(5)],
    "large photographs": [photograph(i, (300, 200)) for i in range(5)],
    "grey photographs on a light ground": [on_white(i) for i in range(5)],
    "icons, and one that is larger": [photograph(i, (32, 30)) for i in range(4)] + [photograph(4)],
}
SIZES = {  # of those that the pictures decide
    "large line drawings": 28,
    "large photographs": 64,
    "grey photographs on a light ground": 64,
    "icons, and one that is larger": 32,
    "stickers": 64,
    "tiny": 28,
}


def fit(pictures, folder, size, polarity="auto"):
    """What Python and the page make of the same pictures."""
    rasters = []
    for i, picture in enumerate(pictures):
        picture.save(folder / f"{i}.png")
        path = folder / f"{i}.rgba"
        path.write_bytes(picture.convert("RGBA").tobytes())
        rasters.append({"width": picture.width, "height": picture.height, "path": str(path)})
    files = [file for file in list_files(folder) if file.ending == ".png"]
    asked = {"size": size, "polarity": polarity, "rasters": rasters}
    return decode_all(files, size, polarity), scripts.run("fit.mjs", asked)


@pytest.mark.parametrize("kind", SETS)
def test_a_page_fits_pictures_as_python_does(kind, tmp_path):
    wanted, found = fit(SETS[kind], tmp_path, None if kind in SIZES else 28)
    shared = {name: getattr(wanted.treatment, name) for name in Treatment._fields if name not in OF_32_BITS}
    assert found["treatment"] == shared
    assert wanted.treatment.size == SIZES.get(kind, 28)
    pictures = np.reshape(found["pictures"], wanted.images.shape).astype(int)
    difference = np.abs(pictures - wanted.images)
    assert difference.max() <= 3, "rounding, and no more"
    assert difference.mean() < 0.5


@pytest.mark.parametrize("polarity", ["keep", "invert"])
def test_a_visitor_may_choose_the_polarity_and_the_size(polarity, tmp_path):
    wanted, found = fit([on_white(i) for i in range(3)], tmp_path, 32, polarity)
    shared = {name: getattr(wanted.treatment, name) for name in Treatment._fields if name not in OF_32_BITS}
    assert found["treatment"] == shared
    assert wanted.treatment.inverts == (polarity == "invert")
    assert wanted.images.shape == (3, 32, 32, 1)
    assert (wanted.images[:, 0, 0] == (0 if polarity == "invert" else 255)).all()
    pictures = np.reshape(found["pictures"], wanted.images.shape).astype(int)
    assert np.abs(pictures - wanted.images).max() <= 3
