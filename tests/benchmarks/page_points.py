"""How smooth the figures of Learn are: `python -m tests.benchmarks.page_points`.

The exported page in Chromium: pictures a second and steps a second of the smallest game while it plays, and
pictures a second of a small figure beside the text, which takes a step every second frame.
"""

import json
import re

from playwright.sync_api import Page

from tests.benchmarks.exported import exported_page

MILLISECONDS = 5000
COUNT = """() => {
  const clear = CanvasRenderingContext2D.prototype.clearRect; // which each picture begins with
  window.drawn_ = new Map();
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    window.drawn_.set(this.canvas, (window.drawn_.get(this.canvas) ?? 0) + 1);
    return clear.apply(this, box);
  };
}"""


def steps(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator(".points .status").text_content().split("·")[0]))


def watch(page: Page, canvas: str) -> float:
    """Pictures a second on a canvas, which is brought to the middle of the window."""
    page.locator(canvas).evaluate("canvas => canvas.scrollIntoView({block: 'center'})")
    page.wait_for_function("canvas => window.drawn_.get(document.querySelector(canvas)) > 0", arg=canvas)
    page.evaluate("window.drawn_.clear()")
    page.wait_for_timeout(MILLISECONDS)
    drawn = page.evaluate("canvas => window.drawn_.get(document.querySelector(canvas))", canvas)
    return drawn / MILLISECONDS * 1000


def main() -> None:
    with exported_page() as (page, address):
        page.add_init_script(f"({COUNT})()")
        page.goto(f"{address}/?tab=learn")
        page.locator(".points canvas").wait_for()
        figures = {"small_figure_pictures_per_second": watch(page, "[data-scene=collapse] canvas")}
        figures["smallest_game_pictures_per_second"] = watch(page, ".points canvas")
        before = steps(page)
        page.wait_for_timeout(MILLISECONDS)
        figures["smallest_game_steps_per_second"] = (steps(page) - before) / MILLISECONDS * 1000
        print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
