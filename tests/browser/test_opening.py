"""A model of the visitor's own, opened in Explore."""

import jax
import numpy as np
import pytest

from gan.exploring import uploads
from gan.exploring.explorer import Explorer
from gan.networks import checkpoints
from gan.training.saved_state import model_of
from gan.training.state import init_state
from tests.browser.explore_page import copied, same, settle, shown
from tests.browser.test_accessibility import check
from tests.conftest import make_tiny


@pytest.fixture
def mine(tmp_path):
    """A tiny model whose pictures are not grey, in float16."""
    recipe = make_tiny(classes=10)
    state = init_state(recipe, 0)
    state = state.replace(generator_ema=jax.tree.map(lambda leaf: 3 * leaf, state.generator_ema))
    path = tmp_path / "mine.safetensors"
    checkpoints.save_model(path, model_of(recipe, state, {"dataset": "mnist", "step": 1200}), float16=True)
    return path


def choose(page, file):
    page.get_by_label("Open a model").set_input_files(file)


def error(page):
    page.wait_for_function("document.querySelector('.explore .error').textContent")
    return page.locator(".explore .error").text_content()


def test_a_model_of_ones_own(unwatched, address, mine, monkeypatch):
    page = unwatched
    page.set_viewport_size({"width": 390, "height": 844})
    failed = []
    page.on("pageerror", lambda error: failed.append(error))
    page.goto(f"{address}/#model=mnist-digits&seed=7&digit=4")
    settle(page)
    held = []
    page.route("**/models/open", lambda route: held.append(route), times=1)
    choose(page, {"name": "first.safetensors", "mimeType": "", "buffer": b"held up, and left for the next"})
    choose(page, mine)
    page.get_by_label("mine, step 1,200").wait_for(timeout=240_000)
    held[0].abort()
    explorer = Explorer(mine)
    home = explorer.generate(explorer.latent(7), 4)[0]
    assert same(shown(page), home)
    page.locator(".sliders input").nth(1).fill("2")
    moved = shown(page)
    assert np.abs(moved - home[..., 0]).max() > 20
    check(page, "a model of one's own")
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")

    # No link leads to it, but a program beside the file does.
    assert "#" not in page.url
    page.get_by_role("button", name="Copy link").click()
    assert "no link leads to it" in page.locator(".done").text_content()
    monkeypatch.chdir(mine.parent)
    made = {}
    exec(copied(page, "Copy as Python"), made)
    assert same(moved, made["picture"])

    # What is no model changes nothing, and the same file may be chosen again.
    for _ in range(2):
        choose(page, {"name": "cut.safetensors", "mimeType": "", "buffer": b"\xff\xd8\xff"})
        assert error(page).startswith("cut.safetensors: damaged or truncated")
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    choose(page, {"name": "holiday.heic", "mimeType": "", "buffer": b"\xff\xd8\xff"})
    page.locator(".explore .error", has_text="holiday.heic").wait_for()
    assert not sent, "a photograph stays on this machine"
    assert page.get_by_label("mine, step 1,200").is_checked()
    assert np.array_equal(shown(page), moved)
    page.locator(".models").get_by_text("Any digit").click()
    settle(page)
    assert "model=mnist&seed=7" in page.url
    assert not failed


def test_the_keyboard_reaches_it_and_a_file_may_be_dropped(open_page):
    page = open_page()
    settle(page)
    page.locator(".models input:checked").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.opening input')")
    assert page.evaluate("getComputedStyle(document.querySelector('.opening span')).outlineStyle") == "solid"
    drag = """([name, size, at = "body"]) => {
      const carried = new DataTransfer();
      carried.items.add(new File([new Uint8Array(size)], "large.safetensors"));
      const event = new DragEvent(name, { dataTransfer: carried, bubbles: true, cancelable: true });
      document.querySelector(at).dispatchEvent(event);
      return event.defaultPrevented;
    }"""
    size = uploads.MAX_BYTES + 1
    assert page.evaluate(drag, ["dragover", 1])
    assert page.locator(".explore.dropping").count()
    assert page.evaluate(drag, ["drop", size])
    assert error(page) == "large.safetensors: more than 9 MB; choose a run's model.safetensors."
    assert not page.locator(".explore.dropping").count()
    page.get_by_role("tab", name="Learn").click()
    assert page.evaluate(drag, ["drop", 1]), "a browser would open the file in place of the page"
    assert not page.locator(".explore.dropping").count(), "of other tabs it is none of the business"
    assert not page.evaluate(drag, ["drop", 1, "input[type=file]"]), "a field takes its file itself"


def test_until_gradio_begins_the_page_is_said_to_be_on_its_way(open_page):
    told = "getComputedStyle(document.querySelector('gradio-app'), '::before').content"
    seen = []

    def wait(page):
        def hold(route):
            seen.append(page.evaluate(told))
            route.continue_()

        page.route("**/assets/core-*.js", hold)

    page = open_page(prepare=wait)
    assert "on its way" in seen[0]
    assert page.evaluate(told) == "none"
