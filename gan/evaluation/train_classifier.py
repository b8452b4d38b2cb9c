"""How a classifier is trained: on distorted images, with a moving average of its weights."""

import datetime
import functools
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
from tqdm import tqdm

from gan.data.held_out import load_splits
from gan.errors import InputError
from gan.evaluation import classifier
from gan.networks import checkpoints, tensor_file
from gan.training import devices

DIGIT_EPOCHS = 60  # of the digit classifier; 30 read 99.33 % of the validation pictures
MIN_ACCURACY = 0.994  # of the digit classifier, on validation pictures
EPOCHS, BATCH_SIZE, LEARNING_RATE = 30, 128, 2e-3
MIN_STEPS = 1500  # however few the images are
MAX_STEPS = 12_000  # with images of 28×28; with larger ones fewer, as each step takes longer
CHUNK = 100  # steps in each call of the compiled function
LABEL_SMOOTHING = 0.05
EMA_RATE = 0.002  # the share of the newest weights in their moving average
MAX_SHIFT = 2.5 / 28  # by which part of its size a distorted image is moved, along each axis
MAX_SHEAR = 0.18  # how far each entry of the distortion's matrix is from that of the identity
TURNS = 4  # the classes where images have no labels: turned by 0, 90, 180 and 270 degrees


def random_affine(images: jax.Array, key: jax.Array) -> jax.Array:
    """Each image [B, H, H, C] turned, sheared, scaled and shifted a little, by random numbers of its own."""
    size = images.shape[1]
    middle, max_shift = (size - 1) / 2, MAX_SHIFT * size

    def transform(image: jax.Array, key: jax.Array) -> jax.Array:
        shift_key, matrix_key = jax.random.split(key)
        shift = jax.random.uniform(shift_key, (2, 1), minval=-max_shift, maxval=max_shift)
        matrix = jnp.eye(2) + jax.random.uniform(matrix_key, (2, 2), minval=-MAX_SHEAR, maxval=MAX_SHEAR)
        rows_and_columns = jnp.meshgrid(jnp.arange(float(size)), jnp.arange(float(size)), indexing="ij")
        pixels = jnp.stack(rows_and_columns).reshape(2, -1)  # [2, H · H]
        sources = matrix @ (pixels - middle) + middle + shift  # where each pixel's value comes from
        move = functools.partial(jax.scipy.ndimage.map_coordinates, coordinates=sources, order=1)
        return jax.vmap(move, in_axes=-1, out_axes=-1)(image).reshape(image.shape)

    return jax.vmap(transform)(images, jax.random.split(key, len(images)))


def turn(images: jax.Array, turns: jax.Array) -> jax.Array:
    """Each image [B, H, H, C] turned by 90° as often as `turns` [B] says, 0 to 3 times."""
    turned = jnp.stack([jnp.rot90(images, k, axes=(1, 2)) for k in range(TURNS)])  # [4, B, H, H, C]
    return turned[turns, jnp.arange(len(images))]


