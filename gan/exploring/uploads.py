"""A model that a visitor sends, made into the page's file: checked here, surveyed in a process of its own.

Each shape of a network costs programs, about 40 MB, that JAX compiles and never gives back, and a
survey takes both cores. A process that yields to all others, and ends, leaves neither behind, nor
anything of the model.
"""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import jax
import numpy as np
from safetensors.numpy import load

from gan import cache
from gan.data import datasets
from gan.errors import InputError
from gan.exploring import directions, page_model
from gan.networks import checkpoints
from gan.networks.checkpoints import Model
from gan.networks.sampler import Sampler

MOST_BYTES = 9_000_000  # of a file: the article's networks, told the digit, take 8.7 million
NAME = "this file"  # in messages
PATIENCE = 90  # seconds that a survey may take; the article's takes 11
MOST = SimpleNamespace(  # what a visitor may ask this machine to work on
    z_dim=256,
    classes=50,
    channels=3,
    mapping_layers=8,
    mapping_width=512,
    generator_channels=(256, 256),
    generator_kernels=(7, 7),
    discriminator_channels=(256, 256),
    discriminator_hidden=1024,
    packing=8,
)
SIZES = ("z_dim", "classes", "mapping_layers", "mapping_width", "generator_channels", "generator_kernels")
SIZES += ("discriminator_channels", "discriminator_hidden", "packing")


def open_for_page(content: bytes) -> bytes:
    """The page's file (`export.for_page`) of a model's file, with a quick survey; takes seconds.

    Raises:
      InputError: it is no model of this project, or one that is too large to be surveyed for a visitor.
    """
    _check(content)
    environment = os.environ | {"JAX_PLATFORMS": "cpu"}  # an accelerator's memory is the app's own
    command = [sys.executable, "-c", "from gan.exploring.uploads import main; main()"]
    folder = Path(__file__).parents[2]
    try:
        ended = subprocess.run(
            command, input=content, capture_output=True, cwd=folder, env=environment, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(f"{NAME}: it takes too long here; {_at_home()}") from error
    if ended.returncode:
        raise InputError(f"{NAME}: its pictures cannot be measured; {_at_home()}")
    if not all(np.isfinite(array).all() for array in load(ended.stdout).values()):
        raise InputError(f"{NAME}: its numbers are out of range, the run has broken; open an earlier save")
    return ended.stdout


def _check(content: bytes) -> Model:
    """Raises InputError, in one line, unless it is a model, and one of a moderate size."""
    model = checkpoints.parse_model(content, NAME)
    for name in SIZES:
        size, most = getattr(model.recipe.model, name), getattr(MOST, name)
        if np.max(size) > np.max(most):
            raise InputError(f"{NAME}: {name} is {size}, and at most {most} are opened here; {_at_home()}")
    return model


def _at_home() -> str:
    return "on your own machine, python app.py --checkpoint opens it"


def main() -> None:
    """A model's file comes in by standard input, the page's goes out."""
    if hasattr(os, "nice"):
        os.nice(10)  # the other visitors go first
    cache.keep_compiled_programs()
    # Programs that are kept are used, and none is added.
    jax.config.update("jax_persistent_cache_min_compile_time_secs", float("inf"))
    model = _check(sys.stdin.buffer.read())
    surveyed = directions.make(Sampler(model), datasets.load(), directions.QUICK)
    sys.stdout.buffer.write(page_model.for_page(model, surveyed))
