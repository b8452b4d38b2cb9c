"""A model's weights, ready for use: they generate images, and they score images.

Each function runs at a few fixed batch sizes only, so that nothing is compiled again and again.
"""

from collections.abc import Callable
from functools import partial

import jax
import numpy as np

from gan.config import ModelConfig
from gan.errors import InputError
from gan.networks import real_logits
from gan.networks.checkpoints import Model
from gan.networks.class_names import names_of
from gan.networks.images import denormalize_images, normalize_images
from gan.networks.networks import Discriminator, Generator, Variables

BATCH_SIZES = (
    1,
    16,
    64,
    256,
)  # a request is padded to the first that holds it, or cut into parts of the last


def generate(
    config: ModelConfig, generator: Variables, z: np.ndarray, labels: np.ndarray | None = None
) -> np.ndarray:
    """Images as G generates them for use, with the sampling scale and contrast of `config`.

    Args:
      z: [N, z_dim], drawn from N(0, 1).
      labels: [N] in 0…classes−1 for a conditional model; unconditional models ignore them.
    Returns:
      uint8 [N, size, size, channels].
    Raises:
      InputError: z or the labels have another shape, z is not finite, or a label is none of the model's
        classes.
    """
    z = np.asarray(z, np.float32)
    if z.ndim != 2:
        raise InputError(f"z has the shape {list(z.shape)}; give one row of {config.z_dim} for each picture")
    if z.shape[1] != config.z_dim:
        raise InputError(f"z has {z.shape[1]} numbers, this model takes {config.z_dim}")
    if not np.isfinite(z).all():
        raise InputError("z holds values that are not finite numbers; draw it from N(0, 1)")
    return _in_batches(partial(_generate, config, generator), z, _check_labels(config, labels, len(z)))


def discriminate(
    config: ModelConfig, discriminator: Variables, images: np.ndarray, labels: np.ndarray | None = None
) -> np.ndarray | None:
    """D's logits [N] on images, or None if D takes only packs of images.

    Args:
      images: uint8 [N, size, size, channels].
      labels: [N] in 0…classes−1 for a conditional model; unconditional models ignore them.
    Raises:
      InputError: the images or the labels have another shape, the images are not uint8, or a label is none
        of the model's classes.
    """
    if config.packing > 1:
        return None
    _check_images(config, images)
    labels = _check_labels(config, labels, len(images))
    return _in_batches(partial(_discriminate, config, discriminator), images, labels)


def logit_gradients(
    config: ModelConfig, discriminator: Variables, images: np.ndarray, labels: np.ndarray | None = None
) -> np.ndarray | None:
    """The gradient of D's logit at each pixel, which shows where D looks.

    Args and errors: as `discriminate`.
    Returns:
      float32 [N, size, size, channels], for pixels in −1…1; None if D takes only packs of images.
    """
    if config.packing > 1:
        return None
    _check_images(config, images)
    labels = _check_labels(config, labels, len(images))
    return _in_batches(partial(_logit_gradients, config, discriminator), images, labels)


