"""Two worlds on one page: digits, and other pictures. The sheet of samples, the shelf, the key of the map."""

import io
import json

import pytest
from PIL import Image

from gan.exploring import latent_map
from gan.exploring.explorer import Explorer
from gan.networks import checkpoints
from gan.training.saved_state import model_of
from gan.training.state import init_state
from gan.web import static_site
from tests.app import serving
from tests.browser.explore_page import same, settle, shown
from tests.browser.visitors import PATIENCE
from tests.conftest import CHECKPOINTS, make_tiny

NAMES = ["T-shirt/top", "Trouser", "Bag"]


@pytest.fixture(scope="module")
def fashion(tmp_path_factory):
    """An untrained tiny model that says it makes fashion items, with a small latent map."""
    recipe = make_tiny(classes=len(NAMES))
    metadata = {"dataset": "fashion-mnist", "step": 0, "class_names": json.dumps(NAMES)}
    path = tmp_path_factory.mktemp("model") / "fashion.safetensors"
    checkpoints.save_model(path, model_of(recipe, init_state(recipe, 0), metadata))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(latent_map, "FULL", latent_map.MapSize(2, 16, 120))
        explorer = Explorer(path)
        _ = explorer.page_file
    return explorer


@pytest.fixture(scope="module")
def both(fashion, tmp_path_factory):
    """The address of an exported page with both worlds."""
    folder = tmp_path_factory.mktemp("worlds") / "page"
    digits = Explorer(CHECKPOINTS / "mnist-digits.safetensors")
    static_site.export({"Choose a digit": digits, "Choose a fashion item": fashion}, folder)
    with serving(folder) as address:
        yield address


@pytest.fixture
def page(browser, both):
    """That page, opened; afterwards, nothing may have gone wrong."""
    troubles = []
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, accept_downloads=True, service_workers="block"
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("response", lambda answer: answer.status < 400 or troubles.append(answer.url))
    page.goto(both)
    settle(page)
    yield page
    context.close()
    assert not troubles


def open_view(page, name):
    page.locator(".views").get_by_text(name, exact=True).click()
    settle(page)


def test_one_click_leads_to_another_world_where_nothing_speaks_of_digits(page, fashion):
    assert page.locator(".bars").is_visible()
    page.locator(".models").get_by_text("Fashion-MNIST").click()
    settle(page)
    assert "model=fashion&seed=7&class=Bag" in page.url  # the last of its classes
    assert same(shown(page), fashion.generate(fashion.latent(7), "Bag")[0])
    assert page.locator(".picture").get_attribute("aria-label") == "A forged Bag"
    assert page.locator(".hand small").all_text_contents() == NAMES
    assert not page.locator(".bars").is_visible(), "the classifier of digits must not read it"
    assert not page.locator(".copying").is_visible()
    assert "learned to forge fashion items" in page.locator(".masthead").inner_text()
    for view in ("Sliders", "Samples", "Map", "Morph", "Draw"):
        open_view(page, view)
        texts = page.locator(".stage, .controls > :not(.apart):visible").all_inner_texts()
        assert "digit" not in " ".join(texts).lower(), view
    open_view(page, "Map")
    assert page.locator(".class-key span").all_text_contents() == NAMES
    page.get_by_role("tab", name="Train", exact=True).click()
    page.locator(".masthead").get_by_text("handwritten digits").wait_for()  # which are trained on here
    page.get_by_role("tab", name="Explore", exact=True).click()
    assert "fashion items" in page.locator(".masthead").inner_text()
    page.reload()
    settle(page)
    assert page.locator(".hand input").nth(2).is_checked()
    page.locator(".models").get_by_text("MNIST digits").click()
    settle(page)
    assert page.locator(".class-key span").all_text_contents() == [*"0123456789"]
    assert "handwritten digits" in page.locator(".masthead").inner_text()


CONTRAST = """() => {
  const prompt = document.querySelector(".prompt");
  const light = ([r, g, b]) => [r, g, b].map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }).reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
  const text = light(getComputedStyle(prompt).color.match(/\\d+/g).map(Number));
  const isInverted = getComputedStyle(document.querySelector(".pad")).filter.includes("invert");
  const ground = isInverted ? 1 : 0; // the pad is black where nothing inverts it
  return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
}"""


def test_the_prompt_of_draw_can_be_read_on_the_ground_of_every_model(page):
    for model in ("Fashion-MNIST", "Choose a digit"):
        page.locator(".models").get_by_text(model).click()
        settle(page)
        open_view(page, "Draw")
        assert page.evaluate(CONTRAST) >= 4.5, model


def test_a_black_photograph_is_looked_for_in_no_world(page):
    page.locator(".models").get_by_text("Fashion-MNIST").click()
    open_view(page, "Draw")
    file = io.BytesIO()
    Image.new("L", (60, 60)).save(file, "PNG")
    photograph = {"name": "black.png", "mimeType": "image/png", "buffer": file.getvalue()}
    page.locator("input.from-file").set_input_files(photograph)
    page.wait_for_function("/misses|Nothing is found/.test(document.querySelector('.verdict').textContent)")
    assert "Nothing is found" in page.locator(".verdict").text_content()


def test_a_sample_goes_to_the_sliders_and_favourites_stay_on_the_shelf(page, fashion):
    page.locator(".models").get_by_text("Fashion-MNIST").click()
    open_view(page, "Samples")
    page.locator(".sheet-class").select_option("Trouser")
    page.get_by_label("Take to the sliders: Trouser, seed 4", exact=True).click()
    settle(page)
    assert "seed=4&class=Trouser" in page.url
    assert "view" not in page.url
    trouser = fashion.generate(fashion.latent(4), "Trouser")[0]
    assert same(shown(page), trouser)

    page.get_by_role("button", name="Keep", exact=True).click()
    page.locator(".kept .face").wait_for()
    page.get_by_text("It is on your shelf.", exact=True).wait_for()
    assert page.get_by_role("button", name="Morph through them").is_disabled()
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_text("It is on your shelf already.", exact=True).wait_for()
    page.locator(".hand label").nth(0).click()
    settle(page)
    page.get_by_role("button", name="Keep", exact=True).click()
    page.locator(".kept .face").nth(1).wait_for()
    assert page.locator(".kept .face").count() == 2
    page.get_by_role("button", name="Compare").click()
    assert page.get_by_text("T-shirt/top, seed 4").is_visible()
    page.get_by_role("button", name="Morph through them").click()
    page.wait_for_function("location.hash.includes('stops=4~1!4~0')")

    page.goto(page.url.split("#")[0])
    page.reload()
    settle(page)
    page.get_by_role("button", name="Trouser, seed 4", exact=True).click()
    page.wait_for_function("location.hash.includes('model=fashion&seed=4&class=Trouser')")
    assert same(shown(page), trouser)
    page.get_by_label("Remove Trouser, seed 4").click()
    assert page.locator(".kept .face").count() == 1
    page.get_by_role("button", name="Empty it").click()
    assert not page.locator(".shelf").is_visible()


def test_two_tabs_have_one_shelf(page):
    other = page.context.new_page()
    other.goto(page.url)
    settle(other)
    page.get_by_role("button", name="Keep", exact=True).click()
    other.locator(".kept .face").wait_for()
    other.get_by_role("button", name="Surprise me").click()
    settle(other)
    other.get_by_role("button", name="Keep", exact=True).click()
    page.locator(".kept .face").nth(1).wait_for()
    page.reload()
    page.locator(".kept .face").nth(1).wait_for()
    page.get_by_role("button", name="Empty it").click()
    other.locator(".shelf").wait_for(state="hidden")
