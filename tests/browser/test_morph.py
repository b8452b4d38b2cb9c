import io

import numpy as np
import pytest
from PIL import Image

from gan.networks import latents
from tests.browser.explore_page import same, settle, shown

LINK = "#model=mnist-digits&seed=7&digit=3&view=morph&stops=4~3!12~3!7~3&way={way}&loop=0&ease=0"
FOCUSED = "document.activeElement.className"
SCRUB = """(scrub, t) => new Promise((done) => {
  scrub.closest(".explore").parentElement.addEventListener("forger:shown", done, { once: true });
  scrub.value = t;
  scrub.dispatchEvent(new Event("input"));
})"""


@pytest.fixture
def open_way(follow):
    def open_way(way="slerp"):
        follow().emulate_media(reduced_motion="reduce")  # so that it does not play, once it is opened
        page = follow(LINK.format(way=way))
        settle(page)
        return page

    return open_way


def scrub(page, t):
    page.get_by_label("Where on the way").evaluate(SCRUB, t)
    return shown(page)


@pytest.mark.parametrize("way", ["slerp", "lerp"])
def test_the_way_is_the_one_that_python_goes(open_way, explorers, way):
    page = open_way(way)
    explorer = explorers["mnist-digits"]
    a, b, c = (explorer.latent(seed) for seed in (4, 12, 7))
    for t, ends, u in ((0, (a, b), 0), (0.15, (a, b), 0.3), (0.5, (b, c), 0), (0.8, (b, c), 0.6)):
        wanted = explorer.generate(getattr(latents, way)(*ends, np.array([u])), 3)[0]
        assert same(scrub(page, t), wanted)


def test_the_way_through_features_has_the_same_ends_and_another_middle(open_way, explorers):
    page, explorer = open_way("features"), explorers["mnist-digits"]
    assert same(scrub(page, 0), explorer.generate(explorer.latent(4), 3)[0])
    middle = explorer.generate(latents.lerp(explorer.latent(4), explorer.latent(12), np.array([0.5])), 3)[0]
    assert not same(scrub(page, 0.25), middle)


def test_it_plays_by_itself_and_pauses(open_page):
    page = open_page(link=f"/{LINK.format(way='slerp')}")
    at = page.get_by_label("Where on the way")
    page.wait_for_function("Number(document.querySelector('.scrub').value) > 0.02")
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(100)
    stood = at.input_value()
    page.wait_for_timeout(300)
    assert at.input_value() == stood
    page.get_by_label("Loop").click()
    settle(page)
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert page.locator(".play").text_content() == "Play", "a way that was paused stays so"
    for name in ("Surprise me", "Reset sliders", "Copy as Python"):
        assert page.get_by_role("button", name=name).count() == 0, "this would change nothing in sight"
    assert not page.locator(".hand").is_visible()


def seeds(page):
    return page.locator(".stop span").all_text_contents()


def test_stops_are_reordered_removed_and_added(open_way):
    page = open_way()
    first, last = page.locator(".stop").nth(0).bounding_box(), page.locator(".stop").nth(2).bounding_box()
    page.mouse.move(first["x"] + 20, first["y"] + 40)
    page.mouse.down()
    page.mouse.move(last["x"] + 40, last["y"] + 40, steps=6)
    page.mouse.up()
    assert seeds(page) == ["12", "7", "4"]
    page.locator(".stop").nth(2).focus()
    page.keyboard.press("ArrowLeft")
    assert seeds(page) == ["12", "4", "7"]
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.scrub').value === '0.5'")
    page.get_by_role("button", name="Remove stop 1").click()
    assert seeds(page) == ["4", "7"]
    assert page.evaluate(FOCUSED) == "stop", "the keyboard's place is the card that came there"
    assert page.get_by_role("button", name="Remove stop 1").count() == 0, "a way has two ends"
    add = page.get_by_role("button", name="Add the one you made")
    add.click()
    assert seeds(page) == ["4", "7", "7"]
    settle(page)
    assert "stops=4~3!7~3!7~3" in page.url
    for _ in range(5):
        add.click()
    assert add.is_disabled()
    assert "add" in page.evaluate(FOCUSED)
    page.get_by_role("button", name="Other seeds").click()
    assert len(set(seeds(page))) > 5


def test_the_sheet_of_four(open_way, explorers):
    page = open_way("lerp")
    page.get_by_text("Grid between four stops").click()
    settle(page)
    corner = """(canvas) => {
      const data = canvas.getContext("2d").getImageData(0, 0, 56, 56).data;
      return Array.from(data).filter((_, i) => i % 4 === 0);
    }"""
    pixels = page.locator(".grid-of-four canvas").nth(8).evaluate(corner)
    wanted = explorers["mnist-digits"].generate(explorers["mnist-digits"].latent(12), 3)[0, ..., 0]
    found = np.reshape(pixels, (28, 2, 28, 2)).mean(axis=(1, 3))
    assert np.corrcoef(found.ravel(), wanted.ravel())[0, 1] > 0.97


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_an_animation_is_saved(open_way, explorers, format):
    page = open_way()
    page.locator(".speed").select_option("2")
    page.locator(".format").select_option(format)
    with page.expect_download() as download:
        page.locator(".save-way").click()
    movie = Image.open(io.BytesIO(download.value.path().read_bytes()))
    assert movie.format == format.upper()
    assert movie.size == (280, 280)
    assert movie.n_frames == 50  # two seconds
    explorer = explorers["mnist-digits"]
    for frame, seed in ((0, 4), (49, 7)):
        movie.seek(frame)
        found = np.array(movie.convert("L").resize((28, 28), Image.Resampling.BOX))
        wanted = explorer.generate(explorer.latent(seed), 3)[0, ..., 0]
        assert np.corrcoef(found.ravel(), wanted.ravel())[0, 1] > 0.95


def test_a_video_is_saved(open_way):
    page = open_way()
    page.locator(".speed").select_option("2")
    page.locator(".format").select_option("webm")
    with page.expect_download() as download:
        page.locator(".save-way").click()
    content = download.value.path().read_bytes()
    assert content[:4] == b"\x1a\x45\xdf\xa3", "an EBML file"
    assert len(content) > 10_000
