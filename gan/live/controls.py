"""What may be moved while a run trains, and how far."""

import math

from gan.config import BCE_LOSSES, GP_LOSSES, TRAIN_OPTIONS, Hyperparams, Recipe
from gan.errors import InputError

OPTIONS = {name: option for name, option in TRAIN_OPTIONS.items() if option.slider}
RANGES = {name: option.slider for name, option in OPTIONS.items()}
ALWAYS = {name for name, option in OPTIONS.items() if not option.optional}  # whatever the loss


def armed(recipe: Recipe) -> Recipe:
    """The recipe with all that may be moved compiled in, though it may be zero at first."""
    train = recipe.train
    options = {"instance_noise": train.instance_noise or 0.1}
    if train.loss in BCE_LOSSES:
        options["label_smoothing"] = train.label_smoothing or 0.1
    if train.loss not in GP_LOSSES and not train.weight_clip:
        options["r1_gamma"] = train.r1_gamma or 1.0
    return recipe.replace(**options)


def moved(recipe: Recipe, hyper: Hyperparams, change: dict[str, float]) -> Hyperparams:
    """`hyper` with some numbers changed. Raises InputError for what cannot be moved, or so far."""
    for name, value in change.items():
        if name not in RANGES:
            raise InputError(f"{name}: what can be moved is {', '.join(RANGES)}")
        low, high = RANGES[name]
        if not (isinstance(value, int | float) and math.isfinite(value) and low <= value <= high):
            raise InputError(f"{name} {value}: expected {low:g} to {high:g}")
        if value and name not in ALWAYS and not getattr(armed(recipe).train, name):
            raise InputError(f"{name}: does not go with loss={recipe.train.loss}")
    return hyper._replace(**{name: float(value) for name, value in change.items()})
