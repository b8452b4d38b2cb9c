"""The pictures of a set are treated alike: polarity, colour, padding, transparency, the range of 16 bits."""

import numpy as np
import pytest
from PIL import Image

from gan.data.datasets import load_dataset
from gan.errors import InputError
from tests.data.make import drawing, photograph, save, save_drawings

DARK_ON_LIGHT = {"ink": 0, "ground": 255}


def read(path, **options):
    return load_dataset(str(path), **options)


def test_pictures_that_are_no_drawings_stay_as_they_are_whatever_their_edges(tmp_path):
    ramp = np.tile(np.linspace(60, 190, 28).astype(np.uint8), (28, 1))
    for i in range(40):
        ramp[[0, -1]] = ramp[:, [0, -1]] = 200 if i % 2 else 50
        Image.fromarray(ramp).save(tmp_path / f"{i:02}.png")
    images = read(tmp_path).images[..., 0]
    assert all(
        (image == np.asarray(Image.open(tmp_path / f"{i:02}.png"))).all() for i, image in enumerate(images)
    )


def test_dark_ink_on_a_light_ground_is_inverted_and_said(tmp_path):
    dataset = read(save_drawings(tmp_path, **DARK_ON_LIGHT))
    assert dataset.images[:, 0].max() == 0
    assert dataset.images[:, 14].max() == 255
    assert "dark and light were inverted" in dataset.summary


def test_light_ink_on_a_dark_ground_is_left_alone(tmp_path):
    dataset = read(save_drawings(tmp_path))
    assert dataset.images[:, 0].max() == 0
    assert "inverted" not in dataset.summary


def test_the_decision_is_one_for_the_set(tmp_path):
    """Of three drawings on white and one on black the last becomes dark on light: it is the exception."""
    save_drawings(tmp_path, 3, **DARK_ON_LIGHT)
    save(drawing(), tmp_path / "9.png")
    assert read(tmp_path).images[:, 0, 0, 0].tolist() == [0, 0, 0, 255]


@pytest.mark.parametrize(("polarity", "corner"), [("auto", 0), ("keep", 255), ("invert", 0)])
def test_polarity_can_be_chosen(tmp_path, polarity, corner):
    images = read(save_drawings(tmp_path, **DARK_ON_LIGHT), polarity=polarity).images
    assert set(images[:, 0, 0, 0]) == {corner}


def test_photographs_are_inverted_where_that_is_asked_for(tmp_path):
    save(photograph((28, 28), mode="L"), tmp_path / "a.png")
    kept, inverted = (read(tmp_path, polarity=polarity).images for polarity in ("auto", "invert"))
    np.testing.assert_array_equal(inverted, 255 - kept)


def test_large_grey_things_on_white_are_no_line_drawings(tmp_path):
    """As clothes in a shop's catalogue."""
    for i in range(4):
        picture = Image.new("L", (28, 28), 255)
        picture.paste(100 + i, (4, 4, 24, 24))
        picture.save(tmp_path / f"{i}.png")
    assert set(read(tmp_path).images[:, 0, 0, 0]) == {255}


@pytest.mark.parametrize(
    ("pictures", "size"),
    [
        ([drawing(200, shift=i) for i in range(3)], 28),
        ([drawing(200, ink="red", ground="white", mode="RGB")], 64),
        ([photograph((28, 20))], 28),
        ([photograph((32, 20)), photograph((30, 31)), photograph((500, 300))], 32),
        ([photograph((33, 20))], 64),
        ([photograph((500, 300), mode="L")], 64),
    ],
)
def test_the_pictures_decide_on_their_size(tmp_path, pictures, size):
    for i, picture in enumerate(pictures):
        save(picture, tmp_path / f"{i}.png")
    assert read(tmp_path, size=None).images.shape[1:3] == (size, size)


def test_colour_stays_colour(tmp_path):
    save_drawings(tmp_path, mode="RGB", ink="red", ground="white")
    dataset = read(tmp_path)
    assert dataset.images.shape == (4, 28, 28, 3)
    assert dataset.images[0, 0, 0].tolist() == [255, 255, 255]
    assert [255, 0, 0] in dataset.images[0].reshape(-1, 3).tolist()
    assert "28×28 in colour" in dataset.summary


def test_grey_pictures_in_files_of_colour_are_grey(tmp_path):
    save_drawings(tmp_path, mode="RGB", ink="white", ground="black")
    save(photograph(mode="L").convert("RGB"), tmp_path / "a.jpg")
    assert read(tmp_path).images.shape == (5, 28, 28, 1)


