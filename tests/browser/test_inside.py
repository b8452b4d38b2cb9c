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


def test_networks_of_other_sizes_have_a_place_for_each_layer(inside):
    """In G's row, from left to right, and back in D's."""
    shown = inside.evaluate(
        """async () => {
          const { Inside } = await import(new URL("web/learn/inside/inside.js", document.baseURI));
          const figure = document.querySelector(".inside").cloneNode(true);
          document.querySelector(".inside").after(figure);
          const layer = (side, count) => ({ side, count, values: new Float32Array(side * side * count) });
          const layers = [[8, 64], [16, 32], [32, 16]];
          const maps = Object.fromEntries(layers.flatMap(([side, count]) => [
            [`generator${side}`, layer(side, count)],
            [`discriminator${side}`, layer(side, count / 2)],
          ]));
          const answer = { maps, picture: new Uint8Array(64 * 64 * 3), logit: 0 };
          const engine = { features: async () => answer };
          const model = { id: "m", engine, config: { size: 64 }, subject: { medium: "light" } };
          await new Inside(figure).show({ model, z: new Float32Array(8), digit: 0 });
          const found = [...figure.querySelectorAll("figure")].map((each) => {
            const { left, top } = each.getBoundingClientRect();
            return { words: each.querySelector("figcaption").textContent, left, top };
          });
          figure.remove();
          return found;
        }"""
    )
    words = [each["words"] for each in shown]
    assert words[1:4] == ["G: 64 maps of 8 × 8", "G: 32 maps of 16 × 16", "G: 16 maps of 32 × 32"]
    assert words[4].endswith("light added  light lost")
    assert words[5:8] == ["D: 8 maps of 32 × 32", "D: 16 maps of 16 × 16", "D: 32 maps of 8 × 8"]
    lefts = [each["left"] for each in shown]
    assert lefts[:5] == sorted(lefts[:5])
    assert lefts[1:4] == lefts[7:4:-1], "a layer of D stands below that of G"
    assert min(each["top"] for each in shown[5:8]) > max(each["top"] for each in shown[1:4])


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
