"""Batches, drawn inside the compiled step from a training set that lives on the device.

Whatever is random is derived from the seed, the step and the number of the example in the batch, never from
the device. So a batch is the same batch on one device and on eight.
"""

import enum
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp

from gan.config import ModelConfig
from gan.networks.images import normalize_images


class RngStream(enum.IntEnum):
    """What an example's random numbers are for: each use has a key of its own."""

    INDEX = 0
    Z = 1
    NOISE_ON_REAL = 2
    NOISE_ON_FAKE = 3
    DROPOUT_ON_REAL = 4
    DROPOUT_ON_FAKE = 5
    WHERE_TO_PENALISE = 6
    DROPOUT_IN_PENALTY = 7
    DROPOUT_FOR_G = 8
    DROPOUT_ON_REAL_FOR_G = 9
    WRONG_LABEL = 10
    DROPOUT_ON_WRONG_LABEL = 11
    OTHER_Z = 12
    AUGMENT_REAL = 13
    AUGMENT_FAKE = 14


class Data(NamedTuple):
    """The training set, whole, on the device."""

    images: jax.Array  # uint8 [N, size, size, channels]
    labels: jax.Array  # int32 [N]; zeros where there are none


class Batch(NamedTuple):
    """One device's share of a batch."""

    keys: jax.Array  # [B], one an example
    real: jax.Array  # [B, size, size, channels] in −1…1
    labels: jax.Array | None  # int32 [B], the classes of the real pictures; G is asked for the same ones
    z: jax.Array  # [B, z_dim]

    def keys_for(self, stream: RngStream) -> jax.Array:
        """[B] keys, which differ between examples and between streams."""
        return jax.vmap(jax.random.fold_in, (0, None))(self.keys, stream)

    def with_wrong_labels(self, classes: int) -> "Batch":
        """The same pictures, each with one of the other classes."""

        def shift(key: jax.Array) -> jax.Array:
            return jax.random.randint(key, (), 1, classes)

        shifts = jax.vmap(shift)(self.keys_for(RngStream.WRONG_LABEL))
        return self._replace(labels=(self.labels + shifts) % classes)

    def with_new_z(self, model: ModelConfig) -> "Batch":
        """The same classes, each with another z."""
        z = jax.vmap(partial(jax.random.normal, shape=self.z.shape[1:]))(self.keys_for(RngStream.OTHER_Z))
        return self._replace(z=_align_latent_class(model, z, self.labels))


def batch_key(seed: jax.Array, number: jax.Array) -> jax.Array:
    """The key of a run's batch of that number, from 0.

    All batches have the third key that is made of the seed: from the first two, the weights are drawn.
    """
    return jax.random.fold_in(jax.random.fold_in(jax.random.key(seed), 2), number)


def sample_batch(model: ModelConfig, data: Data, key: jax.Array, example_indices: jax.Array) -> Batch:
    """Examples of a step's batch, drawn from the training set with replacement.

    Args:
      key: of the batch.
      example_indices: int32 [B], which examples of the whole batch these are.
    """
    keys = jax.vmap(partial(jax.random.fold_in, key))(example_indices)

    def sample_one(key: jax.Array) -> tuple[jax.Array, jax.Array]:
        index_key, z_key = (jax.random.fold_in(key, stream) for stream in (RngStream.INDEX, RngStream.Z))
        index = jax.random.randint(index_key, (), 0, data.images.shape[0])
        return index, jax.random.normal(z_key, (model.z_dim,))

    index, z = jax.vmap(sample_one)(keys)
    labels = data.labels[index] if model.label_classes else None
    return Batch(keys, normalize_images(data.images[index]), labels, _align_latent_class(model, z, labels))


def _align_latent_class(model: ModelConfig, z: jax.Array, labels: jax.Array | None) -> jax.Array:
    """z [B, z_dim], changed so that the latent class of each z is its label.

    The latent class is the largest of the last numbers of z. That number and the one of the label change
    places. Without latent classes z stays as it is.
    """
    if not model.latent_classes:
        return z

    def swap(z: jax.Array, label: jax.Array) -> jax.Array:
        first = model.z_dim - model.latent_classes
        wanted, largest = first + label, first + jnp.argmax(z[first:])
        return z.at[wanted].set(z[largest]).at[largest].set(z[wanted])

    return jax.vmap(swap)(z, labels)


def add_instance_noise(
    pictures: jax.Array, deviation: jax.Array, batch: Batch, stream: RngStream
) -> jax.Array:
    """Pictures [B, size, size, channels] with normal noise of that standard deviation.

    D sees real and generated pictures through such noise. Sønderby et al. 2016, arXiv 1610.04490 §2.3.
    """

    def noisy() -> jax.Array:
        noise = jax.vmap(lambda key: jax.random.normal(key, pictures.shape[1:]))(batch.keys_for(stream))
        return pictures + deviation * noise

    # Drawing the noise takes a third of a step of small networks, so it is not drawn to be multiplied by 0.
    return jax.lax.cond(deviation > 0, noisy, lambda: pictures)