class Sampler:
    """A loaded model, ready for use. It holds the weights on the device and no other state.

    Attributes:
      config: the networks.
      metadata: how they were trained.
      class_names: what the classes of a conditional model are called, by label; else empty.
      real_logits: percentiles 0…100 of D's logits on real pictures, float32 [max(classes, 1), 101]; None
        where the checkpoint has none, or D takes only packs of images.
    """

    def __init__(self, model: Model):
        self.config = model.recipe.model
        self.metadata = model.metadata
        self.class_names = names_of(model.metadata, self.config.classes)
        known = real_logits.percentiles_of(model.metadata, self.config.classes)
        self.real_logits = known if self.config.packing == 1 else None
        self.generator = jax.device_put(model.generator)
        self._discriminator = jax.device_put(model.discriminator)

    def generate(self, z: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Images uint8 [N, size, size, channels] of z [N, z_dim]. See `generate`."""
        return generate(self.config, self.generator, z, labels)

    def discriminate(self, images: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray | None:
        """D's logits [N] on images uint8 [N, size, size, channels]. See `discriminate`."""
        return discriminate(self.config, self._discriminator, images, labels)

    def realness(self, images: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray | None:
        """How many of 100 real pictures (of its class) D finds less real than each image, int32 [N].

        None where it is not known what D says of real pictures. Args and errors: see `discriminate`.
        """
        if self.real_logits is None:
            return None
        logits = self.discriminate(images, labels)
        labels = _check_labels(self.config, labels, len(images))
        return real_logits.percent_below(self.real_logits, logits, labels)

    def logit_gradients(self, images: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray | None:
        """The gradient of D's logit at each pixel of images uint8 [N, …]. See `logit_gradients`."""
        return logit_gradients(self.config, self._discriminator, images, labels)


@partial(jax.jit, static_argnums=0)
def _generate(config: ModelConfig, generator: Variables, z: jax.Array, labels: jax.Array) -> jax.Array:
    """Images uint8 [B, size, size, channels]."""
    images = Generator(config).apply(generator, z, labels, sampling=True)
    return denormalize_images(images)


@partial(jax.jit, static_argnums=0)
def _discriminate(
    config: ModelConfig, discriminator: Variables, images: jax.Array, labels: jax.Array
) -> jax.Array:
    """D's logits [B] on images uint8 [B, size, size, channels]."""
    labels = labels if config.classes else None
    return Discriminator(config).apply(discriminator, normalize_images(images), labels)


@partial(jax.jit, static_argnums=0)
def _logit_gradients(
    config: ModelConfig, discriminator: Variables, images: jax.Array, labels: jax.Array
) -> jax.Array:
    """float32 [B, size, size, channels] of images uint8 [B, size, size, channels]."""
    labels = labels if config.classes else None

    def sum_of_logits(x: jax.Array) -> jax.Array:  # each logit depends on its own image only
        return Discriminator(config).apply(discriminator, x, labels).sum()

    return jax.grad(sum_of_logits)(normalize_images(images))


def _check_images(config: ModelConfig, images: np.ndarray) -> None:
    """Raises InputError unless these are pictures of the model's size and channels, in whole grey levels."""
    wanted = (config.size, config.size, config.channels)
    if images.shape[1:] != wanted:
        found, wanted = ("×".join(map(str, shape)) for shape in (images.shape[1:], wanted))
        raise InputError(f"pictures of {found}, this model takes {wanted}")
    if images.dtype != np.uint8:  # pictures in −1…1 would all be black
        raise InputError(f"pictures of {images.dtype}; give uint8, from 0, black, to 255, white")


def _check_labels(config: ModelConfig, labels: np.ndarray | None, count: int) -> np.ndarray:
    """The labels as int32 [count]. Raises InputError if there are not `count` of them, or one is unknown."""
    if not count:
        raise InputError("no pictures are asked for; ask for at least one")
    if not config.classes:
        return np.zeros(count, np.int32)  # unconditional networks look at no label
    if labels is None:
        raise InputError(f"this model is conditional: choose a class, 0 to {config.classes - 1}")
    labels = np.asarray(labels)
    if labels.shape != (count,):
        raise InputError(f"{labels.size} classes for {count} pictures; give one for each")
    if not np.isin(labels, range(config.classes)).all():
        raise InputError(f"this model knows the classes 0 to {config.classes - 1}")
    return labels.astype(np.int32)


def _in_batches(function: Callable, inputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """function(inputs [N, …], labels [N]), computed in padded batches of the sizes in `BATCH_SIZES`."""
    outputs = []
    for start in range(0, len(inputs), BATCH_SIZES[-1]):
        part, part_labels = (array[start : start + BATCH_SIZES[-1]] for array in (inputs, labels))
        padding = next(size for size in BATCH_SIZES if size >= len(part)) - len(part)
        padded = np.pad(part, ((0, padding), *((0, 0),) * (part.ndim - 1)))
        output = function(padded, np.pad(part_labels, (0, padding)))
        outputs.append(np.asarray(output)[: len(part)])
    return np.concatenate(outputs)
