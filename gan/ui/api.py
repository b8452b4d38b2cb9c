"""Endpoints for programs: `predict(..., api_name="/generate")` of `gradio_client`."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

import gradio as gr
import numpy as np
import pydantic
from gradio.block_function import BlockFunction
from PIL import Image

from gan.errors import InputError
from gan.exploring.explorer import Explorer
from gan.networks import class_names, images, latents
from gan.networks.class_names import MAX_LISTED
from gan.ui import files
from gan.web import static_site

MAX_COUNT = 400  # pictures of one grid
FORMER_TITLES = {"Pick the digit": "mnist-digits"}  # which older programs may name


def build(explorers: dict[str, Explorer]) -> None:
    """Adds the endpoints to the Blocks under construction. `explorers`: the models, by their titles."""
    models = Models(explorers)
    default = models.ids[0]

    def generate(
        seed: int, digit: int = -1, truncation: float = 1.0, model: str = default, class_name: str = ""
    ) -> gr.FileData:
        """Generate one picture, a PNG of as many pixels as the model makes.

        Args:
          seed: 0 to 2147483647; the same seed always gives the same picture.
          digit: the class by its number, another way to say class_name; -1 for none.
          truncation: 0 (the most typical picture) to 1 (all variety).
          model: the id of a model, as "mnist"; the first is the default.
          class_name: what to draw, for a conditional model: the name of a class, as "Sneaker", or its number.
        """
        explorer, label = models.choose(model, digit, class_name)
        (picture,) = explorer.generate(explorer.latent(seed, truncation), label)
        return _png(images.to_pil(picture), f"{explorer.subject.singular.replace(' ', '-')}.png")

    def interpolate(
        seed_a: int,
        seed_b: int,
        frames: int = 32,
        path: str = "slerp",
        digit: int = -1,
        truncation: float = 1.0,
        model: str = default,
        class_name: str = "",
    ) -> gr.FileData:
        """Morph from one seed to another, an animated GIF of 224×224 pixels.

        Args:
          seed_a: of the first picture, 0 to 2147483647.
          seed_b: of the last picture.
          frames: 2 to 120.
          path: "slerp" (around the sphere) or "lerp" (straight).
          digit: the class by its number, another way to say class_name; -1 for none.
          truncation: 0 (the most typical picture) to 1 (all variety).
          model: the id of a model, as "mnist"; the first is the default.
          class_name: what to draw, for a conditional model: the name of a class, as "Sneaker", or its number.
        """
        explorer, label = models.choose(model, digit, class_name)
        pictures = explorer.interpolate(seed_a, seed_b, frames, path, label, truncation)
        return gr.FileData(path=files.keep(images.gif(pictures), "morph.gif"))

    def sample_grid(
        count: int = 64,
        seed: int = 0,
        digit: int = -1,
        truncation: float = 1.0,
        model: str = default,
        class_name: str = "",
    ) -> gr.FileData:
        """Generate many pictures, none of them selected, a PNG of a square grid.

        Args:
          count: 1 to 400.
          seed: of all pictures together, 0 to 2147483647.
          digit: the class by its number, another way to say class_name; -1 for none.
          truncation: 0 (the most typical picture) to 1 (all variety).
          model: the id of a model, as "mnist"; the first is the default.
          class_name: what to draw, for a conditional model: the name of a class, as "Sneaker", or its number;
            without it, all classes in turn.
        """
        if not 1 <= count <= MAX_COUNT:
            raise InputError(f"count {count}: expected 1 to {MAX_COUNT}")
        explorer, label = models.choose(model, digit, class_name, all_in_turn=True)
        explorer.latent(seed, truncation)  # raises InputError for a bad seed or truncation
        z = latents.stream(seed, count, explorer.z_dim)
        z = latents.truncate(z, truncation, explorer.sampler.config.latent_classes)
        labels = np.arange(count) % max(explorer.classes, 1) if label < 0 else np.full(count, label)
        return _png(images.grid(explorer.sampler.generate(z, labels)), "grid.png")

    for endpoint in (generate, interpolate, sample_grid):
        gr.api(_with_one_line_errors(endpoint), api_name=endpoint.__name__)


def refuse_in_one_line(demo: gr.Blocks) -> None:
    """Lets Gradio refuse too few values, and files that nobody sent, in one line instead of a stack trace."""
    take = demo.preprocess_data

    async def take_or_refuse(function: BlockFunction, values: list[Any], *rest: Any, **named: Any) -> list:
        try:
            return await take(function, values, *rest, **named)
        except ValueError:
            wanted = f"{len(function.inputs)} numbers and texts"
            raise gr.Error(f"expected {wanted}; see API below the page", print_exception=False) from None

    demo.preprocess_data = take_or_refuse


class Models:
    """The models by what a caller may name them: their ids, or the titles that the page shows."""

    def __init__(self, explorers: dict[str, Explorer]):
        self.ids = static_site.identifiers(explorers)
        by_id = dict(zip(self.ids, explorers.values(), strict=True))
        former = {title: by_id[name] for title, name in FORMER_TITLES.items() if name in by_id}
        self._by_name = former | explorers | by_id  # an id counts more than a title of another model

    def choose(
        self, model: str, digit: int, class_name: str, all_in_turn: bool = False
    ) -> tuple[Explorer, int]:
        """The model of this id or title, and the class that is asked of it; −1 for none.

        Args:
          digit: the number of the class; -1 for none.
          class_name: its name, or its number as text; "" for none. It counts more than `digit`.
          all_in_turn: a conditional model, too, may be asked for none.
        Raises:
          InputError: there is no such model, or it does not generate this class on request.
        """
        if model not in self._by_name:
            raise InputError(f"model {model!r}: the models are {', '.join(self.ids)}")
        explorer = self._by_name[model]
        if not explorer.classes:
            if digit >= 0 or class_name:
                asked = f"class_name {class_name!r}" if class_name else f"digit {digit}"
                raise InputError(f"{asked}: {model} is unconditional; ask for no class")
            return explorer, -1
        label = _label(explorer, class_name) if class_name else digit
        if not (0 <= label < explorer.classes or (all_in_turn and label == -1)):
            names = ", ".join(map(repr, explorer.class_names[:MAX_LISTED]))
            wanted = f"0 to {explorer.classes - 1}, or as class_name {names}"
            raise InputError(f"digit {label}: {model} wants {wanted}")
        return explorer, label


def _label(explorer: Explorer, class_name: str) -> int:
    """The class of a name or, where no class is called so, of a number. Raises InputError for neither."""
    try:
        return class_names.find(explorer.class_names, class_name)
    except InputError:
        if class_name in map(str, range(explorer.classes)):
            return int(class_name)
        raise


def _png(image: Image.Image, name: str) -> gr.FileData:
    return gr.FileData(path=files.keep(images.png(image), name))


def _with_one_line_errors(endpoint: Callable) -> Callable:
    """The endpoint with its arguments checked against its type hints.

    A bad request is answered with one line, and leaves no stack trace in the log.
    """
    checked = pydantic.validate_call(endpoint, config={"coerce_numbers_to_str": True})
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
