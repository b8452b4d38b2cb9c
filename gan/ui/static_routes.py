"""What the page fetches, as routes of Gradio's own server."""

from collections.abc import Callable
from pathlib import Path

import anyio
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.staticfiles import NotModifiedResponse

from gan.exploring.explorer import Explorer
from gan.web import static_site

FRESH = {"Cache-Control": "no-cache"}  # ask each time whether it has changed: it may be a new version
LASTING = {"Cache-Control": "public, max-age=31536000, immutable"}  # the address names the version: "?v=…"


def build(explorers: dict[str, Explorer]) -> list[BaseRoute]:
    """One route a file. Nothing else can be asked for."""
    making = anyio.CapacityLimiter(1)  # what is made when it is first asked for: no other thread waits for it

    def endpoint(address: str, content: static_site.Content) -> Callable:
        media_type = "image/png" if address.endswith(".png") else "application/octet-stream"

        async def answer(request: Request) -> Response:
            headers = LASTING if "v" in request.query_params else FRESH
            if isinstance(content, Path):
                response = FileResponse(content, headers=headers, stat_result=content.stat())
                is_same = response.headers["ETag"] in _tags(request.headers.get("If-None-Match", ""))
                return NotModifiedResponse(response.headers) if is_same else response
            made = await run_sync(content, limiter=making)
            return Response(made, media_type=media_type, headers=headers)

        return answer

    return [
        Route(f"/{address}", endpoint(address, content))
        for address, content in static_site.files(explorers).items()
    ]


def _tags(header: str) -> list[str]:
    """The entity tags of If-None-Match, which are those of the versions that the browser has."""
    return [tag.strip().removeprefix("W/") for tag in header.split(",")]
