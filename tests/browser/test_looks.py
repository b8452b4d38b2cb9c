import pytest

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_every_tab_fits_the_screen(open_page, theme, width, height):
    page = open_page(width, height, theme)
    main_things = {"Explore": ".picture", "Interpolate": ".reel", "Train": ".wall img"}
    for tab, main_thing in main_things.items():
        page.get_by_role("tab", name=tab).click()
        page.locator(main_thing).wait_for()
        page.wait_for_timeout(300)
        assert not page.evaluate(WIDER), f"{tab} scrolls sideways"
        box = page.locator(main_thing).bounding_box()
        assert box["y"] + box["height"] <= height, f"{tab}: the main thing is visible without scrolling"
    assert page.evaluate("document.body.classList.contains('dark')") == (theme == "dark")


def test_reduced_motion_is_respected(open_page):
    page = open_page()
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("tab", name="Interpolate").click()
    page.locator(".reel").wait_for()
    state = "getComputedStyle(document.querySelector('.reel')).animationPlayState"
    assert page.evaluate(state) == "paused"
