"""The generator and the discriminator. Their shape comes from `ModelConfig` alone."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from flax import linen as nn
from jax.scipy.special import erf

from gan.config import ModelConfig
from gan.networks.layers import Conv, Dense, Method, Precision, dropout

Variables = dict[str, Any]  # {"params": …} and, where a network keeps them, {"batch_stats": …}
RESIDUAL = "Residual_"  # begins the name of a residual layer; the number of its stage follows


class Generator(nn.Module):
    """Turns z, and a class if there are any, into an image. At 28 pixels: 7×7 → 14×14 → 28×28."""

    config: ModelConfig
    axis_name: str | None = None  # of the mapped axis that batch statistics are averaged over
    method: Method = "auto"
    precision: Precision = "float32"  # of the factors of products

    @nn.compact
    def __call__(
        self,
        z: jax.Array,
        labels: jax.Array | None = None,
        train: bool = False,
        sampling: bool = False,
    ) -> jax.Array:
        """
        Args:
          z: [B, z_dim], drawn from N(0, 1). Where there are latent classes, its last numbers choose one.
          labels: [B] in 0…classes−1, or None for an unconditional network.
          train: normalise with this batch's statistics instead of the running ones.
          sampling: apply `sampling_scale` to the style part of z, `sampling_class_offsets` to the rest, and
            `sampling_contrast` to the picture, as samples are shown; training does none of them.
        Returns:
          Images [B, size, size, channels] in −1…1.
        """
        config = self.config
        first, *following = config.generator_channels
        *kernels, last_kernel = config.generator_kernels
        side = config.first_map
        dense = partial(Dense, method=self.method, precision=self.precision, kernel_init=_initializer(config))
        conv = partial(Conv, method=self.method, precision=self.precision)
        upsample = partial(conv, transposed=True)

        def activate(x: jax.Array) -> jax.Array:
            if config.batch_norm:
                x = nn.BatchNorm(
                    use_running_average=not train,
                    momentum=config.batch_norm_momentum,
                    axis_name=self.axis_name,
                )(x)
            return nn.leaky_relu(x, config.negative_slope)

        style, class_weights = split_latent(config, z, labels, sampling)  # [B, style], [B, classes]
        style = from_normal(config, style)
        if sampling:
            style = config.sampling_scale * style
        x = inputs = jnp.concatenate([style, class_weights], axis=-1)  # [B, inputs]
        for _ in range(config.mapping_layers):
            x = nn.leaky_relu(dense(config.mapping_width)(x), config.negative_slope)  # [B, mapping_width]
        if config.mapping_layers:
            # The mapping alone would lose some of the variety of z.
            x = jnp.concatenate([inputs, x], axis=-1)  # [B, inputs + mapping_width]
        x = activate(dense(side * side * first)(x))  # [B, side · side · first]
        x = x.reshape(-1, side, side, first)  # [B, side, side, first]
        # A transposed 4×4 layer of stride 2 adds up 2×2 taps for each pixel. So its fan-in is a quarter of
        # what the shape of its kernel says, and the variance of its weights is 4 times as large.
        for stage, (features, kernel) in enumerate(zip(following, kernels, strict=True)):
            x = activate(upsample(features, kernel, kernel_init=_initializer(config, 8.0))(x))
            # [B, 2 · side, 2 · side, features], then [B, 4 · side, …]
            if config.generator_residual:
                x += nn.leaky_relu(residual(conv, features, stage)(x), config.negative_slope)
        # No ReLU follows the last one, for which 4 would keep the variance. It begins at a quarter of that:
        # the first fakes are nearly grey, where tanh has its steepest slope, and not saturated.
        x = upsample(config.channels, last_kernel, kernel_init=_initializer(config, 1.0))(x)
        if sampling:
            x = config.sampling_contrast * x
        return jnp.tanh(x)  # [B, size, size, channels]


class Discriminator(nn.Module):
    """Turns an image, or a pack of images, into one logit, which is positive for images that look real."""

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
          x: images [B, size, size, channels] in −1…1.
          labels: [B]; or None for an unconditional network, or to take for each image the class that suits it
            best.
          keys: [B] random keys for dropout, or None to leave dropout out.
          update_stats: advance the power iteration of spectral normalisation by one step.
        Returns:
          logits [B / packing]
        """
        config = self.config

        def normalise(layer: nn.Module):
            if config.spectral_norm:  # Miyato et al. 2018, arXiv 1802.05957
                return lambda y: nn.SpectralNorm(layer)(y, update_stats=update_stats)
            return layer

        def drop(y: jax.Array, layer: int) -> jax.Array:
            if keys is None or not config.dropout:
                return y
            return dropout(y, jax.vmap(jax.random.fold_in, (0, None))(keys, layer), config.dropout)

        x = pack(x, config.packing)  # [B / packing, size, size, packing · channels]
        keys = None if keys is None else keys[:: config.packing]  # [B / packing]
        conv = partial(Conv, method=self.method, precision=self.precision, kernel_init=_initializer(config))
        for layer, features in enumerate(config.discriminator_channels):
            # [B / packing, size / 2, size / 2, features], then [B / packing, size / 4, …]
            x = normalise(conv(features, 4))(x)
            x = drop(nn.leaky_relu(x, config.negative_slope), layer)
            if config.discriminator_residual:
                x += nn.leaky_relu(normalise(residual(conv, features, layer))(x), config.negative_slope)
        x = x.reshape(x.shape[0], -1)  # [B / packing, first_map² · last features]
        if config.discriminator_hidden:
            hidden = Dense(config.discriminator_hidden, self.method, self.precision, _initializer(config))
            x = nn.leaky_relu(normalise(hidden)(x), config.negative_slope)  # [B / packing, hidden]
        logits = normalise(nn.Dense(1, kernel_init=_initializer(config, 1.0)))(x)[:, 0]  # [B / packing]
        if config.label_classes:  # a projection discriminator, Miyato & Koyama 2018, arXiv 1802.05637
            embed = normalise(nn.Dense(x.shape[-1], use_bias=False, kernel_init=_initializer(config, 1.0)))
            if labels is None:
                every_class = embed(jnp.eye(config.label_classes))  # [classes, F]
                projection = jnp.max(x @ every_class.T, axis=-1)  # [B / packing]
            else:
                classes = embed(jax.nn.one_hot(labels, config.label_classes))  # [B, F]
                projection = jnp.sum(classes * x, axis=-1)  # [B]
            logits += projection / x.shape[-1] ** 0.5
        return logits


