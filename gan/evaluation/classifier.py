"""The judge: a small digit classifier, frozen. Its features are what all our metrics are taken on.

`python -m gan classifier` trains it anew, in some minutes on two cores, and refuses to write one
that reads fewer than 99.4 % of the test set. The weights that ship are float16 (under 1 MB); their
hash belongs beside every figure, since another classifier would give others.
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
BATCH = 100  # pictures a call: nothing recompiles, and the patches stay in the cache (2× faster than 1000)

DROPOUT = 0.4


class Classifier(nn.Module):
    """28×28 → 14×14 → 7×7 → 128 features → 10 logits."""

    @nn.compact
    def __call__(self, x: jax.Array, key: jax.Array | None = None) -> tuple[jax.Array, jax.Array]:
        """
        Args:
          x: pictures [B, 28, 28, 1] in 0…1.
          key: for dropout, or None to leave it out.
        Returns:
          features [B, 128], logits [B, 10].
        """
        x = nn.relu(Conv(32, 4)(x))
        x = nn.relu(Conv(64, 4)(x)).reshape(x.shape[0], -1)
        features = nn.relu(nn.Dense(FEATURES)(x))
        kept = features
        if key is not None:
            kept = jnp.where(
                jax.random.bernoulli(key, 1 - DROPOUT, features.shape), features / (1 - DROPOUT), 0
            )
        return features, nn.Dense(10)(kept)


class Predictions(NamedTuple):
    """What the judge makes of N pictures."""

    features: np.ndarray  # float32 [N, 128]
    probabilities: np.ndarray  # float32 [N, 10]

    @property
    def digits(self) -> np.ndarray:
        return self.probabilities.argmax(axis=1)


class Weights(NamedTuple):
    """The judge as it ships."""

    variables: dict  # float32
    hash: str  # the first 12 digits of the file's SHA-256
    metadata: dict[str, str]  # how it was trained, what it reaches


@functools.cache
def load() -> Weights:
    """Raises InputError if the file is missing or damaged."""
    arrays, metadata = tensor_file.read_arrays(PATH)
    halves = tensor_file.restore_into(str(PATH), jax.eval_shape(lambda: to_halves(init_variables(0))), arrays)
    return Weights(to_floats(halves), hashlib.sha256(PATH.read_bytes()).hexdigest()[:12], metadata)


def to_halves(variables: dict) -> dict:
    """As float16, as they are stored."""
    return jax.tree.map(lambda leaf: leaf.astype(jnp.float16), variables)


def to_floats(halves: dict) -> dict:
    return jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), halves)


def init_variables(seed: int) -> dict:
    return Classifier().init(jax.random.key(seed), jnp.zeros((1, 28, 28, 1)))


@jax.jit
def _predict(variables: dict, pictures: jax.Array) -> tuple[jax.Array, jax.Array]:
    features, logits = Classifier().apply(variables, pictures.astype(jnp.float32) / 255)
    return features, jax.nn.softmax(logits)


def predict(pictures: np.ndarray, variables: dict | None = None) -> Predictions:
    """Features and probabilities of uint8 pictures [N, 28, 28, 1], N ≥ 1."""
    variables = load().variables if variables is None else variables
    parts = []
    for start in range(0, len(pictures), BATCH):
        part = pictures[start : start + BATCH]
        padded = np.pad(part, ((0, BATCH - len(part)), (0, 0), (0, 0), (0, 0)))
        parts.append([np.asarray(output)[: len(part)] for output in _predict(variables, padded)])
    return Predictions(*(np.concatenate(outputs) for outputs in zip(*parts, strict=True)))
