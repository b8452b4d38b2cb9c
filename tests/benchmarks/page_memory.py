"""How much memory training in the page takes: `python -m tests.benchmarks.page_memory`.

Opens the exported page in Chromium, trains the recipe `fast`, and prints the memory of the renderer (the
process of the page and its Workers) at rest, during the training, and after the run has been stopped. It is
the memory that no other process shares (the unique set size), as psutil reads it: `pip install psutil`. With
`--isolated` the page is served as cross-origin isolated, and the browser's own account of each Worker is
printed too (https://developer.mozilla.org/docs/Web/API/Performance/measureUserAgentSpecificMemory).
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright

from tests.app import ROOT, launch_browser, serving

MB = 2**20
LIMIT = 200  # MB above the page at rest
SAMPLE_SECONDS = 5
ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
ACCOUNT = """async () => {
  const { breakdown } = await performance.measureUserAgentSpecificMemory();
  return breakdown.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes).map(
    ({ bytes, attribution, types }) =>
      [bytes, attribution.map(({ scope, url }) => `${scope} ${url.split("/").pop()}`).join(), types.join()]);
}"""
READY = "document.querySelector('.in-page .go') && !document.querySelector('.in-page .go').disabled"


def renderer_memory() -> float:
    """MB that the renderers of the browser that this process has started do not share with others."""
    processes = psutil.Process().children(recursive=True)
    renderers = [process for process in processes if "--type=renderer" in " ".join(process.cmdline())]
    return sum(process.memory_full_info().uss for process in renderers) / MB


def measure(page: Page, name: str, rest: float | None, isolated: bool) -> float:
    """Prints a line, and returns the memory in MB."""
    memory = renderer_memory()
    above = "" if rest is None else f"  {memory - rest:+6.0f} above rest"
    status = page.locator(".in-page .status").text_content().strip()
    print(f"{name:18} {memory:6.0f} MB{above}  {' '.join(status.split())[:50]}", flush=True)
    if isolated:
        for size, scope, types in page.evaluate(ACCOUNT):
            print(f"    {size / MB:7.1f} MB  {scope}  {types}", flush=True)
    return memory


def train(page: Page, minutes: float, isolated: bool) -> bool:
    """Trains, and prints what is measured. Returns whether the memory keeps within its limit."""
    page.get_by_role("tab", name="Train").click()
    page.wait_for_function(READY)
    page.wait_for_load_state("networkidle")
    time.sleep(10)
    rest = measure(page, "at rest", None, isolated)
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_function("document.querySelector('.in-page .train').dataset.status === 'running'")
    start, highest = time.monotonic(), 0.0
    moments = {"after 1 minute": 60, "half way": 30 * minutes, "at the end": 60 * minutes}
    for name, seconds in sorted(moments.items(), key=lambda item: item[1]):
        while (left := start + seconds - time.monotonic()) > 0:
            time.sleep(min(left, SAMPLE_SECONDS))
            highest = max(highest, renderer_memory())
        measure(page, name, rest, isolated)
    print(f"{'the highest':18} {highest:6.0f} MB  {highest - rest:+6.0f} above rest")
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Stop this run?", exact=True).click()
    time.sleep(10)
    after = measure(page, "10 s after Stop", rest, isolated)
    return highest - rest <= LIMIT and after - rest <= LIMIT / 4


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--isolated", action="store_true", help="serve the page cross-origin isolated")
    parser.add_argument("--site", type=Path, help="an exported page (default: it is exported now)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = args.site or Path(temporary, "site")
        if not args.site:
            subprocess.run([sys.executable, "app.py", "--export", folder], cwd=ROOT, check=True)
        browser = launch_browser(playwright)
        with serving(folder, ISOLATED if args.isolated else {}) as address:
            page = browser.new_page()
            page.set_default_timeout(300_000)
            page.goto(address)
            page.wait_for_selector(".explore[aria-busy=false]")
            is_within = train(page, args.minutes, args.isolated)
        browser.close()
    return 0 if is_within else 1


if __name__ == "__main__":
    sys.exit(main())
