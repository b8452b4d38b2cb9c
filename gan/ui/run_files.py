"""Routes for the files of a run: its metrics, a film of its samples, and what it has learned."""

import csv
import gzip
import io
from functools import partial

import numpy as np
from fastapi import APIRouter, Request, Response

from gan.data.held_out import some_validation
from gan.live.controls import recipe_with
from gan.live.history import CURVE_ROWS
from gan.live.manager import RunManager
from gan.live.origin import metadata_of
from gan.live.session import Session
from gan.networks import checkpoints, images, real_logits
from gan.training import saved_state
from gan.training.state import TrainState
from gan.ui.replies import OneLineErrors, Refused, attachment, gzipped
from gan.ui.requests import find_gan, find_run
from gan.ui.work_queue import WorkQueue

FILM_PIXELS, FILM_FRAME_MS = 484, 100  # width of the film, and how long each frame is shown
NOTHING_KEPT = "nothing is kept of this run any more"


class RunFiles:
    """The routes, in `router`. Files that take long to make wait in a queue."""

    def __init__(self, manager: RunManager):
        self._manager = manager
        self._queue = WorkQueue(threads=1)
        self.router = router = APIRouter(route_class=OneLineErrors, include_in_schema=False)
        router.get("/live/frame/{name}/{step:int}")(self.frame)
        router.get("/live/metrics/{name}")(self.metrics)
        router.get("/live/film/{name}")(self.film)
        router.get("/live/model/{name}")(self.model)
        router.get("/live/state/{name}")(self.state)

    def frame(self, name: str, step: int) -> Response:
        """The samples of a step, gzipped uint8 [64, 28, 28, 1]."""
        samples = find_run(self._manager, name).history.frames.get(step)
        if samples is None:
            raise Refused(404, "this picture is no longer kept")
        return gzipped(gzip.compress(samples.tobytes(), 1))

    def metrics(self, name: str) -> Response:
        """The curves as a table, CSV."""
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(CURVE_ROWS)
        table.writerows(find_run(self._manager, name).snapshot.curve.array().T.tolist())
        return attachment(text.getvalue().encode(), "text/csv", "forger-metrics.csv")

    async def film(self, request: Request, name: str) -> Response:
        """All samples that are kept, an animated GIF."""
        return await self._queue.run(request, partial(self._film, name))

    async def model(self, request: Request, name: str) -> Response:
        """The averaged generator and the discriminator as a checkpoint."""
        return await self._queue.run(request, partial(self._model, name))

    async def state(self, request: Request, name: str) -> Response:
        """All that `train.py --resume` needs."""
        return await self._queue.run(request, partial(self._state, name))

    def _film(self, name: str) -> Response:
        frames = list(find_run(self._manager, name).history.frames.values())
        if not frames:
            raise Refused(404, NOTHING_KEPT)
        grids = [np.asarray(images.grid(each, scale=1))[..., None] for each in frames]
        return attachment(
            images.gif(np.array(grids), FILM_PIXELS, FILM_FRAME_MS), "image/gif", "forger-timeline.gif"
        )

    def _model(self, name: str) -> Response:
        session = find_gan(self._manager, name)
        state = _last_state(session)
        validation = some_validation(session.dataset, real_logits.PICTURES)
        recipe, metadata = recipe_with(session.recipe, session.hyper), metadata_of(session, int(state.step))
        model = saved_state.model_of(recipe, state, metadata, validation)
        content = checkpoints.model_bytes(model)
        return attachment(content, "application/octet-stream", "model.safetensors")

    def _state(self, name: str) -> Response:
        session = find_gan(self._manager, name)
        state = _last_state(session)
        content = saved_state.state_bytes(
            recipe_with(session.recipe, session.hyper), state, metadata_of(session, int(state.step))
        )
        return attachment(content, "application/octet-stream", "state.safetensors")


def _last_state(session: Session) -> TrainState:
    states = list(session.history.states.values())
    if not states:
        raise Refused(404, NOTHING_KEPT)
    return states[-1]