def steps_for(count: int, size: int) -> int:
    """How many steps a classifier of so many images, of size × size pixels, is trained for."""
    most = round(MAX_STEPS * (28 / size) ** 2)
    return int(np.clip(EPOCHS * count // BATCH_SIZE, MIN_STEPS, most))


def fit(
    images: np.ndarray,
    labels: np.ndarray | None,
    classes: int,
    steps: int,
    seed: int = 0,
    progress: str | None = None,
) -> dict:
    """Trains a classifier.

    Args:
      images: uint8 [N, size, size, channels].
      labels: [N] in 0…classes−1. None: it learns by how much an image is turned, and `classes` is `TURNS`.
      steps: of `BATCH_SIZE` images each; rounded down to a multiple of `CHUNK`.
      seed: of the weights and of all draws.
      progress: what a progress bar says; None: there is none.
    Returns:
      A moving average of its weights, in which the last 500 steps or so count most.
    """
    known = None if labels is None else jnp.asarray(labels)
    images = jnp.asarray(images)
    adam = optax.adamw(optax.cosine_onecycle_schedule(steps, LEARNING_RATE), weight_decay=1e-2)
    variables = classifier.init_variables(seed, images.shape[1:], classes)

    def loss(variables: dict, images: jax.Array, targets: jax.Array, key: jax.Array) -> jax.Array:
        _, logits = classifier.Classifier(classes).apply(variables, images, key)
        smooth = optax.smooth_labels(jax.nn.one_hot(targets, classes), LABEL_SMOOTHING)
        return optax.softmax_cross_entropy(logits, smooth).mean()

    @jax.jit
    def train_chunk(carry: tuple, keys: jax.Array) -> tuple:
        def step(carry: tuple, key: jax.Array) -> tuple[tuple, None]:
            variables, average, state = carry
            index_key, distort_key, dropout_key = jax.random.split(key, 3)
            index = jax.random.randint(index_key, (BATCH_SIZE,), 0, len(images))
            batch = random_affine(images[index].astype(jnp.float32) / 255, distort_key)
            if known is None:
                targets = jax.random.randint(jax.random.fold_in(index_key, 0), (BATCH_SIZE,), 0, TURNS)
                batch = turn(batch, targets)
            else:
                targets = known[index]
            gradients = jax.grad(loss)(variables, batch, targets, dropout_key)
            updates, state = adam.update(gradients, state, variables)
            variables = optax.apply_updates(variables, updates)
            average = optax.incremental_update(variables, average, EMA_RATE)
            return (variables, average, state), None

        return jax.lax.scan(step, carry, keys)[0]

    carry = (variables, variables, adam.init(variables))
    keys = jax.random.split(jax.random.key(seed), steps - steps % CHUNK)
    bar = tqdm(keys.reshape(-1, CHUNK), progress, disable=progress is None, unit=f"×{CHUNK} steps")
    for part in bar:
        carry = train_chunk(carry, part)
    return carry[1]


def accuracy(images: np.ndarray, labels: np.ndarray | None, variables: dict) -> float:
    """The share of images whose class a classifier tells right; without labels, by how much they are turned.

    Args: as `fit` has them.
    """
    if labels is not None:
        return float((classifier.predict(images, variables).labels == labels).mean())
    turned = [np.rot90(images, k, axes=(1, 2)) for k in range(TURNS)]
    found = [(classifier.predict(each, variables).labels == k).mean() for k, each in enumerate(turned)]
    return float(np.mean(found))


def train_and_write(out: Path, epochs: int, seed: int, command: str) -> None:
    """Trains the digit classifier on 50,000 training pictures of MNIST and writes it to a file.

    Args:
      command: what was typed to train it, for the file's metadata.
    Raises:
      InputError: its accuracy on validation pictures is below `MIN_ACCURACY`; then nothing is written.
    """
    splits, start = load_splits("mnist"), time.perf_counter()
    rest, validation, test = splits.rest, splits.validation, splits.test
    steps = epochs * len(rest.images) // BATCH_SIZE
    stored = classifier.to_float16(fit(rest.images, rest.labels, 10, steps, seed, "digit classifier"))
    seconds = time.perf_counter() - start
    used = classifier.to_float32(stored)
    validated = accuracy(validation.images, validation.labels, used)
    print(f"reads {validated:.2%} of the validation pictures")
    if validated < MIN_ACCURACY:
        raise InputError(f"that is below {MIN_ACCURACY:.1%}; nothing was written, train longer")
    metadata = {
        "format": "forger-classifier",
        "accuracy": f"{accuracy(test.images, test.labels, used):.4f}",  # asked once; nothing depends on it
        "validation_accuracy": f"{validated:.4f}",
        "training_pictures": str(len(rest.images)),
        "epochs": str(epochs),
        "seed": str(seed),
        "seconds": f"{seconds:.0f}",
        "command": command,
        "device": devices.describe(),
        "versions": devices.versions(),
        "date": datetime.date.today().isoformat(),
    }
    tensor_file.write_arrays(out, stored, checkpoints.without_paths(metadata))
    print(f"written to {out}")
