"""What the directions of a latent space do: found, measured, and named by what they do most.

The directions span what changes pictures most (`leading_directions`). Within that span they
are turned, each at right angles to the others, so that the first of them follow what a hand can
vary: slant, stroke, and so on. What each does is then measured anew, on other z; its name says what
it does most, and not what it was turned towards.

A survey takes seconds, and is kept in a file beside its checkpoint: links and programs on other
machines must mean the same directions.
"""

import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.evaluation import classifier
from gan.exploring import tsne
from gan.exploring.leading_directions import leading_directions
from gan.networks import latents, tensor_file
from gan.networks.sampler import Sampler

FORMAT, VERSION = "forger-survey", "1"
COUNT = 8  # directions
SPAN = 12  # leading ones, of which they are made
REACH = 2.0  # standard deviations of z to either side, where it is measured
NAMED = 0.5  # of an attribute's own spread, from end to end: what changes less gives no name
REAL = 2000  # training pictures whose logits generated ones are compared with


class Effort(NamedTuple):
    """How many z are looked at."""

    seeds: int  # at which the leading directions are found
    samples: int  # over which what a direction does is averaged
    points: int  # on the chart


FULL = Effort(64, 400, 2400)
QUICK = Effort(6, 64, 400)  # within a second or so, for a model that is still in training
Look = Callable[[np.ndarray], np.ndarray]


class Attribute(NamedTuple):
    """Something that can be measured on a picture of a digit."""

    name: str
    unit: str


ATTRIBUTES = (
    Attribute("Slant", "°"),
    Attribute("Stroke", " px"),
    Attribute("Width", " px"),
    Attribute("Height", " px"),
    Attribute("Roundness", ""),
    Attribute("Top-heavy", ""),
    Attribute("Left-heavy", ""),
)


class Survey(NamedTuple):
    """Directions of z, what each does, and how D judges real digits."""

    directions: np.ndarray  # float32 [D, z_dim], of length 1, at right angles
    effects: np.ndarray  # float32 [D, attributes]: the change from −REACH to REACH, in their units
    spreads: np.ndarray  # float32 [attributes]: their standard deviations over all samples
    drifts: np.ndarray  # float32 [D, 10]: the change of the classifier's probabilities
    logits: np.ndarray  # float32 [max(classes, 1), 101]: percentiles of D's logits on real ones, or [0, 101]
    # A chart of the seeds 0…P−1, of a conditional model with the digit seed mod 10:
    places: np.ndarray  # float32 [P, 2] in −1…1, alike beside alike
    digits: np.ndarray  # uint8 [P], as the classifier reads them
    scores: np.ndarray  # uint8 [P]: than how many of 100 real ones D finds them more real

    def names(self) -> list[dict[str, str]]:
        """What to call each direction: {"name", "effect"}, names no two of which are the same."""
        names, taken = [], set()
        for effect, drift in zip(self.effects / self.spreads, self.drifts, strict=True):
            ranked = [i for i in np.argsort(-np.abs(effect)) if abs(effect[i]) >= NAMED]
            free = [i for i in ranked if ATTRIBUTES[i].name not in taken]
            away, towards = int(np.argmin(drift)), int(np.argmax(drift))
            if free and free[0] == ranked[0]:
                name, text = ATTRIBUTES[free[0]].name, self._text(len(names), free[0])
            elif drift[towards] - drift[away] > 0.2:
                name, text = f"{away} to {towards}", f"{drift[towards]:.0%}"
            elif free:
                name = f"{ATTRIBUTES[ranked[0]].name} and {ATTRIBUTES[free[0]].name.lower()}"
                text = self._text(len(names), ranked[0])
            else:
                name, text = f"Style {sum(name.startswith('Style') for name in taken) + 1}", ""
            taken.add(name)
            names.append({"name": name, "effect": text})
        return names

    def _text(self, direction: int, attribute: int) -> str:
        return f"{self.effects[direction, attribute]:+.2g}{ATTRIBUTES[attribute].unit}"


