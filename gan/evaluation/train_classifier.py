"""How the digit classifier is trained: on distorted MNIST images, with a moving average of its weights."""

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

MIN_ACCURACY = 0.994  # on the test set
EPOCHS, BATCH_SIZE, LEARNING_RATE = 30, 128, 2e-3
CHUNK = 100  # steps in each call of the compiled function
LABEL_SMOOTHING = 0.05
EMA_RATE = 0.002  # the share of the newest weights in their moving average
MAX_SHIFT = 2.5  # pixels by which a distorted image is moved, along each axis
MAX_SHEAR = 0.18  # how far each entry of the distortion's matrix is from that of the identity


def random_affine(images: jax.Array, key: jax.Array) -> jax.Array:
    """Each image [B, 28, 28] turned, sheared, scaled and shifted a little, by random numbers of its own."""

    def transform(image: jax.Array, key: jax.Array) -> jax.Array:
        shift_key, matrix_key = jax.random.split(key)
        shift = jax.random.uniform(shift_key, (2, 1), minval=-MAX_SHIFT, maxval=MAX_SHIFT)
        matrix = jnp.eye(2) + jax.random.uniform(matrix_key, (2, 2), minval=-MAX_SHEAR, maxval=MAX_SHEAR)
        rows_and_columns = jnp.meshgrid(jnp.arange(28.0), jnp.arange(28.0), indexing="ij")
        pixels = jnp.stack(rows_and_columns).reshape(2, -1)  # [2, 28 · 28]
        sources = matrix @ (pixels - 13.5) + 13.5 + shift  # where each pixel's value comes from
        return jax.scipy.ndimage.map_coordinates(image, sources, order=1).reshape(28, 28)

    return jax.vmap(transform)(images, jax.random.split(key, len(images)))


def fit(
    images: np.ndarray, labels: np.ndarray, epochs: int = EPOCHS, seed: int = 0, progress: bool = False
) -> dict:
    """Trains a classifier.

    Args:
      images: uint8 [N, 28, 28, 1].
      labels: [N] in 0…9.
      epochs: how often each image is drawn, on average.
      seed: of the weights and of all draws.
      progress: show a progress bar.
    Returns:
      A moving average of its weights, in which the last 500 steps or so count most.
    """
    images, labels = jnp.asarray(images[..., 0]), jnp.asarray(labels)
    steps = epochs * len(images) // BATCH_SIZE
    adam = optax.adamw(optax.cosine_onecycle_schedule(steps, LEARNING_RATE), weight_decay=1e-2)
    variables = classifier.init_variables(seed)

    def loss(variables: dict, images: jax.Array, targets: jax.Array, key: jax.Array) -> jax.Array:
        _, logits = classifier.Classifier().apply(variables, images[..., None], key)
        smooth = optax.smooth_labels(jax.nn.one_hot(targets, 10), LABEL_SMOOTHING)
        return optax.softmax_cross_entropy(logits, smooth).mean()

    @jax.jit
    def train_chunk(carry: tuple, keys: jax.Array) -> tuple:
        def step(carry: tuple, key: jax.Array) -> tuple[tuple, None]:
            variables, average, state = carry
            index_key, distort_key, dropout_key = jax.random.split(key, 3)
            index = jax.random.randint(index_key, (BATCH_SIZE,), 0, len(images))
            distorted = random_affine(images[index].astype(jnp.float32) / 255, distort_key)
            gradients = jax.grad(loss)(variables, distorted, labels[index], dropout_key)
            updates, state = adam.update(gradients, state, variables)
            variables = optax.apply_updates(variables, updates)
            average = optax.incremental_update(variables, average, EMA_RATE)
            return (variables, average, state), None

        return jax.lax.scan(step, carry, keys)[0]

    carry = (variables, variables, adam.init(variables))
    keys = jax.random.split(jax.random.key(seed), steps - steps % CHUNK)
    for part in tqdm(keys.reshape(-1, CHUNK), disable=not progress, unit=f"×{CHUNK} steps"):
        carry = train_chunk(carry, part)
    return carry[1]


def train_and_write(out: Path, epochs: int, seed: int, command: str) -> None:
    """Trains the classifier on MNIST and writes it to a file.

    Args:
      command: what was typed to train it, for the file's metadata.
    Raises:
      InputError: its accuracy on the test set is below `MIN_ACCURACY`; then nothing is written.
    """
    train, test = datasets.load_dataset("mnist", "train"), datasets.load_dataset("mnist", "test")
    start = time.perf_counter()
    stored = classifier.to_float16(fit(train.images, train.labels, epochs, seed, progress=True))
    seconds = time.perf_counter() - start
    digits = classifier.predict(test.images, classifier.to_float32(stored)).digits
    accuracy = float((digits == test.labels).mean())
    print(f"reads {accuracy:.2%} of the test set")
    if accuracy < MIN_ACCURACY:
        raise InputError(f"that is below {MIN_ACCURACY:.1%}; nothing was written, train longer")
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
    tensor_file.write_arrays(out, stored, metadata)
    print(f"written to {out}")
