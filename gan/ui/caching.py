"""What a browser has already is not sent again: answers of 304, and files that are kept for good."""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRESH = {"Cache-Control": "no-cache"}  # ask each time whether it has changed
LASTING = {"Cache-Control": "public, max-age=31536000, immutable"}  # the address names the version
NAMED_BY_CONTENT = "/assets/"  # Gradio's own program: Vite puts a hash of each file into its name


class Caching:
    """ASGI middleware: answers 304 where the browser's copy is the same, by the entity tag of the answer."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self._app(scope, receive, send)
        known = _tags(Headers(scope=scope).get("If-None-Match", ""))
        is_same = False

        async def send_if_new(message: Message) -> None:
            nonlocal is_same
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if message["status"] == 200 and scope["path"].startswith(NAMED_BY_CONTENT):
                    headers.update(LASTING)
                is_same = message["status"] == 200 and headers.get("ETag", "").removeprefix("W/") in known
                if is_same:
                    message["status"] = 304
                    del headers["Content-Length"]
                await send(message)
            elif not is_same:
                await send(message)
            elif not message.get("more_body"):
                await send({"type": "http.response.body"})

        await self._app(scope, receive, send_if_new)


def tag_of(content: bytes) -> str:
    """The entity tag of a content."""
    return f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'


def _tags(header: str) -> set[str]:
    """The entity tags of If-None-Match, which are those of the versions that the browser has."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")} - {""}
