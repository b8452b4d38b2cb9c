"""A model that a visitor sends becomes the page's file. It is checked, and measured in a process of its own.

For each shape of networks JAX compiles programs, about 40 MB, that it never gives back, and a latent map
takes all cores. A process of its own yields to all others, and when it ends it leaves nothing behind.
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
from gan.exploring import latent_map, page_model
from gan.networks import checkpoints
from gan.networks.checkpoints import Model
from gan.networks.sampler import Sampler

MAX_BYTES = 9_000_000  # of a file: the conditional networks of the recipe "article" take 8.7 million
NAME = "this file"  # what messages call it
TIMEOUT_SECONDS = 90  # for the latent map; that of the recipe "article" takes 11
MAX_MODEL = SimpleNamespace(  # the largest networks that a visitor may ask this machine to measure
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
BOUNDED = ("z_dim", "classes", "mapping_layers", "mapping_width", "generator_channels", "generator_kernels")
BOUNDED += ("discriminator_channels", "discriminator_hidden", "packing")


def open_for_page(content: bytes) -> bytes:
    """The content of the page's file, with a quick latent map, for that of a model's file. It takes seconds.

    Raises:
      InputError: it is no model of this project, or one that is too large to be measured for a visitor.
    """
    _check(content)
    environment = os.environ | {"JAX_PLATFORMS": "cpu"}  # an accelerator's memory is the app's own
    command = [sys.executable, "-c", "from gan.exploring.uploads import main; main()"]
    folder = Path(__file__).parents[2]
    try:
        ended = subprocess.run(
            command, input=content, capture_output=True, cwd=folder, env=environment, timeout=TIMEOUT_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(f"{NAME}: it takes too long here; {_at_home()}") from error
    if ended.returncode:
        raise InputError(f"{NAME}: its pictures cannot be measured; {_at_home()}")
    if not all(np.isfinite(array).all() for array in load(ended.stdout).values()):
        raise InputError(f"{NAME}: its numbers are out of range, the run has broken; open an earlier save")
    return ended.stdout


def _check(content: bytes) -> Model:
    """The model in a file's content. Raises InputError, in one line, if it is none, or too large a one."""
    model = checkpoints.parse_model(content, NAME)
    for name in BOUNDED:
        size, limit = getattr(model.recipe.model, name), getattr(MAX_MODEL, name)
        if np.max(size) > np.max(limit):
            raise InputError(f"{NAME}: {name} is {size}, and at most {limit} are opened here; {_at_home()}")
    return model


def _at_home() -> str:
    """What to do instead, for the end of a message."""
    return "on your own machine, python app.py --checkpoint opens it"


def main() -> None:
    """The process of its own: it reads a model's file from standard input, and writes the page's file."""
    if hasattr(os, "nice"):
        os.nice(10)  # the other visitors go first
    cache.keep_compiled_programs()
    # Kept programs are used. None is added, because visitors' models would fill the cache.
    jax.config.update("jax_persistent_cache_min_compile_time_secs", float("inf"))
    model = _check(sys.stdin.buffer.read())
    made = latent_map.make(Sampler(model), datasets.load_dataset(), latent_map.QUICK)
    sys.stdout.buffer.write(page_model.to_page_file(model, made))
