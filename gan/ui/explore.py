"""The Explore tab: one component in the page's own JavaScript, and the two functions it calls."""

import base64
from typing import Any

import gradio as gr
import numpy as np

from gan.errors import InputError
from gan.explorer import DIRECTIONS, Explorer
from gan.ui import theme

REACH = 3.0  # standard deviations, at the end of a slider


def build(explorers: dict[str, Explorer]) -> None:
    """The contents of the tab. `explorers`: by the title that visitors see."""

    def draw(asked: dict[str, Any]) -> dict[str, Any]:
        return _answer(lambda: _draw(*_place(explorers, asked), np.array(asked["edits"], np.float32)))

    def ends(asked: dict[str, Any]) -> dict[str, Any]:
        return _answer(lambda: _ends(*_place(explorers, asked), np.array(asked["shifts"], np.float32)))

    models = [
        {
            "name": title,
            "classes": explorer.classes,
            "axes": explorer.z_dim,
            "directions": min(DIRECTIONS, explorer.z_dim),
        }
        for title, explorer in explorers.items()
    ]
    gr.HTML(
        value="",
        html_template=theme.read("explore.html"),
        js_on_load=theme.read("explore.js"),
        server_functions=[draw, ends],
        models=models,
        reach=REACH,
        apply_default_css=False,
    )


def _answer(make: Any) -> dict[str, Any]:
    """What the page asked for, or one line that it shows: no request of a page can raise."""
    try:
        return make()
    except InputError as error:
        return {"error": str(error)}
    except (KeyError, TypeError, ValueError, OverflowError, IndexError):
        return {"error": "This request makes no sense; reload the page."}


def _place(explorers: dict[str, Explorer], asked: dict[str, Any]) -> tuple[Explorer, np.ndarray, int]:
    explorer = explorers[asked["model"]]
    moves = list(asked["shifts"]), list(asked["edits"])
    z = explorer.place(int(asked["seed"]), float(asked["truncation"]), *moves)
    return explorer, z, int(asked["digit"])


def _draw(explorer: Explorer, z: np.ndarray, digit: int, edits: np.ndarray) -> dict[str, Any]:
    (picture,) = explorer.draw(z, digit)
    unedited = [round(float(value), 3) for value in z - edits]
    return {"pixels": _encode(picture), "verdict": explorer.verdict(picture, digit), "z": unedited}


def _ends(explorer: Explorer, z: np.ndarray, digit: int, shifts: np.ndarray) -> dict[str, Any]:
    """What each slider leads to at its two ends, all else as it is."""
    centred = z - shifts[:, None] * explorer.directions  # [directions, z_dim]
    reach = REACH * explorer.directions
    places = np.stack([centred - reach, centred + reach], axis=1).reshape(-1, explorer.z_dim)
    return {"pixels": _encode(explorer.draw(places, digit))}


def _encode(pictures: np.ndarray) -> str:
    return base64.b64encode(pictures.tobytes()).decode("ascii")
