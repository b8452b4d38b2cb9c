"""What the next run will be: the choices that a visitor makes on Train, and what they promise."""

import pytest

from gan.data.datasets import load_dataset
from tests.browser.train_page import (
    open_tab,
    press,
    status,
    step,
    stop,
    wait_for_status,
    wait_for_step,
)
from tests.conftest import make_tiny
from tests.live.test_opened_state import DIGITS, content

OFFERS = [
    {"name": "mnist", "title": "handwritten digits (MNIST)", "status": "ready"},
    {"name": "clothes", "title": "Clothes", "status": "ready"},
]
REST = {"megabytes": 0, "done": 0, "total": 0, "message": ""}
NAMES = ["shirt", "trouser"]


def error(page):
    return page.locator(".train .error").text_content()


def settings(page):
    """Opens the settings of the next run."""
    page.get_by_text("Settings of the next run").click()
    return page.locator(".next")


def test_a_state_that_is_opened_in_the_page_is_not_sent(open_page):
    sent = []
    page = open_tab(
        open_page(prepare=lambda page: page.on("request", lambda request: sent.append(request))), "page"
    )
    for written, words in (
        (b"no state at all", "this file holds no training state; choose a run’s state.safetensors"),
        (content(DIGITS, dataset="own pictures"), "Choose your pictures first: drop a folder or a .zip"),
        (
            content(make_tiny(dropout=0.3)),
            "there in the page; the server and train.py have it; choose “on the server” to go on",
        ),
        (
            content(DIGITS, dataset="kmnist"),
            "this page has mnist; choose “on the server” to go on with it",
        ),
    ):
        page.get_by_label("A training state").set_input_files(
            {"name": "state.safetensors", "mimeType": "application/octet-stream", "buffer": written}
        )
        page.wait_for_function(
            "words => document.querySelector('.train .error').textContent.includes(words)", arg=words
        )
    assert not [request.url for request in sent if request.method != "GET"]


def test_a_run_begins_with_a_whole_number(open_page, tmp_path):
    page = open_tab(open_page(), "page")
    next_run = settings(page)
    seed = next_run.locator(".seed")
    seed.fill("7")
    press(page, "Start")
    wait_for_step(page, 3)
    press(page, "Pause")
    wait_for_status(page, "Paused")
    paused = step(page)
    for text in ("-1", "1.5", "", "2147483648"):
        seed.fill(text)
        page.get_by_role("button", name="Copy a link for a class").click()
        page.wait_for_function("document.querySelector('.train .error').textContent.includes('A seed is a')")
        page.locator(".lab summary").click()
        page.get_by_role("button", name="Run this failure").first.click()
        press(page, "End your run and start this?")
        page.get_by_text("A seed is a whole number from 0 to 2147483647.").first.wait_for()
        page.locator(".lab summary").click()
    assert status(page).startswith("Paused")
    assert step(page) == paused, "the run is there as it was"
    stop(page)
    wait_for_status(page, "Stopped")


def test_the_wall_shows_what_is_chosen_and_the_page_trains_again_what_it_has(open_page):
    clothes = load_dataset().images[:64][::-1].copy()

    def prepare(page):
        offers = [{**REST, **offer, "class_names": NAMES} for offer in OFFERS]
        page.route("**/live/datasets", lambda route: route.fulfill(json=offers))
        page.route("**/live/reals?dataset=clothes", lambda route: route.fulfill(body=clothes.tobytes()))

    page = open_tab(open_page(prepare=prepare), "page")
    digits = page.evaluate("document.querySelector('.wall').toDataURL()")
    learns_from = page.get_by_label("It learns from")
    learns_from.select_option("Clothes")
    page.get_by_text("64 real pictures: what the generator has to forge.").wait_for()
    assert page.evaluate("document.querySelector('.wall').toDataURL()") != digits
    assert "noise turns into pictures" in status(page)
    assert page.locator("[data-chart=digits]").is_hidden(), "nobody reads clothes"
    assert "digit" not in page.locator(".masthead").inner_text()
    assert page.get_by_label("on the server").is_checked()
    learns_from.select_option("handwritten digits (MNIST)")
    page.get_by_text("64 real digits: what the generator has to forge.").wait_for()
    page.wait_for_function("digits => document.querySelector('.wall').toDataURL() === digits", arg=digits)
    assert page.locator("[data-chart=digits]").is_visible()
    assert page.get_by_label("in this page").is_checked(), "as the visitor had chosen"
    learns_from.select_option("Clothes")
    page.get_by_label("on the server").check()
    learns_from.select_option("handwritten digits (MNIST)")
    assert page.locator(".where .why-there").text_content() == ""


# What a button says while a run is on its way, and afterwards.
WHILE_IT_COMES = """async (what) => {
  const root = document.createElement("div");
  let arrive;
  let starts = 0;
  const coming = new Promise((resolve) => { arrive = resolve; });
  const start = () => { starts++; return coming; };
  if (what === "My runs") {
    const { MyRuns } = await import("/web/train/my_runs.js");
    root.innerHTML = '<details class="mine"><ul></ul></details>';
    const mine = new MyRuns(root, { show: start, forget() {} });
    mine.add({ ticket: { name: "a", key: "b" }, title: "A run", failing: null, step: 3 });
  } else {
    const { createFailures } = await import("/web/train/failures.js");
    createFailures(root, { frozen: { title: "", text: "" } }, { start, wouldEndRun: () => false });
  }
  const button = root.querySelector("button");
  const before = button.textContent;
  button.click();
  const said = button.textContent;
  button.click();
  arrive();
  await coming;
  return [said, before === button.textContent, starts];
}"""


@pytest.mark.parametrize("what", ["My runs", "the failure lab"])
def test_a_run_that_is_on_its_way_is_said_to_be(open_page, what):
    assert open_page().evaluate(WHILE_IT_COMES, what) == ["Wait …", True, 1]


def test_a_reload_finds_the_choices_of_the_run_that_is_on(open_page):
    page = open_tab(open_page(), "server")
    next_run = settings(page)
    next_run.locator(".seed").fill("77")
    next_run.locator(".conditional").uncheck()
    press(page, "Start")
    wait_for_step(page, 0)
    page.reload()
    wait_for_step(page, 0)
    assert page.locator(".next .seed").input_value() == "77"
    assert not page.locator(".next .conditional").is_checked()
    assert page.get_by_label("on the server").is_checked(), "though the page is the usual choice"
    stop(page)
    wait_for_status(page, "Stopped")
