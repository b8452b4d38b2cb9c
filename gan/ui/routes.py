"""What the page fetches, as routes of Gradio's own server."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from gan import site
from gan.explorer import Explorer

FRESH = {"Cache-Control": "no-cache"}  # ask each time whether it has changed: it may be a new version


def build(explorers: dict[str, Explorer]) -> list[BaseRoute]:
    """One route a file. Nothing else can be asked for."""
    return [Route(f"/{address}", _endpoint(content)) for address, content in site.files(explorers).items()]


def _endpoint(content: site.Content):
    def answer(request: Request) -> Response:
        if isinstance(content, Path):
            return FileResponse(content, headers=FRESH)
        return Response(content(), media_type="application/octet-stream", headers=FRESH)

    return answer
