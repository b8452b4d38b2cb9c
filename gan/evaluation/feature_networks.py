"""For each data set a network whose features its figures are computed on.

With labels it is a small classifier of the set's own classes. Without labels it tells by how much a picture
is turned: by 0, 90, 180 or 270 degrees (Gidaris et al. 2018, arXiv 1803.07728); to do so, it must see what a
picture shows. It learns from the training pictures without the validation pictures, once, in some minutes,
and is kept in the cache folder. MNIST's network is the digit classifier that ships.
"""

import contextlib
import hashlib
import json
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np

from gan import cache
from gan.data.dataset import Dataset
from gan.data.held_out import Splits
from gan.errors import InputError
from gan.evaluation import classifier, train_classifier
from gan.evaluation.classifier import Predictions
from gan.networks import tensor_file

FORMAT, VERSION = "forger-feature-network", "1"  # another version where the training changes
MAX_KEPT = 20  # networks of 1 to 3 MB; the oldest make room


class FeatureNetwork(NamedTuple):
    """A network that looks at the pictures of one data set."""

    variables: dict  # of a `classifier.Classifier`
    reads_classes: bool  # whether it tells the set's classes; if not, it tells turns
    accuracy: float | None  # in telling them, on validation pictures; None: these have no labels
    pictures: int  # that it learned from
    hash: str  # the first 12 digits of its file's SHA-256: figures of other networks cannot be compared

    def predict(self, images: np.ndarray) -> Predictions:
        """Features, and probabilities of classes or turns, of images uint8 [N, size, size, channels]."""
        return classifier.predict(images, self.variables)

    def describe(self) -> str:
        """What it is, in one line."""
        told = "the classes" if self.reads_classes else "by which quarter turns they are turned"
        how_many = "" if self.accuracy is None else f" of {self.accuracy:.2%} of the validation pictures"
        return f"feature network {self.hash}: trained on {self.pictures:,} pictures, tells {told}{how_many}"


def load(splits: Splits, progress: bool = False) -> FeatureNetwork:
    """The feature network of a data set: the one in the cache folder, or one that is trained now.

    Args:
      progress: show a progress bar while it is trained.
    """
    if splits.train.name == "mnist" and splits.train.images.shape[1:] == (28, 28, 1):
        return _shipped(splits.validation)
    path = _path(splits.rest)
    with contextlib.suppress(InputError, KeyError, ValueError):  # not there, damaged, or of another version
        return _read(path, splits.rest)
    return _train(splits, path, progress)


def _shipped(validation: Dataset) -> FeatureNetwork:
    """The digit classifier. One that was trained before there were validation pictures has seen them too."""
    weights = classifier.load()
    told = weights.metadata.get("validation_accuracy")
    variables = weights.variables
    accuracy = train_classifier.accuracy(validation.images, validation.labels, variables)
    pictures = int(weights.metadata.get("training_pictures", 60_000))
    return FeatureNetwork(variables, True, float(told or accuracy), pictures, weights.hash)


def _train(splits: Splits, path: Path, progress: bool) -> FeatureNetwork:
    rest = splits.rest
    classes = rest.classes or train_classifier.TURNS
    steps = train_classifier.steps_for(len(rest.images), rest.images.shape[1])
    says = "feature network" if progress else None
    trained = train_classifier.fit(rest.images, rest.labels, classes, steps, progress=says)
    stored = classifier.to_float16(trained)
    accuracy = _accuracy(splits, classifier.to_float32(stored))
    told = "" if accuracy is None else f"{accuracy:.4f}"
    metadata = {"format": FORMAT, "version": VERSION, "accuracy": told}
    content = tensor_file.to_bytes(stored, metadata)
    with contextlib.suppress(OSError):  # nothing can be kept: the next call trains another one
        path.parent.mkdir(parents=True, exist_ok=True)
        tensor_file.write_atomically(path, content)
        by_age = sorted(path.parent.glob("*.safetensors"), key=lambda each: each.stat().st_mtime)
        for old in by_age[:-MAX_KEPT]:
            old.unlink()
    return _parse(content, str(path), rest)


def _accuracy(splits: Splits, variables: dict) -> float | None:
    """A network's accuracy on validation pictures; None if it reads classes and these have no labels."""
    labels = splits.validation.labels
    if splits.rest.labels is None:
        labels = None  # it tells turns
    elif labels is None:
        return None
    return train_classifier.accuracy(splits.validation.images, labels, variables)


def _read(path: Path, rest: Dataset) -> FeatureNetwork:
    return _parse(tensor_file.read_content(path), str(path), rest)


def _parse(content: bytes, name: str, rest: Dataset) -> FeatureNetwork:
    """The network in a file's content. Raises InputError, KeyError or ValueError if it is not this one."""
    arrays, metadata = tensor_file.parse_arrays(content, name)
    if (metadata["format"], metadata["version"]) != (FORMAT, VERSION):
        raise InputError(f"{name}: of another version")
    classes = rest.classes or train_classifier.TURNS

    def template() -> dict:
        return classifier.to_float16(classifier.init_variables(0, rest.images.shape[1:], classes))

    variables = classifier.to_float32(tensor_file.restore_into(name, jax.eval_shape(template), arrays))
    digest = hashlib.sha256(content).hexdigest()[:12]
    accuracy = float(metadata["accuracy"]) if metadata["accuracy"] else None
    return FeatureNetwork(variables, rest.labels is not None, accuracy, len(rest.images), digest)


def _path(rest: Dataset) -> Path:
    """Where the network of these pictures is kept."""
    key = hashlib.sha256(json.dumps([VERSION, rest.fingerprint()]).encode()).hexdigest()[:32]
    return cache.folder() / "feature-networks" / f"{key}.safetensors"
