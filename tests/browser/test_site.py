"""The exported page: plain files behind a plain server."""

import re

import numpy as np
import pytest

from gan.errors import InputError
from gan.evaluation import nearest
from gan.web import preloads, static_site
from tests.app import serving
from tests.browser.explore_page import SLANT, same, settle, shown, slide
from tests.browser.exported_page import SCREENS, fits
from tests.browser.test_accessibility import check
from tests.browser.test_draw import SEVEN, draw, verdict
from tests.browser.train_page import wait_for_step
from tests.conftest import CHECKPOINTS
from tests.live.runs import until

BOXES = """() => {
  const names = [
    "h1", ".masthead p", ".tour", ".tabs", "#tab-explore", ".explore .stage", ".picture", ".words", ".bars",
    ".with-saliency", ".views", ".hand", ".sliders", ".slider input", ".truncation", ".surprise", ".seed",
    ".png", ".size",
  ];
  return Object.fromEntries(names.map((name) => {
    const element = document.querySelector(name);
    if (!element) return [name, null];
    const { x, y, width, height } = element.getBoundingClientRect();
    const { color, fontSize, fontFamily, backgroundColor, borderTopColor } = getComputedStyle(element);
    const box = [x, y, width, height].map(Math.round);
    return [name, [...box, color, fontSize, fontFamily, backgroundColor, borderTopColor].join(" ")];
  }));
}"""


@SCREENS
def test_the_exported_page_needs_no_python_and_looks_as_the_app(visit, open_page, titled, width, scheme):
    state = "#model=mnist-digits&seed=5&digit=2"
    page = visit(f"/{state}", width, scheme)
    settle(page)
    app = open_page(width, link=f"/?__theme={scheme}{state}")
    settle(app)
    looks = page.evaluate(BOXES)
    assert None not in looks.values()
    assert looks == app.evaluate(BOXES)
    explorer = titled["Choose a digit"]
    assert same(shown(page), explorer.generate(explorer.latent(5), 2)[0])
    slide(page, "Slant", 1)
    assert same(shown(page), explorer.generate(explorer.latent(5, shifts={SLANT: 1}), 2)[0])
    page.locator(".models").get_by_text("Any digit").click()
    other = titled["Any digit"]
    assert same(shown(page), other.generate(other.latent(5))[0])
    assert page.evaluate("document.documentElement.classList.contains('dark')") == (scheme == "dark")
    assert fits(page)
    assert not page.get_by_label("Open a model").count(), "there is nobody to open a model"
    check(page, "the exported page")


# --- The shell ----------------------------------------------------------------------------------------


def test_learn_is_there_too_and_leads_to_training(visit):
    page = visit("/?tab=Learn#model=mnist&seed=5", 390, "dark")
    page.get_by_role("heading", name="Two networks, one game").wait_for()
    page.wait_for_selector(".explore[aria-busy=false]", state="attached")
    page.wait_for_selector(".forgery[aria-busy=false]")
    page.locator(".forgery .forged").click()
    assert "of 100 real" in page.locator(".forgery .verdict").text_content()
    assert fits(page)
    check(page, "Learn")
    page.get_by_role("link", name="The knobs").click()
    assert "tab=learn" in page.url
    assert "seed=5" in page.url
    page.get_by_role("button", name="Watch it happen").click()
    page.wait_for_selector(".in-page .go:enabled")
    page.get_by_role("button", name="Watch a recorded run first").click()
    assert page.get_by_role("tab", name="Train", exact=True).get_attribute("aria-selected") == "true"
    for words, place in (("Break one, and mend it", ".failures"), ("Let them race", ".race-go")):
        page.get_by_role("tab", name="Learn", exact=True).click()
        page.get_by_role("button", name=words).click()
        page.locator(f".in-page {place}").wait_for()


def test_the_tour_is_there_too(visit):
    page = visit()
    settle(page)
    page.get_by_role("button", name="A tour").click()
    lit = [".explore .plate", ".sliders-panel", ".in-page .stage .plate", ".in-page .go", ".in-page .health"]
    for i, selector in enumerate(lit):
        page.wait_for_selector(f"{selector}.toured")
        assert f"{i + 1} of 5" in page.locator(".tour-count").text_content()
        page.get_by_role("button", name={3: "Start it", 4: "Done"}.get(i, "Next"), exact=True).click()
    assert page.locator(".tour-card, .toured").count() == 0


