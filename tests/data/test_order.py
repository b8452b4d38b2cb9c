"""The order of a data set's pictures: a run shows the first of them, and asks D about these."""

import io

import numpy as np
import pytest
from PIL import Image

from gan.data.datasets import load_dataset
from tests.data.make import STEMS, TEST_STEMS, digits, write_idx

LABELS = np.repeat([0, 1, 2], [100, 90, 80])  # as a file has them that is sorted by class


def an_npz(path, images, labels):
    np.savez(path / "sorted.npz", x_train=images, y_train=labels)


def two_npy(path, images, labels):
    np.save(path / "images.npy", images)
    np.save(path / "labels.npy", labels)


def idx_files(path, images, labels):
    write_idx(path / STEMS[0], images)
    write_idx(path / STEMS[1], labels)


def a_csv(path, images, labels):
    rows = np.column_stack([labels, images.reshape(len(images), -1)])
    np.savetxt(path / "train.csv", rows, "%d", ",")


def a_parquet(path, images, labels):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    def content(image):
        Image.fromarray(image).save(buffer := io.BytesIO(), "PNG")
        return buffer.getvalue()

    cells = [{"bytes": content(image)} for image in images]
    parquet.write_table(pa.table({"image": cells, "label": labels.tolist()}), path / "train.parquet")


KINDS = (an_npz, two_npy, idx_files, a_csv, a_parquet)


@pytest.mark.parametrize("write", KINDS)
def test_of_a_sorted_file_the_first_pictures_are_of_all_classes(write, tmp_path):
    images = digits(len(LABELS))
    images[:, 0, 0] = LABELS
    write(tmp_path, images, LABELS)
    dataset = load_dataset(str(tmp_path))
    assert dataset.labels[:64].tolist() == [0, 1, 2] * 21 + [0]
    assert np.bincount(dataset.labels).tolist() == [100, 90, 80]
    np.testing.assert_array_equal(dataset.images[:, 0, 0, 0], dataset.labels)


def test_a_file_whose_first_pictures_are_of_all_classes_stays_as_it_is(tmp_path):
    labels = np.random.default_rng(0).permutation(LABELS)
    for write in (an_npz, idx_files):
        folder = tmp_path / write.__name__
        folder.mkdir()
        write(folder, digits(len(labels)), labels)
        np.testing.assert_array_equal(load_dataset(str(folder)).labels, labels)


def test_pictures_of_the_test_split_take_turns_too(tmp_path):
    idx_files(tmp_path, digits(len(LABELS)), LABELS)
    write_idx(tmp_path / TEST_STEMS[0], digits(len(LABELS)))
    write_idx(tmp_path / TEST_STEMS[1], LABELS)
    assert load_dataset(str(tmp_path), "test").labels[:4].tolist() == [0, 1, 2, 0]
