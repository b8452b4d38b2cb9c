import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gan.data.dataset import Dataset
from gan.errors import InputError
from gan.live.command import Command
from gan.live.manager import RunManager
from gan.networks.images import normalize_images
from gan.training import vae
from gan.training.batch import Data
from gan.training.trainer import Trainer
from gan.training.vae import AUTOENCODER, RECIPE
from tests.live.runs import wait

pytestmark = pytest.mark.runs_long


@pytest.fixture(scope="module")
def small():
    return RECIPE.replace(
        z_dim=8,
        generator_channels="16,8",
        discriminator_channels="8,16",
        discriminator_hidden=32,
        generator_lr=4e-3,
        batch_size=32,
        precision="float32",
    )


@pytest.fixture(scope="module")
def digits(mnist):
    """So few that they are put on the device at once; all tests that train on them share a program."""
    return Dataset("mnist", mnist.images[:4000], mnist.labels[:4000])


def test_it_learns_to_copy_digits_it_has_not_seen(small, mnist, digits):
    trainer = Trainer(small, digits, algorithm=AUTOENCODER)
    rows = [progress.metrics for progress in trainer.run(400)]
    first, last = rows[0].discriminator_loss[0], rows[-1].discriminator_loss[-20:].mean()
    assert last < 0.5 * first, "nats that a copy costs"
    unseen = normalize_images(jnp.asarray(mnist.images[-200:]))
    state = trainer.state
    copied = jax.jit(vae.copies, static_argnums=0)(small.model, state.discriminator, state.generator, unseen)
    mean = unseen.mean(axis=0, keepdims=True)
    errors = [float(jnp.mean((unseen - guess) ** 2)) for guess in (copied, mean)]
    assert errors[0] < 0.6 * errors[1], "nearer than the mean digit"


def test_it_copies_pictures_of_64_pixels_in_colour(small):
    """Their shapes, without computing anything."""
    recipe = small.replace(size=64, channels=3, generator_channels="8,6,4", discriminator_channels="4,6,8")
    data = Data(np.zeros((8, 64, 64, 3), np.uint8), np.zeros(8, np.int32))
    state = jax.eval_shape(functools.partial(vae.init_state, recipe, 0))
    take_one = vae.build_step(recipe.static_config)
    after, _ = jax.eval_shape(take_one, state, recipe.hyper, data, np.arange(32))
    assert jax.tree.map(jnp.shape, after) == jax.tree.map(jnp.shape, state)
    real = jax.ShapeDtypeStruct((8, 64, 64, 3), jnp.float32)
    copied = jax.eval_shape(
        functools.partial(vae.copies, recipe.model), after.discriminator, after.generator, real
    )
    assert copied.shape == real.shape


def test_two_devices_take_the_step_of_one(small, digits):
    one, two = (Trainer(small, digits, devices=count, algorithm=AUTOENCODER) for count in (1, 2))
    (a,), (b,) = one.run(1), two.run(1)
    np.testing.assert_allclose(a.metrics, b.metrics, rtol=1e-4)
    for x, y in zip(jax.tree.leaves(one.state), jax.tree.leaves(two.state), strict=True):
        np.testing.assert_allclose(x, y, rtol=2e-3, atol=2e-3)  # Adam's first step is the gradient's sign


def test_a_run_of_it_is_watched_but_not_steered(small, digits):
    studio = RunManager(digits)
    try:
        with pytest.raises(InputError, match="no game to steer"):
            studio.start(small, 0, {"r1_gamma": 1.0}, game=AUTOENCODER)
        ticket = studio.start(small, 0, game=AUTOENCODER)
        seen = wait(studio, ticket, lambda s: s.step > 70 and s.qualities and s.diagnosis.name == "healthy")
        assert seen.samples.reconstructions.shape == (64, 28, 28, 1)
        assert len(seen.samples.fake_logits) == len(seen.samples.real_logits) == 0
        assert "Nobody to fool" in seen.diagnosis.text
        for command in (Command("set", change={"generator_lr": 1e-3}), Command("step", "D"), Command("back")):
            with pytest.raises(InputError, match="no game to steer"):
                studio.command(ticket, command)
        studio.command(ticket, Command("pause"))
        wait(studio, ticket, lambda s: s.status == "paused")
    finally:
        studio.close()
