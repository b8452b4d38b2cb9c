"""Residual layers are added to trained networks, which compute what they did before, and then learn."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gan.config import ModelConfig
from gan.errors import InputError
from gan.networks.growth import with_residual_layers
from gan.networks.networks import Discriminator, Generator, init_variables
from tests.conftest import make_tiny

RESIDUAL = {"generator_residual": True, "discriminator_residual": True}
LAYERS = ({"Residual_0"}, {"Residual_0", "Residual_1"})  # of G, whose last stage makes the pictures; of D


def grow(**options):
    """Tiny networks before and after, and their configs."""
    plain, grown = make_tiny(**options).model, make_tiny(**options, **RESIDUAL).model
    old = init_variables(plain, jax.random.key(1))
    return old, with_residual_layers(grown, *old), plain, grown


def outputs(config: ModelConfig, generator, discriminator):
    """Pictures, their logits, and D's gradient at its weights."""
    z = jax.random.normal(jax.random.key(2), (6, config.z_dim))
    labels = jnp.arange(6) % config.classes if config.classes else None
    fake = Generator(config).apply(generator, z, labels)

    def judge(variables):
        logits = Discriminator(config).apply(variables, fake, labels)
        return logits.sum(), logits

    (_, logits), slopes = jax.value_and_grad(judge, has_aux=True)(discriminator)
    return fake, logits, slopes


@pytest.mark.parametrize("options", [{}, {"classes": 10, "mapping_layers": 1, "batch_norm": True}])
def test_grown_networks_compute_what_they_did(options):
    old, new, plain, grown = grow(**options)
    for before, after, added in zip(old, new, LAYERS, strict=True):
        assert after["params"].keys() - before["params"].keys() == added
    before, after = outputs(plain, *old), outputs(grown, *new)
    np.testing.assert_array_equal(after[0], before[0])
    np.testing.assert_array_equal(after[1], before[1])
    for layer in LAYERS[1]:
        assert np.abs(after[2]["params"][layer]["kernel"]).max() > 0, "it cannot learn"


def test_nothing_else_may_change():
    old, new, plain, _ = grow()
    for config, networks in (
        (make_tiny(z_dim=9, **RESIDUAL).model, old),
        (make_tiny(mapping_layers=1).model, old),
        (plain, new),  # a layer that has learned is not thrown away
        (make_tiny(spectral_norm=True, **RESIDUAL).model, old),
    ):
        with pytest.raises(InputError, match="may not change their shapes"):
            with_residual_layers(config, *networks)


def test_a_residual_layer_adds_to_its_input():
    config = make_tiny(discriminator_residual=True, discriminator_hidden=0).model
    _, variables = init_variables(config, jax.random.key(0))
    x = jax.random.normal(jax.random.key(1), (2, 28, 28, 1))
    judge = Discriminator(config).apply
    before = judge(variables, x)
    bias = variables["params"]["Residual_1"]["bias"]
    variables["params"]["Residual_1"]["bias"] = bias + 1.0  # each last map becomes 1 larger
    wanted = variables["params"]["Dense_0"]["kernel"].sum()
    np.testing.assert_allclose(judge(variables, x) - before, jnp.full(2, wanted), rtol=1e-3, atol=1e-5)
