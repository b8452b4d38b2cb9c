"""What a small data set is trained with, and what is said of it."""

import numpy as np
import pytest

from gan.data.datasets import Dataset, load_dataset
from gan.errors import InputError
from gan.training.few_pictures import remarks, suitable_augmentation
from gan.training.setup import TrainOptions, plan
from tests.train_runs import SMALL

DRAW = np.random.default_rng(0)
PHOTOGRAPHS = DRAW.integers(0, 256, (40, 28, 28, 3), dtype=np.uint8)  # no two pixels of a border are alike
THINGS = np.zeros_like(PHOTOGRAPHS)  # in colour, on a black ground
THINGS[:, 6:22, 6:22] = PHOTOGRAPHS[:, 6:22, 6:22]
NAMED = np.arange(40, dtype=np.int32) % 2


@pytest.mark.parametrize(
    ("dataset", "augment"),
    [
        (Dataset("photographs", PHOTOGRAPHS), "flip,colour,translation,cutout"),
        (Dataset("cats and dogs", PHOTOGRAPHS, NAMED, ("cat", "dog")), "flip,colour,translation,cutout"),
        (Dataset("house numbers", PHOTOGRAPHS, NAMED, ("0", "1")), "colour,translation,cutout"),
        (Dataset("things", THINGS), "colour,translation,cutout"),
        (Dataset("some digits", load_dataset().images[:4999]), "colour,translation,cutout"),
        (Dataset("digits", load_dataset().images[:5000]), "none"),
    ],
    ids=lambda value: value.name if isinstance(value, Dataset) else "",
)
def test_what_suits_a_data_set(dataset, augment):
    assert suitable_augmentation(dataset) == augment


def test_few_pictures_are_augmented_and_very_few_are_copied():
    said = remarks(300, "colour,cutout")
    assert remarks(1, "flip") == [
        "1 picture is few, so D sees real and fake alike changed at random: flip.",
        "With 1 picture it can only learn to copy it; give it 100 or more.",
    ]
    assert said == ["300 pictures are few, so D sees real and fake alike changed at random: colour, cutout."]
    assert remarks(30, "none") == ["With 30 pictures it can only learn to copy them; give it 100 or more."]
    assert remarks(60_000, "none") == []
    changed = "D sees real and fake alike changed at random: flip"
    assert remarks(60_000, "flip") == [f"{changed}. 60,000 pictures are enough without (augment=none)."]


def planned(path, *options):
    return plan(TrainOptions(dataset=str(path), set=(*SMALL, *options)))


def test_train_py_chooses_by_itself_unless_it_is_told(tmp_path):
    np.save(tmp_path / "few.npy", load_dataset().images[:40])
    chosen = planned(tmp_path / "few.npy")
    assert chosen.trainer.recipe.train.augment == "colour,translation,cutout"
    assert len(chosen.remarks) == 2
    without = planned(tmp_path / "few.npy", "augment=none")
    assert without.trainer.recipe.train.augment == "none"
    assert without.remarks == remarks(40, "none")
    flipped = planned(tmp_path / "few.npy", "augment=translation,flip")
    assert flipped.trainer.recipe.train.augment == "flip,translation"
    with pytest.raises(InputError, match="augment=blur: expected none, or some of flip, colour"):
        planned(tmp_path / "few.npy", "augment=blur")