def test_a_drawing_is_padded_with_its_ground_and_a_photograph_cropped(tmp_path):
    drawings, photographs = tmp_path / "drawings", tmp_path / "photographs"
    save(drawing((80, 20), ink="red", ground="yellow", mode="RGB"), drawings / "a.png")
    image = read(drawings).images[0]
    assert image[[0, 27], 0].tolist() == 2 * [[255, 255, 0]]
    assert "cropped" not in read(drawings).summary
    wide = Image.new("RGB", (300, 100), "blue")
    wide.paste(photograph((100, 100)), (100, 0))
    save(photograph((300, 100)), photographs / "a.png")
    save(wide, photographs / "b.png")
    dataset = read(photographs)
    assert "cropped to squares" in dataset.summary
    middle = np.asarray(photograph((100, 100)).resize((28, 28), Image.Resampling.LANCZOS)).astype(int)
    assert np.abs(dataset.images[1] - middle).mean() < 8


@pytest.mark.parametrize("light", [True, False])
def test_transparent_pictures_get_one_ground_all(tmp_path, light):
    """Most are light (or dark); the one that is not gets the same ground."""
    most, other = ((255, 255, 200, 255), (90, 60, 30, 255))[:: 1 if light else -1]
    for i, colour in enumerate([most, most, most, other]):
        picture = Image.new("RGBA", (28, 28), (0, 0, 0, 0))
        picture.paste(colour, (8, 8, 20, 20))
        picture.save(tmp_path / f"{i}.png")
    images = read(tmp_path, polarity="keep").images
    assert set(images[:, 0, 0].ravel()) == {0 if light else 255}
    assert images[3, 14, 14].tolist() == list(other[:3])


def test_16_bits_are_scaled_by_their_type(tmp_path):
    """A dark picture stays dark beside a bright one."""
    for name, level in (("dark", 6_000), ("light", 60_000)):
        wide = np.zeros((28, 28), np.uint16)
        wide[10:18, 10:18] = level
        Image.fromarray(wide).save(tmp_path / f"{name}.png")
        Image.fromarray(wide).save(tmp_path / f"{name}.tif")
    assert read(tmp_path).images[:, 14, 14, 0].tolist() == [23, 23, 233, 233]


@pytest.mark.parametrize("ending", ["png", "tif", "webp", "gif"])
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"])
def test_every_mode_of_pillow_is_understood(tmp_path, mode, ending):
    if mode == "CMYK" and ending != "tif":
        ending = "jpg"  # the others have no such mode
    drawing().convert(mode).save(tmp_path / f"a.{ending}")
    image = read(tmp_path).images[0]
    assert image.shape == (28, 28, 1)
    assert image.max() > 200
    assert image[0].max() < 40


@pytest.mark.parametrize(("mode", "level"), [("I", 0), ("F", 255)])
def test_32_bits_are_scaled_by_their_range(tmp_path, mode, level):
    """Whole numbers by that of 16 bits, floats by 255."""
    drawing(ink=100).convert(mode).point(lambda x: x * 2.55).save(tmp_path / "a.tif")
    assert read(tmp_path).images.max() in (level, level + 1)


@pytest.mark.parametrize(
    ("kind", "numbers", "levels"),
    [
        (np.float32, (0.5, 1), (128, 255)),
        (np.float32, (1, 2, 200), (1, 2, 200)),
        (np.int32, (60_000, 65_535), (233, 255)),
        (np.int32, (65_535, 2**30), (0, 128)),
    ],
)
def test_32_bits_are_scaled_alike_in_all_pictures(tmp_path, kind, numbers, levels):
    for i, number in enumerate(numbers):
        Image.fromarray(np.full((28, 28), number, kind)).save(tmp_path / f"{i}.tif")
    assert read(tmp_path, polarity="keep").images[:, 0, 0, 0].tolist() == list(levels)


def test_large_pictures_of_32_bits_are_made_smaller(tmp_path):
    for i, mode in enumerate("IF"):
        drawing(256, ink=1).convert(mode).point(lambda x: x * 255).save(tmp_path / f"{i}.tif")
    assert read(tmp_path).images.max(axis=(1, 2, 3)).tolist() == [1, 255]


@pytest.mark.parametrize("number", [np.inf, np.nan])
def test_a_picture_of_numbers_that_are_not_finite_is_damaged(tmp_path, number):
    Image.fromarray(np.full((28, 28), number, np.float32)).save(tmp_path / "a.tif")
    with pytest.raises(InputError, match=r"a\.tif .it has numbers that are not finite.;"):
        read(tmp_path)


def test_the_pages_of_a_stack_have_the_class_of_their_folder(tmp_path):
    for name, count in (("cat", 3), ("dog", 2)):
        pages = [drawing(shift=i) for i in range(count)]
        (tmp_path / name).mkdir()
        pages[0].save(tmp_path / name / "all.tif", save_all=True, append_images=pages[1:])
    assert read(tmp_path).labels.tolist() == [0, 0, 0, 1, 1]


def test_a_large_jpeg_is_fitted_like_a_small_one(tmp_path):
    """Through the draft that a JPEG decodes fast."""
    save(photograph((1600, 1600)), tmp_path / "a.jpg", quality=95)
    small = np.asarray(photograph((1600, 1600)).resize((28, 28), Image.Resampling.LANCZOS)).astype(int)
    assert np.abs(read(tmp_path).images[0] - small).mean() < 3
