"""How much a request may send, whatever it is for: Gradio's own routes would take and parse any amount."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 64 * 1024  # the page's largest request is a sheet of pictures, which it sends in parts


class BodyLimit:
    """ASGI middleware: a body comes whole before anything is parsed, and one of too many bytes is refused."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES, free: Collection[str] = ()):
        """`most`: bytes of a body. `free`: paths of routes that have a limit of their own."""
        self._app, self._most, self._free = app, most, free

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._free:
            return await self._app(scope, receive, send)
        refusal = JSONResponse({"error": f"a request of more than {self._most:,} bytes; send less"}, 413)
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdecimal() or int(length) > self._most:
            return await refusal(scope, receive, send)  # the server throws away what is still on its way
        body, is_more = bytearray(), True
        while is_more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > self._most:
                refusal.headers["Connection"] = "close"  # nobody knows how much is still on its way
                return await refusal(scope, receive, send)
            is_more = message.get("more_body", False)
        messages: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def replay() -> Message:
            return messages.pop() if messages else await receive()

        await self._app(scope, replay, send)
