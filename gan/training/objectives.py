"""What D and what G minimise in a step, as functions of the pictures that D sees.

The adversarial losses are in `gan.training.losses`, the penalties in `gan.training.penalties`; here they are
put together as a recipe asks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from gan.combinations import GP_LOSSES
from gan.config import Hyperparams, StaticConfig
from gan.networks.networks import Discriminator, Generator, Variables
from gan.training import losses, penalties
from gan.training.batch import Batch, RngStream

Params = Any  # a tree of weights


class Seen(NamedTuple):
    """What D sees in a step, augmentation and noise included: D's loss and G's are about these pictures."""

    real: jax.Array  # [B, size, size, channels] in −1…1
    fake: jax.Array  # [B, size, size, channels] in −1…1
    batch: Batch  # the labels and the random keys of both
    pull_back: Callable[[jax.Array], jax.Array]  # a gradient at `fake` -> the gradient at what G made


class DiscriminatorAux(NamedTuple):
    """What the discriminator's loss is made of, scalars; and D's mean scores."""

    adversarial: jax.Array
    penalty: jax.Array  # weighted
    real_score: jax.Array
    fake_score: jax.Array


@dataclass(frozen=True)
class Networks:
    """The two networks of a recipe as pure functions of their weights, and what they play for."""

    config: StaticConfig
    generator: Generator
    discriminator: Discriminator
    loss: losses.Loss
    mean: Callable[[Any], Any]  # a tree's mean over the devices

    def generate(self, params: Params, stats: Variables, batch: Batch) -> tuple[jax.Array, Variables]:
        """Fakes [B, size, size, channels] of the batch's z and labels, and the new batch statistics."""
        variables = {**stats, "params": params}
        return self.generator.apply(variables, batch.z, batch.labels, train=True, mutable=["batch_stats"])

    def discriminate(
        self,
        variables: Variables,
        pictures: jax.Array,
        batch: Batch,
        stream: RngStream,
        update_stats: bool = False,
    ) -> tuple[jax.Array, Variables]:
        """Logits [B / packing] of pictures with the batch's labels, and the spectral statistics.

        Args:
          stream: the random numbers that dropout takes.
          update_stats: whether the spectral statistics advance by a step; else they come back as they are.
        """
        keys = batch.keys_for(stream) if self.config.model.dropout else None
        return self.discriminator.apply(
            variables, pictures, batch.labels, keys, update_stats=update_stats, mutable=["batch_stats"]
        )


def discriminator_loss(
    params: Params, networks: Networks, stats: Variables, hyper: Hyperparams, seen: Seen
) -> tuple[jax.Array, DiscriminatorAux]:
    """What D minimises, a scalar: the adversarial loss and the penalties; and these parts."""
    config, batch = networks.config, seen.batch

    def critic(stream: RngStream, batch: Batch = batch) -> penalties.Critic:
        variables = {**stats, "params": params}
        return lambda pictures: networks.discriminate(variables, pictures, batch, stream)[0]

    real_logits, r1 = _logits_and_gp(critic(RngStream.DROPOUT_ON_REAL), seen.real, config.uses.r1_gamma)
    fake_logits, r2 = _logits_and_gp(critic(RngStream.DROPOUT_ON_FAKE), seen.fake, config.uses.r2_gamma)
    penalty = hyper.r1_gamma * r1 + hyper.r2_gamma * r2
    if config.loss in GP_LOSSES:
        where = _where_to_penalise(config, seen)
        penalty += hyper.gp_weight * penalties.one_centered_gp(critic(RngStream.DROPOUT_IN_PENALTY), where)

    smoothing = hyper.label_smoothing if config.uses.label_smoothing else 0.0
    adversarial = networks.loss.discriminator(real_logits, fake_logits, smoothing)
    if config.uses.wrong_label_weight:
        wrong = batch.with_wrong_labels(config.model.label_classes)
        wrong_logits = critic(RngStream.DROPOUT_ON_WRONG_LABEL, wrong)(seen.real)
        adversarial += hyper.wrong_label_weight * losses.wrong_label_loss(wrong_logits)

    aux = DiscriminatorAux(
        adversarial,
        penalty,
        real_score=jnp.mean(jax.nn.sigmoid(real_logits)),
        fake_score=jnp.mean(jax.nn.sigmoid(fake_logits)),
    )
    return adversarial + penalty, aux


def generator_loss(
    fake: jax.Array, networks: Networks, discriminator: Variables, seen: Seen
) -> tuple[jax.Array, Variables]:
    """What G minimises, a scalar, as a function of the fakes that D sees; and D's new spectral statistics."""
    discriminate = partial(networks.discriminate, discriminator, batch=seen.batch)
    fake_logits, new_stats = discriminate(fake, stream=RngStream.DROPOUT_FOR_G, update_stats=True)
    real_logits = None
    if networks.loss.needs_real_logits:
        real_logits, _ = discriminate(seen.real, stream=RngStream.DROPOUT_ON_REAL_FOR_G)
    return networks.loss.generator(fake_logits, real_logits), new_stats


def _logits_and_gp(
    critic: penalties.Critic, pictures: jax.Array, is_used: bool
) -> tuple[jax.Array, jax.Array]:
    """D's logits [B / packing], and the unweighted R1 or R2 at these pictures, which is 0 if it is unused."""
    if not is_used:
        return critic(pictures), jnp.float32(0)
    logits, squared_norms = penalties.logits_and_squared_grad_norms(critic, pictures)
    return logits, penalties.zero_centered_gp(squared_norms)


def _where_to_penalise(config: StaticConfig, seen: Seen) -> jax.Array:
    """The pictures [B, size, size, channels] at which the penalty of wasserstein-gp or dragan looks at D."""
    keys = seen.batch.keys_for(RngStream.WHERE_TO_PENALISE)
    if config.loss == "wasserstein-gp":  # a pack is one input of D, and so a point on one line
        shares = jax.vmap(jax.random.uniform)(keys[:: config.model.packing])  # [B / packing]
        return penalties.interpolate(seen.real, seen.fake, jnp.repeat(shares, config.model.packing))
    noise = jax.vmap(lambda key: jax.random.uniform(key, seen.real.shape[1:]))(keys)
    return penalties.perturb(seen.real, noise)
