"""A run between two steps, as the file that resuming needs, and as the model that it has come to."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gan.config import Recipe
from gan.data.dataset import Dataset
from gan.errors import require
from gan.networks import real_logits, sampler
from gan.networks.checkpoints import Model, checkpoint_metadata, parse_checkpoint
from gan.networks.tensor_file import read_content, to_bytes, write_atomically
from gan.training.state import TrainState, init_state

FirstState = Callable[
    [Recipe, int], TrainState
]  # makes the state of a recipe and a seed before the first step
RENAMED = {"average": "generator_ema"}  # parts of the state in older files -> their names now


def model_of(
    recipe: Recipe, state: TrainState, metadata: dict[str, Any], validation: Dataset | None = None
) -> Model:
    """The model that a run has come to: the averaged generator, and the discriminator.

    Args:
      validation: real pictures, of which the metadata shall say what D says of them.
    """
    config = recipe.model
    if validation is not None and len(validation.images):
        logits = sampler.discriminate(config, state.discriminator, validation.images, validation.labels)
        if logits is not None:
            said = real_logits.to_text(logits, validation.labels, config.classes)
            metadata = {**metadata, real_logits.KEY: said}
    return Model(recipe, state.generator_ema, state.discriminator, metadata)


def state_bytes(recipe: Recipe, state: TrainState, metadata: dict[str, Any]) -> bytes:
    """The content of a file that resuming needs."""
    return to_bytes(state, checkpoint_metadata("state", recipe, metadata))


def save_state(path: str | Path, recipe: Recipe, state: TrainState, metadata: dict[str, Any]) -> None:
    """Writes all that resuming needs."""
    write_atomically(Path(path), state_bytes(recipe, state, metadata))


def load_state(
    path: str | Path, first_state: FirstState = init_state
) -> tuple[Recipe, TrainState, dict[str, str]]:
    """The recipe, the state and the metadata of a file that `save_state` wrote, in this version or before.

    Args:
      first_state: of the algorithm that the run is of.
    Raises:
      InputError: in one line, if the file is missing, damaged or changed, or not a training state.
    """
    return parse_state(read_content(Path(path)), str(path), first_state)


def parse_state(
    content: bytes, name: str, first_state: FirstState = init_state
) -> tuple[Recipe, TrainState, dict[str, str]]:
    """The same, of a file's content. Messages begin with `name`."""
    recipe, state, metadata = parse_checkpoint(
        content, "state", name, lambda recipe: first_state(recipe, 0), RENAMED
    )
    require(state.step >= 0, f"{name}: its step is {int(state.step)}, expected at least 0")
    return recipe, state, metadata
