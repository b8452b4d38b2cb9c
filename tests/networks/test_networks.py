import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gan.networks import networks
from gan.networks.networks import Discriminator, Generator
from gan.recipes import RECIPES
from tests.conftest import make_tiny
from tests.networks.compiled import apply, init_variables


def count(tree):
    return sum(leaf.size for leaf in jax.tree.leaves(tree))


@functools.partial(jax.jit, static_argnums=0)
def play(config, z, labels):
    """Both networks, drawn and used once: G's weights, its pictures, and D's logits. One program for all."""
    generator, discriminator = networks.init_variables(config, jax.random.key(0))
    pictures = Generator(config).apply(generator, z, labels)
    return generator["params"], pictures, Discriminator(config).apply(discriminator, pictures, labels)


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("classes", [0, 10])
def test_shapes_and_ranges(name, classes):
    config = RECIPES[name].replace(classes=classes).model
    z = jax.random.normal(jax.random.key(1), (4, config.z_dim))
    _, pictures, logits = play(config, z, jnp.arange(4) if classes else None)
    assert pictures.shape == (4, 28, 28, 1)
    assert jnp.abs(pictures).max() <= 1
    assert logits.shape == (4,)


@pytest.mark.parametrize(("size", "channels", "classes"), [(32, 3, 10), (64, 1, 0)])
def test_networks_of_other_sizes(size, channels, classes):
    config = RECIPES["fast"].replace(size=size, channels=channels, classes=classes, batch_norm=True).model
    side, first = config.first_map, config.generator_channels[0]
    z = jax.random.normal(jax.random.key(1), (4, config.z_dim))
    params, pictures, logits = play(config, z, jnp.arange(4))
    assert pictures.shape == (4, size, size, channels)
    assert logits.shape == (4,)
    assert 0.1 < pictures.std() < 0.9, "the initialisers suit every stage"
    assert params["Dense_0"]["kernel"].shape == (config.z_dim + classes, side * side * first)
    stages = len(config.generator_channels)
    norms = [f"BatchNorm_{i}" for i in range(stages)]
    assert set(params) == {"Dense_0", *(f"Conv_{i}" for i in range(stages)), *norms}


def test_articles_networks_have_the_articles_weights():
    generator, discriminator = jax.eval_shape(
        functools.partial(networks.init_variables, RECIPES["article"].model), jax.random.key(0)
    )
    dense, norm_1 = 101 * 7 * 7 * 256, 2 * 7 * 7 * 256
    up, norm_2, out = 4 * 4 * 256 * 128 + 128, 2 * 128, 7 * 7 * 128 + 1
    assert count(generator["params"]) == dense + norm_1 + up + norm_2 + out
    assert count(discriminator["params"]) == (16 * 64 + 64) + (16 * 64 * 128 + 128) + (7 * 7 * 128 + 1)


@pytest.mark.parametrize("network", ["generator", "discriminator"])
def test_conditional_networks_look_at_the_class(network):
    config = make_tiny(classes=10).model
    generator, discriminator = init_variables(config, jax.random.key(0))
    z = jnp.ones((2, config.z_dim))
    labels = jnp.array([3, 8])
    if network == "generator":
        a, b = apply(Generator(config), generator, z, labels)
    else:
        a, b = apply(Discriminator(config), discriminator, jnp.ones((2, 28, 28, 1)), labels)
    assert not np.allclose(a, b)


def test_the_last_numbers_of_z_choose_a_hidden_class():
    told, hidden = (
        make_tiny(classes=3).model,
        make_tiny(latent_classes=3, z_dim=11, latent_class_inverse_temperature=50.0).model,
    )
    generator, discriminator = init_variables(told, jax.random.key(0))
    z = jax.random.normal(jax.random.key(1), (3, told.z_dim))
    wanted = apply(Generator(told), generator, z, jnp.arange(3))
    found = apply(Generator(hidden), generator, jnp.concatenate([z, jnp.eye(3)], axis=1))
    np.testing.assert_allclose(found, wanted, atol=1e-6)
    each = [apply(Discriminator(told), discriminator, wanted, jnp.full(3, label)) for label in range(3)]
    untold = apply(Discriminator(hidden), discriminator, wanted)
    np.testing.assert_allclose(untold, np.max(each, axis=0), atol=1e-6)


def test_packing_judges_neighbours_together():
    config = make_tiny(packing=2).model
    _, discriminator = init_variables(config, jax.random.key(0))
    x = jax.random.normal(jax.random.key(1), (6, 28, 28, 1))
    logits = apply(Discriminator(config), discriminator, x)
    assert logits.shape == (3,)
    changed = apply(Discriminator(config), discriminator, x.at[3].set(0))
    assert (np.asarray(changed != logits) == [False, True, False]).all()


