"""Routes that start and command runs."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from gan.config import Recipe
from gan.data.datasets import Dataset
from gan.data.downloads import DOWNLOADS
from gan.data.labels import SHOWN
from gan.errors import InputError
from gan.live import opened_state, own_pictures
from gan.live.failures import FAILURES
from gan.live.manager import RunManager
from gan.recipes import get_recipe
from gan.training import vae
from gan.training.few_pictures import suitable_augmentation
from gan.training.trainer import GAN, Algorithm
from gan.ui.large_bodies import Seats, receive
from gan.ui.replies import OneLineErrors
from gan.ui.requests import (
    CommandRequest,
    FromThisPage,
    StartRequest,
    TicketRequest,
    refuse_large_body,
    refuse_other_sites,
)
from gan.ui.visitors import visitor_of

OWN_ADDRESS, STATE_ADDRESS = "live/start-with-own", "live/start-with-state"
MAX_UPLOADS = 4  # sets of pictures that come or wait at a time
MAX_STATES = 2  # training states that come or wait at a time
STATE_TOO_LARGE = (
    f"{opened_state.NAME}: more than {opened_state.MAX_BYTES // 10**6} MB; {opened_state.AT_HOME}"
)
TOO_LARGE = f"{own_pictures.NAME}: at most {own_pictures.MAX_PICTURES:,} fit; take fewer"


class RunRoutes:
    """The routes, in `router`."""

    def __init__(self, manager: RunManager):
        self._manager = manager
        self._seats = Seats(MAX_UPLOADS, "others are sending pictures just now; try again in a minute")
        self._state_seats = Seats(MAX_STATES, "others are opening runs just now; try again in a minute")
        self.router = router = APIRouter(route_class=OneLineErrors, include_in_schema=False)
        guarded = {"methods": ["POST"], "route_class_override": FromThisPage}
        router.add_api_route("/live/start", self.start, **guarded)
        router.add_api_route("/live/order", self.command, **guarded)
        router.add_api_route(f"/{OWN_ADDRESS}", self.start_with_own, methods=["POST"])
        router.add_api_route(f"/{STATE_ADDRESS}", self.start_with_state, methods=["POST"])
        router.post("/live/leave")(self.leave)
        router.get("/live/reals")(self.reals)

    def start(self, request: Request, body: StartRequest) -> dict[str, str]:
        """Starts a run and answers with its ticket: `{name, key}`."""
        return self._start(request, body, self._dataset(body.dataset))

    async def start_with_own(self, request: Request, wish: str) -> dict[str, str]:
        """Starts a run that learns from the visitor's own pictures, which are the body.

        They belong to this run alone, and are forgotten with it. `wish`: a StartRequest, as JSON.
        """
        refuse_other_sites(request, "application/octet-stream")
        body = StartRequest.model_validate_json(wish)
        with self._seats.seat():
            content = await receive(request, own_pictures.MAX_BYTES, own_pictures.NAME, TOO_LARGE)
            dataset = await run_in_threadpool(own_pictures.parse, content)
            return await run_in_threadpool(self._start, request, body, dataset)

    async def start_with_state(self, request: Request) -> dict[str, str]:
        """Starts a run that goes on from the training state which is the body, a state.safetensors."""
        refuse_other_sites(request, "application/octet-stream")
        with self._state_seats.seat():
            content = await receive(request, opened_state.MAX_BYTES, opened_state.NAME, STATE_TOO_LARGE)
            opened = await run_in_threadpool(opened_state.parse, content, self._manager.datasets)
            ticket = await run_in_threadpool(self._manager.go_on, opened, visitor_of(request))
        return ticket._asdict()

    def _start(self, request: Request, body: StartRequest, dataset: Dataset) -> dict[str, str]:
        recipe, change, game = _choose_recipe(body, dataset)
        visitor = visitor_of(request)
        ticket = self._manager.start(recipe, body.seed, change, body.first_command, game, visitor, dataset)
        return ticket._asdict()

    def command(self, body: CommandRequest) -> dict[str, str]:
        """Gives a command to one's own run."""
        self._manager.command(body.ticket(), body.command())
        return {}

    async def leave(self, request: Request) -> dict[str, str]:
        """Says that the page is closed.

        The page sends it as a beacon, whose body is JSON that is declared to be plain text. So it is
        parsed here.
        """
        await refuse_large_body(request)
        self._manager.leave(TicketRequest.model_validate_json(await request.body()).ticket())
        return {}

    def reals(self, dataset: str | None = None) -> Response:
        """The real pictures that the page shows beside the fakes: uint8 [R, size, size, 1 or 3], R ≤ 64."""
        content = self._dataset(dataset).images[:SHOWN].tobytes()
        return Response(content, media_type="application/octet-stream")

    def _dataset(self, name: str | None) -> Dataset:
        found = self._manager.datasets.get(name) if name is not None else self._manager.dataset
        if found is None:
            others = "; others must be fetched first" if name in DOWNLOADS else ""
            raise InputError(f"dataset: this server has {', '.join(self._manager.datasets)}{others}")
        return found


def _choose_recipe(body: StartRequest, dataset: Dataset) -> tuple[Recipe, dict[str, Any], Algorithm]:
    """What is trained, the numbers that differ from the recipe's, and whether it is a GAN.

    The networks are conditional, which means that they get each picture's label, unless the visitor chose
    otherwise: such a run generates good digits much sooner. A failure of the lab was tried without
    labels, and some datasets have none.
    """
    _, size, _, channels = dataset.images.shape
    shape = {"size": size, "channels": channels}
    if body.recipe == vae.RECIPE.name:
        if body.conditional:
            raise InputError("conditional: the autoencoder is not told the class")
        return vae.RECIPE.replace(**shape), body.change, vae.AUTOENCODER
    failure = FAILURES.get(body.recipe)
    recipe = (failure.recipe() if failure else get_recipe(body.recipe)).replace(**shape)
    is_conditional = failure is None if body.conditional is None else body.conditional
    if is_conditional and dataset.classes > 1:
        recipe = recipe.replace(classes=dataset.classes)
    if failure is None:  # a failure of the lab was tried without
        recipe = recipe.replace(augment=suitable_augmentation(dataset))
    return recipe, (failure.change if failure else {}) | body.change, GAN
