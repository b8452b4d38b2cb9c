"""The judge: a small digit classifier, frozen. Its features are what all our metrics are taken on.

`python -m gan.classifier` trains it anew, in some minutes on two cores, and refuses to write one
that reads fewer than 99.4 % of the test set. The weights that ship are float16 (under 1 MB); their
hash belongs beside every figure, since another classifier would give others.
"""

import argparse
import datetime
import functools
import hashlib
import shlex
import sys
import time
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import linen as nn
from tqdm import tqdm

from gan import checkpoints, console, data, device
from gan.console import CommandLine
from gan.errors import InputError
from gan.layers import Conv

PATH = Path(__file__).parent.parent / "checkpoints" / "classifier.safetensors"
FEATURES = 128
BATCH = 100  # pictures a call: nothing recompiles, and the patches stay in the cache (2× faster than 1000)
LEAST_ACCURACY = 0.994

EPOCHS, BATCH_SIZE, LEARNING_RATE, DROPOUT = 30, 128, 2e-3, 0.4


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


class Reading(NamedTuple):
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
    about: dict[str, str]  # how it was trained, what it reaches


@functools.cache
def load() -> Weights:
    """Raises InputError if the file is missing or damaged."""
    arrays, about = checkpoints.read_arrays(PATH)
    halves = checkpoints.fill(str(PATH), jax.eval_shape(lambda: to_halves(_fresh(0))), arrays)
    return Weights(_to_floats(halves), hashlib.sha256(PATH.read_bytes()).hexdigest()[:12], about)


def to_halves(variables: dict) -> dict:
    """As float16, as they are stored."""
    return jax.tree.map(lambda leaf: leaf.astype(jnp.float16), variables)


def _to_floats(halves: dict) -> dict:
    return jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), halves)


def _fresh(seed: int) -> dict:
    return Classifier().init(jax.random.key(seed), jnp.zeros((1, 28, 28, 1)))


@jax.jit
def _read(variables: dict, pictures: jax.Array) -> tuple[jax.Array, jax.Array]:
    features, logits = Classifier().apply(variables, pictures.astype(jnp.float32) / 255)
    return features, jax.nn.softmax(logits)


def read(pictures: np.ndarray, variables: dict | None = None) -> Reading:
    """Features and probabilities of uint8 pictures [N, 28, 28, 1], N ≥ 1."""
    variables = load().variables if variables is None else variables
    parts = []
    for start in range(0, len(pictures), BATCH):
        part = pictures[start : start + BATCH]
        padded = np.pad(part, ((0, BATCH - len(part)), (0, 0), (0, 0), (0, 0)))
        parts.append([np.asarray(output)[: len(part)] for output in _read(variables, padded)])
    return Reading(*(np.concatenate(outputs) for outputs in zip(*parts, strict=True)))


# --- Training -------------------------------------------------------------------------------------


def distort(pictures: jax.Array, key: jax.Array) -> jax.Array:
    """Each picture [B, 28, 28] turned, sheared, scaled and shifted a little, by its own draw."""

    def one(picture: jax.Array, key: jax.Array) -> jax.Array:
        shift_key, matrix_key = jax.random.split(key)
        shift = jax.random.uniform(shift_key, (2, 1), minval=-2.5, maxval=2.5)  # pixels
        matrix = jnp.eye(2) + jax.random.uniform(matrix_key, (2, 2), minval=-0.18, maxval=0.18)
        places = jnp.stack(jnp.meshgrid(jnp.arange(28.0), jnp.arange(28.0), indexing="ij")).reshape(2, -1)
        sources = matrix @ (places - 13.5) + 13.5 + shift
        return jax.scipy.ndimage.map_coordinates(picture, sources, order=1).reshape(28, 28)

    return jax.vmap(one)(pictures, jax.random.split(key, len(pictures)))


