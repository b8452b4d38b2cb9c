"""A race: a second run beside one's own."""

import re

import pytest

from tests.browser.train_page import open_tab, press, stop, wait_for_status


@pytest.mark.parametrize("told", [True, False])
def test_a_run_and_its_rival_are_told_the_digit_unless_unchecked(open_page, told):
    page, asked = open_tab(open_page()), []
    page.on(
        "request", lambda request: asked.append(request.post_data_json) if "start" in request.url else None
    )
    if not told:
        page.get_by_text("Settings of the next run").click()
        page.get_by_label("Choose the class").uncheck()
    page.locator(".race summary").click()
    for count, rival in ((2, "The same, without R1"), (4, "An autoencoder (VAE)")):
        page.locator(".rival").select_option(label=rival)
        with page.expect_response(lambda answer: "start" in answer.url and len(asked) == count):  # noqa: B023
            press(page, "Start both from step 0")
            if count > 2:
                press(page, "End your run and start both?")
    assert [(start["recipe"], start["conditional"]) for start in asked] == [
        ("fast", told),
        ("fast", told),
        ("fast", told),
        ("autoencoder", False),
    ]
    press(page, "Stop the rival")
    stop(page)
    wait_for_status(page, "Stopped")


def test_a_race_of_two_games(open_page):
    page = open_tab(open_page())
    page.locator(".race summary").click()
    page.locator(".rival").select_option(label="The same, without R1")
    press(page, "Start both from step 0")
    for who in ("Yours", "The rival"):
        page.wait_for_function(
            "who => [...document.querySelectorAll('.course figcaption')].some((words) => "
            "new RegExp(`${who}: step [1-9]`).test(words.textContent))",
            arg=who,
            timeout=240_000,
        )
    chart = page.locator(".race-belief canvas")
    page.get_by_label("By time, not steps").check()
    page.wait_for_timeout(500)
    assert chart.evaluate("canvas => canvas.width") > 100
    page.locator(".race-belief .u-over").hover()
    assert re.fullmatch(r"At \d+ s", page.locator(".race .reading").text_content())
    assert re.search(r"yours\s*[\d.]+", page.locator(".race-belief .key").inner_text())
    press(page, "Stop the rival")
    stop(page)
    wait_for_status(page, "Stopped")


def test_a_race_against_an_autoencoder(open_page):
    page = open_tab(open_page())
    page.locator(".race summary").click()
    page.locator(".rival").select_option(label="An autoencoder (VAE)")
    assert page.locator(".race .copies").is_hidden()
    press(page, "Start both from step 0")
    page.wait_for_selector(".race .copies canvas", timeout=240_000)
    page.wait_for_function("/The rival: step [1-9]/.test(document.querySelector('.course').textContent)")
    assert page.locator(".moral").is_visible()
    assert page.locator(".race-belief").is_hidden(), "nobody judges what it draws"
    page.wait_for_function(  # the copies below the digits: alike, pixel by pixel
        """() => {
          const context = document.querySelector('.race .copies canvas').getContext('2d');
          const ink = (row) => context.getImageData(0, 60 * row, 480, 60).data.filter((_, i) => i % 4 === 0);
          const centred = (a) => {
            const mean = a.reduce((sum, value) => sum + value, 0) / a.length;
            return Array.from(a, (value) => value - mean);
          };
          const [real, copy] = [centred(ink(0)), centred(ink(1))];
          const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
          return dot(real, copy) / Math.sqrt(dot(real, real) * dot(copy, copy)) > 0.6;
        }""",
        timeout=240_000,
    )
    press(page, "Stop the rival")
    stop(page)
    wait_for_status(page, "Stopped")
