"""axe-core looks at every screen, light, dark and on a phone: nothing that it calls serious or critical."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.train_page import open_tab, press, stop, wait_for_status, wait_for_step

LOOKS = {"light": (1280, 800), "dark": (1280, 800), "phone": (390, 844)}


@pytest.fixture(params=LOOKS)
def page(request, open_page):
    width, height = LOOKS[request.param]
    return open_page(width, height, theme="dark" if request.param == "dark" else "light")


def check(page, screen):
    found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    places = [(v["id"], node["target"], node["failureSummary"]) for v in found for node in v["nodes"]]
    assert not places, f"{screen}: {places}"


def test_explore_and_learn(page):
    check(page, "Explore")
    page.locator(".all-axes, details").first.click()
    check(page, "all axes")
    for view in ("Map", "Morph", "Draw"):
        page.locator(".views").get_by_text(view, exact=True).click()
        page.wait_for_selector(".explore[aria-busy=false]")
        check(page, view)
    page.get_by_role("tab", name="Learn", exact=True).click()
    check(page, "Learn")
    page.get_by_role("button", name="A tour").click()
    check(page, "the tour")


def test_train(page):
    open_tab(page)
    check(page, "before the first run")
    for summary in page.locator(".train details summary").all():
        summary.click()
    press(page, "Start")
    wait_for_step(page, 10)
    press(page, "Pause")
    wait_for_status(page, "Paused")
    check(page, "a run, paused, with everything open")
    stop(page)
    wait_for_status(page, "Stopped")
    check(page, "a run that was stopped")
