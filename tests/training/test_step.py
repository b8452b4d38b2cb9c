import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gan.config import LOSSES
from gan.networks.networks import Generator
from gan.training.batch import Data, sample_batch
from gan.training.schedules import anneal, cosine_decay, update_ema
from gan.training.state import init_state
from gan.training.trainer import build_train_chunk
from tests.conftest import make_tiny
from tests.test_config import NEEDED


@pytest.fixture(scope="module")
def training_set(mnist):
    return Data(jnp.asarray(mnist.images[:512]), jnp.asarray(mnist.labels[:512]))


compiled_chunk = functools.cache(build_train_chunk)  # tests of one configuration share its program


def run(recipe, training_set, steps=2, devices=1, seed=0):
    call = compiled_chunk(recipe.static_config, devices)
    return call(init_state(recipe, seed), recipe.hyper, training_set, jnp.int32(steps))


def numbers(tree):
    return np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(tree)])


ON_MANY_DEVICES = [
    {"loss": "wasserstein-gp", "r1_gamma": 0, **NEEDED["wasserstein-gp"]},
    {
        "classes": 10,
        "batch_norm": True,
        "dropout": 0.3,
        "instance_noise": 0.1,
        "mode_seeking_weight": 0.1,
        "wrong_label_weight": 0.1,
    },
    {
        "loss": "relativistic",
        "r1_gamma": 0.5,
        "r2_gamma": 0.5,
        "spectral_norm": True,
        "packing": 2,
        "augment": "flip,colour,translation,cutout",
    },
]
NOISY_PACKS = {"packing": 2, "label_smoothing": 0.1, "instance_noise": 0.1}
IN_OTHERS = ("non-saturating", "hinge", "wasserstein-gp")  # losses of {} and of others below
OPTIONS = [
    {},
    *({"loss": loss, "r1_gamma": 0, **NEEDED.get(loss, {})} for loss in LOSSES if loss not in IN_OTHERS),
    {"spectral_norm": True, "loss": "hinge", "r1_gamma": 0, "optimizer": "rmsprop"},
    NOISY_PACKS,
    *ON_MANY_DEVICES,
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_step_moves_both_networks_and_stays_finite(options, training_set):
    recipe = make_tiny(**options)
    before = init_state(recipe, 0)
    after, metrics = run(recipe, training_set)
    assert int(after.step) == 2
    for network in ("generator", "discriminator", "generator_ema"):
        moved = jax.tree.map(
            lambda a, b: bool((a != b).any()),
            getattr(before, network)["params"],
            getattr(after, network)["params"],
        )
        still = [value for value in jax.tree.leaves(moved) if not value]
        assert len(still) <= 1, f"{network}: {moved}"  # D's last bias cancels out of differences
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves((after, metrics)))
    penalised = {"r1_gamma", "r2_gamma", "gp_weight"} & {name for name, value in options.items() if value}
    has_r1 = recipe.train.r1_gamma > 0
    assert (metrics.penalty[0] > 0) == bool(penalised or has_r1)


def test_weights_are_clipped(training_set):
    after, _ = run(make_tiny(loss="wasserstein", weight_clip=0.01, r1_gamma=0), training_set)
    assert max(jnp.abs(leaf).max() for leaf in jax.tree.leaves(after.discriminator["params"])) <= 0.01


@pytest.mark.parametrize("options", ON_MANY_DEVICES, ids=str)
def test_eight_devices_learn_what_one_learns(options, training_set):
    """The first gradients differ by roundings. Adam divides by a gradient's size, so that a rounding of a
    tiny one moves a weight; so do the examples of a batch in another order on one device. The weights are
    compared by how far they have gone."""
    recipe = make_tiny(**options)
    for steps, tolerance in ((1, 0.01), (3, 0.05)):
        (one, one_metrics), (eight, eight_metrics) = (
            run(recipe, training_set, steps, count) for count in (1, 8)
        )
        if steps == 1:
            np.testing.assert_allclose(one_metrics, eight_metrics, rtol=1e-4, atol=1e-4)
            # With β₁ = 0, Adam's mean of gradients is the gradient.
            for opt in ("generator_opt", "discriminator_opt"):
                a, b = (numbers(getattr(state, opt)[0].mu) for state in (one, eight))
                assert np.linalg.norm(a - b) < 1e-5 * np.linalg.norm(a)
        start = init_state(recipe, 0)
        for network in ("generator", "discriminator", "generator_ema"):
            begin, a, b = (numbers(getattr(state, network)) for state in (start, one, eight))
            assert np.linalg.norm(a - b) < tolerance * np.linalg.norm(a - begin)


