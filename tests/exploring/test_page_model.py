import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from safetensors import safe_open

from gan.exploring import page_model
from gan.exploring.explorer import Explorer
from gan.networks.checkpoints import Model
from gan.networks.networks import Discriminator, Generator
from tests.conftest import CHECKPOINTS, make_tiny
from tests.networks.compiled import apply, init_variables

pytestmark = pytest.mark.runs_long


def unsettled(tree, key):
    """Every number moved a little, so that no statistic is 0 or 1."""
    leaves, structure = jax.tree.flatten(tree)
    keys = jax.random.split(key, len(leaves))
    moved = [leaf + 0.3 * jax.random.uniform(k, leaf.shape) for leaf, k in zip(leaves, keys, strict=True)]
    return jax.tree.unflatten(structure, moved)


def without_zeros(array):
    """Itself, unless all is zero: then small random numbers."""
    return array if array.any() else jax.random.normal(jax.random.key(array.size), array.shape) / 10


def odd_model(**options) -> Model:
    """Untrained, with statistics that matter, and without zeros: biases and residual layers begin as such."""
    recipe = make_tiny(**options)
    generator, discriminator = jax.tree.map(without_zeros, init_variables(recipe.model, jax.random.key(0)))
    generator, discriminator = (
        {**variables, "batch_stats": unsettled(variables["batch_stats"], jax.random.key(1))}
        if "batch_stats" in variables
        else variables
        for variables in (generator, discriminator)
    )
    return Model(recipe, generator, discriminator, {"dataset": "mnist", "step": "0"})


RESIDUAL = {"generator_residual": True, "discriminator_residual": True}
STAGES = {"generator_channels": (8, 6, 4), "discriminator_channels": (4, 6, 8)}


@pytest.mark.parametrize(
    "options",
    [
        {"batch_norm": True, "spectral_norm": True},
        {"batch_norm": True, "spectral_norm": True, "classes": 10, "mapping_layers": 2},
        {"spectral_norm": True, "discriminator_hidden": 0, "classes": 10},
        {"spectral_norm": True, "batch_norm": True} | RESIDUAL,
        {"spectral_norm": True, "batch_norm": True, "latent_classes": 4},
        {"spectral_norm": True, "batch_norm": True, "size": 64, "channels": 3, **STAGES},
    ],
)
def test_folded_networks_are_the_same_without_normalisation(options):
    model = odd_model(**options)
    config = model.recipe.model
    plain, weights = page_model.fold_normalisation(config, model.generator, model.discriminator)
    assert not plain.batch_norm
    assert not plain.spectral_norm
    z = jax.random.normal(jax.random.key(2), (6, config.z_dim))
    labels = jnp.arange(6) if config.classes else None
    wanted = apply(Generator(config), model.generator, z, labels, sampling=True)
    found = apply(Generator(plain), {"params": weights["generator"]}, z, labels, sampling=True)
    np.testing.assert_allclose(found, wanted, atol=1e-5)
    np.testing.assert_allclose(
        apply(Discriminator(plain), {"params": weights["discriminator"]}, wanted, labels),
        apply(Discriminator(config), model.discriminator, wanted, labels),
        rtol=1e-4,
        atol=1e-5,
    )


def test_residual_layers_that_have_learned_nothing_stay_zero():
    config = make_tiny(spectral_norm=True, discriminator_residual=True).model
    generator, discriminator = init_variables(config, jax.random.key(0))
    _, weights = page_model.fold_normalisation(config, generator, discriminator)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(weights))
    assert not np.any(weights["discriminator"]["Residual_0"]["kernel"])


def test_a_page_file_says_nothing_of_the_machine(tmp_path):
    """Older checkpoints hold the full path of the folder that they were trained on."""
    model = odd_model()._replace(
        metadata={"dataset": "/home/alice/mnist", "step": "5", "command": "/home/alice"}
    )
    content = page_model.to_page_file(model, None)
    assert b"alice" not in content
    words = {"singular": "picture", "plural": "pictures"}
    metadata = page_model.metadata_for_page(model.metadata, None)
    assert metadata == {"dataset": "folder mnist", "step": "5", **words}, "which is not the bundled MNIST"


def test_a_page_file_has_the_names_of_the_classes():
    model = odd_model()._replace(metadata={"dataset": "own", "step": "5", "class_names": '["あ", "い"]'})
    assert page_model.metadata_for_page(model.metadata, None)["class_names"] == '["あ", "い"]'


def test_a_page_file_describes_itself_and_halves_what_is_large(tmp_path):
    path = tmp_path / "page.safetensors"
    path.write_bytes(Explorer(CHECKPOINTS / "mnist-digits.safetensors").page_file)
    assert path.stat().st_size < 1_600_000
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
        assert metadata["format"] == page_model.FORMAT
        assert json.loads(metadata["model"])["classes"] == 10
        assert len(json.loads(metadata["names"])) == len(file.get_tensor("latent_map/directions"))
        weights = [name for name in file.keys() if not name.startswith("latent_map/")]  # noqa: SIM118
        for array in map(file.get_tensor, weights):
            assert array.dtype == (np.float16 if array.size > page_model.MAX_FLOAT32_SIZE else np.float32)
