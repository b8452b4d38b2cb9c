"""A visit to the exported page in three browsers: `python -m tests.benchmarks.browsers`.

Prints one line a step and browser: ok, or what is wrong. The page is served by `python -m http.server`.
Where the browser's service worker keeps the page, the server is ended after the first visit, and the rest
happens without it.
"""

import argparse
import base64
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gan.cli import sample
from tests.app import ROOT, free_port
from tests.benchmarks.drivers import BROWSERS, Driver, Missing, running, wait_until, wait_until_open

VISIT = (Path(__file__).parent / "visit.mjs").read_text()
SEVEN = [(0.2, 0.2), (0.5, 0.2), (0.8, 0.2), (0.6, 0.5), (0.4, 0.85)]
MAX_WORDS = 160  # characters of what was seen in a step


class Visit:
    """A visitor in one browser."""

    def __init__(self, driver: Driver, address: str, end_server: Callable[[], None]) -> None:
        self.driver = driver
        self.address = address
        self.end_server = end_server
        self.link = {}
        self.step_when_paused = 0

    def open(self, url: str) -> None:
        self.driver.open("about:blank")  # an address that differs only in its hash would not be loaded again
        self.driver.open(url)
        self.begin()

    def begin(self) -> None:
        """Gives the page the functions that `do` calls."""
        self.driver.evaluate(f"(() => {{ {VISIT} }})()")

    def is_loaded_again(self) -> bool:
        """Whether the page is there and has not been given them."""
        loaded = "location.protocol === 'http:' && !globalThis.visit && document.readyState === 'complete'"
        with suppress(Exception):  # the page is being replaced
            return self.driver.evaluate(loaded)
        return False

    def do(self, call: str) -> object:
        return self.driver.evaluate(f"visit.{call}")

    def stroke(self, selector: str, points: list[tuple[float, float]]) -> None:
        self.driver.stroke(self.do(f"pointsOn({selector!r}, {[list(point) for point in points]})"))

    # --- The steps, in their order ------------------------------------------------------------------------

    def first_visit(self) -> object:
        self.open(self.address)
        return self.do("explore()")

    def offline(self) -> str:
        if not self.do("kept()"):
            return "no service worker here: the rest is online"
        self.end_server()
        self.open(self.address)
        return f"without the server: {self.do('explore()')}"

    def drag(self) -> object:
        return self.do("drag()")

    def map(self) -> object:
        drawn = self.do("map()")
        self.stroke(".chart-of-z", [(0.3, 0.4)])
        return f"{drawn}, {self.do('mapMoved()')}"

    def morph(self) -> object:
        return self.do("morph()")

    def draw(self) -> object:
        stranger = self.do("draw()")
        self.stroke(".pad", SEVEN)
        return f"{self.do('drawn()')}; {stranger}"

    def follow_link(self) -> object:
        self.link = self.do("link()")
        self.open(self.link["url"])
        return self.do(f"isSame({self.link['picture']!r})")

    def start(self) -> object:
        return self.do("start()")

    def train(self) -> object:
        return self.do("trains()")

    def reload(self) -> object:
        """A run that is paused is there after a reload."""
        self.step_when_paused = self.do("pause()")
        self.open(self.address)
        self.do("explore()")
        return self.do(f"found({self.step_when_paused})")

    def come_back(self) -> object:
        """It is there after Back, too, for which a browser may have kept the page in memory."""
        self.driver.open("about:blank")
        self.driver.back()
        wait_until("the page is loaded after Back", self.is_loaded_again)
        self.begin()
        return self.do(f"found({self.step_when_paused})")

    def rewind(self) -> object:
        return self.do("rewind()")

    def branch(self) -> object:
        return self.do("branch()")

    def save(self) -> str:
        """The model is opened as `python -m gan sample` opens it."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "model.safetensors")
            path.write_bytes(base64.b64decode(self.do("save()")))
            pictures = sample.generate(sample.build_parser().parse_args([str(path), "--seeds", "0-9"]))
        if pictures.std() < 10:
            raise RuntimeError("the pictures of the model are all alike")
        return f"{len(pictures)} pictures of it, from {pictures.min()} to {pictures.max()}"

    def break_it(self) -> object:
        return self.do("breakIt()")

    def repair(self) -> object:
        return self.do("repair()")

    STEPS = (first_visit, offline, drag, map, morph, draw, follow_link, start, train, reload, come_back,
             rewind, branch, save, break_it, repair)  # fmt: skip


@contextmanager
def http_server(folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yields the address of `python -m http.server`, and a function that ends it."""
    port = free_port()
    arguments = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", folder]
    with running(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        wait_until_open(port)

        def end() -> None:
            process.terminate()
            process.wait()

        yield f"http://127.0.0.1:{port}/", end


def asked_for_troubles(visitor: Visit) -> list[str]:
    try:
        return visitor.do("troubles()")
    except Exception as error:  # the page is not there
        return [str(error)]


def visit(name: str, folder: Path) -> int:
    """Takes all steps in a browser, and prints a line for each. Returns how many have failed."""
    failures = 0
    with http_server(folder) as (address, end_server), BROWSERS[name]() as driver:
        visitor = Visit(driver, address, end_server)
        for step in Visit.STEPS:
            began, seen = time.monotonic(), ""
            try:
                seen = step(visitor)
                troubles = visitor.do("troubles()")
            except Exception as error:
                troubles = [str(error), *asked_for_troubles(visitor)]
            failures += bool(troubles)
            word = "WRONG" if troubles else "ok"
            line = " ".join("; ".join(troubles).split()) or " ".join(str(seen).split())[:MAX_WORDS]
            print(
                f"{name:9} {step.__name__:12} {word:6} {time.monotonic() - began:5.1f} s  {line}", flush=True
            )
    return failures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browsers", nargs="+", choices=BROWSERS, default=list(BROWSERS))
    parser.add_argument("--site", type=Path, help="an exported page (default: it is exported now)")
    args = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.site or Path(temporary, "site")
        if not args.site:
            subprocess.run([sys.executable, "app.py", "--export", folder], cwd=ROOT, check=True)
        for name in args.browsers:
            try:
                failures += visit(name, folder)
            except (Missing, TimeoutError) as error:
                print(f"{name:9} not tried: {error}")
    return min(failures, 1)


if __name__ == "__main__":
    sys.exit(main())
