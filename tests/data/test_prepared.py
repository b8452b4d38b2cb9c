"""What took long to read is kept; and a data set's fingerprint says whether two are the same."""

import os

import numpy as np
import pytest

from gan.data import pictures, prepared
from gan.data.datasets import load_dataset
from gan.data.files import memory_file
from tests.data import kinds
from tests.data.make import drawing, save, save_drawings


@pytest.fixture
def reads(monkeypatch, tmp_path):
    """A list that grows by the name of each file that is decoded. All is kept, in a cache of its own."""
    monkeypatch.setenv("FORGER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(prepared, "MIN_BYTES", 0)
    names, decode = [], pictures.decode
    monkeypatch.setattr(pictures, "decode", lambda file, size: names.append(file.name) or decode(file, size))
    return names


@pytest.fixture
def folder(tmp_path):
    for name in ("cat", "dog"):
        save_drawings(tmp_path / "set" / name, 3)
    return tmp_path / "set"


def test_a_folder_is_read_once_even_if_it_moves(folder, reads):
    first = load_dataset(str(folder))
    assert reads
    reads.clear()
    moved = folder.rename(folder.parent / "moved")
    again = load_dataset(str(moved))
    assert not reads
    assert again.name == str(moved)
    assert (again.class_names, again.summary) == (first.class_names, first.summary)
    np.testing.assert_array_equal(again.images, first.images)
    np.testing.assert_array_equal(again.labels, first.labels)


def test_a_zip_is_read_once(tmp_path, reads):
    path = kinds.a_zip_with_a_folder_above(tmp_path)
    first = load_dataset(str(path))
    reads.clear()
    np.testing.assert_array_equal(load_dataset(str(path)).images, first.images)
    assert not reads


@pytest.mark.parametrize("options", [{"size": 32}, {"polarity": "invert"}, {"split": "test"}])
def test_another_way_of_reading_reads_again(folder, reads, options):
    load_dataset(str(folder))
    reads.clear()
    load_dataset(str(folder), **options)
    assert reads


def test_a_changed_picture_is_read(folder, reads):
    load_dataset(str(folder))
    save(drawing(ink=200), folder / "cat" / "0.png")
    assert load_dataset(str(folder)).images[0].max() == 200


def test_a_picture_of_the_same_size_and_time_in_another_folder_is_another(tmp_path, reads):
    for name, ink in (("dark", 100), ("light", 200)):
        save(drawing(ink=ink), tmp_path / name / "0.bmp")
        os.utime(tmp_path / name / "0.bmp", ns=(0, 0))
    dark, light = (load_dataset(str(tmp_path / name)).images for name in ("dark", "light"))
    assert (dark.max(), light.max()) == (100, 200)


def test_the_content_of_what_lies_in_another_file_is_part_of_the_key(reads):
    keys = [prepared.key_of([memory_file("row 0", content)], {}) for content in (b"1", b"2", b"1")]
    assert keys[0] == keys[2] != keys[1]


def test_a_spoilt_copy_is_read_again(folder, reads, tmp_path):
    load_dataset(str(folder))
    kept = next((tmp_path / "cache" / "prepared").glob("*.npz"))
    kept.write_bytes(kept.read_bytes()[:100])
    assert len(load_dataset(str(folder)).images) == 6


def test_only_the_newest_are_kept(folder, reads, tmp_path, monkeypatch):
    monkeypatch.setattr(prepared, "MAX_KEPT", 2)
    for size in (28, 32, 64):
        load_dataset(str(folder), size=size)
    assert len(list((tmp_path / "cache" / "prepared").glob("*"))) == 2


def test_where_nothing_can_be_kept_the_pictures_are_read(folder, reads, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("FORGER_CACHE", str(tmp_path / "file" / "cache"))  # deleting there fails too
    assert len(load_dataset(str(folder)).images) == 6


def test_few_small_files_are_not_kept(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("FORGER_CACHE", str(tmp_path / "cache"))
    load_dataset(str(folder))
    assert not (tmp_path / "cache").exists()


def test_the_fingerprint_covers_pictures_labels_and_names_and_no_place(folder):
    first = load_dataset(str(folder))
    moved = load_dataset(str(folder.rename(folder.parent / "moved")))
    assert moved.fingerprint() == first.fingerprint()
    other_label = first.labels.copy()
    other_label[0] = 1
    others = [
        first._replace(labels=other_label),
        first._replace(labels=None, class_names=()),
        first._replace(class_names=("cat", "owl")),
        first._replace(images=first.images[::-1]),
    ]
    assert len({first.fingerprint(), *(other.fingerprint() for other in others)}) == 5
