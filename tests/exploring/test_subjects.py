"""What models are said to make."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from gan.config import ModelConfig
from gan.data.known_classes import CLASS_NAMES
from gan.errors import InputError
from gan.evaluation import classifier
from gan.exploring import gallery, latent_map, subjects
from gan.exploring.explorer import Explorer
from gan.networks import checkpoints
from gan.networks.sampler import Sampler
from gan.training.saved_state import model_of
from gan.training.state import init_state
from gan.ui.api import Models
from gan.web import reels, static_site
from tests.conftest import CHECKPOINTS, make_tiny

FASHION = json.dumps(list(CLASS_NAMES["fashion-mnist"].values()))


def save(folder, name, classes=0, channels=1, **metadata):
    """An untrained tiny model's file."""
    recipe = make_tiny(classes=classes, channels=channels)
    path = folder / f"{name}.safetensors"
    checkpoints.save_model(path, model_of(recipe, init_state(recipe, 0), {"step": 0, **metadata}))
    return path


@pytest.mark.parametrize(
    ("metadata", "singular"),
    [
        ({"dataset": "mnist"}, "digit"),
        ({"dataset": "fashion-mnist"}, "fashion item"),
        ({"dataset": "folder fashion-mnist", "class_names": FASHION}, "fashion item"),
        ({"dataset": "folder fashion-mnist"}, "picture"),  # it may hold anything
        ({"dataset": "folder fashion-mnist", "class_names": "[1"}, "picture"),
        ({"dataset": "/home/me/cats"}, "picture"),
        ({}, "picture"),
    ],
)
def test_a_model_is_called_by_what_it_makes(metadata, singular):
    assert subjects.subject_of(metadata).singular == singular
    assert "/" not in subjects.subject_of(metadata).title


def test_only_grey_digits_of_mnist_are_read():
    assert subjects.is_judged({"dataset": "mnist"}, ModelConfig())
    for dataset in ("fashion-mnist", "folder mnist", "kmnist", ""):
        assert not subjects.is_judged({"dataset": dataset}, ModelConfig())
    assert not subjects.is_judged({"dataset": "mnist"}, ModelConfig(channels=3))
    assert not subjects.is_judged({"dataset": "mnist"}, ModelConfig(size=32))


@pytest.mark.parametrize("channels", [1, 3])
def test_the_classifier_of_digits_never_sees_other_pictures(tmp_path, monkeypatch, channels):
    path = save(tmp_path, "m", 10, channels, dataset="fashion-mnist", class_names=FASHION)
    monkeypatch.setattr(classifier, "predict", None)
    made = latent_map.make(Sampler(checkpoints.load_model(path)), None, latent_map.MapSize(2, 8, 120))
    assert not made.is_of_drawings
    assert np.array_equal(made.digits, np.arange(120) % 10)
    assert not made.probability_changes.any()
    assert not len(made.logits)
    assert len({named["name"] for named in made.names()}) == len(made.directions)


def test_a_folder_of_models_is_listed_by_what_they_make(tmp_path):
    assert gallery.shipped(tmp_path) == {}
    save(tmp_path, "b", dataset="mnist")
    save(tmp_path, "c", 10, dataset="mnist")
    save(tmp_path, "a", 10, dataset="fashion-mnist", class_names=FASHION)
    save(tmp_path, "d", 10, dataset="fashion-mnist", class_names=FASHION)
    (tmp_path / "classifier.safetensors").write_bytes((CHECKPOINTS / "classifier.safetensors").read_bytes())
    listed = gallery.shipped(tmp_path)
    assert {title: explorer.path.stem for title, explorer in listed.items()} == {
        "Choose a digit": "c",
        "Any digit": "b",
        "Choose a fashion item": "a",
        "Choose a fashion item (d)": "d",
    }
    assert list(listed)[:2] == ["Choose a digit", "Any digit"]
    told = static_site.describe(listed)
    assert [each["world"] for each in told] == ["MNIST digits"] * 2 + ["Fashion-MNIST"] * 2
    assert [each["kind"] for each in told] == ["drawings"] * 2 + ["pictures"] * 2
    assert told[2]["class_names"][7] == "Sneaker"


def test_the_gallery_has_a_moving_picture_of_each_model(tmp_path):
    frames = reels.STRETCHES * reels.FRAMES
    for channels, mode in ((1, "L"), (3, "RGB")):
        reel = Image.open(io.BytesIO(reels.make(Explorer(save(tmp_path, f"m{channels}", 3, channels)))))
        assert (reel.format, reel.mode, reel.size) == ("PNG", mode, (28, 28 * frames))
        first, *others = np.split(np.asarray(reel), frames)
        assert all((first != other).any() for other in others), "it moves"


def test_a_class_is_asked_for_by_its_name_or_its_number(tmp_path):
    path = save(tmp_path, "f", 10, dataset="fashion-mnist", class_names=FASHION)
    models = Models({"Fashion": Explorer(path), "Digits": Explorer(save(tmp_path, "m", dataset="mnist"))})
    assert models.choose("f", -1, "Sneaker")[1] == 7
    assert models.choose("f", -1, "sneaker")[1] == 7
    assert models.choose("f", -1, "7")[1] == 7
    assert models.choose("f", 7, "")[1] == 7
    assert models.choose("f", -1, "", all_in_turn=True)[1] == -1
    with pytest.raises(InputError, match="no class 'hat'; the model has T-shirt/top, Trouser"):
        models.choose("f", -1, "hat")
    with pytest.raises(InputError, match="wants 0 to 9, or as class_name 'T-shirt/top'"):
        models.choose("f", -1, "")
    with pytest.raises(InputError, match="'hat': m is unconditional"):
        models.choose("m", -1, "hat")
    explorer = models.choose("f", 7, "")[0]
    z = explorer.latent(3)
    assert np.array_equal(explorer.generate(z, "Sneaker"), explorer.generate(z, 7))
