"""Which pictures are held out."""

import numpy as np
import pytest
from PIL import Image

from gan.data.dataset import Dataset
from gan.data.held_out import hold_out, load_splits
from gan.errors import InputError


def numbered(count):
    """Pictures that show their number, so that each can be told."""
    images = np.arange(count, dtype="<u4").view(np.uint8).reshape(count, 4)
    return Dataset("numbers", np.tile(images[:, None, :, None], (1, 4, 1, 1)), np.arange(count) // 100)


def numbers(dataset):
    return np.ascontiguousarray(dataset.images[:, 0, :, 0]).view("<u4").ravel()


def test_mnists_validation_pictures_are_ten_thousand():
    splits = load_splits("mnist")
    sizes = [len(part.images) for part in splits]
    assert sizes == [60_000, 50_000, 10_000, 10_000]
    assert np.bincount(splits.validation.labels).min() > 850, "of each digit some"


def test_a_sorted_set_is_held_out_evenly_and_always_the_same():
    data = numbered(1000)
    validation, rest = hold_out(data)
    assert sorted([*numbers(validation), *numbers(rest)]) == list(range(1000))
    assert len(validation.images) == 166
    assert np.array_equal(validation.labels, numbers(validation) // 100)
    assert (np.bincount(validation.labels, minlength=10) > 5).all()
    again, _ = hold_out(data)
    assert np.array_equal(again.images, validation.images)


def draw(folder, count, level):
    folder.mkdir(parents=True)
    for i in range(count):
        picture = np.zeros((28, 28), np.uint8)
        picture[5 + i % 15 :, 10] = level
        Image.fromarray(picture).save(folder / f"{i}.png")


def test_a_folder_without_splits_has_no_test_pictures(tmp_path):
    for name in ("a", "b"):
        draw(tmp_path / name, 40, 200)
    splits = load_splits(str(tmp_path))
    assert splits.test is None
    assert (len(splits.rest.images), len(splits.validation.images)) == (67, 13)


def test_splits_of_its_own_are_taken(tmp_path):
    for split, count in (("train", 30), ("val", 12), ("test", 11)):
        for name in ("a", "b"):
            draw(tmp_path / split / name, count, 100 + count)
    splits = load_splits(str(tmp_path))
    assert [len(part.images) for part in splits] == [60, 60, 24, 22]


@pytest.mark.parametrize(
    ("splits", "said"),
    [
        ({"": 40}, "40 training pictures are too few, figures need at least 60; add more"),
        ({"": 1}, "1 training picture is too few"),
        (
            {"train": 8, "val": 7},
            "7 validation pictures are too few, figures need at least 10; add more, or none",
        ),
    ],
)
def test_too_few_pictures_are_refused(tmp_path, splits, said):
    for level, (split, count) in enumerate(splits.items()):
        draw(tmp_path / split / "a", count, 200 + level)
    with pytest.raises(InputError, match=said):
        load_splits(str(tmp_path))


def save_dots(folder, count, dark=200, colour_of=0):
    """Pictures with some black pixels on white, of which the first `colour_of` have a red one."""
    folder.mkdir(parents=True)
    for i in range(count):
        picture = np.full((28, 28, 3), 255, np.uint8)
        picture[3 : 3 + dark // 22, 3:25] = i % 100
        picture[20, 5:15] = (255, 0, 0) if i < colour_of else 0
        Image.fromarray(picture).save(folder / f"{i}.png")


def test_the_training_split_decides_how_all_splits_are_treated(tmp_path):
    save_dots(tmp_path / "train", 70, dark=100)
    save_dots(tmp_path / "test", 10, dark=400)  # so much ink that they alone would be no line drawings
    splits = load_splits(str(tmp_path))
    assert splits.train.images[:, 0].max() == splits.test.images[:, 0].max() == 0


def test_a_grey_split_of_a_set_in_colour_is_in_colour(tmp_path):
    save_dots(tmp_path / "train", 70, colour_of=9)
    save_dots(tmp_path / "val", 12)
    save_dots(tmp_path / "test", 11)
    splits = load_splits(str(tmp_path))
    assert (len(splits.validation.images), len(splits.test.images)) == (12, 11)
    assert splits.test.images.shape[3] == 3


def test_a_split_that_cannot_be_read_is_not_called_missing(tmp_path):
    save_dots(tmp_path / "train", 70)
    save_dots(tmp_path / "test", 11)
    (tmp_path / "test" / "3.png").write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"1 of 11 pictures is damaged.*test/3\.png"):
        load_splits(str(tmp_path))
