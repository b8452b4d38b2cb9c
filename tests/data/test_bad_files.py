"""Files that are damaged or of another kind: what is left out, what stops the reading, and what is said."""

import os

import numpy as np
import pytest

from gan.data.datasets import load_dataset
from gan.errors import InputError
from tests.data.make import digits, save_drawings


def damage(folder, *numbers):
    for i in numbers:
        path = folder / f"{i}.png"
        path.write_bytes(path.read_bytes()[:50])


def test_all_damaged_files_are_named_at_once(tmp_path):
    damage(save_drawings(tmp_path, 200), 20, 120, 180)
    said = r"3 of 200 pictures are damaged.*20\.png .*120\.png .*180\.png"
    with pytest.raises(InputError, match=said) as error:
        load_dataset(str(tmp_path))
    assert "\n" not in str(error.value)


def test_up_to_one_in_a_hundred_is_left_out_and_said(tmp_path):
    for name in ("cat", "dog"):
        save_drawings(tmp_path / name, 100)
    damage(tmp_path / "dog", 7, 9)
    dataset = load_dataset(str(tmp_path))
    assert len(dataset.images) == 198
    assert np.bincount(dataset.labels).tolist() == [100, 98]
    assert "2 files left out: 2 damaged (dog/7.png, dog/9.png)" in dataset.summary


def test_pictures_that_pillow_cannot_open_are_counted_and_stop_nothing(tmp_path):
    save_drawings(tmp_path, 100)
    damage(tmp_path, 5)
    for i in range(12):
        (tmp_path / f"IMG_{i}.HEIC").write_bytes(b"x")
    assert "13 files left out: 12 .heic, 1 damaged (5.png)" in load_dataset(str(tmp_path)).summary


def test_a_class_without_a_picture_that_can_be_read_is_no_class(tmp_path):
    for name in ("cat", "dog"):
        save_drawings(tmp_path / name, 60)
    save_drawings(tmp_path / "owl", 1)
    damage(tmp_path / "owl", 0)
    dataset = load_dataset(str(tmp_path))
    assert dataset.class_names == ("cat", "dog")
    assert dataset.classes == 2


@pytest.mark.parametrize(("target", "said"), [("gone.png", "No such file"), ("a.png", "symbolic links")])
def test_a_link_to_nothing_or_to_itself_is_damaged(tmp_path, target, said):
    save_drawings(tmp_path, 3)
    (tmp_path / "a.png").symlink_to(tmp_path / target)
    with pytest.raises(InputError, match=rf"a\.png \(.*{said}"):
        load_dataset(str(tmp_path))


def test_a_link_to_a_device_is_left_out_as_the_device_itself_would_be(tmp_path):
    save_drawings(tmp_path, 3)
    (tmp_path / "a.png").symlink_to(os.devnull)
    assert len(load_dataset(str(tmp_path)).images) == 3


def test_a_device_is_no_file_of_pictures():
    with pytest.raises(InputError, match="neither one of mnist.* nor a folder or a file"):
        load_dataset(os.devnull)


def test_a_picture_beside_the_classes_is_said(tmp_path):
    for name in ("cat", "dog"):
        save_drawings(tmp_path / name, 2)
    save_drawings(tmp_path, 1)
    dataset = load_dataset(str(tmp_path))
    assert dataset.labels is None
    assert "no classes, because 0.png lies beside the sub-folders" in dataset.summary


def test_pictures_beside_the_splits_are_left_out_and_said(tmp_path):
    for split in ("train", "test"):
        for name in ("cat", "dog"):
            save_drawings(tmp_path / split / name, 2)
    save_drawings(tmp_path, 1)
    dataset = load_dataset(str(tmp_path))
    assert (len(dataset.images), dataset.class_names) == (4, ("cat", "dog"))
    assert "1 beside the splits are left out" in dataset.summary


def test_progress_is_told_to_the_end(tmp_path):
    told = []
    load_dataset(str(save_drawings(tmp_path, 5)), progress=lambda *done: told.append(done))
    assert told == [(i, 5) for i in range(1, 6)]


def test_an_empty_name_is_not_the_current_folder():
    with pytest.raises(InputError, match="dataset '' is neither one of"):
        load_dataset("")


def test_a_mistyped_path_object_is_refused_like_its_text(tmp_path):
    with pytest.raises(InputError, match="nothing-here' is neither one of"):
        load_dataset(tmp_path / "nothing-here")


def test_a_class_whose_name_is_a_text_of_two_lines_is_named_in_one(tmp_path):
    labels = np.array(["old\nshoe", "hat", "old shoe", "hat"])
    np.savez(tmp_path / "a.npz", x=digits(4), y=labels)
    dataset = load_dataset(str(tmp_path / "a.npz"))
    assert dataset.class_names == ("hat", "old shoe")
    assert dataset.labels.tolist() == [1, 0, 1, 0]
