"""A small variational autoencoder (Kingma & Welling 2013, arXiv 1312.6114), which the GAN is compared with.

Its decoder is the generator of `gan.networks.networks`. Where a GAN has a discriminator, it has an encoder of
the same layers. It has no opponent: it learns to reproduce each real digit from its z.
"""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import linen as nn
from jax import lax

from gan.config import Hyperparams, ModelConfig, Recipe, StaticConfig, TrainConfig
from gan.networks.layers import Conv, Dense, Method, Precision
from gan.networks.networks import Generator
from gan.training.batch import Data, batch_key, sample_batch
from gan.training.precision import resolve_precision
from gan.training.schedules import update_ema
from gan.training.state import TrainState, optimizer, state_from_networks
from gan.training.step import Metrics, Step
from gan.training.trainer import Algorithm

EPSILON = 1e-6  # tanh reaches ±1, and the logarithm of 0 is infinite
RECIPE = Recipe(
    "autoencoder",
    ModelConfig(discriminator_channels=(32, 64)),
    TrainConfig(generator_lr=1e-3, beta1=0.9, beta2=0.999),
)


class Encoder(nn.Module):
    """Maps a picture to the normal distribution of the z that it may have come from."""

    config: ModelConfig
    method: Method = "auto"
    precision: Precision = "float32"  # of the factors of products

    @nn.compact
    def __call__(self, x: jax.Array) -> tuple[jax.Array, jax.Array]:
        """
        Args:
          x: [B, size, size, channels] in −1…1.
        Returns:
          means and logarithms of variances, [B, z_dim] each.
        """
        config = self.config
        for features in config.discriminator_channels:
            x = Conv(features, 4, method=self.method, precision=self.precision)(x)
            x = nn.leaky_relu(x, config.negative_slope)
        x = x.reshape(x.shape[0], -1)  # [B, first_map² · features]
        x = nn.leaky_relu(
            Dense(config.discriminator_hidden, self.method, self.precision)(x), config.negative_slope
        )
        return tuple(jnp.split(nn.Dense(2 * config.z_dim)(x), 2, axis=-1))


def init_state(recipe: Recipe, seed: int) -> TrainState:
    """The state before the first step. In the place of a discriminator it has the encoder."""
    return _init_state(recipe.model, seed)


@partial(jax.jit, static_argnums=0)
def _init_state(config: ModelConfig, seed: int) -> TrainState:
    decoder_key, encoder_key = jax.random.split(jax.random.key(seed))
    decoder = Generator(config).init(decoder_key, jnp.zeros((1, config.z_dim)))
    encoder = Encoder(config).init(encoder_key, jnp.zeros((1, config.size, config.size, config.channels)))
    return state_from_networks(seed, decoder, encoder)


def build_step(config: StaticConfig, axis_name: str | None = None, method: Method = "auto") -> Step:
    """The pure step: as `gan.training.step.build_step`, with the encoder where D would be.

    Of its Metrics, `discriminator_loss` is the cross-entropy of a reproduced digit and `generator_loss` the
    KL divergence of z from N(0, 1), in nats. The penalty and the scores are 0.
    """
    precision = resolve_precision(config.precision)
    encode = Encoder(config.model, method, precision).apply
    decode = Generator(config.model, method=method, precision=precision).apply
    mean = partial(lax.pmean, axis_name=axis_name) if axis_name else lambda tree: tree

    def loss(networks: dict[str, Any], real: jax.Array, noise: jax.Array) -> tuple[jax.Array, tuple]:
        """The negative evidence lower bound in nats, a scalar, and its two parts: of the pixels and of z.

        A pixel is ink or not; the decoder gives the probability of ink.
        """
        means, logarithms = encode(networks["encoder"], real)
        copy = decode(networks["decoder"], means + jnp.exp(0.5 * logarithms) * noise)
        ink, pixel_prob = 0.5 * (1 + real), 0.5 * (1 + copy)
        pixel_nll = -ink * jnp.log(pixel_prob + EPSILON) - (1 - ink) * jnp.log(1 - pixel_prob + EPSILON)
        error = jnp.mean(jnp.sum(pixel_nll, axis=(1, 2, 3)))
        divergence = 0.5 * jnp.mean(jnp.sum(means**2 + jnp.exp(logarithms) - 1 - logarithms, axis=-1))
        return error + divergence, (error, divergence)

    def step(
        state: TrainState, hyper: Hyperparams, data: Data, example_indices: jax.Array
    ) -> tuple[TrainState, Metrics]:
        key = batch_key(state.seed, state.step)  # as a GAN of this seed
        batch = sample_batch(config.model, data, key, example_indices)
        networks = {"decoder": state.generator, "encoder": state.discriminator}
        gradients, (error, divergence) = mean(jax.grad(loss, has_aux=True)(networks, batch.real, batch.z))
        adam = optimizer("adam", hyper.generator_lr, hyper)

        def learn(gradients: Any, opt: optax.OptState, variables: Any) -> tuple[Any, optax.OptState]:
            updates, opt = adam.update(gradients["params"], opt)
            return {"params": optax.apply_updates(variables["params"], updates)}, opt

        decoder, generator_opt = learn(gradients["decoder"], state.generator_opt, state.generator)
        encoder, discriminator_opt = learn(gradients["encoder"], state.discriminator_opt, state.discriminator)
        state = TrainState(
            step=state.step + 1,
            seed=state.seed,
            generator=decoder,
            discriminator=encoder,
            generator_ema=update_ema(state.generator_ema, decoder, state.step, hyper.ema_decay),
            generator_opt=generator_opt,
            discriminator_opt=discriminator_opt,
        )
        nothing = jnp.float32(0)
        metrics = Metrics(
            discriminator_loss=error,
            generator_loss=divergence,
            penalty=nothing,
            real_score=nothing,
            fake_score=nothing,
            discriminator_gradient=optax.tree.norm(gradients["encoder"]),
            generator_gradient=optax.tree.norm(gradients["decoder"]),
        )
        return state, metrics

    return step


def copies(config: ModelConfig, encoder: Any, decoder: Any, real: jax.Array) -> jax.Array:
    """Real pictures [B, size, size, channels] in −1…1 as they come back from their most probable z."""
    means, _ = Encoder(config).apply(encoder, real)
    return Generator(config).apply(decoder, means)


AUTOENCODER = Algorithm(init_state, build_step, has_critic=False)
