import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.live.command import Command
from gan.networks.images import normalize_images
from gan.training import vae
from gan.training.trainer import Trainer
from gan.training.vae import AUTOENCODER, RECIPE
from tests.live.runs import make_manager, wait


@pytest.fixture(scope="module")
def small():
    return RECIPE.replace(
        z_dim=8,
        generator_channels="16,8",
        discriminator_channels="8,16",
        discriminator_hidden=32,
        generator_lr=4e-3,
        batch_size=32,
    )


def test_it_learns_to_copy_digits_it_has_not_seen(small, mnist):
    trainer = Trainer(small, mnist, algorithm=AUTOENCODER)
    rows = [progress.metrics for progress in trainer.run(400)]
    first, last = rows[0].discriminator_loss[0], rows[-1].discriminator_loss[-20:].mean()
    assert last < 0.5 * first, "nats that a copy costs"
    unseen = normalize_images(jnp.asarray(mnist.images[-200:]))
    state = trainer.state
    copied = vae.copies(small.model, state.discriminator, state.generator, unseen)
    mean = unseen.mean(axis=0, keepdims=True)
    errors = [float(jnp.mean((unseen - guess) ** 2)) for guess in (copied, mean)]
    assert errors[0] < 0.6 * errors[1], "nearer than the mean digit"


def test_it_copies_pictures_of_64_pixels_in_colour(small):
    recipe = small.replace(size=64, channels=3, generator_channels="8,6,4", discriminator_channels="4,6,8")
    pictures = Dataset("squares", np.zeros((8, 64, 64, 3), np.uint8))
    trainer = Trainer(recipe, pictures, algorithm=AUTOENCODER)
    (progress,) = trainer.run(1)
    assert np.isfinite(progress.metrics.discriminator_loss).all()
    real = normalize_images(jnp.asarray(pictures.images))
    copied = vae.copies(recipe.model, trainer.state.discriminator, trainer.state.generator, real)
    assert copied.shape == real.shape


def test_eight_devices_take_the_step_of_one(small, mnist):
    plain = small.replace(precision="float32")
    one, eight = (Trainer(plain, mnist, devices=count, algorithm=AUTOENCODER) for count in (1, 8))
    (a,), (b,) = one.run(1), eight.run(1)
    np.testing.assert_allclose(a.metrics, b.metrics, rtol=1e-4)
    for x, y in zip(jax.tree.leaves(one.state), jax.tree.leaves(eight.state), strict=True):
        np.testing.assert_allclose(x, y, rtol=2e-3, atol=2e-3)  # Adam's first step is the gradient's sign


def test_a_run_of_it_is_watched_but_not_steered(small, mnist):
    studio = make_manager(mnist)
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
