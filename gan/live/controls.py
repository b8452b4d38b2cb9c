"""The numbers that a visitor may change while a run trains, and the range of each."""

import math
from collections.abc import Mapping

from gan.combinations import BCE_LOSSES, GP_LOSSES
from gan.config import TRAIN_OPTIONS, Hyperparams, Recipe
from gan.errors import InputError

# Their options, by name; the page's sliders have the ends that `RANGES` says, both included.
OPTIONS = {name: option for name, option in TRAIN_OPTIONS.items() if option.slider}
RANGES = {name: option.slider for name, option in OPTIONS.items()}
ALWAYS_COMPILED = {name for name, option in OPTIONS.items() if not option.optional}  # every loss has these


def with_all_terms_compiled(recipe: Recipe) -> Recipe:
    """Returns the recipe with every optional term of its loss switched on.

    A term that is 0 in a recipe is left out of the compiled train step. A visitor may raise it later,
    and this must not compile the step again: so the step is compiled with the term, and the run's
    `Hyperparams` multiply it by 0 until then.
    """
    train = recipe.train
    options = {"instance_noise": train.instance_noise or 0.1}
    if train.loss in BCE_LOSSES:
        options["label_smoothing"] = train.label_smoothing or 0.1
    if train.loss not in GP_LOSSES and not train.weight_clip:
        options["r1_gamma"] = train.r1_gamma or 1.0
    return recipe.replace(**options)


def recipe_with(recipe: Recipe, hyper: Hyperparams) -> Recipe:
    """The recipe with the numbers of a run as they are now, for the files that a visitor saves.

    Some changes make a recipe that is refused, as those of the failure lab; then it is the recipe itself.
    """
    try:
        return recipe.replace(**{name: getattr(hyper, name) for name in RANGES})
    except InputError:
        return recipe


def apply_changes(recipe: Recipe, hyper: Hyperparams, changes: Mapping[str, float]) -> Hyperparams:
    """Returns `hyper` with some numbers changed.

    Args:
      recipe: says which numbers its loss uses.
      changes: new values by the names in RANGES.
    Raises:
      InputError: a name is not in RANGES, a value is outside its range, or the loss does not use it.
    """
    for name, value in changes.items():
        if name not in RANGES:
            raise InputError(f"{name}: what can be moved is {', '.join(RANGES)}")
        low, high = RANGES[name]
        if not (isinstance(value, int | float) and math.isfinite(value) and low <= value <= high):
            raise InputError(f"{name} {value}: expected {low:g} to {high:g}")
        is_compiled = name in ALWAYS_COMPILED or getattr(with_all_terms_compiled(recipe).train, name)
        if value and not is_compiled:
            raise InputError(f"{name}: does not go with loss={recipe.train.loss}")
    return hyper._replace(**{name: float(value) for name, value in changes.items()})
