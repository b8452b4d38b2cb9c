"""Makes the pictures of the three READMEs with the real app and real runs: `python -m tests.pictures.make`.

Takes about two minutes of training and a Chromium. Nothing is selected: the samples are those of
one seed, in order.
"""

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from gan.cli import sample
from tests.app import ROOT, launch_browser, running_app

FOLDER = Path(__file__).parent
FRAMES, FRAME_MILLISECONDS = 48, 400
AFTER_30_SECONDS = """() => {
  const seconds = document.querySelector(".status").textContent.match(/([\\d.]+) s/)?.[1];
  return Number(seconds) >= 30;
}"""


def screenshot(page: Page, name: str) -> None:
    """As few colours as do: a README is read on phones too."""
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(128).save(path, optimize=True)


def take_screenshots() -> None:
    with running_app() as address, sync_playwright() as playwright:
        browser = launch_browser(playwright)
        for theme in ("light", "dark"):
            page = browser.new_page(viewport={"width": 1240, "height": 760}, device_scale_factor=1.5)
            page.goto(f"{address}/?__theme={theme}")
            page.wait_for_function("document.querySelector('.words')?.textContent.includes('of 100 real')")
            explore(page, theme)
            page.get_by_role("tab", name="Train").click()
            page.get_by_role("button", name="Start", exact=True).click()
            if theme == "light":
                film(page)
            page.wait_for_function(AFTER_30_SECONDS, timeout=300_000)
            page.mouse.move(5, 5)
            page.get_by_role("button", name="Pause", exact=True).click()
            page.wait_for_timeout(1000)
            screenshot(page, f"train-{theme}")
            if theme == "light":
                draw_page_grid(page)
            page.get_by_role("button", name="Stop", exact=True).click()
            page.get_by_role("button", name="Stop this run?").click()
            page.close()
        browser.close()


def draw_page_grid(page: Page) -> None:
    """A hundred samples of the run that the page has trained, ten of each class."""
    with page.expect_download() as download:
        page.click(".train .file[data-file=model]")
    grid(Path(download.value.path()), "page-30")


def film(page: Page) -> None:
    """The first half minute of a run, as a GIF some three times as fast: a screenshot takes time too."""
    frames = []
    for _ in range(FRAMES):
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        frames.append(picture.resize((744, 456), Image.Resampling.LANCZOS))
        page.wait_for_timeout(FRAME_MILLISECONDS)
    palette = frames[-1].quantize(64)
    frames = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    path = FOLDER / "train.gif"
    options = {"duration": [FRAME_MILLISECONDS // 2] * (FRAMES - 1) + [2500], "loop": 0, "optimize": True}
    frames[0].save(path, save_all=True, append_images=frames[1:], **options)


def explore(page: Page, theme: str) -> None:
    page.wait_for_timeout(1500)
    screenshot(page, f"explore-{theme}")
    if theme == "dark":
        page.locator(".views").get_by_text("Map").click()
        page.wait_for_timeout(4000)  # thousands of thumbnails
        screenshot(page, f"map-{theme}")


def draw_grids() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for seconds in (15, 60):
            out = Path(folder) / str(seconds)
            command = ["--recipe", "fast", "--max-seconds", str(seconds), "--seed", "0", "--out", str(out)]
            subprocess.run([sys.executable, "train.py", *command], cwd=ROOT, check=True)
            grid(out / "model.safetensors", f"fast-{seconds}-seconds")
    for name in ("mnist", "mnist-digits", "fashion-mnist"):
        grid(ROOT / "checkpoints" / f"{name}.safetensors", name)


def grid(checkpoint: Path, name: str) -> None:
    arguments = [str(checkpoint), "--count", "100", "--seed", "0", "--out", str(FOLDER / f"{name}.png")]
    if sample.main(arguments):
        raise SystemExit(f"no grid of {checkpoint}")


if __name__ == "__main__":
    draw_grids()
    take_screenshots()
