"""Each loss against its formula in plain NumPy, with probabilities and logarithms written out."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gan.config import LOSSES as NAMES
from gan.training import losses, penalties

R, F = np.array([2.0, -1.0, 0.5]), np.array([-0.3, 1.5, -2.0])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


CROSS_ENTROPY = -np.log(sigmoid(R)).mean() - np.log(1 - sigmoid(F)).mean()
EXPECTED = {  # (discriminator, generator)
    "minimax": (CROSS_ENTROPY, np.log(1 - sigmoid(F)).mean()),
    "non-saturating": (CROSS_ENTROPY, -np.log(sigmoid(F)).mean()),
    "least-squares": (((R - 1) ** 2).mean() / 2 + (F**2).mean() / 2, ((F - 1) ** 2).mean() / 2),
    "hinge": (np.maximum(0, 1 - R).mean() + np.maximum(0, 1 + F).mean(), -F.mean()),
    "wasserstein": (F.mean() - R.mean(), -F.mean()),
    "wasserstein-gp": (F.mean() - R.mean(), -F.mean()),
    "dragan": (CROSS_ENTROPY, -np.log(sigmoid(F)).mean()),
    "as-printed": (CROSS_ENTROPY, -np.log(1 - sigmoid(F)).mean()),
    "relativistic": (-np.log(sigmoid(R - F)).mean(), -np.log(sigmoid(F - R)).mean()),
}


@pytest.mark.parametrize("name", NAMES)
def test_formula(name):
    loss = losses.LOSSES[name]
    discriminator, generator = EXPECTED[name]
    np.testing.assert_allclose(loss.discriminator(jnp.array(R), jnp.array(F), 0.0), discriminator, rtol=1e-5)
    np.testing.assert_allclose(loss.generator(jnp.array(F), jnp.array(R)), generator, rtol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_each_network_wants_what_it_should(name):
    loss = losses.LOSSES[name]
    r, f = jnp.array([0.1]), jnp.array([-0.1])
    towards_real, towards_fake = jax.grad(lambda r, f: loss.discriminator(r, f, 0.0), (0, 1))(r, f)
    assert towards_real < 0, "D wants higher logits on real pictures"
    assert name == "least-squares" or towards_fake > 0, "and lower ones on fakes"
    wants = jax.grad(lambda f: loss.generator(f, r))(f)
    assert (wants > 0) if name == "as-printed" else (wants < 0), "G wants higher logits on fakes"


def test_label_smoothing_is_one_sided():
    smooth = losses.cross_entropy(jnp.array(R), jnp.array(F), 0.1)
    real = -(0.9 * np.log(sigmoid(R)) + 0.1 * np.log(1 - sigmoid(R))).mean()
    np.testing.assert_allclose(smooth, real - np.log(1 - sigmoid(F)).mean(), rtol=1e-5)


def test_wrong_labels_count_as_fakes():
    np.testing.assert_allclose(
        losses.wrong_label_loss(jnp.array(F)), -np.log(1 - sigmoid(F)).mean(), rtol=1e-5
    )


def test_closeness_pushes_fakes_apart():
    fake, other = jnp.zeros((2, 2, 2, 1)), jnp.ones((2, 2, 2, 1))
    np.testing.assert_allclose(losses.mode_seeking_loss(fake, other), -4.0, rtol=1e-5)  # distance 2, twice
    assert (jax.grad(losses.mode_seeking_loss)(fake, other) > 0).all(), "downhill is away from the other"
    assert np.isfinite(jax.grad(losses.mode_seeking_loss)(fake, fake)).all()


def test_sure_logits_stay_finite():
    for loss in losses.LOSSES.values():
        huge = jnp.array([1e4])
        values = (loss.discriminator(-huge, huge, 0.0), loss.generator(-huge, huge))
        assert all(np.isfinite(value) for value in values)


def linear(x):  # its gradient is 3 everywhere, in 4 pixels: norm 6
    return 3 * x.reshape(x.shape[0], -1).sum(axis=-1)


def test_penalties_of_a_critic_whose_slope_is_known():
    x = jax.random.normal(jax.random.key(0), (5, 2, 2, 1))
    logits, slopes = penalties.logits_and_squared_grad_norms(linear, x)
    np.testing.assert_allclose(logits, linear(x))
    np.testing.assert_allclose(slopes, 36.0, rtol=1e-6)
    np.testing.assert_allclose(penalties.zero_centered_gp(slopes), 18.0, rtol=1e-6)
    np.testing.assert_allclose(penalties.one_centered_gp(linear, x), 25.0, rtol=1e-6)


def test_unit_slope_has_a_gradient_where_the_critic_is_flat():
    x = jnp.zeros((2, 2, 2, 1))
    gradient = jax.grad(lambda w: penalties.one_centered_gp(lambda x: w * linear(x), x))(0.0)
    assert np.isfinite(gradient)


def test_where_the_penalties_look():
    real, fake = jnp.ones((2, 2, 2, 1)), -jnp.ones((2, 2, 2, 1))
    between = penalties.interpolate(real, fake, jnp.array([0.0, 0.75]))
    np.testing.assert_allclose(between[:, 0, 0, 0], [-1.0, 0.5])
    picture = jnp.arange(8.0).reshape(1, 2, 4, 1)
    moved = penalties.perturb(picture, jnp.ones_like(picture)) - picture
    np.testing.assert_allclose(moved, 0.5 * np.arange(8.0).std(), rtol=1e-6)