def measure(pictures: np.ndarray) -> np.ndarray:
    """The attributes of digits, by the moments of their ink.

    Args:
      pictures: uint8 [N, 28, 28, channels].
    Returns:
      [N, attributes]: slant in degrees, positive to the right; width of the stroke; width (slant undone) and
      height, four standard deviations each; the shorter by the longer axis of the ink's ellipse; skewness
      upwards and to the left. Lengths in pixels.
    """
    ink = pictures.mean(-1) / 255 + 1e-9
    mass = ink.sum((1, 2))
    y, x = np.mgrid[:28, :28]

    def mean(values: np.ndarray) -> np.ndarray:
        return (ink * values).sum((1, 2)) / mass

    dx, dy = (axis - mean(axis)[:, None, None] for axis in (x, y))
    xx, yy, xy = mean(dx * dx), mean(dy * dy), mean(dx * dy)
    shear = -xy / yy
    upright = dx + shear[:, None, None] * dy  # x as it were without the slant
    edges = np.hypot(np.diff(ink, axis=1)[:, :, :-1], np.diff(ink, axis=2)[:, :-1]).sum((1, 2))
    difference = np.hypot(xx - yy, 2 * xy)
    return np.stack(
        [
            np.degrees(np.arctan(shear)),
            2 * mass / np.maximum(edges, 1),  # a stroke of width w and length l: area w · l, edges 2 · l
            4 * np.sqrt(mean(upright**2)),
            4 * np.sqrt(yy),
            np.sqrt((xx + yy - difference) / (xx + yy + difference)),
            mean(dy**3) / yy**1.5,  # a long tail below: the bulk is above
            mean(upright**3) / mean(upright**2) ** 1.5,
        ],
        axis=1,
    )


