"""What a run is begun with, and how one goes on that a web page has begun on a visitor's own pictures."""

import numpy as np
import pytest
from PIL import Image

from gan.data.datasets import load_dataset
from gan.errors import InputError
from gan.networks import class_names, latent_classes
from gan.training import data_of_run, saved_state, setup
from gan.training.trainer import Trainer
from tests.conftest import make_tiny


def test_a_run_of_the_page_goes_on_with_the_folder_that_the_visitor_had(tmp_path):
    rng = np.random.default_rng(0)
    for name in ("cat", "dog", "../other/owl", "../other/elk"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for i in range(4):
            picture = rng.integers(0, 256, (28, 28, 3), dtype=np.uint8)
            Image.fromarray(picture).save(tmp_path / "set" / name / f"{i}.png")
    recipe = make_tiny(channels=3, classes=2)
    trainer = Trainer(recipe, load_dataset(str(tmp_path / "set")), 5)
    out = tmp_path / "run"
    out.mkdir()
    metadata = {"dataset": data_of_run.OWN, "step": 0, "seed": 5, class_names.KEY: '["cat","dog"]'}
    saved_state.save_state(out / "state.safetensors", recipe, trainer.state, metadata)
    with pytest.raises(InputError, match="add --dataset with its path"):
        setup.plan(setup.TrainOptions(resume=True, out=out))
    with pytest.raises(InputError, match="not the pictures that the run"):
        setup.plan(setup.TrainOptions(resume=True, out=out, dataset=str(tmp_path / "other")))
    del metadata[class_names.KEY]
    of_a_server = metadata | {"polarity": "invert"}  # which never learns the classes' names
    for known, polarity in ((metadata | {class_names.KEY: '["cat","dog"]'}, "auto"), (of_a_server, "invert")):
        saved_state.save_state(out / "state.safetensors", recipe, trainer.state, known)
        plan = setup.plan(setup.TrainOptions(resume=True, out=out, dataset=str(tmp_path / "set")))
        assert (plan.dataset.class_names, plan.dataset.polarity) == (("cat", "dog"), polarity)


def test_samples_have_each_latent_class_as_often_as_the_data(tmp_path):
    rng = np.random.default_rng(0)
    for name, count in (("cat", 12), ("dog", 4)):
        (tmp_path / "set" / name).mkdir(parents=True)
        for i in range(count):
            picture = rng.integers(0, 256, (28, 28), dtype=np.uint8)
            Image.fromarray(picture).save(tmp_path / "set" / name / f"{i}.png")

    def planned(*changes):
        options = setup.TrainOptions(dataset=str(tmp_path / "set"), devices=1, set=changes)
        return setup.plan(options).trainer.recipe.model.sampling_class_offsets

    latent = ("latent_classes=2", "z_dim=8")
    offsets = np.array(planned(*latent))
    np.testing.assert_allclose(latent_classes.frequencies(offsets), [0.75, 0.25], atol=0.001)
    assert planned(*latent, "sampling_class_offsets=0.5,-1") == (0.5, -1)
    assert planned(*latent, "sampling_class_offsets=") == ()
    assert planned() == ()


def test_a_model_with_latent_classes_can_be_made_one_that_is_told():
    recipe = make_tiny(latent_classes=10, z_dim=18, sampling_class_offsets=(0.5,) * 10)
    told = recipe.replace(latent_classes=0, classes=10, z_dim=8).model
    assert (told.classes, told.sampling_class_offsets) == (10, ())
    assert recipe.replace(z_dim=20).model.sampling_class_offsets == (0.5,) * 10