def residual(conv: Callable[..., Conv], features: int, stage: int) -> Conv:
    """The 3×3 layer whose LeakyReLU is added to its input, [B, H, W, features], at the end of a stage.

    Its weights begin at 0, so a network that is given such layers computes what it did without them.
    """
    return conv(features, 3, 1, kernel_init=nn.initializers.zeros_init(), name=f"{RESIDUAL}{stage}")


def split_latent(
    config: ModelConfig, z: jax.Array, labels: jax.Array | None, sampling: bool = False
) -> tuple[jax.Array, jax.Array]:
    """The two parts of the generator's input: the style, and how much of each class the image shows.

    Args:
      z: [B, z_dim], drawn from N(0, 1).
      labels: [B], or None for an unconditional network.
      sampling: apply `sampling_class_offsets`.
    Returns:
      style: [B, z_dim − latent_classes], the first numbers of z.
      class_weights: [B, C], each row with sum 1. A conditional network has them from the labels. A network
        with latent classes has them from the last numbers of z: their softmax, which is close to one class
        because the inverse temperature is high. All other networks have C = 0.
    """
    if config.classes:
        return z, jax.nn.one_hot(labels, config.classes)
    if config.latent_classes:
        style, scores = z[:, : -config.latent_classes], z[:, -config.latent_classes :]
        if sampling and config.sampling_class_offsets:
            scores += jnp.asarray(config.sampling_class_offsets)[None]
        return style, jax.nn.softmax(config.latent_class_inverse_temperature * scores)
    return z, z[:, :0]


def from_normal(config: ModelConfig, z: jax.Array) -> jax.Array:
    """Numbers drawn from N(0, 1), any shape, as numbers of the prior that the generator learns from.

    The prior "normal" leaves them as they are. "uniform" maps them through the normal distribution function
    Φ to √3 · (2Φ(z) − 1), which is uniform in −√3…√3 and has the variance 1.
    """
    if config.latent_prior == "uniform":
        return 3**0.5 * erf(z / 2**0.5)
    return z


def pack(images: jax.Array, packing: int) -> jax.Array:
    """Neighbours in a batch as the channels of one image (PacGAN, Lin et al. 2018, arXiv 1712.04086).

    [B, H, W, C] to [B / packing, H, W, packing · C].
    """
    if packing == 1:
        return images
    batch, height, width, channels = images.shape
    packs = images.reshape(-1, packing, height, width, channels).transpose(0, 2, 3, 1, 4)
    return packs.reshape(batch // packing, height, width, packing * channels)


def init_variables(config: ModelConfig, key: jax.Array) -> tuple[Variables, Variables]:
    """Fresh weights, and statistics where there are any, of the generator and of the discriminator."""
    generator_key, discriminator_key = jax.random.split(key)
    z = jnp.zeros((config.packing, config.z_dim))
    images = jnp.zeros((config.packing, config.size, config.size, config.channels))
    labels = jnp.zeros((config.packing,), jnp.int32) if config.label_classes else None
    return (
        Generator(config).init(generator_key, z, labels),
        Discriminator(config).init(discriminator_key, images, labels),
    )


def _initializer(config: ModelConfig, scale: float = 2.0) -> nn.initializers.Initializer:
    """How kernels are drawn: as DCGAN's are (Radford et al. 2015, arXiv 1511.06434, §4), or with variance
    scale / fan-in. A scale of 2 suits layers before a ReLU (He et al. 2015, arXiv 1502.01852), 1 the others.
    """
    if config.initializer == "dcgan":
        return nn.initializers.normal(0.02)
    return nn.initializers.variance_scaling(scale, "fan_in", "normal")
