"""Train where the page trains by itself: in the app, beside the server, and in an exported page."""

import base64

import pytest

from gan.cli import sample
from gan.networks import checkpoints
from gan.recipes import RECIPES
from tests.browser.exported_page import fits
from tests.browser.test_accessibility import check
from tests.browser.train_page import (
    choose,
    open_tab,
    press,
    save_file,
    status,
    step,
    stop,
    wait_for_status,
    wait_for_step,
    wall,
)
from tests.conftest import make_tiny
from tests.live.test_opened_state import content

BATTERY = """
window.battery = Object.assign(new EventTarget(), { charging: false });
navigator.getBattery = async () => window.battery;
"""
HIDE = """isHidden => {
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


DROP = """([name, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name));
  window.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
}"""


def drop(page, content):
    page.evaluate(DROP, ["state.safetensors", base64.b64encode(content).decode()])


def why(page):
    return page.locator(".where .why-there").text_content()


@pytest.fixture
def in_export(visit):
    """Train of the exported page."""

    def in_export(path="/?tab=train", **options):
        page = visit(path, **options)
        page.context.set_default_timeout(120_000)
        page.wait_for_selector(".in-page .reals canvas")
        return page

    return in_export


# --- In the app ---------------------------------------------------------------------------------------


def test_the_page_trains_unless_the_server_is_chosen(open_page):
    sent = []

    def hear(page):
        page.on("request", lambda request: sent.append(request.url) if "/live/" in request.url else None)

    page = open_page(prepare=hear)
    page.get_by_role("tab", name="Train").click()
    page.wait_for_selector(".train .reals canvas")
    in_page = page.get_by_label("in this page")
    assert in_page.is_checked()
    page.get_by_text("Settings of the next run").click()
    networks = page.locator(".recipe")
    networks.select_option("article")
    assert page.get_by_label("on the server").is_checked()
    assert "batch normalisation" in why(page)
    assert in_page.is_disabled()
    networks.select_option("fast")
    assert why(page) == ""
    in_page.check()
    press(page, "Start")
    wait_for_step(page, 3)
    assert "in this page, " in status(page)
    assert "a reload finds it paused" in page.locator(".files").inner_text()
    assert "nobody watches" not in page.locator(".files").inner_text()
    stop(page)
    wait_for_status(page, "Stopped")
    assert {url.rpartition("/live/")[2] for url in sent} == {"reals", "datasets"}


def test_where_the_server_is_full_the_page_trains_and_says_so(unwatched, address):
    page = unwatched
    page.goto(f"{address}/?tab=train")
    page.route("**/live/start", lambda route: route.fulfill(status=503, json={"error": "no seat is free"}))
    open_tab(page)
    press(page, "Start")
    wait_for_step(page, 1)
    assert "The server is full at the moment" in why(page)
    assert page.get_by_label("in this page").is_checked()
    assert page.locator(".train .error").text_content() == ""
    choose(page, "server")
    assert why(page) == ""


def test_it_says_that_a_hidden_tab_trains_and_rests_there_on_battery(open_page):
    page = open_tab(open_page(script=BATTERY), "page")
    line = page.locator(".hidden-tab")
    assert line.is_hidden()
    press(page, "Start")
    wait_for_step(page, 1)
    assert page.get_by_label("Pause while hidden").is_checked()
    page.evaluate(HIDE, True)
    page.evaluate(HIDE, False)
    wait_for_step(page, step(page))
    page.evaluate("battery.charging = true; battery.dispatchEvent(new Event('chargingchange'))")
    assert line.inner_text().strip() == "It goes on while this tab is hidden."
    page.evaluate(HIDE, True)
    page.evaluate(HIDE, False)
    assert line.is_hidden(), "it was said once"
    page.evaluate("battery.charging = false; battery.dispatchEvent(new Event('chargingchange'))")
    page.evaluate(HIDE, True)
    page.evaluate("Object.defineProperty(document, 'hidden', { value: false, configurable: true })")
    wait_for_status(page, "Paused")
    page.evaluate(HIDE, False)
    wait_for_status(page, "Training")
    stop(page)
    wait_for_status(page, "Stopped")


# --- In an exported page --------------------------------------------------------------------------------


def test_an_exported_page_trains_and_is_steered(in_export, tmp_path):
    page = in_export(width=390)
    reals = wall(page)
    assert page.locator(".recipe option[value=article]").is_disabled(), "nobody is here to train it"
    press(page, "Start")
    wait_for_step(page, 20)
    assert wall(page) != reals
    assert fits(page)
    press(page, "Pause")
    wait_for_status(page, "Paused")
    check(page, "a run in an exported page")
    paused = step(page)
    for presses, name in enumerate(("One step", "Only D"), 1):
        press(page, name)
        wait_for_step(page, paused + presses - 1)
        assert step(page) == paused + presses
    assert "G holds still" in page.locator(".in-page .half").text_content()

    page.locator(".in-page .scrub").fill("0")
    page.wait_for_function("document.querySelector('.wall-words').textContent.includes('after 0 steps')")
    press(page, "Go on from step 0")
    page.wait_for_function(
        "most => Number(document.querySelector('.status').textContent.match(/step (\\d+)/)?.[1] ?? 0) < most",
        arg=paused,
    )
    wait_for_status(page, "Training")
    press(page, "Open in Explore")
    page.wait_for_selector(".explore.follows[aria-busy=false]")
    title = page.locator(".models input:checked + span")
    before = title.text_content()
    page.wait_for_function(
        "before => document.querySelector('.models input:checked + span').textContent !== before", arg=before
    )
    page.get_by_role("tab", name="Train").click()
    path = save_file(page, "the model", tmp_path)
    assert checkpoints.load_model(path).metadata["dataset"] == "mnist"
    pictures = sample.generate(sample.build_parser().parse_args([str(path), "--seeds", "0-3"]))
    assert pictures.shape == (4, 28, 28, 1)
    assert pictures.std() > 10
    state = save_file(page, "the training state", tmp_path)
    saved_at = step(page)
    stop(page)
    wait_for_status(page, "Stopped")
    page.get_by_label("A training state").set_input_files(state)
    wait_for_status(page, "Training")
    wait_for_step(page, saved_at)
    stop(page)
    wait_for_status(page, "Stopped")


def test_a_state_of_python_dropped_on_an_exported_page_goes_on(in_export):
    page = in_export()
    conditional = RECIPES["fast"].replace(classes=10)
    drop(page, content(conditional, step=1234))
    wait_for_step(page, 1234)
    wait_for_status(page, "Training")
    for refused, why in (
        (content(make_tiny(dropout=0.3)), "dropout"),
        (content(conditional, held_out="validation"), "without validation pictures"),
    ):
        drop(page, refused)
        page.locator(".in-page .error", has_text=why).wait_for()
    wait_for_step(page, step(page))  # the run goes on
    stop(page)
    wait_for_status(page, "Stopped")


def test_an_exported_page_breaks_a_run_repairs_it_and_lets_it_race(in_export):
    page = in_export()
    page.locator(".in-page .lab summary").click()
    page.get_by_role("button", name="Run this failure").nth(1).click()
    page.get_by_role("button", name="Start again, repaired").click()
    page.wait_for_selector(".in-page .health[data-name=healthy]")
    page.locator(".in-page .race summary").click()
    page.locator(".rival").select_option(label="An autoencoder (VAE)")
    press(page, "Start both from step 0")
    press(page, "End your run and start both?")
    for who in ("Yours", "The rival"):
        page.wait_for_function(
            "who => new RegExp(`${who}: step [1-9]`).test(document.querySelector('.course').textContent)",
            arg=who,
        )
    page.wait_for_selector(".race .copies canvas >> visible=true")
    press(page, "Stop the rival")
    stop(page)
    wait_for_status(page, "Stopped")
    assert page.locator(".in-page [data-chart=belief]").is_visible()
    page.get_by_role("button", name="Run this failure").nth(5).click()  # Wasserstein without clipping
    page.locator(
        ".in-page [data-chart=scores]"
    ).scroll_into_view_if_needed()  # a chart is drawn where it is seen
    page.get_by_text("score, no zero · far apart: D can tell").wait_for()
    assert page.locator(".in-page [data-chart=belief]").is_hidden()
    page.wait_for_function(
        "/real\\s*-?[\\d.]/.test(document.querySelector('.in-page [data-chart=scores] .key').innerText)"
    )
    stop(page)
    wait_for_status(page, "Stopped")
