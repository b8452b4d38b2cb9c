"""How a step draws its random numbers, how often D learns in it, and with what."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gan.errors import InputError
from gan.recipes import RECIPES
from gan.training import objectives, state, vae
from gan.training.batch import Batch, Data, batch_key
from gan.training.trainer import GAN
from tests.conftest import TINY, make_tiny
from tests.networks.compiled import init_variables

DATA = Data(jax.random.randint(jax.random.key(0), (64, 28, 28, 1), 0, 256, jnp.uint8), jnp.arange(64) % 10)


@functools.cache
def compiled_step(algorithm, config):
    return jax.jit(algorithm.build_step(config))


def take(recipe, start, steps=1, algorithm=GAN, hyper=None):
    take_one = compiled_step(algorithm, recipe.static_config)
    for _ in range(steps):
        start, metrics = take_one(start, hyper or recipe.hyper, DATA, jnp.arange(recipe.train.batch_size))
    return start, metrics


def numbers(tree):
    return np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(tree)])


@pytest.mark.parametrize("name", [*RECIPES, "autoencoder"])
def test_no_key_is_used_twice_in_five_steps(name):
    algorithm, recipe = (vae.AUTOENCODER, vae.RECIPE) if name == "autoencoder" else (GAN, RECIPES[name])
    recipe = recipe.replace(**TINY)
    with jax.debug_key_reuse(True):
        take(recipe, algorithm.init_state(recipe, 3), 5, algorithm)


def test_the_weights_and_the_batches_have_keys_of_their_own():
    seed = 3
    keys = [*jax.random.split(jax.random.key(seed)), *(batch_key(seed, number) for number in range(5))]
    assert len({tuple(np.asarray(jax.random.key_data(key))) for key in keys}) == len(keys)
    drawn, _ = init_variables(make_tiny().model, jax.random.key(seed))
    made = state.init_state(make_tiny(), seed).generator
    np.testing.assert_allclose(numbers(made), numbers(drawn), 1e-6)  # programs of two compilations


def test_d_learns_several_times_from_several_batches_before_g_learns():
    """Twice in one step is two steps in which G does not learn."""
    clipped = make_tiny(loss="wasserstein", r1_gamma=0, weight_clip=0.01)
    twice, once = clipped.replace(discriminator_steps=2), clipped.replace(generator_lr=0)
    start = state.init_state(twice, 0)
    after, metrics = take(twice, start)
    still, _ = take(once, start, 2)
    np.testing.assert_allclose(
        numbers(after.discriminator), numbers(still.discriminator), rtol=1e-5, atol=1e-6
    )
    assert np.abs(numbers(after.discriminator)).max() <= 0.01
    assert all(np.isfinite(value) for value in metrics)
    assert int(after.discriminator_opt[0].count) == 2
    assert int(after.generator_opt[0].count) == 1
    assert not np.array_equal(numbers(after.generator), numbers(start.generator))


def test_rmsprop_is_its_formula():
    recipe = make_tiny(optimizer="rmsprop", beta2=0.9)
    rule = state.optimizer("rmsprop", 0.1, recipe.hyper)
    gradients = [jnp.array([3.0, -0.5]), jnp.array([1.0, 2.0])]
    opt, mean = rule.init(gradients[0]), 0.0
    for gradient in gradients:
        update, opt = rule.update(gradient, opt)
        mean = 0.9 * mean + 0.1 * np.asarray(gradient) ** 2
        np.testing.assert_allclose(update, -0.1 * np.asarray(gradient) / np.sqrt(mean), rtol=1e-5)
    with pytest.raises(InputError, match="beta1 is Adam's"):
        make_tiny(optimizer="rmsprop", beta1=0.5)


def test_the_slope_of_a_pack_is_asked_between_two_packs():
    """A pack is one input of D: the penalty looks at points of the line from a fake pack to a real one."""
    recipe = make_tiny(loss="wasserstein-gp", gp_weight=10, r1_gamma=0, packing=4)
    keys = jax.random.split(jax.random.key(1), 16)
    real, fake = jnp.ones((16, 28, 28, 1)), -jnp.ones((16, 28, 28, 1))
    seen = objectives.Seen(real, fake, Batch(keys, real, None, jnp.zeros((16, 8))), lambda gradient: gradient)
    where = np.asarray(objectives._where_to_penalise(recipe.static_config, seen))
    packs = where.reshape(4, -1)  # [packs, all numbers of a pack]
    np.testing.assert_array_equal(packs, np.repeat(packs[:, :1], packs.shape[1], axis=1))
    assert len(set(packs[:, 0])) == 4


def test_fakes_are_drawn_apart_as_g_makes_them_and_not_as_d_sees_them():
    """What mode seeking adds to G's gradient does not depend on the noise on what D sees."""
    added = []
    for noise in (0.0, 1.0):
        gradients = []
        for weight in (1e-9, 1.0):  # the weight decides nothing but how large the term is
            recipe = make_tiny(mode_seeking_weight=weight, instance_noise=0.5, discriminator_lr=0, r1_gamma=0)
            gradients.append(generator_gradients(recipe, recipe.hyper._replace(instance_noise=noise)))
        added.append(gradients[1] - gradients[0])
    assert np.linalg.norm(added[0]) > 0
    np.testing.assert_allclose(added[0], added[1], rtol=1e-3, atol=1e-4 * np.abs(added[0]).max())


def generator_gradients(recipe, hyper):
    """Adam's first moment after one step with β₁ = ½ is half of the gradient."""
    after, _ = take(recipe, state.init_state(recipe, 0), hyper=hyper._replace(beta1=0.5))
    return 2 * numbers(after.generator_opt[0].mu)
