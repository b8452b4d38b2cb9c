"""A training state that a visitor has saved, and opens to go on with. It is checked as an opened model is.

A recipe says how much each step costs, and a visitor could write any into a file. So a state is taken only if
its recipe is one that this server would begin itself, with the loss and the numbers that a visitor may move.
"""

from collections.abc import Mapping
from typing import NamedTuple

from gan.config import Hyperparams, Recipe
from gan.data.datasets import Dataset
from gan.errors import InputError, require
from gan.live.controls import RANGES, apply_changes
from gan.live.history import History
from gan.live.origin import is_of
from gan.live.session import Session
from gan.networks.latents import MAX_SEED
from gan.networks.tensor_file import parse_arrays
from gan.recipes import get_recipe
from gan.training import saved_state
from gan.training.data_of_run import HELD_OUT
from gan.training.state import TrainState
from gan.training.trainer import validate_setup

NAME = "this file"  # what messages call it
MAX_BYTES = (
    48_000_000  # of a file: a state of the conditional networks of the recipe "article" has 35 million
)
MAX_STEP = 10**9  # far from the end of int32, where a count of steps would begin again below 0
MAX_MESSAGE = 300  # letters
AT_HOME = "on your own machine, train.py --resume goes on with it"


class OpenedState(NamedTuple):
    """Where a run goes on."""

    recipe: Recipe
    hyper: Hyperparams
    dataset: Dataset
    state: TrainState
    seconds: float  # of training until then
    has_first_state: bool  # whether its first state follows from its recipe and its seed

    def session(self, max_commands: int) -> Session:
        """The run, which has not been prepared. `max_commands`: that may wait in its queue."""
        seed = int(self.state.seed)
        session = Session(self.recipe, self.dataset, seed, max_commands=max_commands)
        session.hyper = self.hyper
        session.monitor.restore(History(), None, self.seconds, self.state)
        session.restore(self.state, "running", 0, self.has_first_state)
        return session


def parse(content: bytes, datasets: Mapping[str, Dataset]) -> OpenedState:
    """The state in a file's content.

    Args:
      datasets: that runs may learn from, by their public names.
    Raises:
      InputError: in one line, if it is none, or if its run is none that this server would begin.
    """
    try:
        return _parse(content, datasets)
    except InputError as error:  # its message may quote the file, of which every part may be long
        raise InputError(str(error)[:MAX_MESSAGE]) from error


def _parse(content: bytes, datasets: Mapping[str, Dataset]) -> OpenedState:
    _, metadata = parse_arrays(content, NAME)
    name = metadata.get("dataset", "")
    try:
        if metadata.get("kind") != "state":
            raise InputError("it holds no training state; choose a run's state.safetensors")
        recipe = Recipe.from_json(metadata.get("recipe", ""))
        hyper = _check(recipe)
        require(HELD_OUT not in metadata, f"it learns without validation pictures; {AT_HOME}")
        require(name in datasets, f"it learns from {name[:40]!r}, this server has {', '.join(datasets)}")
        require(is_of(metadata, datasets[name]), f"it learns from other pictures than {name[:40]} here")
        validate_setup(recipe, datasets[name], 1)
    except InputError as error:
        raise InputError(f"{NAME}: {error}") from error
    _, state, metadata = saved_state.parse_state(content, NAME)
    step, seed = int(state.step), int(state.seed)
    require(0 <= step <= MAX_STEP, f"{NAME}: its step is {step}, expected 0 to {MAX_STEP:,}")
    require(seed <= MAX_SEED, f"{NAME}: its seed is {seed}, expected 0 to {MAX_SEED}")
    seconds, is_own_begin = float(metadata.get("seconds", 0)), "initialized_from" not in metadata
    return OpenedState(recipe, hyper, datasets[name], state, seconds, is_own_begin)


def _check(recipe: Recipe) -> Hyperparams:
    """The numbers of a recipe. Raises InputError if it is none that a visitor could have come to."""
    model, train = recipe.model, recipe.train
    base = get_recipe(recipe.name).replace(
        size=model.size,
        channels=model.channels,
        classes=model.classes,
        loss=train.loss,
        augment=train.augment,
        steps=train.steps,
        precision=train.precision,
    )
    numbers = {each: getattr(train, each) for each in RANGES}
    hyper = apply_changes(base, base.hyper, {k: v for k, v in numbers.items() if v != getattr(base.train, k)})
    is_known = base.replace(**numbers) == recipe
    require(is_known, f"its networks or options are not those of the recipe {recipe.name!r}; {AT_HOME}")
    return hyper
