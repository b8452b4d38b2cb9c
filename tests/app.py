"""A real app in a process of its own, and a browser to look at it."""

import functools
import http.server
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
WHOLE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SMALL = ("chromium-headless-shell",)  # the same engine without a window: takes a seventh less processor time
UNUSED = (  # Features of Chromium that cost processor time with each page, though no test sees them.
    "WebUIOmniboxPopup",  # the lists under the address bar are pages in a process of their own
    "WebUIOmniboxAimPopup",
    "SpareRendererForSitePerProcess",  # a process for a next page
)
OFF_BY_PLAYWRIGHT = (  # Our list replaces Playwright's, which has these, among others that no test meets.
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def as_a_user_has_it() -> dict[str, str]:
    """The environment without what tests tell JAX: the eight devices, and to spend little on programs."""
    told = ("XLA_FLAGS", "JAX_DISABLE_MOST_OPTIMIZATIONS")
    return {name: value for name, value in os.environ.items() if name not in told}


@contextmanager
def running_app(
    *arguments: str, limits: dict[str, str] | None = None, is_waited_for: bool = True
) -> Iterator[str]:
    """`python app.py`. Yields its address.

    Args:
      limits: environment variables of gan/live/limits.py.
      is_waited_for: whether it answers when the block begins; else the block may begin before.
    """
    port = free_port()
    environment = as_a_user_has_it() | (limits or {})
    with tempfile.TemporaryFile("w+") as log:
        command = [sys.executable, "app.py", "--port", str(port), *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        try:
            if is_waited_for and not begins_to_answer(address, lambda: process.poll() is None):
                log.seek(0)
                raise RuntimeError(f"the app did not start:\n{log.read()}")
            yield address
            log.seek(0)
            assert "Traceback" not in (printed := log.read()), printed
        finally:
            process.terminate()
            process.wait(120)


def begins_to_answer(address: str, is_running: Callable[[], bool] = lambda: True) -> bool:
    """Waits for an app that starts. False: it has ended, or does not answer after four minutes."""
    deadline = time.monotonic() + 240
    while not answers(address):
        if not is_running() or time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@contextmanager
def serving(
    folder: Path, headers: dict[str, str] | None = None, sent: list[str] | None = None
) -> Iterator[str]:
    """A folder behind a plain web server, which sends these headers with every file. Yields its address.

    Args:
      sent: gets the path of each file whose content the server sends. (It may also answer that a file is as
        the browser has it.)
    """

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            super().end_headers()

        def copyfile(self, source, outputfile) -> None:
            if sent is not None:
                path = self.path.split("?")[0]
                sent.append(f"{path}index.html" if path.endswith("/") else path)
            super().copyfile(source, outputfile)

        def log_message(self, *arguments: object) -> None:
            pass

    handler = functools.partial(Handler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:  # a closed server that still serves spins on a core
            server.shutdown()


def answers(address: str) -> bool:
    """Whether a server answers there, and well."""
    try:
        return urllib.request.urlopen(address, timeout=5).status == 200
    except OSError:
        return False


def launch_browser(playwright, may_be_small=False, options=()):
    """Debian's Chromium, or Playwright's own. Without any, the test fails.

    Args:
      may_be_small: whether its smaller kind is taken where it is; else it is the one that visitors have.
      options: of its command line, besides ours.
    """
    installed = next(filter(None, map(shutil.which, SMALL + WHOLE if may_be_small else WHOLE)), None)
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", *options]
    options.append(f"--disable-features={','.join(UNUSED + OFF_BY_PLAYWRIGHT)}")
    return playwright.chromium.launch(executable_path=installed, args=options)
