"""Inside the networks, the figure in Learn that shows and switches feature maps."""

import pytest

from tests.browser.watching import Watch


@pytest.fixture(scope="module")
def learn_tab(visitors, address):
    watch = Watch(visitors)
    page = watch.open(address, 1280, 800)
    page.goto(f"{address}/?tab=learn#model=mnist-digits&seed=7&digit=3")
    page.locator("#learn-inside").scroll_into_view_if_needed()
    page.wait_for_selector(".inside[aria-busy=false]")
    yield page, watch
    watch.close()


@pytest.fixture
def inside(learn_tab):
    """The figure, with all maps on."""
    page, watch = learn_tab
    yield page
    assert not watch.troubles


def picture(page):
    return page.evaluate("document.querySelector('.inside .picture').toDataURL()")


def wait_for_words(page, words):
    page.wait_for_function(
        "words => document.querySelector('.inside .status').textContent.includes(words)", arg=words
    )


def test_a_map_is_switched_off_and_on_again(inside):
    whole = picture(inside)
    tiles = inside.locator("[data-maps=generator14] canvas")
    tiles.click(position={"x": 5, "y": 5})
    wait_for_words(inside, "Map 1 of G at 14 × 14 is off.")
    assert picture(inside) != whole
    assert inside.locator(".inside .change").is_visible()
    tiles.press("ArrowRight")
    tiles.press("Enter")
    wait_for_words(inside, "Map 2 of G at 14 × 14 is off.")
    tiles.press("Enter")
    wait_for_words(inside, "Map 2 of G at 14 × 14 is on again.")
    inside.get_by_role("button", name="Switch all maps on").click()
    wait_for_words(inside, "All maps are on.")
    assert picture(inside) == whole


def test_a_map_of_d_changes_what_it_says_and_not_the_picture(inside):
    whole, said = picture(inside), inside.locator(".said figcaption").text_content()
    inside.locator("[data-maps=discriminator7] canvas").click(position={"x": 5, "y": 5})
    wait_for_words(inside, "The picture is as it was. D’s logit goes from")
    assert picture(inside) == whole
    inside.get_by_role("button", name="Switch all maps on").click()
    wait_for_words(inside, "All maps are on.")
    assert inside.locator(".said figcaption").text_content() == said


def test_what_is_shown_is_what_the_networks_make(inside):
    answers = inside.evaluate(
        """async () => {
          const at = (path) => import(new URL(`web/${path}`, document.baseURI));
          const { startEngine } = await at("engine/engine.js");
          const { fromSeed } = await at("engine/latents.js");
          const { engine } = await startEngine(null);
          const { config } = await engine.load("m", "models/mnist-digits.safetensors");
          const input = { z: fromSeed(7, config.z_dim), digit: 3 };
          const drawn = await engine.draw({ model: "m", ...input, saliency: false });
          const whole = await engine.features({ model: "m", input, silenced: {} });
          const all = [...Array(config.generator_channels[1]).keys()];
          const empty = await engine.features({ model: "m", input, silenced: { generator14: all } });
          return {
            isSame: String(drawn.picture) === String(whole.picture) && drawn.logit === whole.logit,
            shades: new Set(empty.picture).size,
            isOff: empty.maps.generator14.values.every((value) => value === 0),
            isKept: String(empty.maps.generator7.values) === String(whole.maps.generator7.values),
          };
        }"""
    )
    assert answers == {"isSame": True, "shades": 1, "isOff": True, "isKept": True}
    assert inside.locator("[data-maps=generator7] figcaption").text_content() == "G: 96 maps of 7 × 7"


def test_another_digit_goes_the_same_way(inside):
    before = picture(inside)
    inside.locator(".inside .digits").get_by_text("8").click()
    inside.wait_for_function(
        "before => document.querySelector('.inside .picture').toDataURL() !== before", arg=before
    )
    eight = picture(inside)
    inside.get_by_role("button", name="Another handwriting").click()
    inside.wait_for_function(
        "before => document.querySelector('.inside .picture').toDataURL() !== before", arg=eight
    )


def test_on_the_explore_page_it_follows_the_sliders(open_page):
    page = open_page()
    page.wait_for_selector(".explore[aria-busy=false]")
    page.get_by_role("button", name="Look inside").click()
    page.wait_for_selector(".inside[aria-busy=false]")
    assert page.locator(".inside .other").is_hidden()
    before = picture(page)
    said = page.locator(".inside .said figcaption").text_content()
    page.locator(".slider input").first.fill("2")
    page.wait_for_function(
        "before => document.querySelector('.inside .picture').toDataURL() !== before", arg=before
    )
    page.wait_for_selector(".explore[aria-busy=false]")
    assert page.locator(".inside .said figcaption").text_content() != said
    page.locator(".inside [data-maps=generator7] canvas").click(position={"x": 3, "y": 3})
    wait_for_words(page, "Map 1 of G at 7 × 7 is off.")
    page.locator(".models").get_by_text("Any digit").click()
    wait_for_words(page, "All maps are on.")