def is_open(page, name):
    page.wait_for_selector(f"[role=tab][aria-selected=true]:text-is('{name}')")
    assert page.get_by_role("tabpanel", name=name, exact=True).is_visible()
    assert page.locator("[role=tabpanel]:visible").count() == 1


def test_the_keyboard_and_back_and_forward_move_between_tabs(visit):
    page = visit("/#model=mnist-digits&seed=5&digit=2")
    picture = shown(page)
    for name in ("Train", "Learn"):
        page.get_by_role("tab", name=name, exact=True).click()
        is_open(page, name)
    for move, name in ((page.go_back, "Train"), (page.go_back, "Explore"), (page.go_forward, "Train")):
        move()
        is_open(page, name)
        assert f"tab={name.lower()}" in page.url or name == "Explore"
    page.go_back()
    is_open(page, "Explore")
    assert (shown(page) == picture).all()

    page.get_by_role("tab", name="Explore", exact=True).focus()
    for key, name in (
        ("End", "Learn"),
        ("ArrowRight", "Explore"),
        ("ArrowLeft", "Learn"),
        ("Home", "Explore"),
    ):
        page.keyboard.press(key)
        is_open(page, name)
        assert page.evaluate("document.activeElement.textContent") == name


def test_keys_of_the_browser_are_left_to_it(visit):
    """Alt and ← is Back, Ctrl and + makes the page larger: also where an arrow or + alone does something."""
    page = visit("/#model=mnist-digits&view=map")
    page.wait_for_selector(".explore[aria-busy=false] .chart-of-z")
    for place, key in ((".chart-of-z", "+"), ("[role=tab][data-tab=explore]", "ArrowRight")):
        is_taken = """(element, init) => !element.dispatchEvent(
          new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true }))"""
        element = page.locator(place)
        for held in ("altKey", "ctrlKey", "metaKey"):
            assert not element.evaluate(is_taken, {"key": key, held: True})
        assert element.evaluate(is_taken, {"key": key})


def test_it_loads_the_styles_of_the_app(served):
    folder, _ = served
    page = (folder / "index.html").read_text()
    (linked,) = re.findall(r'<link rel="stylesheet" href="(.*?)">', page)
    assert (folder / linked).read_text() == static_site.styles()
    assert not re.findall("<!-- style -->|<!-- preloads -->|<!-- page -->|/\\* described", page)


# --- The rest ---------------------------------------------------------------------------------------


def test_drawings_and_copies_are_looked_for_in_the_page(visit):
    page = visit("/#model=mnist&seed=5&view=draw")
    settle(page)
    page.get_by_role("button", name="Use a stranger’s digit").click()
    assert "misses" in verdict(page)
    assert "Your hand is forged" in draw(page, SEVEN)
    page.get_by_text("Is it copying?").click()
    page.wait_for_function("document.querySelector('.originals figcaption')?.textContent")
    found = nearest.nearest_training_images(shown(page).astype(np.uint8)[..., None])
    distances = [float(text) for text in page.locator(".originals figcaption").all_text_contents()]
    assert distances == pytest.approx(found.distances, abs=0.11)
    assert page.get_by_label(f"A real {found.labels[0]}").count() >= 1


def test_a_run_starts_without_asking_for_a_script(watched, exported_folder):
    """Where the server is far away, a tenth of a second goes by for each that is asked for after another."""
    sent = []

    def scripts():
        return [path for path in sent if path.endswith(".js")]

    with serving(exported_folder, {"Cache-Control": "max-age=3600"}, sent) as address:
        page = watched(address, 1280, 800, context={"service_workers": "block"})
        page.goto(address)
        page.wait_for_function("document.querySelectorAll('link[fetchpriority=low]').length > 100")
        assert f"/{static_site.CLASSIFIER}" in sent, "the visitor waits for this"
        linked = re.findall('href="(.*?)"', preloads.links(f"/{static_site.versioned('shell/start.js')}"))
        until(lambda: set(linked) <= set(sent))
        before = scripts()
        page.get_by_role("tab", name="Train").click()
        page.get_by_role("button", name="Start", exact=True).click()
        wait_for_step(page, 1)
        assert scripts() == before
        page.close()


def test_nothing_of_this_machine_is_in_it(served):
    folder, _ = served
    for path in folder.rglob("*"):
        if path.suffix in (".html", ".js", ".css"):
            assert str(CHECKPOINTS) not in path.read_text()


def test_a_folder_with_something_in_it_is_left_alone(titled, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="something already"):
        static_site.export(titled, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
