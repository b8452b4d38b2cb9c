"""The kinds of input that people come with, and what comes of each: one row of a table for each kind."""

import gzip
import hashlib
import importlib.util
import json

import numpy as np
import pytest
from PIL import Image

from gan.data import idx
from gan.data.datasets import load_dataset
from gan.errors import InputError
from tests.conftest import ROOT
from tests.data import kinds, table
from tests.data.kinds import LABELS
from tests.data.make import STEMS, digits, idx_bytes, photograph, save


def name_of(value):
    """A function's name, for a test's."""
    return getattr(value, "__name__", "")


GREY, COLOUR = (28, 28, 1), (28, 28, 3)
DIGITS = ("0", "1", "2")
READ = [  # what makes it, how many pictures come, their shape, their classes
    (kinds.a_flat_folder, 4, GREY, ()),
    (kinds.class_folders, 6, GREY, ("9", "10", "dog")),
    (kinds.splits_of_classes, 6, GREY, ("0", "1")),
    (kinds.a_zip_with_a_folder_above, 4, GREY, ("cat", "dog")),
    (kinds.mnist_files, 4, GREY, DIGITS),
    (kinds.a_zip_of_mnist, 4, GREY, DIGITS),
    (kinds.files_with_dots, 4, GREY, DIGITS),
    (kinds.files_in_folders_of_their_names, 4, GREY, DIGITS),
    (kinds.torchvisions_folder, 4, GREY, DIGITS),
    (kinds.idx_without_labels, 4, GREY, ()),
    (kinds.emnist, 4, GREY, ("A", "B", "Z")),
    (kinds.keras_npz, 4, GREY, DIGITS),
    (kinds.medmnist_npz, 4, COLOUR, DIGITS),
    (kinds.npz_one_hot_and_named, 4, GREY, ("cat", "dog", "owl")),
    (kinds.npz_beside_a_preview, 4, GREY, DIGITS),
    (kinds.kmnist_npz, 4, GREY, DIGITS),
    (kinds.npy_pair, 4, GREY, ("cat", "dog", "owl")),
    (kinds.quick_draw, 6, GREY, ("cat", "dog", "owl")),
    (kinds.kaggles_csv, 4, GREY, DIGITS),
    (kinds.csv_without_header, 4, GREY, DIGITS),
    (kinds.cifar_binary, 10, COLOUR, ("airplane", "automobile")),
    (kinds.photographs, 3, COLOUR, ()),
    (kinds.a_tiff_stack, 4, GREY, ()),
    (kinds.symlinked_folders, 4, GREY, ("cat", "dog")),
    (kinds.folders_that_link_to_each_other, 9, GREY, tuple(f"c{i}" for i in range(9))),
    (kinds.pictures_among_other_files, 4, GREY, ()),
    (kinds.an_empty_class, 4, GREY, ("cat", "dog")),
    (kinds.splits_below_other_folders, 6, GREY, ("a", "b")),
    (kinds.a_zip_of_another_system, 4, GREY, ("いぬ", "ねこ")),
    (kinds.strange_names, 8, GREY, ("a b", "が", "ねこ", "🐈 #1")),
    (kinds.npz_with_labels_of_bools, 4, GREY, ("0", "1")),
    (kinds.npz_with_texts_as_labels, 4, GREY, ("dog", "owl", "猫")),
    (kinds.csv_of_a_spreadsheet, 4, GREY, DIGITS),
    (kinds.csv_in_utf_16, 4, GREY, DIGITS),
    (kinds.single_pixels, 3, GREY, ()),
    (kinds.long_strips, 2, COLOUR, ()),
    (kinds.the_same_picture, 6, GREY, ("cat", "dog")),
]


@pytest.mark.parametrize(
    ("make", "count", "shape", "names"), READ, ids=lambda value: getattr(value, "__name__", "")
)
def test_what_comes_of_each_kind(make, count, shape, names, tmp_path):
    path = make(tmp_path) or tmp_path
    dataset = load_dataset(str(path))
    assert dataset.images.shape == (count, *shape)
    assert dataset.images.dtype == np.uint8
    assert dataset.images.max() > 150
    assert dataset.class_names == names
    assert dataset.classes == len(names)
    assert (dataset.labels is None) == (not names)
    if names:
        assert dataset.labels.dtype == np.int32
        assert set(dataset.labels) == set(range(len(names)))
    assert dataset.summary.startswith(
        f"{count} pictures, 28×28 in {'grey' if shape[-1] == 1 else 'colour'}, "
    )
    assert (f"{len(names)} classes: {', '.join(names)}" if names else "no classes") in dataset.summary


def test_the_printed_table_has_every_kind():
    assert table.makers() == [make for make, *_ in READ]
    assert table.what_comes(ROOT / "no such folder").startswith("refused: ")


ARRAYS = (kinds.mnist_files, kinds.files_with_dots, kinds.files_in_folders_of_their_names)
ARRAYS += (kinds.torchvisions_folder, kinds.idx_without_labels, kinds.emnist, kinds.keras_npz)
ARRAYS += (kinds.npz_one_hot_and_named, kinds.kmnist_npz, kinds.npy_pair, kinds.kaggles_csv)
ARRAYS += (kinds.csv_without_header, kinds.a_zip_of_mnist)


@pytest.mark.parametrize("make", ARRAYS, ids=name_of)
def test_arrays_come_pixel_for_pixel(make, tmp_path):
    path = make(tmp_path) or tmp_path
    dataset = load_dataset(str(path))
    np.testing.assert_array_equal(dataset.images[..., 0], digits(4))
    if dataset.labels is not None:
        assert dataset.labels.tolist() == LABELS