def test_diversity_draws_fakes_apart_and_wrong_labels_are_wrong(training_set):
    plain, diverse = (make_tiny(mode_seeking_weight=weight) for weight in (0.0, 1.0))
    z = jax.random.normal(jax.random.key(1), (64, plain.model.z_dim))
    generate = jax.jit(Generator(plain.model).apply)
    spread = [
        float(jnp.std(generate(run(recipe, training_set, 40)[0].generator, z), 0).mean())
        for recipe in (plain, diverse)
    ]
    assert spread[1] > 1.2 * spread[0]
    batch = sample_batch(make_tiny(classes=10).model, training_set, jax.random.key(0), jnp.arange(64))
    wrong = batch.with_wrong_labels(10).labels
    assert not (wrong == batch.labels).any()
    assert set(np.asarray(wrong)) == set(range(10))
    assert not np.array_equal(batch.with_new_z(plain.model).z, batch.z)


def test_hidden_classes_are_those_of_the_reals(training_set):
    recipe = make_tiny(latent_classes=10, z_dim=14)
    batch = sample_batch(recipe.model, training_set, jax.random.key(0), jnp.arange(64))
    for z in (batch.z, batch.with_new_z(recipe.model).z):
        assert (np.argmax(z[:, -10:], axis=1) == batch.labels).all()
    free = sample_batch(make_tiny(z_dim=14).model, training_set, jax.random.key(0), jnp.arange(64))
    np.testing.assert_array_equal(np.sort(batch.z), np.sort(free.z))  # the same numbers, in other places
    np.testing.assert_array_equal(batch.z[:, :4], free.z[:, :4])


def test_a_batch_is_drawn_the_same_in_parts(training_set):
    recipe = make_tiny(classes=10)
    key = jax.random.key(3)
    whole = sample_batch(recipe.model, training_set, key, jnp.arange(16))
    part = sample_batch(recipe.model, training_set, key, jnp.arange(8, 12))
    np.testing.assert_array_equal(whole.real[8:12], part.real)
    np.testing.assert_array_equal(whole.z[8:12], part.z)
    np.testing.assert_array_equal(whole.labels[8:12], part.labels)
    assert whole.real.min() == -1
    assert whole.real.max() == 1
    again = sample_batch(recipe.model, training_set, jax.random.key(4), jnp.arange(16))
    assert not np.array_equal(whole.z, again.z)


def test_a_label_belongs_to_its_picture(training_set):
    batch = sample_batch(make_tiny(classes=10).model, training_set, jax.random.key(0), jnp.arange(16))
    pictures = np.asarray(training_set.images)
    for real, label in zip(np.asarray(batch.real), batch.labels, strict=True):
        distance = np.abs(pictures / 127.5 - 1 - real).sum(axis=(1, 2, 3))
        assert training_set.labels[int(distance.argmin())] == label
        assert distance.min() < 1e-3


def test_calls_of_any_length_are_one_program_and_one_run(tiny, training_set):
    call = compiled_chunk(tiny.static_config, 1)
    at_once, _ = call(init_state(tiny, 0), tiny.hyper, training_set, jnp.int32(7))
    state = init_state(tiny, 0)
    for count in (3, 0, 4):
        state, metrics = call(state, tiny.hyper, training_set, jnp.int32(count))
    for a, b in zip(jax.tree.leaves(at_once), jax.tree.leaves(state), strict=True):
        np.testing.assert_array_equal(a, b)
    assert metrics.penalty[3] != 0
    assert metrics.penalty[4] == 0


