"""The route for a model file of the visitor's own.

The Explore page sends the file, and gets it back in the form in which the page runs networks. The server
keeps nothing of it.
"""

from typing import Any

import anyio
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gan.errors import InputError
from gan.exploring import uploads
from gan.ui.large_bodies import Seats, receive
from gan.ui.replies import Refused, octets

ADDRESS = "models/open"
MAX_UPLOADS = 4  # files that come or wait at a time
MAX_MESSAGE = 300  # letters of a message, which may quote the file
TOO_LARGE = f"{uploads.NAME}: more than {uploads.MAX_BYTES // 10**6} MB; choose a run's model.safetensors"


def describe() -> dict[str, Any]:
    """What the page must know before it sends a file."""
    return {"url": ADDRESS, "bytes": uploads.MAX_BYTES, "tooLarge": TOO_LARGE}


def build() -> list[BaseRoute]:
    """The route. It has a limit of its own for the size of a body (`gan.ui.body_limit`)."""
    measuring_thread = anyio.CapacityLimiter(1)  # a thread of its own: others of the server never wait for it
    seats = Seats(MAX_UPLOADS, "others are opening models just now; try again in a minute")

    async def answer(request: Request) -> Response:
        try:
            with seats.seat():
                content = await receive(request, uploads.MAX_BYTES, uploads.NAME, TOO_LARGE)
                page = await run_sync(uploads.open_for_page, content, limiter=measuring_thread)
            return octets(page)
        except Refused as refused:
            status, message = refused.status, refused.message
        except InputError as error:
            status, message = 422, str(error)
        headers = {"Connection": "close"}  # so that the server does not read the rest of the file
        return JSONResponse({"error": message[:MAX_MESSAGE]}, status, headers)

    return [Route(f"/{ADDRESS}", answer, methods=["POST"])]
