"""Adversarial losses: one function for each formula of a paper. All return a scalar.

`r` are D's logits on real pictures, `f` those on fakes, both float32 [B]. The formulas are written with
softplus(x) = log(1 + eˣ), because −log σ(x) = softplus(−x) and −log(1 − σ(x)) = softplus(x). So no
logarithm is taken of a probability that has been rounded to 0.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jax.nn import relu, softplus


class Loss(NamedTuple):
    """What each network minimises; both are scalars."""

    discriminator: Callable[[jax.Array, jax.Array, float], jax.Array]  # (r, f, smoothing)
    generator: Callable[[jax.Array, jax.Array | None], jax.Array]  # (f, r)
    needs_real_logits: bool = False  # whether the generator's loss looks at D’s logits on real pictures too


def cross_entropy(r: jax.Array, f: jax.Array, smoothing: float = 0.0) -> jax.Array:
    """L_D = −E log σ(r) − E log(1 − σ(f)). Goodfellow et al. 2014, arXiv 1406.2661, eq. 1.

    With one-sided label smoothing (Salimans et al. 2016, arXiv 1606.03498 §3.4) the real label is
    1 − smoothing: L_D = −E[(1 − s) log σ(r) + s log(1 − σ(r))] − E log(1 − σ(f)).
    """
    real = (1 - smoothing) * softplus(-r) + smoothing * softplus(r)
    return jnp.mean(real) + jnp.mean(softplus(f))


def minimax(f: jax.Array, r: jax.Array | None = None) -> jax.Array:
    """L_G = E log(1 − σ(f)). Goodfellow et al. 2014, eq. 1. Its gradient vanishes where D is sure."""
    return -jnp.mean(softplus(f))


def non_saturating(f: jax.Array, r: jax.Array | None = None) -> jax.Array:
    """L_G = −E log σ(f). Goodfellow et al. 2014, §3. Unlike minimax it has a gradient from the start."""
    return jnp.mean(softplus(-f))


def as_printed(f: jax.Array, r: jax.Array | None = None) -> jax.Array:
    """L_G = −E log(1 − σ(f)), as the article prints it. The sign is wrong: G learns to be recognised."""
    return jnp.mean(softplus(f))


def least_squares_d(r: jax.Array, f: jax.Array, smoothing: float = 0.0) -> jax.Array:
    """L_D = ½ E (r − 1)² + ½ E f². Mao et al. 2016, arXiv 1611.04076, eq. 9 (a, b, c = 0, 1, 1)."""
    return 0.5 * jnp.mean((r - 1) ** 2) + 0.5 * jnp.mean(f**2)


def least_squares_g(f: jax.Array, r: jax.Array | None = None) -> jax.Array:
    """L_G = ½ E (f − 1)². Mao et al. 2016."""
    return 0.5 * jnp.mean((f - 1) ** 2)


def hinge_d(r: jax.Array, f: jax.Array, smoothing: float = 0.0) -> jax.Array:
    """L_D = E max(0, 1 − r) + E max(0, 1 + f). Lim & Ye 2017, arXiv 1705.02894."""
    return jnp.mean(relu(1 - r)) + jnp.mean(relu(1 + f))


def wasserstein_d(r: jax.Array, f: jax.Array, smoothing: float = 0.0) -> jax.Array:
    """L_D = E f − E r. Arjovsky et al. 2017, arXiv 1701.07875; D must be kept Lipschitz."""
    return jnp.mean(f) - jnp.mean(r)


def wasserstein_g(f: jax.Array, r: jax.Array | None = None) -> jax.Array:
    """L_G = −E f. Arjovsky et al. 2017; also the generator of the hinge loss."""
    return -jnp.mean(f)


def relativistic_d(r: jax.Array, f: jax.Array, smoothing: float = 0.0) -> jax.Array:
    """L_D = E softplus(−(r − f)), real and fake in pairs. R3GAN, arXiv 2501.05441, eq. 2."""
    return jnp.mean(softplus(f - r))


def relativistic_g(f: jax.Array, r: jax.Array) -> jax.Array:
    """L_G = E softplus(−(f − r)). R3GAN, arXiv 2501.05441."""
    return jnp.mean(softplus(r - f))


def wrong_label_loss(w: jax.Array) -> jax.Array:
    """−E log(1 − σ(w)), where w are D's logits [B] on real pictures with a wrong label. They count as fakes.

    The matching-aware discriminator of Reed et al. 2016, arXiv 1605.05396 (GAN-CLS), where the labels were
    sentences, and where the wrong ones and the fakes counted half each. Here a weight says how much.
    """
    return jnp.mean(softplus(w))


def mode_seeking_loss(fake: jax.Array, other: jax.Array) -> jax.Array:
    """−2 E‖fake − other‖, which G minimises, so that two fakes [B, H, W, C] of the same classes differ.

    Mao et al. 2019, arXiv 1903.05628, enlarge the L1 distance divided by that of the two z. Here it is the
    Euclidean one, and is not divided: in many dimensions all pairs of z are nearly equally far apart. No
    gradient flows into `other`. Both fakes have the same distribution, so twice the gradient at one of them
    is the gradient of −E‖fake − other‖.
    """
    squares = jnp.sum((fake - lax.stop_gradient(other)) ** 2, axis=(1, 2, 3))
    return -2 * jnp.mean(jnp.sqrt(squares + 1e-6))  # a square root has no gradient at 0


LOSSES: dict[str, Loss] = {
    "minimax": Loss(cross_entropy, minimax),
    "non-saturating": Loss(cross_entropy, non_saturating),
    "least-squares": Loss(least_squares_d, least_squares_g),
    "hinge": Loss(hinge_d, wasserstein_g),
    "wasserstein": Loss(wasserstein_d, wasserstein_g),
    "wasserstein-gp": Loss(wasserstein_d, wasserstein_g),
    "dragan": Loss(cross_entropy, non_saturating),
    "relativistic": Loss(relativistic_d, relativistic_g, needs_real_logits=True),
    "as-printed": Loss(cross_entropy, as_printed),  # for the failure lab
}