def test_moving_a_number_never_recompiles(training_set):
    recipe = make_tiny(**NOISY_PACKS)
    call = compiled_chunk(recipe.static_config, 1)
    moved = recipe.hyper._replace(
        generator_lr=1e-4,
        discriminator_lr=1e-5,
        beta1=0.5,
        beta2=0.9,
        r1_gamma=3.0,
        ema_decay=0.5,
        instance_noise=0.3,
    )
    first, _ = call(init_state(recipe, 0), recipe.hyper, training_set, jnp.int32(2))
    second, _ = call(init_state(recipe, 0), moved, training_set, jnp.int32(2))
    assert call._cache_size() == 1
    assert not np.array_equal(*(jax.tree.leaves(state.generator)[0] for state in (first, second)))


def test_seeds_differ_and_repeat(tiny, training_set):
    states = [run(tiny, training_set, seed=seed)[0] for seed in (0, 0, 1)]
    a, b, c = (np.asarray(jax.tree.leaves(state.generator)[1]) for state in states)
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)


def test_average_warms_up():
    average, new = {"w": jnp.zeros(1)}, {"w": jnp.ones(1)}
    young = update_ema(average, new, jnp.int32(0), 0.999)["w"]
    old = update_ema(average, new, jnp.int32(100_000), 0.999)["w"]
    np.testing.assert_allclose(young, 19 / 20, rtol=1e-6)
    np.testing.assert_allclose(old, 0.001, rtol=1e-4)


def test_a_runs_time_anneals_its_rates_and_nothing_else():
    hyper = make_tiny().hyper
    rates = [anneal(hyper, share).generator_lr / hyper.generator_lr for share in (0, 0.8, 0.9, 1, 1.2)]
    np.testing.assert_allclose(rates, [1, 1, 0.5, 0, 0], atol=1e-12)
    late = anneal(hyper, np.float32(0.95))
    assert late._replace(generator_lr=0, discriminator_lr=0) == hyper._replace(
        generator_lr=0, discriminator_lr=0
    )
    assert all(type(number) is float for number in late), "another type would compile the step anew"


def test_learning_rates_decay_along_a_cosine():
    scales = [float(cosine_decay(jnp.int32(step), 100.0)) for step in (0, 50, 100, 500)]
    np.testing.assert_allclose(scales, [1, 0.5, 0, 0], atol=1e-6)


def test_penalties_fall_along_the_same_cosine(tiny, training_set):
    """Halfway, a share of 0.2 leaves 0.6 of r1."""
    recipe = make_tiny(r1_gamma=10.0, decay_steps=100, final_gamma_fraction=0.2)
    halfway = init_state(recipe, 0).replace(step=jnp.int32(50))
    call = compiled_chunk(recipe.static_config, 1)
    _, metrics = call(jax.tree.map(jnp.copy, halfway), recipe.hyper, training_set, jnp.int32(1))
    whole = recipe.hyper._replace(final_gamma_fraction=1.0)
    _, constant = call(jax.tree.map(jnp.copy, halfway), whole, training_set, jnp.int32(1))
    np.testing.assert_allclose(metrics.penalty[0], 0.6 * constant.penalty[0], rtol=1e-5)


@pytest.mark.parametrize(("loss", "r1_gamma"), [("non-saturating", 1), ("relativistic", 0)])
def test_bfloat16_takes_nearly_the_same_step(loss, r1_gamma, training_set):
    """The weights stay float32; a step's gradients agree to bfloat16's two or three digits."""
    states = {}
    for precision in ("float32", "bfloat16"):
        recipe = make_tiny(loss=loss, r1_gamma=r1_gamma, precision=precision)
        states[precision], metrics = run(recipe, training_set, steps=1)
        states[precision, "norm"] = float(metrics.discriminator_gradient[0])
    assert {leaf.dtype.name for leaf in jax.tree.leaves(states["bfloat16"].generator)} == {"float32"}
    np.testing.assert_allclose(states["float32", "norm"], states["bfloat16", "norm"], rtol=0.05)
    assert states["float32", "norm"] != states["bfloat16", "norm"]
