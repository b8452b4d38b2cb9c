"""How the app feels, in figures: `python -m tests.benchmarks.app`.

Seconds from `python app.py` to the first accepted connection and to the first picture, and during
a drag the frames a second and the time from a movement to its pixels.
"""

import json
import time

import numpy as np
from playwright.sync_api import sync_playwright

from tests.app import launch_browser, running_app

# Wraps the canvas's last call of each drawing, and notes when a slider moved before it.
WATCH = """() => {
  window.frames_ = [];
  window.moved = null;
  const sliders = document.querySelector(".sliders");
  sliders.addEventListener("input", () => { window.moved = performance.now(); }, true);
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...all) {
    draw.apply(this, all);
    if (this.canvas.classList.contains('picture')) window.frames_.push([performance.now(), window.moved]);
  };
}"""


def main() -> None:
    start = time.perf_counter()
    with running_app() as address, sync_playwright() as playwright:
        accepted = time.perf_counter() - start
        browser = launch_browser(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        opened = time.perf_counter()
        page.goto(address)
        page.wait_for_function("document.querySelector('.words')?.textContent.includes('of 100 real')")
        first_picture = time.perf_counter() - opened
        page.wait_for_timeout(10_000)  # the recipe is being compiled in the background
        page.evaluate(WATCH)
        box = page.get_by_label("Direction 1", exact=True).bounding_box()
        y = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + box["width"] / 2, y)
        page.mouse.down()
        began = time.perf_counter()
        for i in range(240):
            page.mouse.move(box["x"] + box["width"] * (0.5 + 0.45 * np.sin(i / 20)), y)
            page.wait_for_timeout(16)
        seconds = time.perf_counter() - began
        page.mouse.up()
        page.wait_for_timeout(300)
        frames = np.array(page.evaluate("window.frames_"), float)
        latency = frames[:, 0] - frames[:, 1]
        print(
            json.dumps(
                {
                    "accepts_after_seconds": round(accepted, 2),
                    "first_picture_after_seconds": round(first_picture, 2),
                    "drag_frames_per_second": round(len(frames) / seconds, 1),
                    "movement_to_pixels_ms_median": round(float(np.median(latency)), 1),
                }
            )
        )
        browser.close()


if __name__ == "__main__":
    main()
