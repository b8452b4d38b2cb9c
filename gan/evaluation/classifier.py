"""A small classifier, whose features our metrics are computed on; and the digit classifier that ships.

The digit classifier has fixed weights. `python -m gan classifier` trains it anew, in some minutes on two
cores, and refuses to write one that reads fewer than 99.4 % of the validation pictures. The weights that ship
are float16 (under 1 MB). Another classifier would give other figures, so their hash is printed beside every
figure. Networks of other data sets: `gan.evaluation.feature_networks`.
"""

import functools
import hashlib
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from flax import linen as nn

from gan.networks import tensor_file
from gan.networks.layers import Conv

PATH = Path(__file__).parents[2] / "checkpoints" / "classifier.safetensors"
FEATURES = 128
DROPOUT = 0.4  # the probability that a feature is dropped in training
BATCH_SIZE = 100  # images in each call. At 100, intermediate results fit the cache: 2× faster than 1000.


class Classifier(nn.Module):
    """Images of 28×28 → 14×14 → 7×7 → 128 features → logits; 32 → 16 → 8, or 64 → 32 → 16 → 8."""

    classes: int = 10

    @nn.compact
    def __call__(self, x: jax.Array, key: jax.Array | None = None) -> tuple[jax.Array, jax.Array]:
        """
        Args:
          x: images [B, size, size, channels] in 0…1.
          key: a random key for dropout, or None to leave dropout out.
        Returns:
          features [B, 128], logits [B, classes].
        """
        x = nn.relu(Conv(32, 4)(x))  # [B, size / 2, size / 2, 32]
        while x.shape[1] > 8:
            x = nn.relu(Conv(64, 4)(x))  # at the end [B, 7, 7, 64] or [B, 8, 8, 64]
        x = x.reshape(x.shape[0], -1)
        kept = features = nn.relu(nn.Dense(FEATURES)(x))  # [B, 128]
        if key is not None:
            is_kept = jax.random.bernoulli(key, 1 - DROPOUT, features.shape)
            kept = jnp.where(is_kept, features / (1 - DROPOUT), 0)
        return features, nn.Dense(self.classes)(kept)


class Predictions(NamedTuple):
    """What a classifier says of N images."""

    features: np.ndarray  # float32 [N, 128]
    probabilities: np.ndarray  # float32 [N, classes]

    @property
    def labels(self) -> np.ndarray:
        """The most probable class of each image, [N]."""
        return self.probabilities.argmax(axis=1)

    @property
    def confidence(self) -> np.ndarray:
        """The probability of that class, [N]."""
        return self.probabilities.max(axis=1)


class Weights(NamedTuple):
    """The digit classifier as it ships."""

    variables: dict  # float32
    hash: str  # the first 12 digits of the file's SHA-256
    metadata: dict[str, str]  # how it was trained, and its accuracy on the test set


@functools.cache
def load() -> Weights:
    """The digit classifier that ships. Raises InputError if its file is missing or damaged."""
    arrays, metadata = tensor_file.read_arrays(PATH)
    template = jax.eval_shape(lambda: to_float16(init_variables(0)))
    stored = tensor_file.restore_into(str(PATH), template, arrays)
    return Weights(to_float32(stored), hashlib.sha256(PATH.read_bytes()).hexdigest()[:12], metadata)


def to_float16(variables: dict) -> dict:
    """Weights as they are stored."""
    return jax.tree.map(lambda leaf: leaf.astype(jnp.float16), variables)


def to_float32(variables: dict) -> dict:
    """Stored weights as they are used."""
    return jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), variables)


def init_variables(seed: int, shape: tuple[int, int, int] = (28, 28, 1), classes: int = 10) -> dict:
    """Fresh weights, float32, for images of this shape."""
    return Classifier(classes).init(jax.random.key(seed), jnp.zeros((1, *shape)))


def classes_of(variables: dict) -> int:
    """How many classes a classifier with these weights knows."""
    return variables["params"]["Dense_1"]["bias"].shape[0]


@jax.jit
def _predict(variables: dict, images: jax.Array) -> tuple[jax.Array, jax.Array]:
    network = Classifier(classes_of(variables))
    features, logits = network.apply(variables, images.astype(jnp.float32) / 255)
    return features, jax.nn.softmax(logits)


def predict(images: np.ndarray, variables: dict | None = None) -> Predictions:
    """Features and probabilities of images.

    Args:
      images: uint8 [N, size, size, channels], N ≥ 1, of the kind that the classifier was trained on.
      variables: the weights of another classifier than the digit classifier that ships.
    """
    variables = load().variables if variables is None else variables
    parts = []
    for start in range(0, len(images), BATCH_SIZE):
        part = images[start : start + BATCH_SIZE]
        padded = np.pad(part, ((0, BATCH_SIZE - len(part)), (0, 0), (0, 0), (0, 0)))
        parts.append([np.asarray(output)[: len(part)] for output in _predict(variables, padded)])
    return Predictions(*(np.concatenate(outputs) for outputs in zip(*parts, strict=True)))
