"""Directions of a latent space: how they are found, what they change, and what they are called.

The directions span what changes images most (`leading_directions`). Within that span they are rotated, each
at a right angle to the others, so that the first of them follow what can be measured: slant and stroke of
drawings, light and size of other pictures. What each direction changes is then measured anew, on other z. Its
name says what it changes most, and not which attribute it was rotated towards.
"""

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from gan.evaluation import classifier
from gan.exploring.attributes import Attribute, attributes_of_size, image_attributes
from gan.exploring.leading_directions import leading_directions
from gan.exploring.subjects import is_judged, makes_drawings
from gan.networks import latents
from gan.networks.sampler import Sampler

COUNT = 8  # directions
SPAN = 12  # the leading directions that they are made of
REACH = 2.0  # standard deviations of z to either side: what a direction changes is measured between its ends
MIN_EFFECT = 0.5  # of an attribute's standard deviation, from end to end: smaller effects give no name
MIN_PROBABILITY_CHANGE = 0.2  # between the digit that gains and the one that loses: smaller ones give no name

Measure = Callable[[np.ndarray], np.ndarray]  # images uint8 [N, size, size, channels] -> numbers [N, …]


class Directions(NamedTuple):
    """D directions of z, and what each changes from −REACH to REACH."""

    directions: np.ndarray  # [D, z_dim], of length 1, at right angles
    effects: np.ndarray  # [D, attributes], in their units (`gan.exploring.attributes`)
    attribute_stds: np.ndarray  # [attributes]: the standard deviations over all samples
    probability_changes: np.ndarray  # [D, 10]: of the classifier's probabilities; 0 where it reads nothing


def find_directions(sampler: Sampler, seeds: int, samples: int) -> Directions:
    """Finds a model's directions, and measures them.

    Args:
      seeds: how many z the leading directions are averaged over.
      samples: how many z what a direction changes is averaged over.
    """
    z_dim, classes = sampler.config.z_dim, max(sampler.config.classes, 1)
    measure = partial(image_attributes, is_drawn=makes_drawings(sampler))
    read = _read_digits if is_judged(sampler.metadata, sampler.config) else _read_nothing

    def generate(z: np.ndarray) -> np.ndarray:
        return sampler.generate(z, np.arange(len(z)) * classes // len(z))

    def generate_around_seeds(z: np.ndarray) -> np.ndarray:  # 2 · z_dim images around each seed
        return sampler.generate(z, np.arange(len(z)) // (2 * z_dim) % classes)

    span = leading_directions(generate_around_seeds, z_dim, min(SPAN, z_dim), seeds)
    z = latents.stream(1, samples, z_dim)
    stds = np.maximum(measure(generate(z)).std(0), 1e-6)  # 0 if the generator has collapsed
    (effects,) = _mean_changes(span, z, generate, measure)
    directions = _rotate_to_attributes(span, effects / stds)[:COUNT]
    z = latents.stream(2, samples, z_dim)
    effects, probability_changes = _mean_changes(directions, z, generate, measure, read)
    return Directions(directions, effects, stds, probability_changes)


def direction_names(directions: Directions) -> list[dict[str, str]]:
    """What to call each direction, and how much it changes: {"name", "effect"}. No two names are the same.

    The name is the first of these that no earlier direction has:
      1. the attribute that it changes most, as "Slant";
      2. the digits that lose and gain most probability, as "4 to 9";
      3. the first attribute with the next one that is no direction's name, as "Slant and width";
      4. "Style 1", "Style 2", …
    """
    attributes = attributes_of_size(directions.effects.shape[1])
    taken: dict[str, str] = {}  # name -> effect, in the directions' order
    for effect, change in zip(directions.effects, directions.probability_changes, strict=True):
        candidates = _names(attributes, effect, effect / directions.attribute_stds, change, taken)
        name, text = next((name, text) for name, text in candidates if name not in taken)
        taken[name] = text
    return [{"name": name, "effect": text} for name, text in taken.items()]


def _names(
    attributes: tuple[Attribute, ...],
    effect: np.ndarray,
    relative_effect: np.ndarray,
    change: np.ndarray,
    taken: dict[str, str],
) -> Iterator[tuple[str, str]]:
    """The names that suit a direction, best first, each with its effect as text."""
    ranked = np.argsort(-np.abs(relative_effect))
    strong = [attributes[i].name for i in ranked if abs(relative_effect[i]) >= MIN_EFFECT]
    effect_text = f"{effect[ranked[0]]:+.2g}{attributes[ranked[0]].unit}"
    if strong:
        yield strong[0], effect_text
    loses, gains = int(np.argmin(change)), int(np.argmax(change))
    if change[gains] - change[loses] > MIN_PROBABILITY_CHANGE:
        yield f"{loses} to {gains}", f"{change[gains]:.0%}"
    for other in strong[1:]:
        if other not in taken:
            yield f"{strong[0]} and {other.lower()}", effect_text
    yield from ((f"Style {number}", "") for number in itertools.count(1))


def _mean_changes(
    directions: np.ndarray, z: np.ndarray, generate: Callable[[np.ndarray], np.ndarray], *measures: Measure
) -> list[np.ndarray]:
    """For each measure, its mean change from one end of each direction to the other: [D, …]."""
    changes = []
    for direction in directions:
        middle = z - np.outer(z @ direction, direction)  # [N, z_dim]
        low, high = (generate(middle + sign * REACH * direction) for sign in (-1, 1))
        changes.append([measure(high).mean(0) - measure(low).mean(0) for measure in measures])
    return [np.array(each) for each in zip(*changes, strict=True)]


def _rotate_to_attributes(span: np.ndarray, effects: np.ndarray) -> np.ndarray:
    """Rotates the directions of a span: first those that change one attribute most, the strongest first.

    Args:
      span: [S, z_dim], orthonormal.
      effects: [S, attributes], in standard deviations of each attribute.
    Returns:
      [S or fewer, z_dim], orthonormal, of the same span.
    """
    rotated, left = [], effects.copy()
    for _ in range(min(COUNT, effects.shape[1])):
        strongest = int(np.argmax(np.linalg.norm(left, axis=0)))
        strength = np.linalg.norm(left[:, strongest])
        if strength < MIN_EFFECT:
            break
        axis = left[:, strongest] / strength
        rotated.append(axis)
        left -= np.outer(axis, axis @ left)  # what this direction changes is done
        left[:, strongest] = 0
    # After them comes what is left of the leading directions, in their order.
    for axis in np.eye(len(span)):
        axis = axis - sum((axis @ other) * other for other in rotated)
        if np.linalg.norm(axis) > 0.5 and len(rotated) < len(span):
            rotated.append(axis / np.linalg.norm(axis))
    return np.array(rotated) @ span


def _read_digits(images: np.ndarray) -> np.ndarray:
    """The classifier's probabilities of each digit, [N, 10]."""
    return classifier.predict(images).probabilities


def _read_nothing(images: np.ndarray) -> np.ndarray:
    """Zeros [N, 10] instead, for pictures that the classifier has not learned to read."""
    return np.zeros((len(images), 10))
