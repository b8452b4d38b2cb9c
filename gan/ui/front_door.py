"""What every request passes first: is it for this server, is it for a route that the app uses?

It also adds the headers that tell a browser what this site may do, counts what was refused, and writes one
line of log for each refusal.
"""

import ipaddress
import logging
import os
from collections import Counter
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gan.ui.visitors import address_of, new_cookie

log = logging.getLogger("forger")

# Routes of Gradio that the app does not use. Some of them keep what visitors send, in any number of files.
CLOSED = ("upload", "stream", "process_recording", "proxy", "monitoring", "profiling", "dev", "vibe")
CLOSED += ("undo-vibe", "run-history", "deep_link", "custom_component", "login", "token")
SPACES = "https://huggingface.co https://*.huggingface.co https://*.hf.space"
LOOPBACK = "http://localhost:* http://127.0.0.1:*"
MAX_PATH, MAX_NAME = 1000, 255  # letters of a path, and bytes of each name in it
CLOSE = {"Connection": "close"}  # the body of what is refused here is never received
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


class FrontDoor:
    """ASGI middleware. `counts`: how many requests were answered with each status of 400 and more."""

    def __init__(self, app: ASGIApp, counts: Counter[int], hosts: frozenset[str] = frozenset()):
        """
        Args:
          hosts: names that this server is called by, besides network addresses and this machine's own names.
        """
        self._app, self._counts = app, counts
        self._hosts = hosts | {"localhost", ""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request, path = HTTPConnection(scope), scope["path"]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(request, MutableHeaders(scope=message))
                if message["status"] >= 400:
                    self._counts[message["status"]] += 1
                    line = (address_of(request), scope["method"], path[:100], message["status"])
                    log.info("%s %s %s %s", *map(_on_one_line, line))
            await send(message)

        app = self._app
        if not self._knows(host := host_of(request.headers)):
            name = f"{host[:100]!r} is no name of this server"
            app = JSONResponse({"error": f"{name}; its owner can add it to FORGER_HOSTS"}, 421, CLOSE)
        elif is_too_long(path):
            app = JSONResponse({"error": "this address is too long"}, 414, CLOSE)
        elif is_closed(path):
            app = JSONResponse({"error": "this app does not use this route"}, 404, CLOSE)
        await app(scope, receive, send_with_headers)

    def _knows(self, host: str) -> bool:
        """Whether a request for this host is meant for this server.

        A page of another site can let its own name point to this machine, and its scripts would then be of
        the same origin as this server (DNS rebinding). A network address cannot be turned like this.
        """
        return host in self._hosts or _is_address(host)

    def _add_headers(self, request: HTTPConnection, headers: MutableHeaders) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if headers.get("Content-Type", "").startswith("text/html"):
            # A page with ?embed is made for other people's pages; it has nothing that a click could harm.
            where = "*" if "embed" in request.query_params else f"'self' {SPACES} {LOOPBACK}"
            headers["Content-Security-Policy"] = f"frame-ancestors {where}"
            cookie = new_cookie(request)
            if cookie:
                headers.append("Set-Cookie", cookie)


def known_hosts(host: str | None) -> frozenset[str]:
    """The names of this server: what it listens on, a Space's name, and the owner's list FORGER_HOSTS."""
    named = [host or "", os.environ.get("SPACE_HOST", ""), *os.environ.get("FORGER_HOSTS", "").split(",")]
    return frozenset(name.strip().lower() for name in named if name.strip())


def host_of(headers: Headers) -> str:
    """The host that a request is for, without its port, in small letters; "" for one that names none."""
    try:
        return urlsplit(f"//{headers.get('Host', '')}").hostname or ""
    except ValueError:
        return "?"


def is_closed(path: str) -> bool:
    """Whether a path leads to a route of Gradio's that the app does not use."""
    first = path.removeprefix("/gradio_api").lstrip("/").split("/")[0].split("=")[0]
    return first.startswith(CLOSED)


def is_too_long(path: str) -> bool:
    """Whether a path is longer than any that the app has.

    No disk holds a file of such a name, and Python makes no number of so many digits: the routes that look
    for one would fail.
    """
    return len(path) > MAX_PATH or any(len(part.encode()) > MAX_NAME for part in path.split("/"))


def _on_one_line(part: object) -> str:
    """A part of a line of log, in which what a visitor sent cannot begin another line."""
    return str(part).encode("unicode_escape").decode()


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
