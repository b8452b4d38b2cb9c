"""Endpoints for programs: `predict(..., api_name="/generate")` of `gradio_client`."""

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
from gan.web import static_site

MAX_COUNT = 400  # pictures of one grid
FORMER_TITLES = {"Pick the digit": "mnist-digits"}  # which older programs may name


def build(explorers: dict[str, Explorer]) -> None:
    """Adds the endpoints to the Blocks under construction. `explorers`: the models, by their titles."""
    models = Models(explorers)
    default = models.ids[0]

    def generate(seed: int, digit: int = -1, truncation: float = 1.0, model: str = default) -> gr.FileData:
        """Generate one digit, a PNG of 28×28 pixels.

        Args:
          seed: 0 to 2147483647; the same seed always gives the same picture.
          digit: which digit, for a conditional model; -1 for an unconditional one.
          truncation: 0 (the most typical digit) to 1 (all variety).
          model: the id of a model, as "mnist"; the first is the default.
        """
        explorer = models.choose(model, digit)
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
          seed_a: of the first picture, 0 to 2147483647.
          seed_b: of the last picture.
          frames: 2 to 120.
          path: "slerp" (around the sphere) or "lerp" (straight).
          digit: which digit, for a conditional model; -1 for an unconditional one.
          truncation: 0 (the most typical digit) to 1 (all variety).
          model: the id of a model, as "mnist"; the first is the default.
        """
        explorer = models.choose(model, digit)
        pictures = explorer.interpolate(seed_a, seed_b, frames, path, digit, truncation)
        return gr.FileData(path=files.keep(images.gif(pictures), "morph.gif"))

    def sample_grid(
        count: int = 64, seed: int = 0, digit: int = -1, truncation: float = 1.0, model: str = default
    ) -> gr.FileData:
        """Generate many digits, none of them selected, a PNG of a square grid.

        Args:
          count: 1 to 400.
          seed: of all pictures together, 0 to 2147483647.
          digit: which digit, for a conditional model; -1 for all in turn (or an unconditional one).
          truncation: 0 (the most typical digit) to 1 (all variety).
          model: the id of a model, as "mnist"; the first is the default.
        """
        if not 1 <= count <= MAX_COUNT:
            raise InputError(f"count {count}: expected 1 to {MAX_COUNT}")
        explorer = models.choose(model, digit, all_in_turn=True)
        explorer.latent(seed, truncation)  # raises InputError for a bad seed or truncation
        z = latents.stream(seed, count, explorer.z_dim)
        z = latents.truncate(z, truncation, explorer.sampler.config.latent_classes)
        labels = np.arange(count) % max(explorer.classes, 1) if digit < 0 else np.full(count, digit)
        return _png(images.grid(explorer.sampler.generate(z, labels)), "grid.png")

    for endpoint in (generate, interpolate, sample_grid):
        gr.api(_with_one_line_errors(endpoint), api_name=endpoint.__name__)


class Models:
    """The models by what a caller may name them: their ids, or the titles that the page shows."""

    def __init__(self, explorers: dict[str, Explorer]):
        self.ids = static_site.identifiers(explorers)
        by_id = dict(zip(self.ids, explorers.values(), strict=True))
        former = {title: by_id[name] for title, name in FORMER_TITLES.items() if name in by_id}
        self._by_name = former | explorers | by_id  # an id counts more than a title of another model

    def choose(self, model: str, digit: int, all_in_turn: bool = False) -> Explorer:
        """The model of this id or title.

        Args:
          digit: what is asked of it; -1 for none.
          all_in_turn: a conditional model, too, accepts -1.
        Raises:
          InputError: there is no such model, or it does not generate this digit on request.
        """
        if model not in self._by_name:
            raise InputError(f"model {model!r}: the models are {', '.join(self.ids)}")
        classes = self._by_name[model].classes
        if digit >= 0 and not classes:
            raise InputError(f"digit {digit}: {model} is unconditional; leave the digit at -1")
        if classes and not (0 <= digit < classes or (all_in_turn and digit == -1)):
            raise InputError(f"digit {digit}: {model} wants 0 to {classes - 1}")
        return self._by_name[model]


def _png(image: Image.Image, name: str) -> gr.FileData:
    return gr.FileData(path=files.keep(images.png(image), name))


def _with_one_line_errors(endpoint: Callable) -> Callable:
    """The endpoint with its arguments checked against its type hints.

    A bad request is answered with one line, and leaves no stack trace in the log.
    """
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
