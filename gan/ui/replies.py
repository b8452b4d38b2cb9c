"""The answers of the routes: bytes, files, and one line of JSON for whatever is refused."""

import logging
from collections.abc import Callable, Coroutine, Mapping
from types import MappingProxyType
from typing import Any

import pydantic
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from gan.errors import InputError
from gan.live.registry import Full
from gan.ui.work_queue import Busy

log = logging.getLogger("forger")

NEVER_STORE = {"Cache-Control": "no-store"}
GRADIO = "/gradio_api/"  # where Gradio's own routes begin
UNREAD_STATUS = 499  # nginx's "client closed request": nobody reads this answer


class Refused(Exception):
    """A request that is answered with this status and one line for the visitor."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status, self.message = status, message


class OneLineErrors(APIRoute):
    """A route that answers every refusal with `{"error": "one line"}`."""

    async def check(self, request: Request) -> None:
        """Raises Refused for a request that must not even be parsed. A subclass may define it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI calls this once, to make the route's handler."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                await self.check(request)
                return await handle(request)
            except Refused as refused:
                return refuse(refused.status, refused.message)
            except (RequestValidationError, pydantic.ValidationError) as error:
                return refuse(422, _first_error(error))
            except Full as full:
                return refuse(503, str(full))
            except InputError as error:
                return refuse(422, str(error))
            except HTTPException:  # of FastAPI: the body cannot be decoded at all
                return refuse(422, "request: Invalid JSON")
            except Busy as busy:
                return refuse(503, str(busy))
            except ClientDisconnect:
                return Response(status_code=UNREAD_STATUS)

        return answer


def refuse(status: int, message: str) -> Response:
    """One line of JSON. What is too large is not received to its end: the connection is closed."""
    message = message.encode(errors="replace").decode()  # it may repeat half a character of what was sent
    return JSONResponse({"error": message}, status, {"Connection": "close"} if status == 413 else None)


async def refuse_malformed(_: Request, error: RequestValidationError) -> Response:
    """For Gradio's routes, whose own answer repeats what was sent, and fails where that is no JSON: NaN."""
    return refuse(422, _first_error(error))


async def refuse_senseless(request: Request, error: Exception) -> Response:
    """For Gradio's routes, which fail at the name of a function, a part or an argument that the app lacks.

    The error is logged in one line, as it may be a fault of Gradio's or ours. If it comes from another route
    it surely is, and is raised again.
    """
    if not request.scope["path"].startswith(GRADIO):
        raise error
    log.warning("refused by Gradio: %.200s", repr(error))
    return refuse(422, "this request names something that the app does not have")


def _first_error(error: RequestValidationError | pydantic.ValidationError) -> str:
    """The first thing that is wrong with a request, as "seed: Input should be a valid integer"."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return f"request: Invalid JSON: {first['ctx']['error']}"
    field = ".".join(str(part) for part in first["loc"] if part != "body")
    return f"{field or 'request'}: {first['msg']}"


def octets(content: bytes) -> Response:
    """Bytes for the page's JavaScript, which no cache keeps."""
    return Response(content, media_type="application/octet-stream", headers=NEVER_STORE)


def gzipped(content: bytes, headers: Mapping[str, str] = MappingProxyType(NEVER_STORE)) -> Response:
    """The same, of content that is gzipped already: the browser unpacks it."""
    headers = {"Content-Encoding": "gzip", **headers}
    return Response(content, media_type="application/octet-stream", headers=headers)


def attachment(content: bytes, media_type: str, name: str) -> Response:
    """A file that the browser saves under this name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
