"""What Gradio's document gets before Gradio's own program runs, for which Gradio has no place.

Behind a proxy only the browser knows the page's address. So a script adds the slash without which the page's
files cannot be found from it, and tells Gradio's program where its server is.
"""

import functools
import gzip
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gan.ui.caching import FRESH, tag_of
from gan.web import preloads, static_site

FIRST = """
<script>
  if (!location.pathname.endsWith("/"))
    location.replace(location.pathname + "/" + location.search + location.hash);
</script>
"""
WAITING = """
<style>
  html:not(:has(noscript > p)) gradio-app:not(:has(*))::before {
    content: "Forger is on its way …"; animation: forger-waits 0.3s 0.3s both;
    position: fixed; inset: 0; display: grid; place-items: center; font: 1.125rem/1.5 Georgia, serif;
  }
  @keyframes forger-waits { from { opacity: 0 } }
</style>
"""  # until Gradio's program begins: on a slow line that takes ten seconds, in which nothing would be seen
LAST = """
<script>gradio_config.root = location.origin + location.pathname.replace(/[/]$/, "");</script>
"""
PRELOADS = """
<script>
  if (location.pathname.endsWith("/")) document.head.insertAdjacentHTML("beforeend", `LINKS`);
</script>
"""  # by a script: as plain links, they would be looked for at the wrong place before the slash is there
GRADIO_ROOT = "const root = "  # by which Gradio's document finds a script, before `LAST`
NO_SCRIPT = """
<noscript><p style="padding: 1rem; font: 1rem/1.5 sans-serif"><b>JavaScript is off in this browser.</b> The
networks of this page run in it, so it needs JavaScript: allow it for this page, and reload.</p></noscript>
"""


class PageHead:
    """ASGI middleware: adds lines to the document at "/", and gzips it."""

    def __init__(self, app: ASGIApp, models: list[dict[str, Any]]):
        """
        Args:
          models: as `static_site.describe` has them.
        """
        self._app = app
        self._gzip = functools.lru_cache(1)(gzip.compress)  # the document is the same for all
        ask = static_site.read("shell/preload.js")
        early = f'<script data-models="{static_site.addresses(models)}">{ask}</script>\n'
        links = preloads.links(static_site.versioned("shell/shell.js"))
        self._additions = {
            "<head>": (FIRST + WAITING, ""),
            GRADIO_ROOT: ("location.pathname || ", ""),
            "</head>": ("", LAST + early + PRELOADS.replace("LINKS", links)),
            "</body>": ("", NO_SCRIPT),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in ("", "/"):
            return await self._app(scope, receive, send)
        start: Message = {}
        parts: list[bytes] = []

        async def gather(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            content = b"".join(parts)
            headers = MutableHeaders(scope=start)
            if headers.get("Content-Type", "").startswith("text/html") and scope["method"] == "GET":
                content = self._complete(content.decode()).encode()
                headers["ETag"] = f"W/{tag_of(content)}"  # weak: of the document, gzipped or not
                headers.update(FRESH)
                headers.add_vary_header("Accept-Encoding")
                if "gzip" in Headers(scope=scope).get("Accept-Encoding", ""):
                    headers["Content-Encoding"], content = "gzip", self._gzip(content)
                headers["Content-Length"] = str(len(content))
            await send(start)
            await send({"type": "http.response.body", "body": content})

        await self._app(scope, receive, gather)

    def _complete(self, document: str) -> str:
        for mark, (after, before) in self._additions.items():
            at = document.find(mark) if after else document.rfind(mark)
            if at >= 0:
                document = document[:at] + before + mark + after + document[at + len(mark) :]
        return document
