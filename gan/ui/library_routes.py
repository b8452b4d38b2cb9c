"""Routes for the data sets that runs on this server may learn from."""

from typing import Any

import pydantic
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from gan.exploring.subjects import subject_of
from gan.live.library import Library, Offer
from gan.live.manager import RunManager
from gan.ui.replies import NEVER_STORE, OneLineErrors
from gan.ui.requests import FromThisPage


class FetchRequest(pydantic.BaseModel):
    """Asks for a data set to be fetched."""

    model_config = pydantic.ConfigDict(extra="forbid")
    name: str


class LibraryRoutes:
    """The routes, in `router`."""

    def __init__(self, manager: RunManager):
        self._datasets = manager.datasets
        self._library = Library(manager.datasets, manager.limits.download_bytes)
        self.router = router = APIRouter(route_class=OneLineErrors, include_in_schema=False)
        guarded = {"methods": ["POST"], "route_class_override": FromThisPage}
        router.get("/live/datasets")(self.offers)
        router.add_api_route("/live/fetch", self.fetch, **guarded)

    def offers(self) -> JSONResponse:
        """Every data set, `[{name, title, status, megabytes, done, total, message, class_names}]`.

        Of those that are loaded, the names of the classes are known, and `size` and `channels` of a picture.
        """
        return JSONResponse([self._described(offer) for offer in self._library.offers()], headers=NEVER_STORE)

    def fetch(self, body: FetchRequest) -> dict[str, str]:
        """Begins to fetch one, for all visitors."""
        self._library.fetch(body.name)
        return {}

    def _described(self, offer: Offer) -> dict[str, Any]:
        told = {**offer._asdict(), "title": subject_of({"dataset": offer.name}).title, "class_names": []}
        loaded = self._datasets.get(offer.name)
        if loaded is None:
            return told
        _, size, _, channels = loaded.images.shape
        return {**told, "class_names": list(loaded.class_names), "size": size, "channels": channels}
