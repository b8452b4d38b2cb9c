"""The news of runs, which pages ask for again and again.

Two hundred pages may watch one run, and each asks once a second. So the question is answered before it
reaches the layers of Gradio and FastAPI, which take ten times as long: by no thread, without a wait, and from
content that is packed once for all who watch.
"""

import json
import secrets
from typing import Any
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Receive, Scope, Send

from gan.live.manager import RunManager
from gan.live.registry import OVER
from gan.ui.packs import PackedSnapshots, progress

ADDRESS = "/live/watch/"
JSON = {"Content-Type": "application/json"}
PACKED = {"Content-Type": "application/octet-stream", "Content-Encoding": "gzip"}


class Watching:
    """ASGI middleware that answers GET /live/watch/NAME?after=VERSION.

    The answer is the packed snapshot of a run (`gan.ui.packs`). If the page has this snapshot already, it is
    only how far the run is, as JSON. `after` is the version of the snapshot that the page has.
    """

    def __init__(self, app: ASGIApp, manager: RunManager):
        """`manager`: where the runs are."""
        self._app, self._manager = app, manager
        self._packed = PackedSnapshots(lambda name: manager.get(name) is not None)
        # By it a page learns that this server was started again, if a run is over that it has seen before.
        self._always = {"Forger-Server": secrets.token_hex(4), "Cache-Control": "no-store"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_mine = scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith(ADDRESS)
        if not is_mine:
            return await self._app(scope, receive, send)
        # As text: of bytes, parse_qs would fail at "%ff", which is no UTF-8.
        after = parse_qs(scope["query_string"].decode("latin-1")).get("after", [""])[0]
        status, headers, content = await self._news(scope["path"].removeprefix(ADDRESS), after)
        headers = {**headers, **self._always, "Content-Length": str(len(content))}
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": content})

    async def _news(self, name: str, after: str) -> tuple[int, dict[str, str], bytes]:
        """The status, the headers and the content of an answer."""
        snapshot = self._manager.snapshot(name)
        if snapshot is None:
            self._packed.drop_ended()
            return 404, JSON, _json({"error": OVER})
        if after == str(snapshot.version):
            position = self._manager.queue_position(name)
            return 200, JSON, _json({"queue_position": position} | progress(snapshot))
        return 200, PACKED, await self._packed.get(name, snapshot)


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()
