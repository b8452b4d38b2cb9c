"""How smooth the figures of Learn are: `python -m tests.benchmarks.page_points`.

The exported page in Chromium: pictures a second and steps a second of the smallest game while it plays, and
how long the page's own thread works for each frame, of the 16.7 ms that it has; and pictures a second of a
small figure beside the text, which takes a step every second frame. Each figure plays for a second before it
is watched: until then the browser is still compiling its program.
"""

import json
import re

import numpy as np
from playwright.sync_api import Page

from tests.benchmarks.exported import exported_page

MILLISECONDS = 5000
WARM_UP = 1000  # ms
# Notes when each canvas begins a picture. And for each frame: the time from its first function to the first
# message that is heard after it, which the browser delivers when the frame is drawn.
WATCH = """() => {
  const clear = CanvasRenderingContext2D.prototype.clearRect; // which each picture begins with
  window.drawn_ = new Map();
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    const times = window.drawn_.get(this.canvas) ?? [];
    window.drawn_.set(this.canvas, [...times, performance.now()]);
    return clear.apply(this, box);
  };
  window.busy_ = [];
  let began = null;
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    window.busy_.push(performance.now() - began);
    began = null;
  };
  const ask = window.requestAnimationFrame;
  window.requestAnimationFrame = (draw) => ask((time) => {
    if (began === null) channel.port2.postMessage(null);
    began ??= performance.now();
    draw(time);
  });
}"""


def steps(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator(".points .status").text_content().split("·")[0]))


def watch(page: Page, canvas: str) -> float:
    """Pictures a second on a canvas, which is brought to the middle of the window."""
    page.locator(canvas).evaluate("canvas => canvas.scrollIntoView({block: 'center'})")
    page.wait_for_function("canvas => window.drawn_.has(document.querySelector(canvas))", arg=canvas)
    page.wait_for_timeout(WARM_UP)
    page.evaluate("window.drawn_.clear(); window.busy_ = []")
    page.wait_for_timeout(MILLISECONDS)
    times = page.evaluate("canvas => window.drawn_.get(document.querySelector(canvas))", canvas)
    return (len(times) - 1) / (times[-1] - times[0]) * 1000


def main() -> None:
    with exported_page() as (page, address):
        page.add_init_script(f"({WATCH})()")
        page.goto(f"{address}/?tab=learn")
        page.locator(".points canvas").wait_for()
        figures = {"small_figure_pictures_per_second": watch(page, "[data-scene=collapse] canvas")}
        figures["smallest_game_pictures_per_second"] = watch(page, ".points canvas")
        busy = np.percentile(page.evaluate("window.busy_"), [50, 95])
        figures["smallest_game_ms_of_a_frame"] = dict(zip(("median", "p95"), busy, strict=True))
        before = steps(page)
        page.wait_for_timeout(MILLISECONDS)
        figures["smallest_game_steps_per_second"] = (steps(page) - before) / MILLISECONDS * 1000
        print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
