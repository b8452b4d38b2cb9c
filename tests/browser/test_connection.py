"""The Train page where requests fail, come late, or are refused."""

import re

import pytest

from tests.browser.explore_page import settle
from tests.browser.train_page import choose, open_tab, press, stop, ticket, wait_for_status, wait_for_step

REFUSE = """
navigator.clipboard.writeText = () => Promise.reject(new DOMException("refused", "NotAllowedError"));
document.execCommand = () => false;
"""
SELECTED = """() => {
  const { value, selectionStart, selectionEnd } = document.activeElement;
  return value?.slice(selectionStart, selectionEnd) ?? "";
}"""


@pytest.fixture
def visit(visitors, address):
    """Opens the app where requests may fail; afterwards, no script may have."""
    kept, own, troubles = [], [], []

    def note(error):
        troubles.append(str(error))

    def visit(path="/?tab=Train", script=""):
        page = visitors.new_page() if script else visitors.borrow(1280, 800)
        (own if script else kept).append(page)
        page.on("pageerror", note)
        if script:  # which a page cannot lose again
            page.add_init_script(script)
        page.goto(f"{address}{path}")
        page.wait_for_function("document.querySelector('.words')?.textContent.trim()")
        return page

    yield visit
    for page in own:
        page.context.close()
    for page in kept:
        page.remove_listener("pageerror", note)
        visitors.give_back(page)
    assert not troubles


HAS_FOCUS = "each => each === document.activeElement"
NOTE_TROUBLE = """() => {
  const train = document.querySelector(".train");
  window.noted = [];
  const isCutOff = () => train.classList.contains("cut-off");
  const note = () => window.noted.push(isCutOff() ? "cut-off" : train.dataset.status);
  new MutationObserver(note).observe(train, { attributes: true });
}"""


@pytest.mark.parametrize("late", ["gone", "short", "whole"])
def test_a_late_answer_of_the_run_before_changes_nothing(visit, late):
    page = open_tab(visit())
    runs, held = [], []  # whose answers are to be late, and the requests that wait for one

    def hold(route):
        if any(run in route.request.url for run in runs):
            held.append(route)
        else:
            route.continue_()

    page.route("**/live/watch/**", hold)
    press(page, "Start")
    wait_for_step(page, 1)
    first = ticket(page)["name"]
    runs.append(first)
    with page.expect_request(f"**/live/watch/{first}**"):
        pass
    page.locator(".lab summary").click()
    page.get_by_role("button", name="Run this failure").first.click()
    page.get_by_role("button", name="End your run and start this?").click()
    page.wait_for_function("name => !localStorage.getItem('forger-run').includes(name)", arg=first)
    second = ticket(page)["name"]
    page.evaluate(NOTE_TROUBLE)
    if late == "gone":
        held[0].fulfill(status=404, json={"error": "this run is over"})
    elif late == "short":
        held[0].fulfill(json={"status": "stopped"})
    else:
        held[0].continue_()
    wait_for_step(page, 1)
    assert ticket(page)["name"] == second
    assert not {"stopped", "cut-off"} & set(page.evaluate("window.noted"))
    stop(page)
    wait_for_status(page, "Stopped")


def test_a_press_is_answered_before_what_it_needs_has_come(visit):
    page = open_tab(visit(), "page")
    held = []
    page.route("**/training/run_worker.js", lambda route: held.append(route))
    for comes in (False, True):
        with page.expect_request("**/training/run_worker.js"):
            page.get_by_role("button", name="Start", exact=True).press("Enter")
        wait_for_status(page, "Getting ready")
        go = page.locator(".train .go")
        assert go.is_disabled(), "a second press would start nothing"
        held.pop().continue_() if comes else held.pop().abort()
        if not comes:
            wait_for_status(page, "Press Start")
            assert page.locator(".train .error").first.text_content()
            page.wait_for_function(HAS_FOCUS, arg=go.element_handle())
    wait_for_step(page, 1)
    page.wait_for_function(HAS_FOCUS, arg=go.element_handle())  # who uses keys goes on there
    page.get_by_role("button", name="Stop", exact=True).press("Enter")
    page.get_by_role("button", name="Stop this run?").press("Enter")
    wait_for_status(page, "Stopped")
    assert page.get_by_role("button", name="Stop", exact=True).is_disabled()
    page.wait_for_function(HAS_FOCUS, arg=go.element_handle())


