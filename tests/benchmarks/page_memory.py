"""How much memory training in the page takes: `python -m tests.benchmarks.page_memory`.

Opens the exported page in Chromium, trains the recipe `fast`, and prints the memory of the renderer (the
process of the page and its Workers) at rest, during the training, and after the run has been stopped. It is
the memory that no other process shares (the unique set size), as psutil reads it: `pip install psutil`.

Playwright is connected only to press the buttons. While it is connected, Chromium keeps a copy of every
answer of the server for it, and of the pictures alone these are 27 MB. With `--isolated` the page is served
as cross-origin isolated, and the browser's own account of each Worker is printed at the end of the training
(https://developer.mozilla.org/docs/Web/API/Performance/measureUserAgentSpecificMemory).
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Error, Page, Playwright, sync_playwright

from tests.app import ROOT, WHOLE, free_port, serving

MB = 2**20
LIMIT = 200  # MB above the page at rest
MOST_GROWTH = 10  # MB, from the second quarter of the time to the last
SAMPLE_SECONDS = 2
START_SECONDS = 120  # that the browser may take to start
ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
ACCOUNT = """async () => {
  const { breakdown } = await performance.measureUserAgentSpecificMemory();
  return breakdown.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes).map(
    ({ bytes, attribution, types }) =>
      [bytes, attribution.map(({ scope, url }) => `${scope} ${url.split("/").pop()}`).join(), types.join()]);
}"""
READY = "document.querySelector('.in-page .go') && !document.querySelector('.in-page .go').disabled"
IS = "document.querySelector('.in-page .train').dataset.status === "


class Browser:
    """Chromium with one page, which runs on its own while nobody is connected to it."""

    def __init__(self, playwright: Playwright, address: str, folder: Path):
        program = next(filter(None, map(shutil.which, WHOLE)))
        self.playwright = playwright
        self.port = free_port()
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--no-first-run",
        ]
        options += [
            f"--remote-debugging-port={self.port}",
            f"--user-data-dir={folder}",
            "--window-size=1280,900",
        ]
        self.process = subprocess.Popen([program, *options, address], stderr=subprocess.DEVNULL)

    @contextmanager
    def page(self) -> Iterator[Page]:
        """Connects to the page, for as long as the block takes."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                browser = self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{self.port}")
                break
            except Error:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
        page = browser.contexts[0].pages[0]
        page.set_default_timeout(300_000)
        yield page
        browser.close()  # only the connection

    def memory(self) -> float:
        """MB that the renderers do not share with other processes."""
        processes = psutil.Process(self.process.pid).children(recursive=True)
        renderers = [process for process in processes if "--type=renderer" in " ".join(process.cmdline())]
        return sum(process.memory_full_info().uss for process in renderers) / MB

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(60)


def tell(name: str, memory: float, rest: float, words: str = "") -> None:
    print(f"{name:18} {memory:6.0f} MB  {memory - rest:+6.0f} above rest  {words}", flush=True)


def watch(browser: Browser, minutes: float, rest: float) -> list[float]:
    """Prints the memory during the training. Returns it, every few seconds."""
    start = time.monotonic()
    samples: list[float] = []
    moments = {"after 1 minute": 60, "half way": 30 * minutes, "at the end": 60 * minutes}
    for name, seconds in sorted(moments.items(), key=lambda item: item[1]):
        while (left := start + seconds - time.monotonic()) > 0:
            time.sleep(min(left, SAMPLE_SECONDS))
            samples.append(browser.memory())
        tell(name, samples[-1], rest)
    return samples


def measure(browser: Browser, minutes: float, isolated: bool) -> bool:
    """Trains, and prints what is measured. Returns whether the memory is flat and keeps within its limit."""
    with browser.page() as page:
        page.wait_for_selector(".explore[aria-busy=false]")
        page.get_by_role("tab", name="Train").click()
        page.wait_for_function(READY)
        page.wait_for_load_state("networkidle")
    time.sleep(10)
    rest = browser.memory()
    tell("at rest", rest, rest)
    with browser.page() as page:
        page.get_by_role("button", name="Start", exact=True).click()
        page.wait_for_function(IS + "'running'")
    samples = watch(browser, minutes, rest)
    with browser.page() as page:
        words = " ".join(page.locator(".in-page .status").text_content().split())
        for size, scope, types in page.evaluate(ACCOUNT) if isolated else []:
            print(f"    {size / MB:7.1f} MB  {scope}  {types}", flush=True)
        page.get_by_role("button", name="Stop", exact=True).click()
        page.get_by_role("button", name="Stop this run?", exact=True).click()
        page.wait_for_function(IS + "'stopped'")
    tell("the highest", max(samples), rest, words[:50])
    time.sleep(10)
    after = browser.memory()
    tell("10 s after Stop", after, rest)
    quarter = len(samples) // 4
    growth = statistics.mean(samples[-quarter:]) - statistics.mean(samples[quarter : 2 * quarter])
    print(f"growth from the second quarter of the time to the last: {growth:+.0f} MB (the means)")
    return max(samples) - rest <= LIMIT and growth <= MOST_GROWTH and after - rest <= LIMIT / 4


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--isolated", action="store_true", help="serve the page cross-origin isolated")
    parser.add_argument("--site", type=Path, help="an exported page (default: it is exported now)")
    args = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary,
        sync_playwright() as playwright,
    ):
        site = args.site or Path(temporary, "site")
        if not args.site:
            subprocess.run([sys.executable, "app.py", "--export", site], cwd=ROOT, check=True)
        with serving(site, ISOLATED if args.isolated else {}) as address:
            browser = Browser(playwright, address, Path(temporary, "profile"))
            try:
                is_good = measure(browser, args.minutes, args.isolated)
            finally:
                browser.close()
    print(f"flat, at most {LIMIT} MB, and given back: {'yes' if is_good else 'no'}")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
