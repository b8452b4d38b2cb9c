"""What a run in the page shows is what Python makes of the same state."""

import dataclasses

import jax
import numpy as np
import pytest

from gan.networks import latents, sampler
from gan.training import saved_state
from gan.training.state import init_state
from tests.conftest import ROOT, make_tiny
from tests.web import scripts

WIDTHS = {"generator_channels": (16, 8), "discriminator_channels": (8, 16), "discriminator_hidden": 8}


LATENT = {"latent_classes": 4, "z_dim": 12, "latent_class_inverse_temperature": 2.0}


@pytest.mark.parametrize(
    "options",
    [
        {"classes": 10},
        {"classes": 10, "sampling_scale": 1.2},
        {"classes": 10, "sampling_contrast": 1.2},
        LATENT | {"sampling_class_offsets": (0.5, -1.5, 0.25, 1.0)},
    ],
)
def test_samples_are_those_of_python(options, tmp_path):
    recipe = make_tiny(batch_size=8, **WIDTHS, **options)
    state = init_state(recipe, 5)
    state = state.replace(generator_ema=jax.tree.map(lambda leaf: 3 * leaf, state.generator_ema))  # not grey
    path = tmp_path / "state.safetensors"
    saved_state.save_state(path, recipe, state, {"dataset": "mnist", "step": 0, "seed": 5})
    z, labels = latents.stream(1, 20, recipe.model.z_dim), np.arange(20) % 10
    asked = {"state": str(path), "kernels": str(ROOT / "gan/web/engine/kernels.wasm")}
    fields = dataclasses.asdict(recipe)
    for name in (name for name in list(fields["model"]) if name.startswith("sampling_")):
        if name not in options:
            del fields["model"][name]  # older files lack these options
    asked |= {"recipe": fields, "z": z.ravel().tolist(), "labels": labels.tolist()}
    found = np.array(scripts.run("sample_run.mjs", asked))
    wanted = sampler.generate(recipe.model, state.generator_ema, z, labels)
    assert wanted.std() > 50
    assert np.abs(found.reshape(wanted.shape) - wanted).max() <= 1
