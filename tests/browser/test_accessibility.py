"""axe-core looks at every screen, light, dark and on a phone: nothing that it calls serious or critical."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser.train_page import open_tab, press, stop, wait_for_status, wait_for_step

LOOKS = {"phone": (390, 844), "dark": (1280, 800), "light": (1280, 800)}
AT_REST = "() => !document.getAnimations().some((animation) => animation instanceof CSSTransition)"


def check(page, screen):
    found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    places = [(v["id"], node["target"], node["failureSummary"]) for v in found for node in v["nodes"]]
    assert not places, f"{screen}: {places}"


def check_looks(page, screen):
    """Of one visit: the theme is a class of the body, and the page follows the size of its window."""
    for look, (width, height) in LOOKS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("isDark => document.body.classList.toggle('dark', isDark)", look == "dark")
        page.wait_for_function(AT_REST)
        check(page, f"{screen}, {look}")


def test_explore_and_learn(open_page):
    page = open_page()
    check_looks(page, "Explore")
    page.locator(".all-axes, details").first.click()
    check_looks(page, "all axes")
    for view in ("Map", "Morph", "Draw"):
        page.locator(".views").get_by_text(view, exact=True).click()
        page.wait_for_selector(".explore[aria-busy=false]")
        check_looks(page, view)
    page.get_by_role("tab", name="Learn", exact=True).click()
    check_looks(page, "Learn")
    page.get_by_role("button", name="A tour").click()
    check_looks(page, "the tour")


def test_train(open_page):
    page = open_tab(open_page())
    check_looks(page, "before the first run")
    for summary in page.locator(".train details summary").all():
        summary.click()
    press(page, "Start")
    wait_for_step(page, 10)
    press(page, "Pause")
    wait_for_status(page, "Paused")
    check_looks(page, "a run, paused, with everything open")
    stop(page)
    wait_for_status(page, "Stopped")
    check_looks(page, "a run that was stopped")
