import pytest

from tests.browser.explore_page import settle

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
MAIN_THINGS = {"Explore": ".explore .picture", "Train": ".wall", "Learn": ".forgery .exhibit"}
SHIFTED = """() => new Promise((done) => {
  new PerformanceObserver((list) => {
    const shifts = list.getEntries().filter(({ entryType }) => entryType === "layout-shift");
    done(shifts.reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0));
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(0), 1000); // nothing has moved at all
})"""


# What lies outside the window, or is cut off, with all that can be opened open. What scrolls may be wider.
CUT = """() => {
  const closed = [...document.querySelectorAll("[role=tabpanel]:not([hidden]) details:not([open])")];
  for (const each of closed) each.open = true;
  const scrolls = (each) => /auto|scroll/.test(getComputedStyle(each).overflowX);
  const isInScroller = (each) =>
    each !== document.body && (scrolls(each.parentElement) || isInScroller(each.parentElement));
  return [...document.querySelectorAll(".page *")].filter((each) => {
    const { left, right, width, height } = each.getBoundingClientRect();
    const { visibility, opacity, overflowX, clip, clipPath } = getComputedStyle(each);
    const isSeen = width && height && visibility !== "hidden" && opacity !== "0";
    if (!isSeen || isInScroller(each)) return false;
    const isHiddenText = clip !== "auto" || clipPath !== "none"; // for screen readers alone
    const isBox = each.tagName !== "INPUT"; // what is typed into one scrolls
    const isCut = isBox && /hidden|clip/.test(overflowX) && each.scrollWidth > each.clientWidth + 1;
    return right > innerWidth + 1 || left < -1 || (isCut && !isHiddenText);
  }).map((each) => `${each.tagName} ${each.className}`);
  const isWider = document.documentElement.scrollWidth > document.documentElement.clientWidth;
  for (const each of closed) each.open = false;
  return isWider ? [...cut, "the page scrolls sideways"] : cut;
}"""


@pytest.mark.parametrize(
    ("theme", "sizes"),
    [("light", [(1280, 800), (320, 844), (640, 400)]), ("dark", [(390, 844)])],
)
def test_nothing_jumps_and_every_tab_fits_the_screen(open_page, theme, sizes):
    """The window of 640×400 pixels is one of 1280×800 at a zoom of 200 %."""
    page = open_page(*sizes[0], theme)
    settle(page)
    assert page.evaluate(SHIFTED) < 0.02, "nothing jumps while Explore loads"
    assert page.evaluate("document.body.classList.contains('dark')") == (theme == "dark")
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        for tab, main_thing in MAIN_THINGS.items():
            page.get_by_role("tab", name=tab, exact=True).click()
            shown = page.locator(main_thing).filter(visible=True).first
            shown.wait_for()
            page.wait_for_timeout(300)
            assert not page.evaluate(WIDER), f"{tab} scrolls sideways on {width} pixels"
            box = shown.bounding_box()
            is_whole = box["y"] + box["height"] <= height
            assert is_whole or height == 400, f"{tab}: the main thing is visible without scrolling"
            assert not page.evaluate(CUT), f"{tab} is cut on {width} pixels, when all is open"


# The size of each text that is seen, in pixels.
SIZES_OF_TEXT = """() => [...document.querySelectorAll(".page *")]
  .filter((each) => each instanceof HTMLElement && each.offsetParent && each.innerText?.trim())
  .map((each) => [each.className, parseFloat(getComputedStyle(each).fontSize)])"""


@pytest.mark.parametrize("tab", MAIN_THINGS)
def test_all_texts_grow_with_the_browsers_own_size(open_page, tab):
    page = open_page()
    page.get_by_role("tab", name=tab, exact=True).click()
    page.locator(MAIN_THINGS[tab]).filter(visible=True).first.wait_for()
    before = dict(page.evaluate(SIZES_OF_TEXT))
    page.evaluate("document.documentElement.style.fontSize = '32px'")  # twice what browsers begin with
    after = dict(page.evaluate(SIZES_OF_TEXT))
    assert len(before) > 10
    assert not {
        name: (size, after[name]) for name, size in before.items() if after.get(name, size * 2) < 1.9 * size
    }


def open_view(page, view):
    page.locator(".views").get_by_text(view).click()
    settle(page)


def test_reduced_motion_is_respected(follow):
    page = follow()
    page.emulate_media(reduced_motion="reduce")
    open_view(page, "Morph")
    assert page.locator(".play").text_content() == "Play"
    assert page.locator(".scrub").input_value() == "0"


def test_explore_fits_a_laptop_and_its_picture_stays_in_sight_on_a_phone(follow):
    page = follow()
    page.emulate_media(reduced_motion="reduce")  # or a morph plays, and is never settled
    for view in ("Sliders", "Samples", "Map", "Morph", "Draw"):
        open_view(page, view)
        assert page.evaluate("document.documentElement.scrollHeight") <= 800, f"{view} scrolls"
        assert not page.evaluate(WIDER), f"{view} scrolls sideways"
    fades = "getComputedStyle(document.querySelector('.models')).maskImage !== 'none'"
    assert not page.evaluate(fades), "all models are in sight"
    page.set_viewport_size({"width": 1280, "height": 720})
    page.locator(".views").get_by_text("Sliders").click()
    page.get_by_text("Is it copying?").click()
    page.wait_for_function("document.querySelector('.originals figcaption')?.textContent")
    distances = page.locator(".originals figcaption").first.bounding_box()
    assert distances["y"] + distances["height"] <= 720, "the distances are in sight"
    page.get_by_text("Is it copying?").click()
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(fades)  # at the edge behind which there are more
    for view in ("Map", "Morph", "Sliders"):
        open_view(page, view)
        assert not page.evaluate(WIDER), f"{view} scrolls sideways on a phone"
        box = page.locator(".picture").bounding_box()
        assert box["y"] + box["height"] <= 844, f"{view}: the picture is in sight on a phone"
    page.mouse.wheel(0, 700)
    page.wait_for_function("scrollY > 500")
    assert 0 <= page.locator(".picture").bounding_box()["y"] < 20
