"""Batches, drawn inside the compiled step from a training set that lives on the device.

Whatever is random belongs to the key of (seed, step, example), never to a device: a batch is the
same batch on one device and on eight.
"""

import enum
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp

from gan.config import ModelConfig, Recipe
from gan.networks.images import normalize_images


class RngStream(enum.IntEnum):
    """What an example's randomness is for. 0 and 1 are its index and its z."""

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


class Data(NamedTuple):
    """The training set, whole, on the device."""

    images: jax.Array  # uint8 [N, 28, 28, channels]
    labels: jax.Array  # int32 [N]; zeros where there are none


class Batch(NamedTuple):
    """One device's share of a batch."""

    keys: jax.Array  # [B], one an example
    real: jax.Array  # [B, 28, 28, channels] in −1…1
    labels: jax.Array | None  # [B]; fakes are asked for the same classes
    z: jax.Array  # [B, z_dim]

    def fresh_keys(self, purpose: RngStream) -> jax.Array:
        """[B] keys, others for each purpose."""
        return jax.vmap(jax.random.fold_in, (0, None))(self.keys, purpose)

    def with_wrong_labels(self, classes: int) -> "Batch":
        """The same pictures, each with one of the other classes."""

        def shift(key: jax.Array) -> jax.Array:
            return jax.random.randint(key, (), 1, classes)

        shifts = jax.vmap(shift)(self.fresh_keys(RngStream.WRONG_LABEL))
        return self._replace(labels=(self.labels + shifts) % classes)

    def with_new_z(self, model: ModelConfig) -> "Batch":
        """The same classes, each with another z."""
        draw = jax.vmap(partial(jax.random.normal, shape=self.z.shape[1:]))
        return self._replace(
            z=_align_latent_class(model, draw(self.fresh_keys(RngStream.OTHER_Z)), self.labels)
        )


def sample_batch(recipe: Recipe, data: Data, key: jax.Array, examples: jax.Array) -> Batch:
    """The examples of that number in the step's batch, drawn with replacement."""
    keys = jax.vmap(partial(jax.random.fold_in, key))(examples)

    def one(key: jax.Array) -> tuple[jax.Array, jax.Array]:
        index_key, z_key = jax.random.split(key)  # the same as fold_in(key, 0) and (key, 1)
        index = jax.random.randint(index_key, (), 0, data.images.shape[0])
        return index, jax.random.normal(z_key, (recipe.model.z_dim,))

    index, z = jax.vmap(one)(keys)
    labels = data.labels[index] if recipe.model.label_classes else None
    return Batch(
        keys, normalize_images(data.images[index]), labels, _align_latent_class(recipe.model, z, labels)
    )


def _align_latent_class(model: ModelConfig, z: jax.Array, labels: jax.Array | None) -> jax.Array:
    """z [B, z_dim] whose hidden numbers choose these classes: the largest changes places with the class's."""
    if not model.latent_classes:
        return z

    def swap(z: jax.Array, label: jax.Array) -> jax.Array:
        first = model.z_dim - model.latent_classes
        here, there = first + label, first + jnp.argmax(z[first:])
        return z.at[here].set(z[there]).at[there].set(z[here])

    return jax.vmap(swap)(z, labels)


def add_instance_noise(
    pictures: jax.Array, deviation: jax.Array, batch: Batch, purpose: RngStream
) -> jax.Array:
    """Instance noise on what D sees. Sønderby et al. 2016, arXiv 1610.04490 §2.3."""

    def noisy() -> jax.Array:
        noise = jax.vmap(lambda key: jax.random.normal(key, pictures.shape[1:]))(batch.fresh_keys(purpose))
        return pictures + deviation * noise

    # Drawing the noise takes a third of a step of small networks: not where it would be multiplied by 0.
    return jax.lax.cond(deviation > 0, noisy, lambda: pictures)
