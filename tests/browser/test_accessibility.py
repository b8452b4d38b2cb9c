"""axe-core looks at every screen, light, dark and on a phone: nothing that it calls serious or critical."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser.explore_page import settle
from tests.browser.train_page import open_tab, press, stop, wait_for_status, wait_for_step

HAS_FOCUS = "each => each === document.activeElement"
LOOKS = {"phone": (390, 844), "dark": (1280, 800), "light": (1280, 800)}
AT_REST = "() => !document.getAnimations().some((animation) => animation instanceof CSSTransition)"
CONTRAST = {"runOnly": ["color-contrast"]}  # takes nine tenths of the time of all rules
BUT_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}


WITHOUT_NAME = """() => [...document.querySelectorAll("input, select")]
  .filter((each) => !each.labels?.length && !each.ariaLabel && !each.getAttribute("aria-labelledby"))
  .map((each) => each.outerHTML)"""  # axe lets a range pass whose label names something else


def check(page, screen, within="body", **options):
    """Of the part that a selector names, by axe's options if there are any."""
    answer = Axe().run(page, within, {"resultTypes": ["violations"], **options}).response
    found = [v for v in answer["violations"] if v["impact"] in ("serious", "critical")]
    places = [(v["id"], node["target"], node["failureSummary"]) for v in found for node in v["nodes"]]
    assert not places, f"{screen}: {places}"


def check_looks(page, screen, changed="body"):
    """Of one visit: the theme is a class of the body, and the page follows the size of its window.

    Looked at is the part that has changed since the last check: its colours in both themes, all else on a
    phone and on a large screen.
    """
    for look, (width, height) in LOOKS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("isDark => document.body.classList.toggle('dark', isDark)", look == "dark")
        page.wait_for_function(AT_REST)
        if look != "dark":
            check(page, f"{screen}, {look}", changed, **BUT_CONTRAST)
        if look != "phone":
            check(page, f"{screen}, {look}", changed, **CONTRAST)


def test_explore_and_learn(open_page):
    page = open_page()
    check_looks(page, "Explore")
    page.locator(".sliders-panel summary").click()
    check_looks(page, "all axes", ".sliders-panel details")
    for view in ("Samples", "Map", "Morph", "Draw"):
        page.locator(".views").get_by_text(view, exact=True).click()
        page.wait_for_selector(".explore[aria-busy=false]")
        check_looks(page, view, f".{view.lower()}-panel")
    page.get_by_role("tab", name="Learn", exact=True).click()
    check_looks(page, "Learn")
    assert page.evaluate(WITHOUT_NAME) == []
    page.get_by_role("button", name="A tour").click()
    check_looks(page, "the tour", ".tour-card")


def test_train(open_page):
    page = open_tab(open_page())
    check_looks(page, "before the first run")
    for summary in page.locator(".train details summary:visible").all():
        summary.click()
    press(page, "Start")
    wait_for_step(page, 10)
    press(page, "Pause")
    wait_for_status(page, "Paused")
    check_looks(page, "a run, paused, with everything open")
    stop(page)
    wait_for_status(page, "Stopped")
    check_looks(page, "a run that was stopped")


def test_a_button_that_is_switched_off_keeps_the_focus(follow):
    """By keys alone: who presses until nothing more happens goes on from there."""
    page = follow()
    page.locator(".surprise").press("Enter")
    page.locator(".views").get_by_text("Map").click()
    settle(page)
    for name in ("Undo", "Redo", "Zoom in", "Zoom out"):
        button = page.get_by_role("button", name=name)
        page.wait_for_function("button => button.ariaDisabled === 'false'", arg=button.element_handle())
        while button.is_enabled():
            button.press("Enter")
            settle(page)
        assert button.evaluate(HAS_FOCUS), name
        before = page.evaluate("location.hash")
        button.press("Enter")
        settle(page)
        assert page.evaluate("location.hash") == before, f"{name} is off"


def test_what_is_opened_by_keys_gets_the_focus(follow):
    """Where the pressed button is hidden then, and where it is far above."""
    page = follow("#model=mnist-digits&view=samples")
    settle(page)
    page.locator(".sheet button >> visible=true").first.press("Enter")
    settle(page)
    assert page.locator(".views input:checked").evaluate(HAS_FOCUS), "where a sample goes"
    page.get_by_role("tab", name="Learn", exact=True).click()
    page.get_by_role("link", name="Its losses").press("Enter")
    assert page.locator("#learn-losses").evaluate(HAS_FOCUS)
    page.get_by_role("button", name="Break one, and mend it").press("Enter")
    page.wait_for_function(HAS_FOCUS, arg=page.locator(".lab summary").element_handle())
    page.locator(".lab .why").press("Enter")
    page.wait_for_function(HAS_FOCUS, arg=page.locator("#learn-hard").element_handle())
    page.get_by_role("button", name="Watch it happen").press("Enter")
    page.wait_for_function(HAS_FOCUS, arg=page.get_by_role("tab", name="Train").element_handle())
