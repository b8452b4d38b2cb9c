"""How directions of a latent space are named."""

import numpy as np

from gan.exploring.attributes import DRAWN
from gan.exploring.directions import Directions, direction_names

NAMES = [attribute.name for attribute in DRAWN]


def named(effects, changes=None):
    """The names of directions with these effects, {attribute: standard deviations} for each."""
    array = np.zeros((len(effects), len(DRAWN)))
    for row, effect in zip(array, effects, strict=True):
        for name, value in effect.items():
            row[NAMES.index(name)] = value
    changes = np.zeros((len(effects), 10)) if changes is None else changes
    made = direction_names(Directions(np.eye(len(effects)), array, np.ones(len(DRAWN)), changes))
    return [each["name"] for each in made]


def test_names_say_what_a_direction_does_most_and_differ():
    effects = np.zeros((5, len(DRAWN)))
    effects[0, NAMES.index("Slant")] = 20
    effects[1, NAMES.index("Slant")] = 10
    effects[1, NAMES.index("Width")] = 6
    effects[2, NAMES.index("Stroke")] = -2
    stds = np.full(len(DRAWN), 2.0)
    changes = np.zeros((5, 10))
    changes[3, 4], changes[3, 9] = -0.4, 0.5
    made = direction_names(Directions(np.eye(5, 8), effects, stds, changes))
    assert [named["name"] for named in made] == ["Slant", "Slant and width", "Stroke", "4 to 9", "Style 1"]
    assert [named["effect"] for named in made] == ["+20°", "+10°", "-2 px", "50%", ""]


def test_no_two_directions_have_the_same_name():
    slant = {"Slant": 3, "Width": 2, "Height": 1}
    assert named([slant] * 4) == ["Slant", "Slant and width", "Slant and height", "Style 1"]
    changes = np.zeros((3, 10))
    changes[:, 4], changes[:, 9] = -0.4, 0.5
    assert named([{}] * 3, changes) == ["4 to 9", "Style 1", "Style 2"]


def test_an_attribute_that_has_a_direction_of_its_own_is_no_second_name():
    assert named([{"Width": 2}, {"Slant": 2}, {"Slant": 2, "Width": 1}]) == ["Width", "Slant", "Style 1"]
