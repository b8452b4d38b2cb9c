"""What the page makes of dropped pictures, beside what `gan.data` makes of the same files."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gan.data.files import list_files
from gan.data.pictures import decode_all
from tests.web import scripts


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


SETS = {
    "dark lines on white": [drawing(i) for i in range(5)],
    "light lines on black": [drawing(i, ground=0, ink=255) for i in range(5)],
    "of the size already": [drawing(i, (28, 28)) for i in range(5)],
    "nearly of the size": [drawing(i, (27, 25), 10, 230) for i in range(5)],
    "photographs": [photograph(i) for i in range(5)],
    "upright photographs": [photograph(i, (130, 431)) for i in range(5)],
    "tiny": [photograph(i, (9, 5)) for i in range(5)],
    "stickers": [sticker(i) for i in range(5)],
    "a grey and a coloured one": [drawing(1), photograph(1), drawing(2, (500, 300))],
}


@pytest.mark.parametrize("kind", SETS)
def test_a_page_fits_pictures_as_python_does(kind, tmp_path):
    rasters = []
    for i, picture in enumerate(SETS[kind]):
        picture.save(tmp_path / f"{i}.png")
        path = tmp_path / f"{i}.rgba"
        path.write_bytes(picture.convert("RGBA").tobytes())
        rasters.append({"width": picture.width, "height": picture.height, "path": str(path)})
    files = [file for file in list_files(tmp_path) if file.ending == ".png"]
    wanted = decode_all(files, 28, "auto")
    found = scripts.run("fit.mjs", {"size": 28, "rasters": rasters})
    assert found["treatment"] == wanted.treatment._asdict()
    pictures = np.reshape(found["pictures"], wanted.images.shape).astype(int)
    difference = np.abs(pictures - wanted.images)
    assert difference.max() <= 3, "rounding, and no more"
    assert difference.mean() < 0.5
