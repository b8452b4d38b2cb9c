"""A browser whose texts are twice as large as usual: nothing is cut off or shrinks to nothing."""

import pytest

from tests.app import launch_browser
from tests.browser.test_looks import CUT, MAIN_THINGS, WIDER
from tests.browser.visitors import PATIENCE

TWICE = "--blink-settings=defaultFontSize=32"


@pytest.fixture(scope="module")
def large(playwright):
    browser = launch_browser(playwright, may_be_small=True, options=[TWICE])
    yield browser
    browser.close()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_every_tab_fits_where_texts_are_twice_as_large(large, address, width, height):
    page = large.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    for tab, main_thing in MAIN_THINGS.items():
        page.get_by_role("tab", name=tab, exact=True).click()
        page.locator(main_thing).filter(visible=True).first.wait_for()
        assert not page.evaluate(WIDER), f"{tab} scrolls sideways"
        assert not page.evaluate(CUT), f"{tab} is cut, when all is open"
    page.get_by_role("tab", name="Train").click()
    cards = page.locator(".train:not(.recorded) .cards canvas").filter(visible=True)
    cards.first.wait_for()
    assert all(card.bounding_box()["width"] > 30 for card in cards.all()), "cards between G and D are seen"
    page.close()


# The size of the numbers on the axes of a chart, in pixels of CSS, once it is drawn.
NUMBERS = """() => {
  const canvas = document.querySelector("[data-chart=losses] canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some(Boolean) && Number.parseFloat(canvas.getContext("2d").font) / devicePixelRatio;
}"""


@pytest.mark.parametrize(("is_large", "ratio"), [(False, 1), (False, 2), (False, 3), (True, 1)])
def test_the_numbers_on_the_axes_of_charts_can_be_read(browser, large, address, is_large, ratio):
    page = (large if is_large else browser).new_page(device_scale_factor=ratio)
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/?tab=train")
    page.locator("[data-chart=losses]").first.scroll_into_view_if_needed()
    numbers = page.wait_for_function(NUMBERS).json_value()
    page.close()
    assert abs(numbers - (22 if is_large else 11)) < 0.5
