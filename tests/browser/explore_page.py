"""What tests do on the Explore page."""

import numpy as np
from PIL import Image

DIGITS, ANY = "mnist-digits", "mnist"
SLANT = 1  # its place among the directions of DIGITS
START = "#model=mnist-digits&seed=7&digit=3"  # what an address without a state shows
FOLLOW = """async (link) => {
  for (const open of document.querySelectorAll(".explore details[open]")) open.open = false;
  for (const checked of document.querySelectorAll(".with-saliency:checked, .copies:checked")) checked.click();
  localStorage.clear();
  if (location.hash === link) return;
  await new Promise((done) => {
    addEventListener("hashchange", done, { once: true });
    location.hash = link;
  });
}"""


def settle(page):
    """Until the pictures at the sliders' ends are there, which is after the last drawing."""
    page.wait_for_selector(".explore[aria-busy=false]")


def follow_link(page, link):
    """Follows a link of Explore where Explore is open, and closes what was opened or checked there."""
    settle(page)  # so that the address is that of the state
    page.evaluate(FOLLOW, link)


def shown(page):
    """The picture on the screen, uint8 [28, 28]: what the page saves, at one pixel a pixel."""
    settle(page)
    page.locator(".size").fill("28")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save PNG").click()
    return np.array(Image.open(download.value.path()).convert("L")).astype(int)


def same(picture, wanted):
    return np.abs(picture - wanted[..., 0].astype(int)).max() <= 2  # one of float16, one of a canvas


def slide(page, name, value):
    page.get_by_label(name, exact=True).fill(str(value))
    settle(page)


def copied(page, name):
    page.evaluate(
        "window.copied = ''; navigator.clipboard.writeText = async (text) => { window.copied = text; }"
    )
    page.get_by_role("button", name=name).click()
    page.wait_for_function("window.copied")
    return page.evaluate("window.copied")