def test_spectral_norm_bounds_every_layer():
    config = make_tiny(spectral_norm=True).model
    _, variables = init_variables(config, jax.random.key(0))
    variables = jax.tree.map(lambda leaf: 100 * leaf, variables)
    x = jax.random.normal(jax.random.key(1), (4, 28, 28, 1))
    network = Discriminator(config)
    look = jax.jit(functools.partial(network.apply, update_stats=True, mutable=["batch_stats"]))
    for _ in range(30):  # the power iteration settles
        _, stats = look(variables, x)
        variables = {**variables, **stats}
    slope = jax.jit(jax.grad(lambda x: network.apply(variables, x).sum()))(x)
    norms = jnp.linalg.norm(slope.reshape(4, -1), axis=-1)
    assert norms.max() < 10, "without normalisation it is about 10⁸"


def test_dropout_is_only_for_training():
    config = make_tiny(dropout=0.5).model
    _, discriminator = init_variables(config, jax.random.key(0))
    x = jax.random.normal(jax.random.key(1), (4, 28, 28, 1))
    judge = functools.partial(apply, Discriminator(config))
    keys = jax.random.split(jax.random.key(2), 4)
    np.testing.assert_array_equal(judge(discriminator, x), judge(discriminator, x))
    assert not np.allclose(judge(discriminator, x), judge(discriminator, x, None, keys))


def test_mapping_goes_before_the_first_layer():
    plain, mapped = make_tiny(), make_tiny(mapping_layers=2, mapping_width=12)
    weights = {r: init_variables(r.model, jax.random.key(0))[0]["params"] for r in (plain, mapped)}
    first, second = (weights[mapped][f"Dense_{i}"]["kernel"].shape for i in (0, 1))
    assert (first, second) == ((8, 12), (12, 12))
    assert weights[mapped]["Dense_2"]["kernel"].shape == (8 + 12, 7 * 7 * 8)
    assert set(weights[plain]) == {"Dense_0", "Conv_0", "Conv_1"}


def test_a_uniform_prior_has_no_tails():
    config = make_tiny(latent_prior="uniform").model
    variables, _ = init_variables(config, jax.random.key(0))
    far, farther = apply(
        Generator(config), variables, jnp.stack([jnp.full(config.z_dim, z) for z in (40.0, 50.0)])
    )
    np.testing.assert_array_equal(far, farther)
    z = networks.from_normal(config, jax.random.normal(jax.random.key(1), (10_000,)))
    assert jnp.abs(z).max() <= 3**0.5
    assert float(z.std()) == pytest.approx(1, abs=0.02)


def test_the_sampling_scale_scales_the_style_and_not_the_latent_classes():
    config = make_tiny(latent_classes=3, z_dim=11, sampling_scale=1.2).model
    variables, _ = init_variables(config, jax.random.key(0))
    z = jax.random.normal(jax.random.key(1), (4, config.z_dim))
    scaled = jnp.concatenate([1.2 * z[:, :8], z[:, 8:]], axis=1)
    found = apply(Generator(config), variables, z, sampling=True)
    np.testing.assert_allclose(found, apply(Generator(config), variables, scaled), atol=1e-6)
    assert not np.allclose(found, apply(Generator(config), variables, z))


def test_the_offsets_are_added_to_what_chooses_a_latent_class_in_sampling_only():
    offsets = (0.5, -1.5, 0.25)
    config = make_tiny(latent_classes=3, z_dim=11, sampling_class_offsets=offsets).model
    variables, _ = init_variables(config, jax.random.key(0))
    z = jax.random.normal(jax.random.key(1), (4, config.z_dim))
    moved = z.at[:, 8:].add(jnp.array(offsets))
    found = apply(Generator(config), variables, z, sampling=True)
    np.testing.assert_allclose(found, apply(Generator(config), variables, moved), atol=1e-6)
    assert not np.allclose(found, apply(Generator(config), variables, z))


def test_the_sampling_contrast_scales_the_pictures_before_tanh():
    config = make_tiny(sampling_contrast=1.2).model
    variables, _ = init_variables(config, jax.random.key(0))
    z = jax.random.normal(jax.random.key(1), (4, config.z_dim))
    plain, found = (np.asarray(apply(Generator(config), variables, z, sampling=on)) for on in (False, True))
    np.testing.assert_allclose(np.arctanh(found), 1.2 * np.arctanh(plain), atol=1e-4)


@pytest.mark.parametrize("train", [False, True])
def test_the_recipes_scale_and_contrast_are_left_to_the_sampler(train):
    plain, changed = (
        make_tiny(sampling_scale=factor, sampling_contrast=factor).model for factor in (1.0, 1.2)
    )
    variables, _ = init_variables(plain, jax.random.key(0))
    z = jax.random.normal(jax.random.key(1), (4, plain.z_dim))
    images = [apply(Generator(config), variables, z, train=train) for config in (plain, changed)]
    np.testing.assert_array_equal(*images)
