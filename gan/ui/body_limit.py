"""Limits the size of every request, and how slowly it may come.

Gradio's own routes would read and parse a body of any size. The page asks for many pictures in several
requests, to stay below the limit.
"""

from collections.abc import Collection

import anyio
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Bytes of a refused body that the server still receives and drops, so that its sender can read the refusal.
# Of a larger body nothing more is received: the connection is closed.
MAX_DROPPED = 2_000_000
MAX_SHORT = 4000  # bytes of a body of a few numbers and names


class BodyLimit:
    """ASGI middleware that refuses a request with a large body before anything of it is parsed."""

    def __init__(
        self,
        app: ASGIApp,
        max_bytes: int,
        idle_seconds: float = 20.0,
        free: Collection[str] = (),
        short: tuple[str, ...] = (),
    ):
        """
        Args:
          max_bytes: that a body may have.
          idle_seconds: that may pass between two pieces of a body.
          free: the paths of routes that have a limit of their own.
          short: what the paths begin with of routes whose bodies may have MAX_SHORT bytes only.
        """
        self._app, self._max_bytes, self._idle_seconds = app, max_bytes, idle_seconds
        self._free, self._short = free, short

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._free:
            return await self._app(scope, receive, send)
        max_bytes = self._limit_of(scope["path"])
        refusal = JSONResponse({"error": f"a request of more than {max_bytes:,} bytes; send less"}, 413)
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdecimal() or int(length) > max_bytes:
            if not length.isdecimal() or int(length) > MAX_DROPPED:
                refusal.headers["Connection"] = "close"
            return await refusal(scope, receive, send)
        body, is_more = bytearray(), True
        while is_more:
            try:
                with anyio.fail_after(self._idle_seconds):
                    message = await receive()
            except TimeoutError:
                slow = f"nothing came for {self._idle_seconds:g} seconds; send the request again"
                late = JSONResponse({"error": slow}, 408, {"Connection": "close"})
                return await late(scope, receive, send)
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > max_bytes:
                refusal.headers["Connection"] = "close"  # it is not known how much is still on its way
                return await refusal(scope, receive, send)
            is_more = message.get("more_body", False)
        messages: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def replay() -> Message:
            return messages.pop() if messages else await receive()

        await self._app(scope, replay, send)

    def _limit_of(self, path: str) -> int:
        """How many bytes the body of a request for a path may have."""
        return min(MAX_SHORT, self._max_bytes) if path.startswith(self._short) else self._max_bytes
