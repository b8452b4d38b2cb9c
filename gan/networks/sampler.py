"""Weights to pictures, at a few fixed batch shapes, so that nothing recompiles."""

from collections.abc import Callable
from functools import partial

import jax
import numpy as np

from gan.config import ModelConfig
from gan.errors import InputError
from gan.networks.checkpoints import Model
from gan.networks.images import normalize_images
from gan.networks.networks import Discriminator, Generator, Variables

BATCHES = (1, 16, 64, 256)  # a request is padded to the first that holds it, or cut into the last


@partial(jax.jit, static_argnums=0)
def _generate(config: ModelConfig, generator: Variables, z: jax.Array, labels: jax.Array) -> jax.Array:
    pictures = Generator(config).apply(generator, z, labels)
    return jax.numpy.round((pictures + 1) * 127.5).astype("uint8")


@partial(jax.jit, static_argnums=0)
def _judge(
    config: ModelConfig, discriminator: Variables, pictures: jax.Array, labels: jax.Array
) -> jax.Array:
    return Discriminator(config).apply(
        discriminator, normalize_images(pictures), labels if config.classes else None
    )


@partial(jax.jit, static_argnums=0)
def _slopes(
    config: ModelConfig, discriminator: Variables, pictures: jax.Array, labels: jax.Array
) -> jax.Array:
    def total(real: jax.Array) -> jax.Array:  # each logit is of its own picture only
        return Discriminator(config).apply(discriminator, real, labels if config.classes else None).sum()

    return jax.grad(total)(normalize_images(pictures))


def generate(
    config: ModelConfig, generator: Variables, z: np.ndarray, labels: np.ndarray | None = None
) -> np.ndarray:
    """Pictures, uint8 [N, 28, 28, channels], of z [N, z_dim] and, for a conditional model, labels [N].

    Raises InputError if z or the labels have another shape, or a label is none of the model's.
    """
    if z.ndim != 2 or z.shape[1] != config.z_dim:
        found = z.shape[1] if z.ndim == 2 else z.size
        raise InputError(f"z has {found} numbers, this model takes {config.z_dim}")
    return _in_batches(partial(_generate, config, generator), z, _check_labels(config, labels, len(z)))


def judge(
    config: ModelConfig, discriminator: Variables, pictures: np.ndarray, labels: np.ndarray | None = None
) -> np.ndarray | None:
    """D's logits [N] on pictures uint8 [N, 28, 28, channels]; None if D only judges packs of them.

    Raises InputError if the pictures or the labels have another shape, or a label is none of the model's.
    """
    if config.packing > 1:
        return None
    wanted = (28, 28, config.channels)
    if pictures.shape[1:] != wanted:
        found, wanted = ("×".join(map(str, shape)) for shape in (pictures.shape[1:], wanted))
        raise InputError(f"pictures of {found}, this model takes {wanted}")
    return _in_batches(
        partial(_judge, config, discriminator), pictures, _check_labels(config, labels, len(pictures))
    )


def slopes(
    config: ModelConfig, discriminator: Variables, pictures: np.ndarray, labels: np.ndarray | None = None
) -> np.ndarray | None:
    """Where D looks: the slope of its logit at each pixel, the pixels in −1…1.

    Args:
      pictures: uint8 [N, 28, 28, channels].
    Returns:
      float32 [N, 28, 28, channels]; None if D only judges packs of pictures.
    """
    if config.packing > 1:
        return None
    return _in_batches(
        partial(_slopes, config, discriminator), pictures, _check_labels(config, labels, len(pictures))
    )


class Sampler:
    """A loaded model, ready for use. Holds its weights on the device and no other state."""

    def __init__(self, model: Model):
        self.config = model.recipe.model
        self.metadata = model.metadata
        self.generator = jax.device_put(model.generator)
        self._discriminator = jax.device_put(model.discriminator)

    def generate(self, z: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Pictures, uint8 [N, 28, 28, channels]. See `generate`."""
        return generate(self.config, self.generator, z, labels)

    def judge(self, pictures: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray | None:
        """D's logits [N]. See `judge`."""
        return judge(self.config, self._discriminator, pictures, labels)

    def slopes(self, pictures: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray | None:
        """Where D looks. See `slopes`."""
        return slopes(self.config, self._discriminator, pictures, labels)


def _check_labels(config: ModelConfig, labels: np.ndarray | None, count: int) -> np.ndarray:
    """int32 [count]: the labels of so many pictures. Raises InputError if they are not so many, or wrong."""
    if not count:
        raise InputError("no pictures are asked for; ask for at least one")
    if not config.classes:
        return np.zeros(count, np.int32)  # unconditional networks look at no label
    if labels is None:
        raise InputError(f"this model is conditional: choose a digit, 0 to {config.classes - 1}")
    labels = np.asarray(labels, np.int32)
    if labels.shape != (count,):
        raise InputError(f"{labels.size} digits for {count} pictures; give one for each")
    if labels.min() < 0 or labels.max() >= config.classes:
        raise InputError(f"this model knows the digits 0 to {config.classes - 1}")
    return labels


def _in_batches(function: Callable, inputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    outputs = []
    for start in range(0, len(inputs), BATCHES[-1]):
        part, part_labels = inputs[start : start + BATCHES[-1]], labels[start : start + BATCHES[-1]]
        size = next(batch for batch in BATCHES if batch >= len(part))
        padding = size - len(part)
        part = np.pad(part, ((0, padding), *((0, 0),) * (part.ndim - 1)))
        outputs.append(np.asarray(function(part, np.pad(part_labels, (0, padding))))[: size - padding])
    return np.concatenate(outputs)
