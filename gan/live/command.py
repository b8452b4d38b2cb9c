"""What a visitor asks of a run, and whether it makes sense."""

from collections.abc import Collection
from dataclasses import dataclass, field

from gan.config import Hyperparams, Recipe
from gan.errors import InputError
from gan.live.controls import apply_changes
from gan.live.single_step import FROZEN
from gan.training.trainer import Algorithm

AUTOENCODER_ONLY_RUNS = "an autoencoder runs, pauses and stops: there is no game to steer or to go back in"


@dataclass(frozen=True)
class Command:
    """One order to a run.

    `kind` is "run" (a run that has stopped goes on then), "pause", "stop", "step" (one train step, then
    pause), "set" (change numbers), or "back" (go on from an earlier state, perhaps with another loss and
    other numbers).
    """

    kind: str
    network: str = "both"  # of "step": a `single_step.Network`
    change: dict[str, float] = field(default_factory=dict)  # of "set" and "back": numbers of RANGES
    step: int = 0  # of "back": the step of a state that is kept
    loss: str | None = None  # of "back"; None: the loss stays


def check(
    command: Command, recipe: Recipe, hyper: Hyperparams, states: Collection[int], game: Algorithm
) -> tuple[Recipe, Hyperparams]:
    """The recipe and the numbers of a run after a command.

    Args:
      recipe, hyper, game: of the run as it is.
      states: steps that it can go back to.
    Raises:
      InputError: the command makes no sense for this run as it is.
    """
    if not game.has_critic and command.kind in ("set", "back", "step"):
        raise InputError(AUTOENCODER_ONLY_RUNS)
    if command.kind == "set":
        return recipe, apply_changes(recipe, hyper, command.change)
    if command.kind == "back":
        if command.step not in states:
            kept = ", ".join(map(str, states)) or "no step yet"
            raise InputError(f"step {command.step}: the run can go back to {kept}")
        recipe = recipe.replace(loss=command.loss or recipe.train.loss)
        return recipe, apply_changes(recipe, hyper, command.change)
    if command.kind == "step":
        if command.network not in FROZEN:
            raise InputError(f"step {command.network!r}: expected both, D or G")
    elif command.kind not in ("run", "pause", "stop"):
        raise InputError(f"{command.kind!r}: a run can run, pause, step, stop, be set, and go back")
    return recipe, hyper
