"""What the page fetches, as routes of Gradio's own server."""

import functools
from collections.abc import Callable
from pathlib import Path

import anyio
from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from gan.exploring.explorer import Explorer
from gan.ui.caching import FRESH, LASTING, tag_of
from gan.web import static_site


def build(explorers: dict[str, Explorer]) -> list[BaseRoute]:
    """One route a file, and one for all scripts by the version of the page. Nothing else can be asked for.

    A file whose address names its version ("?v=…", or the folder of `static_site.versioned`) is kept by
    browsers for good; all others are asked for again. Who changes a script starts the app again.
    """
    making = anyio.CapacityLimiter(1)  # what is made when it is first asked for: no other thread waits for it

    @functools.cache
    def make(content: Callable[[], bytes]) -> tuple[bytes, str]:
        return (made := content()), tag_of(made)

    async def answer(address: str, content: static_site.Content, headers: dict[str, str]) -> Response:
        if isinstance(content, Path):
            return FileResponse(content, headers=headers, stat_result=content.stat())
        made, tag = await run_sync(make, content, limiter=making)
        media_type = "image/png" if address.endswith(".png") else "application/octet-stream"
        return Response(made, media_type=media_type, headers={**headers, "ETag": tag})

    def endpoint(address: str, content: static_site.Content) -> Callable:
        async def file(request: Request) -> Response:
            return await answer(address, content, LASTING if "v" in request.query_params else FRESH)

        return file

    files = static_site.files(explorers)
    current = static_site.version()

    async def script(request: Request) -> Response:
        """A script, also of a page that was opened before the app was started again with another version."""
        address = f"web/{request.path_params['name']}"
        if address not in files:
            raise HTTPException(404)
        is_current = request.path_params["version"] == current
        return await answer(address, files[address], LASTING if is_current else FRESH)

    routes = [Route(f"/{address}", endpoint(address, content)) for address, content in files.items()]
    return [*routes, Route(f"/{static_site.VERSIONS}/{{version}}/web/{{name:path}}", script)]
