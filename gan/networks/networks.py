"""The generator and the discriminator. Their shape comes from `ModelConfig` alone."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from flax import linen as nn
from jax.scipy.special import erf

from gan.config import ModelConfig
from gan.networks.layers import Conv, Dense, Method, Precision, dropout

Variables = dict[str, Any]  # {"params": …} and, where a network keeps them, {"batch_stats": …}


def _initializer(config: ModelConfig, scale: float = 2.0) -> nn.initializers.Initializer:
    if config.initializer == "dcgan":
        return nn.initializers.normal(0.02)  # DCGAN, arXiv 1511.06434 §3
    return nn.initializers.variance_scaling(scale, "fan_in", "normal")


class Generator(nn.Module):
    """Noise, and a class if there are any, to a picture: 7×7 → 14×14 → 28×28."""

    config: ModelConfig
    axis_name: str | None = None  # batch statistics are shared over this axis
    method: Method = "auto"
    precision: Precision = "float32"  # of the factors of products

    @nn.compact
    def __call__(self, z: jax.Array, labels: jax.Array | None = None, train: bool = False) -> jax.Array:
        """
        Args:
          z: [B, z_dim], drawn from N(0, 1). Where there are hidden classes, its last numbers choose one.
          labels: [B] in 0…classes−1, or None for an unconditional network.
          train: normalise with this batch's statistics instead of the running ones.
        Returns:
          Pictures [B, 28, 28, channels] in −1…1.
        """
        config = self.config
        first, second = config.generator_channels
        size_up, size_out = config.generator_kernels

        def activate(x: jax.Array) -> jax.Array:
            if config.batch_norm:
                x = nn.BatchNorm(
                    use_running_average=not train,
                    momentum=config.batch_norm_momentum,
                    axis_name=self.axis_name,
                )(x)
            return nn.leaky_relu(x, config.negative_slope)

        shares = z[:, :0]
        if config.classes:
            shares = jax.nn.one_hot(labels, config.classes)
        if config.latent_classes:
            z, choice = z[:, : -config.latent_classes], z[:, -config.latent_classes :]
            shares = jax.nn.softmax(config.latent_class_inverse_temperature * choice)
        if config.latent_prior == "uniform":
            z = 3**0.5 * erf(z / 2**0.5)  # 2Φ(z) − 1, of variance 1: in −√3…√3
        if not train:
            z = config.sampling_scale * z
        z = jnp.concatenate([z, shares], axis=-1)
        dense = partial(Dense, method=self.method, precision=self.precision, kernel_init=_initializer(config))
        x = z
        for _ in range(config.mapping_layers):
            x = nn.leaky_relu(dense(config.mapping_width)(x), config.negative_slope)
        if config.mapping_layers:
            x = jnp.concatenate([z, x], axis=-1)  # mapped alone, z loses some of its variety
        x = activate(dense(7 * 7 * first)(x))
        x = x.reshape(-1, 7, 7, first)
        # A transposed 4×4 layer of stride 2 sums 2×2 taps a pixel, so its fan-in is a quarter of
        # what its kernel's shape says.
        layer = partial(Conv, transposed=True, method=self.method, precision=self.precision)
        up = layer(second, size_up, kernel_init=_initializer(config, 8.0))
        x = activate(up(x))  # [B, 14, 14, second]
        out = layer(config.channels, size_out, kernel_init=_initializer(config, 1.0))
        return jnp.tanh(out(x))  # [B, 28, 28, channels]


class Discriminator(nn.Module):
    """A picture, or a pack of them (PacGAN, arXiv 1712.04086), to one logit: real if positive."""

    config: ModelConfig
    method: Method = "auto"
    precision: Precision = "float32"  # of the factors of products

    @nn.compact
    def __call__(
        self,
        x: jax.Array,
        labels: jax.Array | None = None,
        keys: jax.Array | None = None,
        update_stats: bool = False,
    ) -> jax.Array:
        """
        Args:
          x: [B, 28, 28, channels] in −1…1.
          labels: [B], or None: of an unconditional network, or for the class that suits x best.
          keys: [B] random keys for dropout, or None to leave it out.
          update_stats: advance the power iteration of spectral normalisation by one step.
        Returns:
          logits [B / packing]
        """
        config = self.config
        if config.packing > 1:
            batch, height, width, channels = x.shape
            x = x.reshape(-1, config.packing, height, width, channels).transpose(0, 2, 3, 1, 4)
            x = x.reshape(batch // config.packing, height, width, config.packing * channels)
            keys = None if keys is None else keys[:: config.packing]

        def normalise(layer: nn.Module):
            if config.spectral_norm:  # arXiv 1802.05957
                return lambda y: nn.SpectralNorm(layer)(y, update_stats=update_stats)
            return layer

        def drop(y: jax.Array, layer: int) -> jax.Array:
            if keys is None or not config.dropout:
                return y
            return dropout(y, jax.vmap(jax.random.fold_in, (0, None))(keys, layer), config.dropout)

        init = _initializer(config)
        conv = partial(Conv, method=self.method, precision=self.precision, kernel_init=init)
        for layer, features in enumerate(config.discriminator_channels):
            x = normalise(conv(features, 4))(x)
            x = drop(nn.leaky_relu(x, config.negative_slope), layer)
        x = x.reshape(x.shape[0], -1)  # [B, 7·7·features]
        if config.discriminator_hidden:
            hidden = Dense(config.discriminator_hidden, self.method, self.precision, init)
            x = normalise(hidden)(x)
            x = nn.leaky_relu(x, config.negative_slope)
        logits = normalise(nn.Dense(1, kernel_init=_initializer(config, 1.0)))(x)[:, 0]
        if config.label_classes:  # projection discriminator, arXiv 1802.05637
            project = normalise(nn.Dense(x.shape[-1], use_bias=False, kernel_init=_initializer(config, 1.0)))
            if labels is None:
                fit = jnp.max(x @ project(jnp.eye(config.label_classes)).T, axis=-1)
            else:
                fit = jnp.sum(project(jax.nn.one_hot(labels, config.label_classes)) * x, axis=-1)
            logits += fit / x.shape[-1] ** 0.5
        return logits


def init_variables(config: ModelConfig, key: jax.Array) -> tuple[Variables, Variables]:
    """Fresh weights (and statistics) of the generator and the discriminator."""
    generator_key, discriminator_key = jax.random.split(key)
    z = jnp.zeros((config.packing, config.z_dim))
    pictures = jnp.zeros((config.packing, 28, 28, config.channels))
    labels = jnp.zeros((config.packing,), jnp.int32) if config.label_classes else None
    return (
        Generator(config).init(generator_key, z, labels),
        Discriminator(config).init(discriminator_key, pictures, labels),
    )
