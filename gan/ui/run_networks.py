"""Routes for the networks of a run, in the form in which the Explore page runs them."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from gan.data.datasets import Dataset
from gan.exploring import page_model
from gan.live.manager import RunManager
from gan.live.origin import described
from gan.live.session import Session
from gan.networks.checkpoints import Model
from gan.networks.networks import Variables
from gan.ui.page_models import PageModels
from gan.ui.replies import OneLineErrors, Refused, octets
from gan.ui.requests import find_gan


class RunNetworks:
    """The routes, in `router`."""

    def __init__(self, manager: RunManager):
        self._manager = manager
        self._page_models = PageModels()
        self.router = router = APIRouter(route_class=OneLineErrors, include_in_schema=False)
        router.get("/live/page/{name}")(self.page)
        router.get("/live/page/{name}/{step:int}")(self.page_of_step)
        router.get("/live/weights/{name}")(self.weights)

    async def page(self, request: Request, name: str) -> Response:
        """The latest networks with their latent map."""
        model, dataset = await run_in_threadpool(self._latest, name)
        return octets(await self._page_models.page(request, model, dataset))

    async def page_of_step(self, request: Request, name: str, step: int) -> Response:
        """The networks of a step whose state is kept, with their latent map."""
        model, dataset = await run_in_threadpool(self._of_step, name, step)
        return octets(await self._page_models.page(request, model, dataset))

    def weights(self, name: str) -> Response:
        """The latest networks alone, for a page that has the latent map of earlier ones."""
        model, _ = self._latest(name)
        return octets(page_model.to_page_file(model, None))

    def _latest(self, name: str) -> tuple[Model, Dataset]:
        session = find_gan(self._manager, name)
        return _model(session, *session.snapshot.weights), session.dataset

    def _of_step(self, name: str, step: int) -> tuple[Model, Dataset]:
        session = find_gan(self._manager, name)
        state = session.history.states.get(step)
        if state is None:
            raise Refused(404, "these weights are no longer kept")
        return _model(session, step, state.generator_ema, state.discriminator), session.dataset


def _model(session: Session, step: int, generator: Variables, discriminator: Variables) -> Model:
    metadata = {**described(session.dataset), "step": str(step)}
    return Model(session.recipe, generator, discriminator, metadata)