def make(sampler: Sampler, dataset: Dataset, effort: Effort) -> Survey:
    """Surveys a model, in some seconds. `dataset`: real pictures for D to judge."""
    z_dim, classes = sampler.config.z_dim, max(sampler.config.classes, 1)

    def draw(z: np.ndarray) -> np.ndarray:
        return sampler.generate(z, np.arange(len(z)) * classes // len(z))

    span = leading_directions(
        lambda z: sampler.generate(z, np.arange(len(z)) // (2 * z_dim) % classes),
        z_dim,
        min(SPAN, z_dim),
        effort.seeds,
    )
    z = latents.stream(1, effort.samples, z_dim)
    spreads = np.maximum(measure(draw(z)).std(0), 1e-6)  # of a generator that collapsed it is nothing
    (effects,) = _across(span, z, draw, measure)
    directions = _turn(span, effects / spreads)[:COUNT]
    effects, drifts = _across(
        directions, latents.stream(2, effort.samples, z_dim), draw, measure, _probabilities
    )
    percentiles = _percentiles(sampler, dataset)
    arrays = map(np.float32, (directions, effects, spreads, drifts, percentiles))
    return Survey(*arrays, *_chart(sampler, percentiles, effort.points))


def _across(directions: np.ndarray, z: np.ndarray, draw: Look, *looks: Look) -> list[np.ndarray]:
    """For each look at pictures, its mean change from one end of each direction to the other: [D, …]."""
    changes = []
    for direction in directions:
        middle = z - np.outer(z @ direction, direction)
        low, high = (draw(middle + sign * REACH * direction) for sign in (-1, 1))
        changes.append([look(high).mean(0) - look(low).mean(0) for look in looks])
    return [np.array(each) for each in zip(*changes, strict=True)]


def _turn(span: np.ndarray, effects: np.ndarray) -> np.ndarray:
    """The span's directions, turned: first those that move one attribute most, the strongest first.

    Args:
      span: [S, z_dim], orthonormal.
      effects: [S, attributes], in units of their spreads.
    """
    turned, left = [], effects.copy()
    for _ in range(min(COUNT, effects.shape[1])):
        strongest = int(np.argmax(np.linalg.norm(left, axis=0)))
        strength = np.linalg.norm(left[:, strongest])
        if strength < NAMED:
            break
        axis = left[:, strongest] / strength
        turned.append(axis)
        left -= np.outer(axis, axis @ left)
        left[:, strongest] = 0
    # The rest: what is left of the leading directions, in their order.
    for axis in np.eye(len(span)):
        axis = axis - sum((axis @ other) * other for other in turned)
        if np.linalg.norm(axis) > 0.5 and len(turned) < len(span):
            turned.append(axis / np.linalg.norm(axis))
    return np.array(turned) @ span


def _probabilities(pictures: np.ndarray) -> np.ndarray:
    """The classifier's reading, [N, 10]; it cannot read colours."""
    if pictures.shape[-1] != 1:
        return np.zeros((len(pictures), 10))
    return classifier.predict(pictures).probabilities


def _percentiles(sampler: Sampler, dataset: Dataset) -> np.ndarray:
    """Of D's logits on real pictures, by class; [0, 101] if D has seen others or judges only packs."""
    images, labels = dataset.images[:REAL], dataset.labels[:REAL]
    classes, channels = sampler.config.classes, sampler.config.channels
    fits = channels == images.shape[-1] and classes in (0, dataset.classes)
    same = fits and sampler.metadata.get("dataset") == dataset.name
    logits = sampler.discriminate(images, labels) if same else None
    if logits is None:
        return np.zeros((0, 101))
    groups = [logits[labels == label] for label in range(classes)] if classes else [logits]
    return np.array([np.percentile(group, np.arange(101)) for group in groups])


def _chart(
    sampler: Sampler, percentiles: np.ndarray, points: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    labels = np.arange(points) % max(sampler.config.classes, 1)
    pictures = sampler.generate(latents.from_seeds(np.arange(points), sampler.config.z_dim), labels)
    scores = np.zeros(points)
    if len(percentiles):
        logits = sampler.discriminate(pictures, labels)
        scores = [np.searchsorted(percentiles[i], x) for i, x in zip(labels, logits, strict=True)]
    if pictures.shape[-1] == 1:
        reading = classifier.predict(pictures)
        features, digits = reading.features, reading.digits
    else:
        features, digits = pictures.reshape(points, -1) / 255, labels
    return tsne.embed(features), digits.astype(np.uint8), np.minimum(scores, 100).astype(np.uint8)


# --- The file beside a checkpoint -------------------------------------------------------------------


def path_beside(checkpoint: Path) -> Path:
    return checkpoint.with_suffix(".survey.safetensors")


def load(checkpoint: Path, sampler: Sampler, dataset: Callable[[], Dataset]) -> Survey:
    """The survey beside a checkpoint; made, and kept if it can be, where there is none of these weights."""
    wanted = FORMAT, VERSION, _digest(checkpoint)
    with contextlib.suppress(InputError, TypeError):  # none, a damaged one, or one without all arrays
        arrays, metadata = tensor_file.read_arrays(path_beside(checkpoint))
        if (metadata.get("format"), metadata.get("version"), metadata.get("checkpoint")) == wanted:
            return Survey(**arrays)
    survey = make(sampler, dataset(), FULL)
    with contextlib.suppress(OSError):  # a folder that cannot be written to: next time it is made again
        save(checkpoint, survey)
    return survey


def save(checkpoint: Path, survey: Survey) -> None:
    """Writes the file beside a checkpoint, for these weights of it."""
    metadata = {"format": FORMAT, "version": VERSION, "checkpoint": _digest(checkpoint)}
    tensor_file.write_arrays(path_beside(checkpoint), survey._asdict(), metadata)


def _digest(checkpoint: Path) -> str:
    return hashlib.sha256(checkpoint.read_bytes()).hexdigest()
