"""Three browsers behind one small interface: Chromium, Firefox and WebKit, as Debian has them.

Firefox speaks WebDriver BiDi (https://w3c.github.io/webdriver-bidi) over a WebSocket, and needs
`apt install firefox-esr` and `pip install websockets`. WebKit speaks WebDriver
(https://w3c.github.io/webdriver) over HTTP, and needs `apt install webkit2gtk-driver xvfb`.
"""

import json
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import sync_playwright

from tests.app import free_port, launch_browser

PATIENCE = 1200  # seconds that one script in a page may take: longer than visit.mjs waits for a condition
WINDOW = {"width": 1280, "height": 900}
MINI_BROWSERS = "/usr/lib/*/webkit2gtk-4.1/MiniBrowser"  # the browser that Debian's WebKit comes with
FIREFOX_PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
}
FIREFOX_LISTENS = re.compile(r"BiDi listening on (ws://\S+)\n")
Point = tuple[float, float]  # in CSS pixels of the window's inner part


class Missing(Exception):
    """This machine does not have the browser, or what drives it."""


class Driver(Protocol):
    """A browser with one open page."""

    def open(self, url: str) -> None:
        """Goes to an address, and waits until the page has loaded."""

    def back(self) -> None:
        """Goes back to the page before."""

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page, as JSON; of a promise, what it comes to."""

    def stroke(self, points: list[Point]) -> None:
        """Presses the mouse at the first point, moves it over the others, and lets it go."""


def command(name: str) -> str:
    if path := shutil.which(name):
        return path
    raise Missing(f"there is no {name} on this machine")


def as_json(expression: str) -> str:
    """JavaScript whose value is JSON: {value} or {error}."""
    return f"""(async () => {{
      try {{ return JSON.stringify({{ value: (await ({expression})) ?? null }}); }}
      catch (error) {{ return JSON.stringify({{ error: String(error?.message ?? error) }}); }}
    }})()"""


def answer_of(text: str) -> Any:
    answer = json.loads(text)
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["value"]


def stroke_actions(points: list[Point]) -> list[dict]:
    """A stroke as both kinds of WebDriver take it."""
    moves = [
        {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 20 if i else 0}
        for i, (x, y) in enumerate(points)
    ]
    steps = [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:], {"type": "pointerUp", "button": 0}]
    return [{"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": steps}]


def wait_until(what: str, condition: Callable[[], Any]) -> None:
    """Until something is so; raises TimeoutError if it is not within two minutes."""
    end = time.monotonic() + 120
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain: {what}")
        time.sleep(0.05)


def wait_until_open(port: int) -> None:
    """Until something listens at a port of this machine."""

    def is_open() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    wait_until(f"port {port} is open", is_open)


@contextmanager
def running(arguments: list[str], **options: Any) -> Iterator[subprocess.Popen]:
    """A process that ends with the block."""
    process = subprocess.Popen(arguments, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


# --- Chromium ----------------------------------------------------------------------------------------------


class ChromiumDriver:
    def __init__(self, page: Any) -> None:
        self.page = page

    def open(self, url: str) -> None:
        self.page.goto(url)

    def back(self) -> None:
        self.page.go_back()

    def evaluate(self, expression: str) -> Any:
        return answer_of(self.page.evaluate(as_json(expression)))

    def stroke(self, points: list[Point]) -> None:
        mouse = self.page.mouse
        mouse.move(*points[0])
        mouse.down()
        for point in points[1:]:
            mouse.move(*point)
        mouse.up()


@contextmanager
def chromium() -> Iterator[Driver]:
    with sync_playwright() as playwright:
        browser = launch_browser(playwright)
        page = browser.new_page(viewport=WINDOW)
        page.set_default_timeout(1000 * PATIENCE)
        yield ChromiumDriver(page)
        browser.close()


# --- Firefox -----------------------------------------------------------------------------------------------


class FirefoxDriver:
    def __init__(self, line: Any) -> None:
        self.line = line
        self.count = 0
        self.ask("session.new", {"capabilities": {}})
        self.context = self.ask("browsingContext.getTree", {})["contexts"][0]["context"]
        self.ask("browsingContext.setViewport", {"context": self.context, "viewport": WINDOW})

    def ask(self, method: str, parameters: dict) -> dict:
        """Sends a command, and waits for its answer; events in between are left out."""
        self.count += 1
        self.line.send(json.dumps({"id": self.count, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.line.recv(PATIENCE))
            if message.get("id") != self.count:
                continue
            if message["type"] == "error":
                raise RuntimeError(f"{method}: {message['message']}")
            return message["result"]

    def open(self, url: str) -> None:
        self.ask("browsingContext.navigate", {"context": self.context, "url": url, "wait": "complete"})

    def back(self) -> None:
        self.ask("browsingContext.traverseHistory", {"context": self.context, "delta": -1})

    def evaluate(self, expression: str) -> Any:
        asked = {
            "expression": as_json(expression),
            "target": {"context": self.context},
            "awaitPromise": True,
        }
        return answer_of(self.ask("script.evaluate", asked)["result"]["value"])

    def stroke(self, points: list[Point]) -> None:
        self.ask("input.performActions", {"context": self.context, "actions": stroke_actions(points)})


@contextmanager
def firefox() -> Iterator[Driver]:
    try:
        from websockets.sync.client import connect
    except ImportError:
        raise Missing("Firefox is driven with websockets: pip install websockets") from None

    program = command("firefox-esr") if shutil.which("firefox-esr") else command("firefox")
    with tempfile.TemporaryDirectory() as profile:
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in FIREFOX_PREFERENCES.items()]
        Path(profile, "user.js").write_text("\n".join(lines))
        arguments = [program, "--headless", "--no-remote", "--profile", profile]
        arguments += ["--remote-debugging-port", "0"]
        log = Path(profile, "log")
        with open(log, "w") as output, running(arguments, stdout=output, stderr=output):
            wait_until("Firefox listens", lambda: FIREFOX_LISTENS.search(log.read_text()))
            address = FIREFOX_LISTENS.search(log.read_text())[1]
            with connect(f"{address}/session", max_size=None, ping_interval=None) as line:
                yield FirefoxDriver(line)


# --- WebKit ------------------------------------------------------------------------------------------------


class WebKitDriver:
    def __init__(self, address: str, mini_browser: str) -> None:
        self.address = address
        options = {"binary": mini_browser, "args": ["--automation"]}
        capabilities = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        self.session = self.ask("POST", "", {"capabilities": capabilities})["sessionId"]
        self.ask("POST", "/timeouts", {"script": 1000 * PATIENCE, "pageLoad": 1000 * PATIENCE})
        self.ask("POST", "/window/rect", WINDOW)

    def ask(self, method: str, path: str, body: dict | None = None) -> Any:
        session = f"/{self.session}" if hasattr(self, "session") else ""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/session{session}{path}", data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE + 10) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from error

    def open(self, url: str) -> None:
        self.ask("POST", "/url", {"url": url})

    def back(self) -> None:
        self.ask("POST", "/back", {})

    def evaluate(self, expression: str) -> Any:
        script = f"const done = arguments[arguments.length - 1]; {as_json(expression)}.then(done);"
        return answer_of(self.ask("POST", "/execute/async", {"script": script, "args": []}))

    def stroke(self, points: list[Point]) -> None:
        self.ask("POST", "/actions", {"actions": stroke_actions(points)})


@contextmanager
def webkit() -> Iterator[Driver]:
    program, screen = command("WebKitWebDriver"), command("xvfb-run")
    mini_browser = next(Path("/").glob(MINI_BROWSERS.removeprefix("/")), None)
    if not mini_browser:
        raise Missing("there is no MiniBrowser on this machine")
    port = free_port()
    with running([screen, "-a", program, f"--port={port}"]):
        address = f"http://127.0.0.1:{port}"
        wait_until_open(port)
        driver = WebKitDriver(address, str(mini_browser))
        try:
            yield driver
        finally:
            with suppress(OSError, RuntimeError):  # it may have ended by itself
                driver.ask("DELETE", "")


BROWSERS = {"Chromium": chromium, "Firefox": firefox, "WebKit": webkit}
