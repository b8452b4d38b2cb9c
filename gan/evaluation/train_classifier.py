"""How the digit classifier is trained: on MNIST, slightly distorted, with the average of its last weights."""

import datetime
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
from tqdm import tqdm

from gan.data import datasets
from gan.errors import InputError
from gan.evaluation import classifier
from gan.networks import tensor_file
from gan.training import devices

LEAST_ACCURACY = 0.994
EPOCHS, BATCH_SIZE, LEARNING_RATE = 30, 128, 2e-3


def random_affine(pictures: jax.Array, key: jax.Array) -> jax.Array:
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
    variables = classifier.init_variables(seed)

    def loss(variables: dict, pictures: jax.Array, targets: jax.Array, key: jax.Array) -> jax.Array:
        _, logits = classifier.Classifier().apply(variables, pictures[..., None], key)
        smooth = optax.smooth_labels(jax.nn.one_hot(targets, 10), 0.05)
        return optax.softmax_cross_entropy(logits, smooth).mean()

    @jax.jit
    def chunk(carry: tuple, keys: jax.Array) -> tuple:
        def step(carry: tuple, key: jax.Array) -> tuple[tuple, None]:
            variables, average, state = carry
            index_key, distort_key, dropout_key = jax.random.split(key, 3)
            index = jax.random.randint(index_key, (BATCH_SIZE,), 0, len(images))
            pictures = random_affine(images[index].astype(jnp.float32) / 255, distort_key)
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
    train, test = datasets.load_dataset("mnist", "train"), datasets.load_dataset("mnist", "test")
    start = time.perf_counter()
    halves = classifier.to_halves(fit(train.images, train.labels, epochs, seed, progress=True))
    seconds = time.perf_counter() - start
    accuracy = float(
        (classifier.predict(test.images, classifier.to_floats(halves)).digits == test.labels).mean()
    )
    print(f"reads {accuracy:.2%} of the test set")
    if accuracy < LEAST_ACCURACY:
        raise InputError(f"that is below {LEAST_ACCURACY:.1%}; nothing was written, train longer")
    metadata = {
        "format": "forger-classifier",
        "accuracy": f"{accuracy:.4f}",
        "epochs": str(epochs),
        "seed": str(seed),
        "seconds": f"{seconds:.0f}",
        "command": command,
        "device": devices.describe(),
        "versions": devices.versions(),
        "date": datetime.date.today().isoformat(),
    }
    tensor_file.write_arrays(out, halves, metadata)
    print(f"written to {out}")
