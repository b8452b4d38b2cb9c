"""The data sets that the page fetches: the same pictures as the trainer's, in parts."""

import gzip
import json

import numpy as np
import pytest

from gan.data import datasets
from gan.web import data_files


@pytest.fixture(scope="module")
def files():
    return data_files.files("mnist", "data/mnist")


@pytest.fixture(scope="module")
def listed(files):
    return json.loads(files["data/mnist/dataset.json"]())


def read(files, address, shape):
    """The numbers of a gzipped IDX file, behind its header of a word, and one more for each axis."""
    content = gzip.decompress(files[f"data/mnist/{address.split('?')[0]}"]())
    return np.frombuffer(content, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


@pytest.mark.parametrize(("split", "part"), [("train", 0), ("train", 5), ("test", 0)])
def test_a_part_holds_ten_thousand_pictures_in_the_published_order(files, listed, split, part):
    described = listed[split][part]
    whole = datasets.load_dataset("mnist", split)
    chosen = slice(part * 10_000, (part + 1) * 10_000)
    assert described["count"] == 10_000
    assert np.array_equal(read(files, described["images"], (10_000, 28, 28)), whole.images[chosen, ..., 0])
    labels = read(files, described["labels"], (10_000,))
    assert np.array_equal(labels, whole.labels[chosen])
    assert np.bincount(labels).min() > 800, "every class is in every part"


def test_the_list_names_all_files_with_a_version_each(files, listed):
    parts = [*listed["train"], *listed["test"]]
    assert sum(part["count"] for part in listed["train"]) == 60_000
    addresses = [part[kind] for part in parts for kind in ("images", "labels")]
    assert {f"data/mnist/{address.split('?')[0]}" for address in addresses} == {*files} - {
        "data/mnist/dataset.json"
    }
    versions = [address.split("?v=")[1] for address in addresses]
    assert len({*versions}) == len(versions)
    assert listed["class_names"] == [*"0123456789"]
    assert listed["channels"] == 1


def test_a_page_can_train_after_less_than_two_megabytes(files):
    first = data_files.first_addresses("mnist", "data/mnist")
    assert sum(len(files[address.split("?")[0]]()) for address in first) < 1_700_000
    made = files["data/mnist/train-images-0.gz"]
    assert made() is made(), "it is made once"
