"""What the page saves of a run is what Python reads."""

import dataclasses
import json

import jax
import numpy as np
import pytest

from gan.config import Recipe
from gan.exploring import page_model
from gan.networks import checkpoints, class_names, real_logits, tensor_file
from gan.training import saved_state
from gan.training.trainer import Trainer
from tests.conftest import make_tiny
from tests.web import scripts

NAMES = ["か", "T-shirt/top", *"23456789"]


@pytest.fixture(scope="module", params=[0, 10], ids=["unconditional", "conditional"])
def written(request, tmp_path_factory, mnist):
    """A state after two steps, and the folder of the files that the page has written of it."""
    folder = tmp_path_factory.mktemp("written")
    recipe = make_tiny(classes=request.param)
    trainer = Trainer(recipe, mnist, 5)
    list(trainer.run(2))
    path = folder / "python.safetensors"
    saved_state.save_state(path, recipe, trainer.state, {"dataset": "mnist", "step": 2, "seed": 5})
    origin = {"recipe": dataclasses.asdict(recipe), "dataset": "mnist", "seconds": 1.25, "workers": 2}
    origin |= {"class_names": NAMES[: request.param], "kind": "drawings"}
    scripts.run("write_run.mjs", {"state": str(path), "folder": str(folder), "origin": origin})
    return recipe, trainer.state, folder


def assert_same(found, wanted):
    for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(wanted), strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


def test_a_state_can_be_resumed(written, mnist):
    recipe, state, folder = written
    found_recipe, found, metadata = saved_state.load_state(folder / "state.safetensors")
    assert found_recipe == recipe
    assert_same(found, state)
    assert (metadata["step"], metadata["seed"], metadata["dataset"]) == ("2", "5", "mnist")
    trainer = Trainer(found_recipe, mnist, state=found)
    list(trainer.run(1))
    assert trainer.step == 3


def test_a_model_can_be_loaded(written):
    recipe, state, folder = written
    model = checkpoints.load_model(folder / "model.safetensors")
    assert model.recipe == recipe
    assert_same((model.generator, model.discriminator), (state.generator_ema, state.discriminator))
    assert model.metadata["device"] == "in the page, 2 Workers"
    known = class_names.names_of(model.metadata, recipe.model.classes)
    assert list(known) == NAMES[: recipe.model.classes]
    logits = (np.arange(1000) % 250).reshape(max(recipe.model.classes, 1), -1)
    percentiles = real_logits.percentiles_of(model.metadata, recipe.model.classes)
    kept = np.percentile(logits, real_logits.PERCENTS, axis=1).T
    np.testing.assert_allclose(percentiles[:, real_logits.PERCENTS], kept, rtol=1e-3)
    told = {name: value for name, value in model.metadata.items() if name not in ("recipe", class_names.KEY)}
    assert "/" not in "".join(told.values())


def test_a_page_file_is_the_one_that_python_makes(written):
    recipe, state, folder = written
    found, metadata = tensor_file.read_arrays(folder / "page.safetensors")
    told = {"dataset": "mnist", "step": 2}
    if recipe.model.classes:
        told[class_names.KEY] = class_names.to_text(NAMES)
    model = checkpoints.Model(recipe, state.generator_ema, state.discriminator, told)
    wanted, wanted_metadata = tensor_file.parse_arrays(page_model.to_page_file(model, None), "page")
    networks = {name: array for name, array in found.items() if not name.startswith("latent_map/")}
    assert networks.keys() == wanted.keys()
    for name, array in wanted.items():
        np.testing.assert_allclose(networks[name], array, rtol=1e-3, atol=1e-7)  # Python's are float16
    assert json.loads(metadata.pop("names")) == [{"name": "Style 1", "effect": ""}]
    assert json.loads(wanted_metadata.pop("names")) == []
    assert metadata.pop("kind") == "drawings", "which Python learns from a latent map"
    for each in (metadata, wanted_metadata):
        each["class_names"] = json.loads(each.get("class_names", "[]"))
        each["model"] = json.loads(each["model"])
    assert {**wanted_metadata, **metadata} == wanted_metadata, "the page says less, and nothing else"
    classes = max(recipe.model.classes, 1)
    logits = (np.arange(1000) % 250).reshape(classes, -1)
    percentiles = [np.percentile(row, np.arange(101)) for row in logits]
    np.testing.assert_allclose(found["latent_map/logits"], percentiles, rtol=1e-6)


def test_a_recipe_survives_the_page(written):
    recipe, _, folder = written
    _, metadata = tensor_file.read_arrays(folder / "state.safetensors")
    assert Recipe.from_json(metadata["recipe"]) == recipe
