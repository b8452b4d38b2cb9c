"""A visitor's own pictures, in a browser: read, trained on in the page, saved, and there after a reload."""

import base64
import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gan.cli import sample
from gan.data.datasets import load_dataset
from gan.networks import checkpoints
from gan.networks.sampler import Sampler
from tests.browser.exported_page import SCRIPTS
from tests.browser.test_accessibility import check
from tests.browser.train_page import press, save_file, status, stop, wait_for_status, wait_for_step
from tests.browser.watching import Watch

READ = """async files => {
  const { readOwn } = await import(new URL("train/pictures/own.js", SCRIPTS));
  const bytes = data => Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
  const given = files.map(([name, data]) => ({ name, file: new File([bytes(data)], name) }));
  const how = { size: 28, progress() {}, signal: new AbortController().signal };
  try {
    const { dataset, summary } = await readOwn(given, how);
    return { images: [...dataset.images], channels: dataset.channels, summary };
  } catch (error) {
    return { error: error.message };
  }
}""".replace("SCRIPTS", SCRIPTS)


BLACK = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Uint32Array(data.buffer);
  return colours.filter((colour) => colour === 0xff000000).length / colours.length;
}"""


@pytest.fixture(scope="module")
def watch(visitors):
    watch = Watch(visitors)
    yield watch
    watch.close()


@pytest.fixture(scope="module")
def train_tab(watch, served):
    page = watch.open(served[1], 1280, 800)
    page.goto(f"{served[1]}/?tab=train")
    page.wait_for_selector(".in-page .reals canvas")
    return page


@pytest.fixture
def page(train_tab, watch):
    """Train of the exported page, as the test before has left it: only the last one starts a run."""
    yield train_tab
    assert not watch.troubles


def disc(colour, size=(48, 48), mode="RGB", ground="white"):
    picture = Image.new(mode, size, ground)
    width, height = size
    ImageDraw.Draw(picture).ellipse([width // 4, height // 4, 3 * width // 4, 3 * height // 4], fill=colour)
    return picture


def content(picture, kind, **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def read(page, files):
    return page.evaluate(READ, [[name, base64.b64encode(data).decode()] for name, data in files.items()])


def test_a_browser_reads_every_usual_kind_as_python_does(page, tmp_path):
    frames = [disc("red"), disc("blue")]
    clear = disc((10, 90, 200, 255), mode="RGBA", ground=(0, 0, 0, 0))
    files = {
        "1 plain.png": content(disc("green"), "PNG"),
        "2 clear.png": content(clear, "PNG"),
        "3 moving.gif": content(frames[0], "GIF", save_all=True, append_images=frames[1:]),
        "4 photo.jpg": content(disc("orange", (4000, 3000)), "JPEG", quality=95),
        "5 grey.bmp": content(disc(60, mode="L", ground=200), "BMP"),
        "6 webp.webp": content(disc("purple"), "WEBP", lossless=True),
        "7 print #%é.jpeg": content(disc("cyan").convert("CMYK"), "JPEG", quality=95),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    found, wanted = read(page, files), load_dataset(str(tmp_path)).images
    assert found["channels"] == wanted.shape[-1] == 3
    difference = np.abs(np.reshape(found["images"], wanted.shape).astype(int) - wanted).mean(axis=(1, 2, 3))
    assert (difference[:6] < 3).all(), "decoders round, and large pictures become small in other steps"
    assert difference[6] < 40, "print colours have no one translation"


def test_what_a_browser_cannot_read_is_named(page):
    good = {f"{i}.png": content(disc("green"), "PNG") for i in range(120)}
    bomb = bytearray(content(disc("green"), "PNG"))
    bomb[16:24] = (50_000).to_bytes(4, "big") * 2
    found = read(page, {**good, "bomb.png": bytes(bomb), "a.svg": b"<svg/>", "b.heic": b"heic"})
    assert found["summary"].startswith("120 pictures, 28×28 in colour, no classes; 3 files left out: ")
    assert "1 damaged (bomb.png)" in found["summary"]
    assert read(page, {"bomb.png": bytes(bomb)})["error"].startswith(
        "1 of 1 pictures is damaged, and at most 1 % may be: bomb.png (more than 120 million pixels)"
    )
    assert "save them as JPEG or PNG" in read(page, {"b.heic": b"heic"})["error"]


def test_a_folder_is_trained_on_in_the_page_and_outlives_a_reload(page, tmp_path):
    folder = tmp_path / "shapes"
    for kind, colour in (("か", "red"), ("T-shirt", "blue")):
        (folder / kind).mkdir(parents=True)
        for i in range(20):
            disc(colour, (40 + i, 48)).save(folder / kind / f"{i}.png")
    page.locator(".dataset").select_option("own pictures")
    press(page, "Start")
    page.get_by_text("Choose your pictures first").wait_for()
    page.locator(".folder-input").set_input_files(folder)
    page.get_by_text("40 pictures, 64×64 in colour, 2 classes: T-shirt, か").wait_for()
    page.locator(".files-input").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"})
    page.get_by_text("No pictures there; expected a folder").wait_for()
    page.get_by_text(
        "40 pictures, 64×64 in colour, 2 classes: T-shirt, か"
    ).wait_for()  # they are still there
    page.get_by_label("Size").select_option("32×32")
    page.get_by_text("40 pictures, 32×32 in colour, 2 classes: T-shirt, か").wait_for()
    assert "1.3 times the work" in page.locator(".cost").text_content()
    assert "With 40 pictures it can only learn to copy them" in page.locator(".own .read").text_content()
    assert page.locator(".sheet figcaption").all_text_contents() == ["T-shirt: 20", "か: 20"]
    assert page.locator(".in-page .wall-words").text_content().startswith("40 real pictures")
    assert page.locator(".in-page .wall").evaluate(BLACK) < 0.2, "the lines between them"
    check(page, "pictures that have been read")
    press(page, "Start")
    wait_for_step(page, 3)
    assert "40 pictures are few" in status(page)
    assert "only learn to copy" not in status(page), "which stands above it"
    assert "pictures seen" in status(page)
    assert page.locator(".in-page [data-chart=frechet]").is_hidden(), "nobody reads such pictures"
    press(page, "Pause")
    wait_for_status(page, "Paused")
    page.locator(".nearest summary").click()
    page.get_by_text("from the nearest of your pictures, and each of yours is").wait_for()
    path = save_file(page, "the model", tmp_path)
    model = checkpoints.load_model(path)
    assert (model.metadata["dataset"], model.metadata["size"]) == ("own pictures", "32")
    assert Sampler(model).real_logits.shape == (2, 101), "what D says of real pictures, by class"
    asked = sample.build_parser().parse_args([str(path), "--seeds", "0-3", "--class", "か"])
    assert sample.generate(asked).shape == (4, 32, 32, 3)
    before = status(page).split("step ")[1].split()[0]
    page.wait_for_function(  # what rests is kept at once
        """async () => {
          const open = indexedDB.open("forger-runs");
          await new Promise((resolve) => { open.onsuccess = resolve; });
          const request = open.result.transaction("pictures").objectStore("pictures").count();
          await new Promise((resolve) => { request.onsuccess = resolve; });
          open.result.close();
          return request.result === 1;
        }"""
    )
    page.goto(page.url.split("#")[0].split("?")[0] + "?tab=train")
    wait_for_status(page, "Paused")
    assert f"step {before} " in status(page)
    assert "pictures seen" in status(page)
    press(page, "Go on")
    wait_for_step(page, int(before.replace(",", "")))
    stop(page)
    wait_for_status(page, "Stopped")
    page.locator(".mine summary").click()
    assert "conditional, your own pictures, step " in page.locator(".mine li").inner_text()
    page.locator(".dataset").select_option("mnist")
    page.get_by_role("button", name="Show: ").click()
    page.wait_for_selector(".mine", state="hidden")
    assert page.locator(".dataset").input_value() == "own pictures", "what the run learned from"
    page.wait_for_function("document.activeElement.matches('.in-page .go')")


def test_a_race_on_three_pictures_shows_their_copies_and_no_empty_chart(visit, tmp_path):
    page = visit("/?tab=train")
    for i, colour in enumerate(("red", "blue", "green")):
        disc(colour, (28, 28)).save(tmp_path / f"{i}.png")
    page.wait_for_selector(".in-page .reals canvas")
    page.locator(".folder-input").set_input_files(tmp_path)
    page.get_by_text("3 pictures, 28×28 in colour, no classes").wait_for()
    page.locator(".race summary").click()
    page.locator(".rival").select_option(label="An autoencoder (VAE)")
    press(page, "Start both from step 0")
    page.locator(".course").get_by_text("The rival: step").wait_for()
    width, height = page.locator(".copies canvas").evaluate("canvas => [canvas.width, canvas.height]")
    assert width / height == 3 / 2, "three pictures, and under each its copy"
    assert page.locator(".race-chart").is_hidden(), "nobody reads such pictures"
    press(page, "Stop the rival")
    stop(page)
    wait_for_status(page, "Stopped")
