"""How smooth Explore is while the page trains: `python -m tests.benchmarks.page_drag`.

The exported page in Chromium: frames a second of a drag in Explore at rest, and while a run trains in the
page; and the longest task of the page's own thread during each.
"""

import json

from playwright.sync_api import Page

from tests.benchmarks.app import drag
from tests.benchmarks.exported import exported_page

OBSERVE = """() => {
  window.tasks_ = [0];
  new PerformanceObserver((list) => window.tasks_.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: "longtask" });
}"""


def measure(page: Page) -> dict[str, float]:
    page.evaluate("window.tasks_ = [0]")
    figures = drag(page)
    return {**figures, "longest_task_ms": page.evaluate("Math.max(...window.tasks_)")}


def main() -> None:
    with exported_page() as (page, address):
        page.goto(address)
        page.wait_for_function("document.querySelector('.words')?.textContent.includes('of 100 real')")
        page.evaluate(OBSERVE)
        figures = {"at rest": measure(page)}
        page.get_by_role("tab", name="Train").click()
        page.click(".train .go:not([disabled])")
        page.wait_for_function("/step \\d{2}/.test(document.querySelector('.status').textContent)")
        page.get_by_role("tab", name="Explore").click()
        figures["while it trains"] = measure(page)
        print(json.dumps(figures, default=float, indent=2))


if __name__ == "__main__":
    main()
