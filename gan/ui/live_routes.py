"""What the Train page asks for while a run goes on: snapshots, orders, files.

Requests of its own rather than Gradio's events: a snapshot is packed once however many watch, and
nothing queues up behind anything. What takes long has threads of its own (`gan.ui.desk`).
"""

import csv
import gzip
import io
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Literal
from urllib.parse import urlsplit

import numpy as np
import pydantic
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.exploring import page_model
from gan.live.controls import RANGES
from gan.live.failures import FAILURES
from gan.live.history import Curve
from gan.live.manager import RunManager, Ticket
from gan.live.session import Session
from gan.networks import checkpoints, images
from gan.networks.networks import Variables
from gan.recipes import get_recipe
from gan.training import devices, saved_state, vae
from gan.ui.desk import Busy, Desk
from gan.ui.packs import Packs, pace
from gan.ui.surveys import Surveys

MOST_BYTES = 4000  # of a request
NEVER_STORE = {"Cache-Control": "no-store"}


class Start(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")
    recipe: str  # of gan.recipes, or of gan.live.failures, or "autoencoder"
    seed: int = 0
    digits: bool | None = None  # whether the networks are told the class; None: as `_told` decides
    wish: Literal["run", "step"] = "run"
    change: dict[str, float] = {}  # numbers that are otherwise


class Owned(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")
    name: str
    key: str


class Order(Owned):
    order: str
    network: str = "both"  # of "step"
    change: dict[str, float] = {}  # of "set" and "back"
    step: int = 0  # of "back"
    loss: str | None = None  # of "back"


def build(studio: RunManager) -> list[BaseRoute]:
    surveys, files = Surveys(studio.dataset), Desk(at_once=1)
    packs = Packs(lambda name: studio.peek(name) is not None)

    def start(asked: Start) -> dict[str, Any]:
        if asked.recipe == vae.RECIPE.name:
            if asked.digits:
                raise InputError("digits: the autoencoder is not told them")
            recipe, game = vae.RECIPE, vae.AUTOENCODER
            return studio.start(recipe, asked.seed, asked.change, asked.wish, game)._asdict()
        failure = FAILURES.get(asked.recipe)
        recipe = failure.recipe() if failure else get_recipe(asked.recipe)
        if _told(asked.digits, failure is not None, studio.dataset):
            recipe = recipe.replace(classes=studio.dataset.classes)
        change = (failure.change if failure else {}) | asked.change
        return studio.start(recipe, asked.seed, change, asked.wish)._asdict()

    def order(asked: Order) -> dict[str, Any]:
        options = {"change": asked.change} | ({"loss": asked.loss} if asked.loss else {})
        value = {"step": asked.network, "set": asked.change, "back": (asked.step, options)}.get(asked.order)
        studio.order(Ticket(asked.name, asked.key), asked.order, value)
        return {}

    def leave(asked: Owned) -> dict[str, Any]:
        studio.leave(Ticket(asked.name, asked.key))
        return {}

    def watch(request: Request) -> Response:
        name = request.path_params["name"]
        snapshot = studio.look(name)
        if snapshot is None:
            packs.forget()
            return _refuse("this run is over; start another", 404)
        if request.query_params.get("after") == str(snapshot.version):
            return JSONResponse({"place": studio.place(name)} | pace(snapshot), headers=NEVER_STORE)
        return _zipped(packs.of(name, snapshot))

    def frame(session: Session, request: Request) -> Response:
        pictures = session.history.frames.get(request.path_params["step"])
        if pictures is None:
            return _refuse("this picture is no longer kept", 404)
        return _zipped(gzip.compress(pictures.tobytes(), 1))

    def metrics(session: Session, request: Request) -> Response:
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(Curve._fields)
        table.writerows(np.array(session.snapshot.curve).T.tolist())
        return _file(text.getvalue().encode(), "text/csv", "forger-metrics.csv")

    def film(session: Session, request: Request) -> Response:
        grids = [
            np.asarray(images.grid(each, scale=1))[..., None] for each in session.history.frames.values()
        ]
        return _file(images.gif(np.array(grids), 484, 100), "image/gif", "forger-timeline.gif")

    def checkpoint(kind: str, session: Session, request: Request) -> Response:
        state = list(session.history.states.values())[-1]
        metadata = {
            "dataset": "mnist",
            "step": int(state.step),
            "seed": session.seed,
            "seconds": f"{session.snapshot.seconds:.1f}",
            "command": "the Train tab",
            "device": devices.describe(),
            "versions": devices.versions(),
        }
        recipe = session.moved_recipe
        if kind == "model":
            content = checkpoints.model_bytes(saved_state.model_of(recipe, state, metadata))
        else:
            content = saved_state.state_bytes(recipe, state, metadata)
        return _file(content, "application/octet-stream", f"{kind}.safetensors")

    def networks(session: Session, request: Request) -> checkpoints.Model | Response:
        """Of a step, or the latest."""
        latest, step = session.snapshot.weights, request.path_params.get("step")
        if step is None:
            return _model(session, *latest)
        state = session.history.states.get(step)
        if state is None:
            return _refuse("these weights are no longer kept", 404)
        return _model(session, step, state.generator_ema, state.discriminator)

    async def page(request: Request) -> Response:
        """Networks for Explore, surveyed."""
        found = await run_in_threadpool(of_run(networks, needs_game=True), request)
        if isinstance(found, Response):
            return found
        return _bytes(await surveys.page(request, found))

    def weights(session: Session, request: Request) -> Response:
        """The latest networks, for a page that has a survey of older ones."""
        return _bytes(page_model.to_page_file(_model(session, *session.snapshot.weights), None))

    def of_run(make: Callable[[Session, Request], Any], needs_game: bool = False) -> Callable:
        def answer(request: Request) -> Any:
            session = studio.session(request.path_params["name"])
            if session is None or session.snapshot.weights is None:
                return _refuse("this run is over; start another", 404)
            if needs_game and not session.game.has_critic:
                return _refuse("an autoencoder has no discriminator: it cannot be opened in Explore", 422)
            try:
                return make(session, request)
            except IndexError:
                return _refuse("nothing is kept of this run any more", 404)

        return answer

    def saved(make: Callable[[Session, Request], Response], needs_game: bool = False) -> Callable:
        answer = of_run(make, needs_game)

        async def save(request: Request) -> Response:
            return await files.do(request, partial(answer, request))

        return _in_line(save)

    def reals(request: Request) -> Response:
        return Response(studio.dataset.images[:64].tobytes(), media_type="application/octet-stream")

    return [
        Route("/live/start", _of_this_page(_asking(Start, start)), methods=["POST"]),
        Route("/live/order", _of_this_page(_asking(Order, order)), methods=["POST"]),
        Route("/live/leave", _asking(Owned, leave), methods=["POST"]),
        Route("/live/reals", reals),
        Route("/live/watch/{name}", watch),
        Route("/live/frame/{name}/{step:int}", of_run(frame)),
        Route("/live/page/{name}", _in_line(page)),
        Route("/live/page/{name}/{step:int}", _in_line(page)),
        Route("/live/weights/{name}", of_run(weights, needs_game=True)),
        Route("/live/metrics/{name}", of_run(metrics)),
        Route("/live/film/{name}", saved(film)),
        Route("/live/model/{name}", saved(partial(checkpoint, "model"), needs_game=True)),
        Route("/live/state/{name}", saved(partial(checkpoint, "state"), needs_game=True)),
    ]


def describe() -> dict[str, Any]:
    """What the page must know before it asks: ranges, and the failures with their repairs."""
    failures = {name: failure._asdict() for name, failure in FAILURES.items()}
    return {"ranges": RANGES, "failures": failures}


def _told(digits: bool | None, is_failure: bool, dataset: Dataset) -> bool:
    """Whether a run's networks are told the class of each picture.

    They are unless the visitor chose otherwise: such a run draws good digits much sooner. A failure of the
    lab was tried without classes, and data without labels have none to tell.
    """
    wanted = not is_failure if digits is None else digits
    return wanted and dataset.classes > 1


def _of_this_page(answer: Callable[[Request], Awaitable[Response]]) -> Callable:
    """An endpoint that no other site's page can reach through a visitor's browser.

    A browser asks the server first before it sends JSON to another site. What the page's own browser says
    of itself holds behind a proxy too, which may have changed the host.
    """

    async def endpoint(request: Request) -> Response:
        headers = request.headers
        if headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
            return _refuse("Content-Type: expected application/json", 415)
        origin = headers.get("Origin")
        if origin is not None and headers.get("Sec-Fetch-Site") != "same-origin":
            hosts = [headers.get("Host", ""), *headers.get("X-Forwarded-Host", "").split(",")]
            if urlsplit(origin).netloc not in [host.strip() for host in hosts if host.strip()]:
                return _refuse("another site's page asked for this; open Forger itself", 403)
        return await answer(request)

    return endpoint


def _asking(form: type[pydantic.BaseModel], do: Callable[[Any], dict[str, Any]]) -> Callable:
    """An endpoint that reads a form of JSON, and answers a bad one in one line."""

    async def answer(request: Request) -> Response:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                return _refuse(f"a request of more than {MOST_BYTES} bytes", 413)
        try:
            return JSONResponse(await run_in_threadpool(do, form.model_validate_json(body)))
        except pydantic.ValidationError as error:
            first = error.errors()[0]
            return _refuse(f"{'.'.join(map(str, first['loc'])) or 'request'}: {first['msg']}", 422)
        except InputError as error:
            return _refuse(str(error), 422)

    return answer


def _in_line(answer: Callable[[Request], Awaitable[Response]]) -> Callable:
    """An endpoint whose work waits at a desk, or is refused there."""

    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except Busy as busy:
            return _refuse(str(busy), 503)
        except ClientDisconnect:
            return Response(status_code=499)  # which nobody reads

    return endpoint


def _refuse(message: str, status: int) -> Response:
    return JSONResponse({"error": message}, status)


def _model(session: Session, step: int, generator: Variables, discriminator: Variables) -> checkpoints.Model:
    metadata = {"dataset": "mnist", "step": str(step)}
    return checkpoints.Model(session.recipe, generator, discriminator, metadata)


def _bytes(content: bytes) -> Response:
    return Response(content, media_type="application/octet-stream", headers=NEVER_STORE)


def _zipped(content: bytes) -> Response:
    headers = {"Content-Encoding": "gzip", **NEVER_STORE}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
