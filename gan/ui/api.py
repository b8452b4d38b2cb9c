"""Endpoints for programs: `gradio_client`'s `predict(..., api_name="/generate")`."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

import gradio as gr
import numpy as np
import pydantic
from PIL import Image

from gan.errors import InputError
from gan.exploring.explorer import Explorer
from gan.networks import images, latents
from gan.ui import files

MAX_COUNT = 400


def build(explorers: dict[str, Explorer]) -> None:
    """Adds the endpoints to the Blocks under construction. `explorers`: by the models' names."""
    default = next(iter(explorers))

    def generate(seed: int, digit: int = -1, truncation: float = 1.0, model: str = default) -> gr.FileData:
        """Draw one digit, a PNG of 28×28 pixels.

        Args:
          seed: 0 to 2147483647; a seed is always the same picture.
          digit: which digit, for a conditional model; -1 for an unconditional one.
          truncation: 0 (typical) to 1 (all there is).
          model: the name of a model; the first is the default.
        """
        explorer = _choose(explorers, model, digit)
        (picture,) = explorer.generate(explorer.latent(seed, truncation), digit)
        return _png(images.to_pil(picture), "digit.png")

    def interpolate(
        seed_a: int,
        seed_b: int,
        frames: int = 32,
        path: str = "slerp",
        digit: int = -1,
        truncation: float = 1.0,
        model: str = default,
    ) -> gr.FileData:
        """Morph from one seed to another, an animated GIF of 224×224 pixels.

        Args:
          seed_a: where it begins, 0 to 2147483647.
          seed_b: where it ends.
          frames: 2 to 120.
          path: "slerp" (around the sphere) or "lerp" (straight).
          digit: which digit, for a conditional model; -1 for an unconditional one.
          truncation: 0 (typical) to 1 (all there is).
          model: the name of a model; the first is the default.
        """
        explorer = _choose(explorers, model, digit)
        pictures = explorer.interpolate(seed_a, seed_b, frames, path, digit, truncation)
        return gr.FileData(path=files.keep(images.gif(pictures), "morph.gif"))

    def sample_grid(
        count: int = 64, seed: int = 0, digit: int = -1, truncation: float = 1.0, model: str = default
    ) -> gr.FileData:
        """Draw many digits at once, unselected, a PNG of a square grid.

        Args:
          count: 1 to 400.
          seed: which draw, 0 to 2147483647.
          digit: which digit, for a conditional model; -1 for all in turn (or an unconditional one).
          truncation: 0 (typical) to 1 (all there is).
          model: the name of a model; the first is the default.
        """
        if not 1 <= count <= MAX_COUNT:
            raise InputError(f"count {count}: expected 1 to {MAX_COUNT}")
        explorer = _choose(explorers, model, digit, all_in_turn=True)
        explorer.latent(seed, truncation)  # checks both
        z = latents.stream(seed, count, explorer.z_dim)
        z = latents.truncate(z, truncation, explorer.sampler.config.latent_classes)
        labels = np.arange(count) % max(explorer.classes, 1) if digit < 0 else np.full(count, digit)
        return _png(images.grid(explorer.sampler.generate(z, labels)), "grid.png")

    for endpoint in (generate, interpolate, sample_grid):
        gr.api(_polite(endpoint), api_name=endpoint.__name__)


def _choose(explorers: dict[str, Explorer], model: str, digit: int, all_in_turn: bool = False) -> Explorer:
    if model not in explorers:
        raise InputError(f"model {model!r}: the models are {', '.join(explorers)}")
    classes = explorers[model].classes
    if digit >= 0 and not classes:
        raise InputError(f"digit {digit}: {model} is unconditional; leave the digit at -1")
    if classes and not (0 <= digit < classes or (all_in_turn and digit == -1)):
        raise InputError(f"digit {digit}: {model} wants 0 to {classes - 1}")
    return explorers[model]


def _png(image: Image.Image, name: str) -> gr.FileData:
    return gr.FileData(path=files.keep(images.png(image), name))


def _polite(endpoint: Callable) -> Callable:
    """Arguments are held to their types; a bad request gets one line, and no stack trace in the log."""
    checked = pydantic.validate_call(endpoint)
    signature = inspect.signature(endpoint)

    @functools.wraps(endpoint)
    def call(*arguments: Any, **named: Any) -> gr.FileData:
        try:
            return checked(**signature.bind(*arguments, **named).arguments)
        except pydantic.ValidationError as error:
            first = error.errors()[0]
            message = f"{first['loc'][0]} {first['input']!r}: {first['msg']}"
        except InputError as error:
            message = str(error)
        raise gr.Error(message, print_exception=False)

    return call