def test_real_digits_that_do_not_come_at_first_are_asked_for_again(visit):
    page = visit("/")
    failures = []

    def fail(route):
        failures.append(route)
        route.abort() if len(failures) == 1 else route.fulfill(status=502, body="<html>502</html>")

    page.route("**/live/reals", fail, times=2)
    page.goto(page.url.split("#")[0] + "?tab=Train")
    page.wait_for_selector(".train .reals canvas >> visible=true")
    ink = """() => {
      const canvas = document.querySelector(".train .reals canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value, i) => i % 4 === 0 && value > 100);
    }"""
    page.wait_for_function(ink)
    assert len(failures) == 2
    choose(page, "server")
    press(page, "Start")
    wait_for_step(page, 1)
    stop(page)
    wait_for_status(page, "Stopped")


def test_a_proxys_own_page_is_said_in_one_line(visit):
    page = open_tab(visit())
    page.route(
        "**/live/start",
        lambda route: route.fulfill(
            status=502, content_type="text/html", body="<html>502 Bad Gateway</html>"
        ),
    )
    press(page, "Start")
    error = page.locator(".train .error")
    page.wait_for_function("document.querySelector('.train .error').textContent")
    assert error.text_content() == "The server answers 502; try again in a minute."
    page.unroute("**/live/start")
    page.route("**/live/start", lambda route: route.abort())
    press(page, "Start")
    page.wait_for_function(
        "document.querySelector('.train .error').textContent.includes('cannot be reached')"
    )


def test_a_refused_clipboard_is_said_and_the_link_to_watch_is_selected(visit):
    page = open_tab(visit(script=REFUSE))
    press(page, "Start")
    wait_for_step(page, 1)
    for _ in range(2):  # a second press shows it once
        press(page, "Copy a link to watch")
        page.wait_for_function("document.querySelector('.train .error').textContent")
        assert "copy it yourself" in page.locator(".train .error").text_content()
        assert page.evaluate(SELECTED).endswith(f"/?watch={ticket(page)['name']}")
        assert page.locator(".by-hand").count() == 1
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    press(page, "Copy a link to watch")
    page.get_by_role("button", name="The link is copied").wait_for()
    assert page.locator(".by-hand").count() == 0
    page.get_by_role("button", name="Copy a link to watch").wait_for()  # and says so no longer
    stop(page)
    wait_for_status(page, "Stopped")


def test_a_refused_clipboard_shows_the_program_of_a_picture(visit):
    page = visit("/", script=REFUSE)
    settle(page)
    press(page, "Copy as Python")
    page.wait_for_function("document.querySelector('.explore .error').textContent")
    assert "copy it yourself" in page.locator(".explore .error").text_content()
    assert re.match(r"from gan\..*save\(\"digit\.png\"\)", page.evaluate(SELECTED), re.DOTALL)


def test_a_lost_connection_is_not_the_end_of_a_run(unwatched, address):
    """Its networks cannot be had then: the run may go on, and a link to it is good for another try."""
    unwatched.route("**/live/page/**", lambda route: route.abort())
    unwatched.goto(f"{address}/#model=run-abcdefghijkl&digit=3")
    note = unwatched.locator(".explore .note")
    note.get_by_text("is there a connection?").wait_for()
    unwatched.unroute_all()
    unwatched.goto("about:blank")
    unwatched.goto(f"{address}/#model=run-abcdefghijkl&digit=3")
    note.get_by_text("That run is over, and its networks are gone.").wait_for()
