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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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


@contextmanager
def running_app(*arguments: str) -> Iterator[str]:
    """`python app.py`, until it answers. Yields its address."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name != "XLA_FLAGS"}
    with tempfile.TemporaryFile("w+") as log:
        command = [sys.executable, "app.py", "--port", str(port), *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        try:
            deadline = time.monotonic() + 240
            while not _answers(address):
                if process.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    raise RuntimeError(f"the app did not start:\n{log.read()}")
                time.sleep(0.05)
            yield address
            log.seek(0)
            assert "Traceback" not in (printed := log.read()), printed
        finally:
            process.terminate()
            process.wait(120)


@contextmanager
def serving(folder: Path, headers: dict[str, str] | None = None) -> Iterator[str]:
    """A folder behind a plain web server, which sends these headers with every file. Yields its address."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            super().end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    handler = functools.partial(Handler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _answers(address: str) -> bool:
    try:
        return urllib.request.urlopen(address, timeout=5).status == 200
    except OSError:
        return False


def launch_browser(playwright):
    """Debian's Chromium, or Playwright's own. Without any, the test fails."""
    installed = next(filter(None, map(shutil.which, BROWSERS)), None)
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    options.append(f"--disable-features={','.join(UNUSED + OFF_BY_PLAYWRIGHT)}")
    return playwright.chromium.launch(executable_path=installed, args=options)
