"""What Explore asks of Python.

The page draws in the browser's JavaScript without asking anyone. For a browser that cannot run the
networks there are the same answers by request.
"""

import base64
import secrets
from collections.abc import Callable
from typing import Any

import gradio as gr
import numpy as np
from starlette.requests import ClientDisconnect

from gan.data import datasets
from gan.errors import InputError
from gan.evaluation import classifier, nearest
from gan.exploring import inversion
from gan.exploring.explorer import Explorer
from gan.exploring.page_model import metadata_for_page
from gan.ui.desk import Busy, Desk
from gan.web import static_site

MAX_PICTURES = 400  # of one request


def functions(explorers: dict[str, Explorer]) -> list[Callable[[dict[str, Any]], dict[str, Any]]]:
    """Those that the page calls, by their names. `explorers`: by the title that visitors see."""
    by_name = dict(zip(static_site.identifiers(explorers), explorers.values(), strict=True))
    drawing = Desk(at_once=2, waiting=16)  # pieces of work of some 20 ms
    searching = Desk(at_once=1)  # of half a second

    async def load(asked: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        return await _answer(drawing, request, lambda: _load(by_name[asked["model"]]))

    async def draw(asked: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        return await _answer(drawing, request, lambda: _draw(by_name[asked["model"]], asked))

    async def sheet(asked: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        return await _answer(drawing, request, lambda: _sheet(by_name[asked["model"]], asked))

    async def nearest(asked: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        return await _answer(drawing, request, lambda: _nearest(_picture(asked)))

    async def find(asked: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        return await _answer(searching, request, lambda: _find(by_name[asked["model"]], _picture(asked)))

    async def stranger(asked: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        return await _answer(drawing, request, _stranger)

    return [load, draw, sheet, nearest, find, stranger]


async def _answer(desk: Desk, request: gr.Request, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What the page asked for, or one line that it shows: no request of a page can raise."""
    try:
        return await desk.do(request, make)
    except (InputError, Busy) as error:
        return {"error": str(error)}
    except ClientDisconnect:
        return {}  # which nobody reads
    except (KeyError, TypeError, ValueError, OverflowError, IndexError):
        return {"error": "This request makes no sense; reload the page."}


def _places(asked: dict[str, Any], count: int, z_dim: int) -> np.ndarray:
    """The z that a request names, float32 [count, z_dim]; raises InputError unless it names so many."""
    z = np.array(asked["z"], np.float32)
    if z.size != count * z_dim:
        raise InputError(f"z: expected {count} × {z_dim} numbers, not {z.size}")
    if not np.isfinite(z).all() or np.abs(z).max() > 1000:
        raise InputError("z: expected numbers of moderate size")
    return z.reshape(count, z_dim)


def _picture(asked: dict[str, Any]) -> np.ndarray:
    """The picture that a request holds, uint8 [28, 28, 1]."""
    return np.array(asked["picture"], np.uint8).reshape(28, 28, 1)


def _load(explorer: Explorer) -> dict[str, Any]:
    """What `Model` of model.js knows of itself."""
    arrays = {
        name: {"shape": array.shape, "values": array.ravel().tolist()}
        for name, array in explorer.latent_map.page_arrays().items()
    }
    return {
        "config": vars(explorer.sampler.config),
        "about": metadata_for_page(explorer.sampler.metadata),
        "survey": {"names": explorer.latent_map.names(), **arrays},
    }


def _draw(explorer: Explorer, asked: dict[str, Any]) -> dict[str, Any]:
    """As `draw` of worker.js: one picture at z [z_dim], the whole hand, and what the networks think of it.

    `asked["look"]`: whether it is asked where D looks.
    """
    z, digit = _places(asked, 1, explorer.z_dim), int(asked["digit"])
    (picture,) = pictures = explorer.generate(z, digit)
    logits, probabilities = _opinions(explorer, pictures, np.array([digit]))
    slopes = explorer.sampler.logit_gradients(pictures, np.array([digit])) if asked.get("look") else None
    hand = [explorer.generate(z, digit) for digit in range(explorer.classes)]
    return {
        "digit": digit,
        "picture": _encode(picture),
        "hand": _encode(np.concatenate(hand)) if hand else None,
        "logit": None if logits is None else float(logits[0]),
        "slopes": None if slopes is None else _encode(slopes),
        "probabilities": None if probabilities is None else probabilities[0].tolist(),
    }


def _sheet(explorer: Explorer, asked: dict[str, Any]) -> dict[str, Any]:
    """As `sheet` of worker.js: pictures at z [N · z_dim].

    `asked["judged"]`: whether D's logits and the digits that the classifier reads are asked for.
    """
    labels = np.array(asked["digits"], np.int32)
    if not 1 <= len(labels) <= MAX_PICTURES:
        raise InputError(f"{len(labels)} pictures: expected 1 to {MAX_PICTURES}")
    pictures = explorer.sampler.generate(_places(asked, len(labels), explorer.z_dim), labels)
    logits, probabilities = _opinions(explorer, pictures, labels) if asked.get("judged") else (None, None)
    return {
        "pictures": _encode(pictures),
        "logits": None if logits is None else logits.tolist(),
        "read": None if probabilities is None else probabilities.argmax(axis=1).tolist(),
    }


def _opinions(
    explorer: Explorer, pictures: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Of pictures uint8 [N, 28, 28, channels], with their labels [N].

    Returns:
      D's logits [N], or None where D judges only packs; the classifier's probabilities [N, 10], or None
      for pictures in colour, which it cannot read.
    """
    probabilities = classifier.predict(pictures).probabilities if pictures.shape[-1] == 1 else None
    return explorer.sampler.discriminate(pictures, labels), probabilities


def _nearest(picture: np.ndarray) -> dict[str, Any]:
    found = nearest.nearest_training_images(picture)
    return {
        "pictures": _encode(found.images),
        "labels": found.labels.tolist(),
        "distances": found.distances.tolist(),
    }


def _find(explorer: Explorer, picture: np.ndarray) -> dict[str, Any]:
    """What the generator makes of a drawing, uint8 [28, 28, 1]."""
    found = inversion.invert(explorer.sampler, picture)
    return {
        "digits": found.labels.tolist(),
        "error": float(found.errors[0]),
        "moments": _encode(np.concatenate([found.trajectory, found.z[None]])),
    }


def _stranger() -> dict[str, Any]:
    """A digit of the test set, which no generator has seen."""
    test = datasets.load_dataset("mnist", "test")
    chosen = secrets.randbelow(len(test.images))
    return {"drawing": _encode(test.images[chosen]), "digit": int(test.labels[chosen])}


def _encode(array: np.ndarray) -> str:
    """The bytes of an array, uint8 or float32, as base64."""
    return base64.b64encode(array.tobytes()).decode("ascii")
