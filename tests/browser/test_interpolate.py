import re

from PIL import Image


def open_tab(open_page):
    page = open_page()
    page.get_by_role("tab", name="Interpolate").click()
    page.locator(".reel").wait_for()
    return page


def reel(page):
    return page.locator(".reel").get_attribute("style")


def wait_for_change(page, old):
    page.wait_for_function("old => document.querySelector('.reel').getAttribute('style') !== old", arg=old)


def test_a_morph_plays_at_once(open_page):
    page = open_tab(open_page)
    assert page.locator(".film img").count() == 32
    assert "animation:reel" in reel(page)
    position = "getComputedStyle(document.querySelector('.reel')).backgroundPositionY"
    first = page.evaluate(position)
    page.wait_for_function(f"first => {position} !== first", arg=first)


def test_seeds_path_digit_and_model_change_it(open_page):
    page = open_tab(open_page)
    for act in (
        lambda: page.get_by_label("From seed").fill("99"),
        lambda: page.get_by_text("Straight through").click(),
        lambda: page.locator("label:visible", has_text="Pick the digit").click(),
        lambda: page.locator("label:visible", has_text="8").last.click(),
        lambda: page.get_by_role("button", name="Two other seeds").click(),
    ):
        old = reel(page)
        act()
        page.keyboard.press("Tab")
        wait_for_change(page, old)


def test_the_gif_is_a_gif(open_page, tmp_path):
    page = open_tab(open_page)
    with page.expect_download() as download:
        page.get_by_text("Download GIF").click()
    path = tmp_path / "morph.gif"
    download.value.save_as(path)
    assert re.fullmatch(r"forger-4-to-12.*\.gif", download.value.suggested_filename)
    image = Image.open(path)
    assert (image.format, image.size, image.n_frames) == ("GIF", (224, 224), 62)
