import pytest

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.parametrize(
    ("width", "height", "theme"), [(1280, 800, "light"), (390, 844, "dark"), (320, 844, "light")]
)
def test_every_tab_fits_the_screen(open_page, width, height, theme):
    page = open_page(width, height, theme)
    main_things = {"Explore": ".picture", "Train": ".wall", "Learn": ".forgery .exhibit"}
    for tab, main_thing in main_things.items():
        page.get_by_role("tab", name=tab, exact=True).click()
        page.locator(main_thing).wait_for()
        page.wait_for_timeout(300)
        assert not page.evaluate(WIDER), f"{tab} scrolls sideways"
        box = page.locator(main_thing).bounding_box()
        assert box["y"] + box["height"] <= height, f"{tab}: the main thing is visible without scrolling"
    assert page.evaluate("document.body.classList.contains('dark')") == (theme == "dark")


@pytest.mark.parametrize("width", [1280, 390])
def test_every_way_to_explore_fits_the_screen(open_page, width):
    page = open_page(width, 844)
    for view in ("Sliders", "Map", "Morph"):
        page.locator(".views").get_by_text(view).click()
        page.wait_for_selector(".explore[aria-busy=false]")
        assert not page.evaluate(WIDER), view
        box = page.locator(".picture").bounding_box()
        assert box["y"] + box["height"] <= 844, view


def test_reduced_motion_is_respected(open_page):
    page = open_page()
    page.emulate_media(reduced_motion="reduce")
    page.locator(".views").get_by_text("Morph").click()
    page.wait_for_selector(".explore[aria-busy=false]")
    assert page.locator(".play").text_content() == "Play"
    assert page.locator(".scrub").input_value() == "0"


SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) shifted += value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_nothing_jumps_while_explore_loads(open_page, width, height):
    page = open_page(width, height, script=SHIFTS)
    page.wait_for_selector(".explore[aria-busy=false]")
    assert page.evaluate("shifted") < 0.02


def test_explore_fits_a_laptop_and_its_picture_stays_in_sight_on_a_phone(open_page):
    page = open_page()
    for view in ("Sliders", "Samples", "Map", "Morph", "Draw"):
        page.locator(".views").get_by_text(view).click()
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollHeight") <= 800, f"{view} scrolls"
    page.set_viewport_size({"width": 1280, "height": 720})
    page.locator(".views").get_by_text("Sliders").click()
    page.get_by_text("Is it copying?").click()
    page.wait_for_function("document.querySelector('.originals figcaption')?.textContent")
    distances = page.locator(".originals figcaption").first.bounding_box()
    assert distances["y"] + distances["height"] <= 720, "the distances are in sight"
    page = open_page(390, 844)
    page.mouse.wheel(0, 700)
    page.wait_for_function("scrollY > 500")
    assert 0 <= page.locator(".picture").bounding_box()["y"] < 20
