import numpy as np
import pytest

from tests.browser.explore_page import same, settle, shown

CHART = ".chart-of-z"
INK = """(canvas) => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return Array.from(data).filter((_, i) => i % 4 === 3).filter((alpha) => alpha > 30).length;
}"""


@pytest.fixture
def open_map(follow):
    def open_map():
        page = follow()
        page.locator(".views").get_by_text("Map").click()
        settle(page)
        page.wait_for_selector(f"{CHART}[aria-busy=false]")
        return page

    return open_map


def ink(page):
    return page.locator(CHART).evaluate(INK)


def wait_for_ink(page, condition):
    """Until the ink of the chart meets a condition, as "> 5000"; returns its ink then."""
    chart = page.locator(CHART).element_handle()
    page.wait_for_function(f"(canvas) => ({INK})(canvas) {condition}", arg=chart)
    return ink(page)


def test_without_the_engine_the_server_draws_the_chart_in_parts(open_page):
    sent = []
    page = open_page(script="delete window.Worker;")
    page.on("response", lambda answer: sent.append((answer.status, len(answer.request.post_data or ""))))
    page.locator(".views").get_by_text("Map").click()
    chart = page.locator(CHART).element_handle()
    page.wait_for_function(f"(canvas) => ({INK})(canvas) > 10_000", arg=chart, timeout=240_000)
    settle(page)
    assert page.locator(".explore .error").text_content() == ""
    assert {status for status, _ in sent} == {200}
    assert max(length for _, length in sent) < 65_536


def test_a_click_on_the_chart_moves_to_a_seed_near_by(open_map, explorers):
    page = open_map()
    assert ink(page) > 10_000, "thousands of thumbnails"
    explorer = explorers["mnist-digits"]
    positions = explorer.latent_map.positions
    inside = page.locator(CHART).evaluate("(canvas) => [canvas.clientWidth, canvas.clientHeight]")
    pixels = np.array(inside) * (0.5 + 0.46 * positions)  # of each seed
    for target in (17, 1234):
        x, y = pixels[target]
        page.locator(CHART).click(position={"x": float(x), "y": float(y)})
        settle(page)
        seed = int(page.locator(".seed").input_value())
        assert np.linalg.norm(pixels[seed] - pixels[target]) < 1, (
            "the click is answered by the nearest point, to a pixel"
        )
        assert same(shown(page), explorer.generate(explorer.latent(seed), seed % 10)[0])
        assert page.locator(".hand input").nth(seed % 10).is_checked()


def test_the_map_zooms_pans_and_returns(open_map):
    page = open_map()
    before = ink(page)
    box = page.locator(CHART).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -900)
    near = wait_for_ink(page, f"!== {before}")
    seed = page.locator(".seed").input_value()
    page.keyboard.down("Shift")
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 60, steps=5)
    page.mouse.up()
    page.keyboard.up("Shift")
    wait_for_ink(page, f"!== {near}")
    assert page.locator(".seed").input_value() == seed, "a shift of the map moves nothing else"
    page.get_by_role("button", name="Whole map").click()
    wait_for_ink(page, f"=== {before}")
    assert page.get_by_role("button", name="Whole map").count() == 0, "there is nothing to come back from"
    assert page.locator(CHART).evaluate("chart => chart === document.activeElement")
    page.get_by_role("button", name="Zoom out").click()
    page.wait_for_selector(".farther[aria-disabled=true]")
    assert page.get_by_role("button", name="Zoom in").is_enabled()


def test_the_plane_moves_two_sliders(open_map, explorers):
    page = open_map()
    page.get_by_text("Two sliders").click()
    wait_for_ink(page, "> 5000")
    box = page.locator(CHART).bounding_box()
    across = min(box["width"], box["height"]) * 0.46 / 3
    page.locator(CHART).click(
        position={"x": box["width"] / 2 + 1.5 * across, "y": box["height"] / 2 + across}
    )
    settle(page)
    page.locator(".views").get_by_text("Sliders").click()
    assert float(page.get_by_label("Stroke", exact=True).input_value()) == pytest.approx(1.5, abs=0.05)
    assert float(page.get_by_label("Slant", exact=True).input_value()) == pytest.approx(-1, abs=0.05)
    explorer = explorers["mnist-digits"]
    moved = {i: float(page.locator(".slider input").nth(i).input_value()) for i in (0, 1)}
    assert same(shown(page), explorer.generate(explorer.latent(7, shifts=moved), 3)[0])


def test_the_map_by_keyboard_and_in_other_colours(open_map):
    page = open_map()
    page.get_by_text("Two sliders").click()
    page.locator(CHART).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert "move=0:0.2" in page.url
    assert page.locator(".map-panel .voice").text_content() == "3: Stroke 0.2, Slant 0"
    picture = "(canvas) => canvas.toDataURL()"
    before = page.locator(CHART).evaluate(picture)
    page.get_by_text("D's score").click()
    settle(page)
    assert page.locator(CHART).evaluate(picture) != before
    page.locator(CHART).focus()
    page.keyboard.press("+")
    settle(page)
    assert "hue=score&section=" in page.url
    page.reload()
    settle(page)
    assert page.get_by_role("button", name="Whole map").is_enabled(), "the link leads to the same section"
    assert page.locator(".by-score").is_checked()
    page.get_by_role("button", name="Whole map").click()
    settle(page)
    assert "section=" not in page.url
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert "hue=score&section=" in page.url


def test_a_link_opens_the_map(open_page):
    page = open_page(link="/#model=mnist&seed=3&view=map")
    assert page.locator(CHART).is_visible()
    settle(page)
    wait_for_ink(page, "> 10000")


def test_the_surface_through_three_seeds(open_map, explorers):
    page = open_map()
    page.get_by_text("Between three seeds").click()
    assert [page.get_by_label(f"{name} seed").input_value() for name in ("First", "Second", "Third")] == [
        "7",
        "8",
        "9",
    ]
    page.get_by_label("Second seed").fill("12")
    page.get_by_label("Second seed").press("Enter")
    wait_for_ink(page, "> 5000")
    box = page.locator(CHART).bounding_box()
    unit = min(box["width"], box["height"]) * 0.46 / 3

    def click(x, y):
        page.locator(CHART).click(
            position={"x": box["width"] / 2 + x * unit, "y": box["height"] / 2 + y * unit}
        )
        settle(page)

    explorer = explorers["mnist-digits"]
    for seed, (x, y) in {7: (-1.9, -1.1), 12: (1.9, -1.1), 9: (0, 2.2)}.items():
        click(x, y)
        assert same(shown(page), explorer.generate(explorer.latent(seed), 3)[0])
        assert "axes=" not in page.url
    click(0, 0)
    middle = sum(np.asarray(explorer.latent(seed)) for seed in (7, 12, 9)) / np.sqrt(3)
    difference = shown(page).astype(int) - np.asarray(explorer.generate(middle, 3)[0], int).squeeze()
    assert np.abs(difference).mean() < 2, "a click is as exact as a pixel, and edits have three decimals"


def test_a_seed_that_is_none_is_refused(open_map):
    page = open_map()
    page.get_by_text("Between three seeds").click()
    third = page.get_by_label("Third seed")
    for typed in ("-4", "", "1.5", "9999999999999"):
        third.fill(typed)
        third.press("Enter")
        page.get_by_text("A seed is a whole number").wait_for()
        third.fill("12")
        third.press("Enter")
        page.get_by_text("A seed is a whole number").wait_for(state="hidden")