def fit(
    images: np.ndarray, labels: np.ndarray, epochs: int = EPOCHS, seed: int = 0, progress: bool = False
) -> dict:
    """Trains a classifier on uint8 images [N, 28, 28, 1] and labels [N]; the average of its last weights."""
    images, labels = jnp.asarray(images[..., 0]), jnp.asarray(labels)
    steps = epochs * len(images) // BATCH_SIZE
    adam = optax.adamw(optax.cosine_onecycle_schedule(steps, LEARNING_RATE), weight_decay=1e-2)
    variables = _fresh(seed)

    def loss(variables: dict, pictures: jax.Array, targets: jax.Array, key: jax.Array) -> jax.Array:
        _, logits = Classifier().apply(variables, pictures[..., None], key)
        smooth = optax.smooth_labels(jax.nn.one_hot(targets, 10), 0.05)
        return optax.softmax_cross_entropy(logits, smooth).mean()

    @jax.jit
    def chunk(carry: tuple, keys: jax.Array) -> tuple:
        def step(carry: tuple, key: jax.Array) -> tuple[tuple, None]:
            variables, average, state = carry
            index_key, distort_key, dropout_key = jax.random.split(key, 3)
            index = jax.random.randint(index_key, (BATCH_SIZE,), 0, len(images))
            pictures = distort(images[index].astype(jnp.float32) / 255, distort_key)
            gradients = jax.grad(loss)(variables, pictures, labels[index], dropout_key)
            updates, state = adam.update(gradients, state, variables)
            variables = optax.apply_updates(variables, updates)
            average = optax.incremental_update(variables, average, 0.002)
            return (variables, average, state), None

        return jax.lax.scan(step, carry, keys)[0]

    carry = (variables, variables, adam.init(variables))
    keys = jax.random.split(jax.random.key(seed), steps - steps % 100)
    for part in tqdm(keys.reshape(-1, 100), disable=not progress, unit="×100 steps"):
        carry = chunk(carry, part)
    return carry[1]


def train_and_write(out: Path, epochs: int, seed: int, command: str) -> None:
    """Raises InputError, and writes nothing, if the classifier is a poor one."""
    train, test = data.load("mnist", "train"), data.load("mnist", "test")
    start = time.perf_counter()
    halves = to_halves(fit(train.images, train.labels, epochs, seed, progress=True))
    seconds = time.perf_counter() - start
    accuracy = float((read(test.images, _to_floats(halves)).digits == test.labels).mean())
    print(f"reads {accuracy:.2%} of the test set")
    if accuracy < LEAST_ACCURACY:
        raise InputError(f"that is below {LEAST_ACCURACY:.1%}; nothing was written, train longer")
    about = {
        "format": "forger-classifier",
        "accuracy": f"{accuracy:.4f}",
        "epochs": str(epochs),
        "seed": str(seed),
        "seconds": f"{seconds:.0f}",
        "command": command,
        "device": device.describe(),
        "versions": device.versions(),
        "date": datetime.date.today().isoformat(),
    }
    checkpoints.write_arrays(out, halves, about)
    print(f"written to {out}")


def main(arguments: list[str] | None = None) -> int:
    parser = CommandLine(prog="python -m gan.classifier", description="Train the judge on MNIST.")
    parser.add_argument("--out", type=Path, default=PATH, help=f"where to write it (default: {PATH.name})")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=0)

    def work(parsed: argparse.Namespace) -> None:
        console.check_seed(parsed.seed)
        if parsed.epochs < 1:
            raise InputError(f"--epochs {parsed.epochs}: expected 1 or more")
        if not parsed.out.parent.is_dir():
            raise InputError(f"--out {parsed.out}: no folder {parsed.out.parent}")
        command = shlex.join(["python", "-m", "gan.classifier", *(arguments or sys.argv[1:])])
        train_and_write(parsed.out, parsed.epochs, parsed.seed, command)

    return console.run(parser, work, arguments)


if __name__ == "__main__":
    sys.exit(main())
