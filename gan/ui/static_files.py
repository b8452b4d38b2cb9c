"""The files that the page fetches, answered before the request reaches Gradio's own layers.

A visit asks for a hundred of them. Each is read, tagged and compressed once, and then sent from memory. No
thread takes part: while others compute, a change of threads would take longer than to send the file.
"""

import gzip
from pathlib import Path
from typing import NamedTuple

import anyio
from anyio.to_thread import run_sync
from starlette.datastructures import Headers, QueryParams
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gan.exploring.explorer import Explorer
from gan.ui.caching import FRESH, LASTING, tag_of
from gan.web import static_site

MAX_KEPT = 1_000_000  # bytes of a file on the disk that is kept in memory
KINDS = {".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm"}
KINDS |= {".png": "image/png", ".svg": "image/svg+xml", "": "text/plain"}  # a LICENSE has no ending
COMPRESSED = (".js", ".json", ".wasm", ".svg")  # that become smaller


class Kept(NamedTuple):
    """A file as it is sent."""

    content: bytes
    gzipped: bytes | None  # None for a file that is compressed already
    tag: str


class StaticFiles:
    """ASGI middleware: one address a file, and one for each script by the version of the page.

    A file whose address names its version ("?v=…", or the folder of `static_site.versioned`) is kept by
    browsers for good; all others are asked for again. Who changes a script starts the app again.
    """

    def __init__(self, app: ASGIApp, explorers: dict[str, Explorer]):
        """`explorers`: the models to choose from, by name."""
        self._app = app
        self._files = static_site.files(explorers)
        self._kept: dict[str, Kept] = {}
        self._making = anyio.CapacityLimiter(1)  # some are made when first asked for, one at a time

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        address, headers = "", {}
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            address, headers = _address(scope)
        if address not in self._files:
            return await self._app(scope, receive, send)
        takes_gzip = "gzip" in Headers(scope=scope).get("Accept-Encoding", "")
        answer = await self._answer(address, headers, takes_gzip)
        await answer(scope, receive, send)

    async def _answer(self, address: str, headers: dict[str, str], takes_gzip: bool) -> Response:
        content, ending = self._files[address], Path(address).suffix
        if isinstance(content, Path) and content.stat().st_size > MAX_KEPT:
            return FileResponse(content, headers=headers)
        if address not in self._kept:
            self._kept[address] = await run_sync(_make, content, ending, limiter=self._making)
        kept = self._kept[address]
        headers = {**headers, "ETag": kept.tag}
        body = kept.content
        if kept.gzipped:
            headers["Vary"] = "Accept-Encoding"
            if takes_gzip:
                headers["Content-Encoding"], body = "gzip", kept.gzipped
        return Response(body, media_type=KINDS.get(ending, "application/octet-stream"), headers=headers)


def _address(scope: Scope) -> tuple[str, dict[str, str]]:
    """Of a request: the address of a file, without a version, and how long browsers may keep the answer."""
    address = scope["path"].removeprefix("/")
    if address.startswith(f"{static_site.VERSIONS}/"):
        version, _, name = address.removeprefix(f"{static_site.VERSIONS}/").partition("/")
        if name.startswith("web/"):  # it may be of a page that was opened before the app was started again
            return name, LASTING if version == static_site.version() else FRESH
        return "", FRESH
    return address, LASTING if "v" in QueryParams(scope["query_string"]) else FRESH


def _make(content: static_site.Content, ending: str) -> Kept:
    made = content.read_bytes() if isinstance(content, Path) else content()
    gzipped = gzip.compress(made, mtime=0) if ending in COMPRESSED else None
    return Kept(made, gzipped, f"W/{tag_of(made)}")  # weak: of the content, gzipped or not