@pytest.mark.parametrize("size", [28, 32, 64])
@pytest.mark.parametrize(
    "make", [kinds.mnist_files, kinds.photographs, kinds.cifar_binary, kinds.class_folders]
)
def test_every_kind_comes_in_every_size(make, size, tmp_path):
    images = load_dataset(str(make(tmp_path) or tmp_path), size=size).images
    assert images.shape[1:3] == (size, size)
    assert images.max() > 150


def test_the_pixels_of_mnist_stay_sharp_in_32_pixels(tmp_path):
    kinds.mnist_files(tmp_path)
    images = load_dataset(str(tmp_path), size=32).images[..., 0]
    np.testing.assert_array_equal(images[:, 2:30, 2:30], digits(4))
    assert images.sum() == digits(4).sum()


@pytest.mark.parametrize(
    ("make", "split", "count"),
    [
        (kinds.splits_of_classes, "test", 4),
        (kinds.splits_of_classes, "val", 2),
        (kinds.torchvisions_folder, "test", 2),
        (kinds.keras_npz, "test", 2),
        (kinds.medmnist_npz, "val", 1),
        (kinds.kaggles_csv, "test", 4),
        (kinds.cifar_binary, "test", 1),
        (kinds.a_flat_folder, "test", 4),
    ],
)
def test_splits(make, split, count, tmp_path):
    path = make(tmp_path) or tmp_path
    assert len(load_dataset(str(path), split).images) == count


def test_a_split_has_the_classes_of_the_training_split(tmp_path):
    images, labels = digits(3), [0, 7, 9]
    arrays = {"x_train": images, "y_train": labels, "x_test": images, "y_test": [9, 3, 0]}
    np.savez(tmp_path / "a.npz", **arrays)
    test = load_dataset(str(tmp_path), "test")
    assert test.class_names == ("0", "7", "9")
    assert test.labels.tolist() == [2, 0]
    assert "1 of classes that the training split lacks are left out" in test.summary


def test_a_split_that_is_not_there(tmp_path):
    kinds.keras_npz(tmp_path)
    with pytest.raises(InputError, match="no pictures of the split 'val', only of test and train"):
        load_dataset(str(tmp_path), "val")


@pytest.mark.parametrize("label", ["²", "99999999999999999999"])
def test_a_label_that_only_looks_like_a_number_is_a_text(label, tmp_path):
    pixels = ",".join(["0"] * 64)
    (tmp_path / "train.csv").write_text(f"7,{pixels}\n{label},{pixels}\n", encoding="utf-8")
    assert set(load_dataset(str(tmp_path / "train.csv")).class_names) == {label, "7"}


def test_the_test_pictures_of_cifar_are_no_validation_pictures(tmp_path):
    kinds.cifar_binary(tmp_path)
    with pytest.raises(InputError, match="no pictures of the split 'val', only of test and train"):
        load_dataset(str(tmp_path), "val")


def test_a_parquet_without_pyarrow(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    (tmp_path / "train-00000-of-00001.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match="pip install pyarrow"):
        load_dataset(str(tmp_path))


@pytest.mark.parametrize("label", [None, float("nan"), [1, 2]])
def test_a_row_of_a_parquet_without_one_class(label, tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    save(photograph(), tmp_path / "a.png")
    content = (tmp_path / "a.png").read_bytes()
    first = [3] if isinstance(label, list) else 3
    table = pyarrow.table({"image": [content] * 2, "label": [first, label]})
    parquet.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(InputError, match=r"a\.parquet, row .: label is .*, expected one number or one text"):
        load_dataset(str(tmp_path / "a.parquet"))


def test_a_folder_of_parquet(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    for split, count in (("train", 4), ("test", 2)):
        for i in range(count):
            save(photograph(seed=i), tmp_path / f"{i}.png")
        contents = [(tmp_path / f"{i}.png").read_bytes() for i in range(count)]
        cells = [{"bytes": content, "path": "secret/0.png"} for content in contents]
        table = pyarrow.table({"image": cells, "label": LABELS[:count]})
        features = {"label": {"names": ["cat", "dog", "owl"], "_type": "ClassLabel"}}
        metadata = {"huggingface": json.dumps({"info": {"features": features}})}
        (tmp_path / "data").mkdir(exist_ok=True)
        parquet.write_table(
            table.replace_schema_metadata(metadata), tmp_path / f"data/{split}-00000-of-00001.parquet"
        )
    dataset = load_dataset(str(tmp_path / "data"))
    assert dataset.images.shape == (4, 28, 28, 3)
    assert dataset.labels.tolist() == LABELS
    assert dataset.class_names == ("cat", "dog", "owl")
    assert len(load_dataset(str(tmp_path / "data"), "test").images) == 2


def test_fashion_mnist_in_a_folder_is_known_by_its_content(tmp_path, monkeypatch):
    """As in Debian's package, where nothing is called fashion but the folder."""
    kinds.mnist_files(tmp_path)
    labels = gzip.decompress((tmp_path / f"{STEMS[1]}.gz").read_bytes())
    assert labels == idx_bytes(np.array(LABELS))
    monkeypatch.setitem(idx.LABELS_SHA256, hashlib.sha256(labels).hexdigest(), "fashion-mnist")
    assert load_dataset(str(tmp_path)).class_names == ("T-shirt/top", "Trouser", "Pullover")


def test_a_single_file_of_a_picture_or_of_idx(tmp_path):
    kinds.mnist_files(tmp_path)
    assert load_dataset(str(tmp_path / f"{STEMS[0]}.gz")).class_names == DIGITS
    Image.fromarray(digits(1)[0]).save(tmp_path / "a.png")
    assert len(load_dataset(str(tmp_path / "a.png")).images) == 1
