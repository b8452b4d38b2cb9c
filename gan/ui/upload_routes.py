"""A model of the visitor's own: the Explore page sends it, and gets the page's file. Nothing is kept."""

from typing import Any

import anyio
from anyio.to_thread import run_sync
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gan.errors import InputError
from gan.exploring import uploads

ADDRESS = "models/open"
PATIENCE = 120  # seconds that a file may take to come
AT_ONCE = 4  # files that come or wait
LINE = 300  # letters of a message, which may quote the file
TOO_LARGE = f"{uploads.NAME}: more than {uploads.MAX_BYTES // 10**6} MB; choose a run's model.safetensors"


class Refused(Exception):
    """Says the status of the answer, and the line that the page shows."""


def describe() -> dict[str, Any]:
    """What the page must know before it sends a file."""
    return {"url": ADDRESS, "bytes": uploads.MAX_BYTES, "tooLarge": TOO_LARGE}


def build() -> list[BaseRoute]:
    turn = anyio.CapacityLimiter(1)  # one survey at a time, and no other thread of the server waits for it
    here: set[Request] = set()

    async def answer(request: Request) -> Response:
        try:
            if len(here) >= AT_ONCE:
                raise Refused(503, "others are opening models just now; try again in a minute")
            here.add(request)
            content = await _receive(request)
            page = await run_sync(uploads.open_for_page, content, limiter=turn)
            headers = {"Cache-Control": "no-store"}
            return Response(page, media_type="application/octet-stream", headers=headers)
        except Refused as refused:
            status, message = refused.args
        except InputError as error:
            status, message = 422, str(error)
        finally:
            here.discard(request)
        headers = {"Connection": "close"}  # or what is still on its way would be read to its end
        return JSONResponse({"error": message.splitlines()[0][:LINE]}, status, headers)

    return [Route(f"/{ADDRESS}", answer, methods=["POST"])]


async def _receive(request: Request) -> bytes:
    """The file, of which no more is read than may come."""
    content = bytearray()
    try:
        with anyio.fail_after(PATIENCE):
            async for part in request.stream():
                content += part
                if len(content) > uploads.MAX_BYTES:
                    raise Refused(413, TOO_LARGE)
    except TimeoutError as error:
        raise Refused(408, f"{uploads.NAME} took too long to come; try again") from error
    except ClientDisconnect as error:
        raise Refused(400, f"{uploads.NAME} did not come whole; try again") from error
    return bytes(content)
