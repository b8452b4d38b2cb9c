"""How the app feels, in figures: `python -m tests.benchmarks.app`.

Seconds from `python app.py` to the first accepted connection and to the first picture. During a drag:
frames a second, the time from a movement to its pixels, and requests. Then what the page's
engine takes for one picture, for a sheet of 256 and to look for a drawing (here a forgery), and how
long the page stood still meanwhile.
"""

import json
import time

import numpy as np
from playwright.sync_api import Page, sync_playwright

from tests.app import launch_browser, running_app

SECONDS = 5
# Notes when a slider moved, when its picture was painted, and when the next frame began: by then the
# picture is on its way to the screen.
WATCH = """() => {
  window.frames_ = [];
  let moved = null;
  document.querySelector(".sliders").addEventListener("input", () => (moved ??= performance.now()), true);
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...all) {
    draw.apply(this, all);
    if (!this.canvas.classList.contains("picture") || moved === null) return;
    const frame = [moved, performance.now()];
    moved = null;
    requestAnimationFrame(() => window.frames_.push([...frame, performance.now()]));
  };
}"""
ENGINE = """async () => {
  const { startEngine } = await import("/web/engine/engine.js");
  const { engine } = await startEngine(null);
  await engine.useClassifier("models/classifier.safetensors");
  await engine.load("digits", "models/mnist-digits.safetensors");
  const normal = () => 2 * (Math.random() + Math.random() + Math.random()) - 3;
  const z = (count) => Float32Array.from({ length: 64 * count }, normal);
  const timed = async (repeats, work) => {
    const times = [];
    for (let i = 0; i < repeats; i++) {
      const start = performance.now();
      await work();
      times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b)[repeats >> 1];
  };
  const one = () => engine.sheet({ model: "digits", z: z(1), digits: [3] });
  const sheet = () => engine.sheet({ model: "digits", z: z(256), digits: new Array(256).fill(3) });
  await timed(5, one);
  let longest = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 0);
  const { pictures } = await one();
  const search = async () => {
    const { searchHere } = await import("/web/draw/search.js");
    for await (const moment of searchHere(engine, { id: "digits", z_dim: 64 }, pictures)) moment;
  };
  const figures = {
    one_picture_ms: await timed(50, one),
    sheet_of_256_ms: await timed(10, sheet),
    search_ms: await timed(5, search),
  };
  clearInterval(beat);
  return { ...figures, page_stood_still_ms: longest };
}"""


def drag(page: Page) -> dict[str, float]:
    """A mouse that never rests, at 120 movements a second."""
    page.evaluate(WATCH)
    box = page.get_by_label("Slant", exact=True).bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    began = time.perf_counter()
    while (now := time.perf_counter() - began) < SECONDS:
        page.mouse.move(box["x"] + box["width"] * (0.5 + 0.45 * np.sin(2.5 * now)), y)
        time.sleep(max(0, 1 / 120 - (time.perf_counter() - began - now)))
    page.mouse.up()
    frames = np.array(page.evaluate("window.frames_"), float)
    latency, shown = frames[:, 1] - frames[:, 0], frames[:, 2] - frames[:, 0]
    return {
        "frames_per_second": len(frames) / SECONDS,
        "movement_to_pixels_ms": dict(zip(("median", "p95"), np.percentile(latency, [50, 95]), strict=True)),
        "movement_to_next_frame_ms": dict(
            zip(("median", "p95"), np.percentile(shown, [50, 95]), strict=True)
        ),
        "requests": len(requests),
    }


def main() -> None:
    start = time.perf_counter()
    with running_app() as address, sync_playwright() as playwright:
        figures = {"accepts_after_seconds": time.perf_counter() - start}
        browser = launch_browser(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        opened = time.perf_counter()
        page.goto(address)
        page.wait_for_function("document.querySelector('.words')?.textContent.includes('of 100 real')")
        figures["first_picture_after_seconds"] = time.perf_counter() - opened
        page.wait_for_timeout(10_000)  # the recipe is being compiled in the background
        figures["drag"] = drag(page)
        figures["engine"] = page.evaluate(ENGINE)
        print(json.dumps(figures, default=float, indent=2))
        browser.close()


if __name__ == "__main__":
    main()
