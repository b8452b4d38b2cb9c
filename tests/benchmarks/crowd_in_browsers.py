"""Twenty visitors at once, in real browsers: `python -m tests.benchmarks.crowd_in_browsers [--minutes 10]`.

Four train and turn knobs, eight watch them, eight explore. Counts what went wrong (errors on a page,
answers that are no answers, runs that were lost, runs that are not one's own), and notes the memory
of the app's process. When all have closed their pages it waits until their runs are forgotten, and
says how far the memory came back. Then it looks for the longest task of a page that draws the charts of a
run that has gone on for long.
"""

import argparse
import json
import random
import re
import time

from playwright.sync_api import Browser, Page, sync_playwright

from gan.live.limits import Limits
from tests.app import launch_browser, running_app
from tests.benchmarks.visitor import memory, only_child

TRAIN, WATCH, EXPLORE = 4, 8, 8
# Draws a snapshot as large as they ever get (gan/live/history.py keeps 400 points, three past lines).
CHARTS = """async (name) => {
  const { createCharts } = await import("/web/train/charts.js");
  const { readTensors } = await import("/web/engine/tensors.js");
  const { metadata, arrays } = readTensors(await (await fetch(`live/watch/${name}`)).arrayBuffer());
  const points = 400;
  const value = (_, i) => (i < points ? 50 * i + 1 : Math.random()); // the steps come first
  const curve = () => ({ values: Float32Array.from({ length: 8 * points }, value) });
  const past = Object.fromEntries([0, 1, 2].map((i) => [`past/${i}`, curve()]));
  const grown = { ...arrays, ...past, curve: curve() };
  const snapshot = { ...JSON.parse(metadata.snapshot), step: 50 * points, arrays: grown };
  for (const figure of document.querySelectorAll(".charts .chart")) figure.replaceChildren();
  document.querySelector(".charts").scrollIntoView();
  const charts = createCharts(document.querySelector(".train"));
  let longest = 0; // of 50 ms or more: browsers report no shorter ones
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  observer.observe({ type: "longtask" });
  for (let i = 0; i < 60; i++) {
    charts.draw({ ...snapshot, arrays: { ...grown, curve: curve() } });
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return { longest };
}"""


class Visitor:
    """A browser context of its own, and what went wrong in it."""

    def __init__(self, browser: Browser, address: str):
        self.troubles: list[str] = []
        self.page: Page = browser.new_context(viewport={"width": 1100, "height": 760}).new_page()
        self.page.set_default_timeout(90_000)
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("response", lambda answer: answer.status >= 400 and self.troubles.append(answer.url))
        self.page.on("requestfailed", lambda request: self.troubles.append(f"failed: {request.url}"))
        self.address = address

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.address}/{path}")
        self.page.wait_for_selector(".explore[aria-busy=false]", state="attached")

    def train(self, seed: int) -> dict[str, str]:
        self.open()
        self.page.get_by_role("tab", name="Train").click()
        self.page.locator(".next summary").click()
        self.page.locator(".next .seed").fill(str(seed))
        self.page.get_by_role("button", name="Start", exact=True).click()
        self.page.wait_for_function("/step [1-9]/.test(document.querySelector('.status').textContent)")
        return self.run()

    def run(self) -> dict | None:
        """Its own, as its browser remembers it."""
        return json.loads(self.page.evaluate("localStorage.getItem('forger-run')") or "null")

    @property
    def step(self) -> int:
        found = re.search(r"step ([\d,]+)", self.page.locator(".status").text_content())
        return int(found[1].replace(",", "")) if found else 0

    def turn_a_knob(self) -> None:
        knobs = self.page.locator(".knobs")
        if not knobs.get_attribute("open"):
            knobs.evaluate("details => (details.open = true)")
        slider = self.page.get_by_role("slider", name="Noise on what D sees")
        slider.fill(str(random.choice([0, 20])))

    def explore(self) -> None:
        slider = self.page.locator(".sliders input[type=range]").nth(random.randrange(6))
        slider.fill(f"{random.uniform(-2, 2):.1f}")


def crowd(browser: Browser, address: str, process: int, minutes: float) -> None:
    idle = memory(process)
    trainers, watchers, explorers = (
        [Visitor(browser, address) for _ in range(count)] for count in (TRAIN, WATCH, EXPLORE)
    )
    tickets = [visitor.train(seed) for seed, visitor in enumerate(trainers)]
    for i, visitor in enumerate(watchers):
        visitor.open(f"?watch={tickets[i % TRAIN]['name']}")
        visitor.page.get_by_role("tab", name="Train").click()
    for visitor in explorers:
        visitor.open()
    start, samples = time.monotonic(), []
    while (elapsed := time.monotonic() - start) < 60 * minutes:
        random.choice(trainers).turn_a_knob()
        for visitor in random.sample(explorers, 3):
            visitor.explore()
        samples.append((elapsed, memory(process)))
        explorers[0].page.wait_for_timeout(1000)
    half = [size for at, size in samples if at > 30 * minutes]
    sizes = f"{idle:.0f} before, {half[0]:.0f} half way, {half[-1]:.0f} at the end"
    print(f"{minutes:g} minutes; the app's memory, MB: {sizes}")
    print("steps of those who train:", [visitor.step for visitor in trainers])
    print("seen by those who watch:", [visitor.step for visitor in watchers])
    owned = [visitor.run() for visitor in trainers]
    assert [(own["name"], own["key"]) for own in owned] == [(t["name"], t["key"]) for t in tickets]
    assert not any(visitor.run() for visitor in watchers + explorers), "somebody else's run"
    troubles = [trouble for visitor in trainers + watchers + explorers for trouble in visitor.troubles]
    print(f"{len(troubles)} troubles {troubles[:3]}")
    found = watchers[0].page.evaluate(CHARTS, tickets[0]["name"])
    print("six charts of 400 points and three past lines, ms (0: less than 50):", found)
    for visitor in watchers + explorers + trainers:
        visitor.page.close(run_before_unload=False)
    time.sleep(Limits().left_seconds + 15)
    print(f"{memory(process):.0f} MB when all pages had been closed for a while", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    minutes = parser.parse_args().minutes
    with running_app() as address:
        app = only_child()
        with sync_playwright() as playwright:
            browser = launch_browser(playwright)
            time.sleep(20)  # it compiles and surveys
            crowd(browser, address, app, 0.5)  # what is loaded once and stays
            crowd(browser, address, app, minutes)
            browser.close()


if __name__ == "__main__":
    main()
