"""The page refuses the losses and numbers that gan.config refuses, and offers those that a server takes."""

import dataclasses
import itertools
import json

from gan.config import LOSSES, Recipe
from gan.errors import InputError
from gan.live import description
from gan.recipes import RECIPES
from tests.web import scripts

VALUES = {
    "loss": LOSSES,
    "r1_gamma": (0.0, 10.0),
    "gp_weight": (0.0, 10.0),
    "weight_clip": (0.0, 0.01),
    "label_smoothing": (0.0, 0.1),
}


def is_refused(recipe):
    try:
        Recipe.from_json(json.dumps(recipe))
    except InputError:
        return True
    return False


def test_both_languages_refuse_the_same_recipes():
    recipes = []
    for values in itertools.product(*VALUES.values()):
        recipe = dataclasses.asdict(RECIPES["fast"])
        recipe["train"] |= dict(zip(VALUES, values, strict=True))
        recipes.append(recipe)
    decaying = dataclasses.asdict(RECIPES["fast"])
    decaying["train"] |= {"final_gamma_fraction": 0.5, "decay_steps": 50_000, "r1_gamma": 0.0}
    recipes.append(decaying)
    told = scripts.run("refuse.mjs", {"description": description.describe(), "recipes": recipes})
    wanted = [is_refused(recipe) for recipe in recipes]
    assert [reason is not None for reason in told] == wanted
    assert 0 < sum(wanted) < len(wanted)
