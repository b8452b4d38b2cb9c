"""The Explore tab: a page in JavaScript, which runs the networks in the visitor's browser.

It gets its files from `gan.web.static_site`. For a browser that cannot run the networks, the functions
here run them on the server. Their names and answers are those of gan/web/engine/worker.js.
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
from gan.exploring.subjects import is_judged
from gan.ui.work_queue import Busy, WorkQueue
from gan.web import static_site

MAX_PICTURES = 400  # of one request


def functions(explorers: dict[str, Explorer]) -> list[Callable]:
    """The functions that the page calls, by their names. `explorers`: by the titles that visitors see."""
    by_name = dict(zip(static_site.identifiers(explorers), explorers.values(), strict=True))
    short = WorkQueue(threads=2, max_waiting=16)  # for work of some 20 ms
    searches = WorkQueue(threads=1)  # for work of half a second

    async def load(asked: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        return await _answer(short, request, lambda: _load(by_name[asked["model"]]))

    async def draw(asked: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        return await _answer(short, request, lambda: _draw(by_name[asked["model"]], asked))

    async def sheet(asked: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        return await _answer(short, request, lambda: _sheet(by_name[asked["model"]], asked))

    async def nearest(asked: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        return await _answer(short, request, lambda: _nearest(_picture(asked)))

    async def find(asked: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        return await _answer(searches, request, lambda: _find(by_name[asked["model"]], asked))

    async def stranger(asked: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        return await _answer(short, request, _stranger)

    return [load, draw, sheet, nearest, find, stranger]


async def _answer(
    queue: WorkQueue, request: gr.Request, work: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """What `work` returns, or `{"error": "one line"}` for the page to show. It raises nothing."""
    try:
        return await queue.run(request, work)
    except (InputError, Busy) as error:
        return {"error": str(error)}
    except ClientDisconnect:
        return {}  # nobody reads it
    except (KeyError, TypeError, ValueError, OverflowError, IndexError):
        return {"error": "This request makes no sense; reload the page."}


def _latents(asked: dict[str, Any], count: int, z_dim: int) -> np.ndarray:
    """The z of a request, float32 [count, z_dim].

    Raises InputError for another number of values, or for values that are not finite or beyond ±1000.
    """
    z = np.array(asked["z"], np.float32)
    if z.size != count * z_dim:
        raise InputError(f"z: expected {count} × {z_dim} numbers, not {z.size}")
    if not np.isfinite(z).all() or np.abs(z).max() > 1000:
        raise InputError("z: expected numbers of moderate size")
    return z.reshape(count, z_dim)


def _picture(asked: dict[str, Any], size: int = 28, channels: int = 1) -> np.ndarray:
    """The picture of a request, uint8 [size, size, channels]. Raises ValueError for another size."""
    return np.array(asked["picture"], np.uint8).reshape(size, size, channels)


def _load(explorer: Explorer) -> dict[str, Any]:
    """The config, the metadata and the latent map of a model, as `LoadedModel` of types.js has them."""
    arrays = {
        name: {"shape": array.shape, "values": array.ravel().tolist()}
        for name, array in explorer.latent_map.page_arrays().items()
    }
    return {
        "config": vars(explorer.sampler.config),
        "metadata": metadata_for_page(explorer.sampler.metadata, explorer.latent_map),
        "latent_map": {"names": explorer.latent_map.names(), **arrays},
    }


def _draw(explorer: Explorer, asked: dict[str, Any]) -> dict[str, Any]:
    """One generated picture, as `draw` of worker.js answers.

    `asked` holds z [z_dim], the digit, and whether D's saliency map is wanted ("saliency"): the slope of its
    logit at each pixel. The answer holds the picture, the same z as each digit ("hand"), D's logit, the
    saliency map, and the classifier's probabilities.
    """
    z, digit = _latents(asked, 1, explorer.z_dim), int(asked["digit"])
    (picture,) = pictures = explorer.generate(z, digit)
    logits, probabilities = _opinions(explorer, pictures, np.array([digit]))
    is_wanted = asked.get("saliency")
    saliency = explorer.sampler.logit_gradients(pictures, np.array([digit])) if is_wanted else None
    hand = [explorer.generate(z, digit) for digit in range(explorer.classes)]
    return {
        "digit": digit,
        "picture": _encode(picture),
        "hand": _encode(np.concatenate(hand)) if hand else None,
        "logit": None if logits is None else float(logits[0]),
        "saliency": None if saliency is None else _encode(saliency),
        "probabilities": None if probabilities is None else probabilities[0].tolist(),
    }


def _sheet(explorer: Explorer, asked: dict[str, Any]) -> dict[str, Any]:
    """Many generated pictures, as `sheet` of worker.js answers.

    `asked` holds z [N · z_dim], N digits, and whether D's logits and the digits that the classifier reads
    are wanted ("with_scores"). Raises InputError unless N is 1 to MAX_PICTURES.
    """
    labels = np.array(asked["digits"], np.int32)
    if not 1 <= len(labels) <= MAX_PICTURES:
        raise InputError(f"{len(labels)} pictures: expected 1 to {MAX_PICTURES}")
    pictures = explorer.sampler.generate(_latents(asked, len(labels), explorer.z_dim), labels)
    logits = probabilities = None
    if asked.get("with_scores"):
        logits, probabilities = _opinions(explorer, pictures, labels)
    return {
        "pictures": _encode(pictures),
        "logits": None if logits is None else logits.tolist(),
        "read": None if probabilities is None else probabilities.argmax(axis=1).tolist(),
    }


def _opinions(
    explorer: Explorer, pictures: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """What the two networks that look at pictures say of uint8 [N, size, size, channels] with labels [N].

    Returns:
      D's logits [N], or None if D gives a logit only to a pack of several pictures;
      the classifier's probabilities [N, 10], or None for pictures that are no digits of MNIST.
    """
    is_read = is_judged(explorer.sampler.metadata, explorer.sampler.config)
    probabilities = classifier.predict(pictures).probabilities if is_read else None
    return explorer.sampler.discriminate(pictures, labels), probabilities


def _nearest(picture: np.ndarray) -> dict[str, Any]:
    """The training pictures that are nearest to a picture, uint8 [28, 28, 1]."""
    found = nearest.nearest_training_images(picture)
    return {
        "pictures": _encode(found.images),
        "labels": found.labels.tolist(),
        "distances": found.distances.tolist(),
    }


def _find(explorer: Explorer, asked: dict[str, Any]) -> dict[str, Any]:
    """The pictures of the generator that come closest to a drawing, the request's picture."""
    config = explorer.sampler.config
    found = inversion.invert(explorer.sampler, _picture(asked, config.size, config.channels))
    return {
        "digits": found.labels.tolist(),
        "error": float(found.errors[0]),
        "moments": _encode(np.concatenate([found.trajectory, found.z[None]])),
    }


def _stranger() -> dict[str, Any]:
    """A random digit of the test set, which no generator was trained on."""
    test = datasets.load_dataset("mnist", "test")
    chosen = secrets.randbelow(len(test.images))
    return {"drawing": _encode(test.images[chosen]), "digit": int(test.labels[chosen])}


def _encode(array: np.ndarray) -> str:
    """The bytes of an array, uint8 or float32, as base64."""
    return base64.b64encode(array.tobytes()).decode("ascii")
