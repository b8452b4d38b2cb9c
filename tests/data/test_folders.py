"""Folders of pictures: the order of their pictures."""

import numpy as np

from gan.data import datasets
from tests.data.make import save_drawings


def test_classes_take_turns_so_that_the_first_pictures_are_of_all(tmp_path):
    for name, count in (("a", 3), ("b", 2), ("c", 4)):
        save_drawings(tmp_path / name, count)
    dataset = datasets.load_dataset(str(tmp_path))
    assert dataset.labels.tolist() == [0, 1, 2, 0, 1, 2, 0, 2, 2]
    alone = datasets.load_dataset(str(tmp_path / "c")).images
    np.testing.assert_array_equal(dataset.images[[2, 5, 7, 8]], alone)
