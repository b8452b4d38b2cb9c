"""A race: a second run beside one's own."""

import re

from tests.browser.train_page import (
    open_tab,
    press,
    starts_of,
    step,
    stop,
    wait_for_status,
    wait_for_step,
)

IN_SIGHT = """selector => {
  const { top, bottom } = document.querySelector(selector).getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}"""


def has_focus(page, selector):
    return page.evaluate("selector => document.activeElement.matches(selector)", selector)


def test_a_race_of_two_games(open_page):
    page = open_tab(open_page(width=390))
    asked = starts_of(page)
    page.get_by_text("Settings of the next run").click()
    page.get_by_label("Choose the class").uncheck()
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
    assert asked == [("fast", False), ("fast", False)], "neither is told the digit"
    assert has_focus(page, ".race-go"), "what was pressed"
    page.wait_for_function(IN_SIGHT, arg=".race-go")
    chart = page.locator(".race-belief canvas")
    page.get_by_label("By time, not steps").check()
    page.wait_for_function("canvas => canvas.width > 100", arg=chart.element_handle())
    page.locator(".race-belief .u-over").hover()
    assert re.fullmatch(r"At \d+ s", page.locator(".race .reading").text_content())
    assert re.search(r"yours\s*[\d.]+", page.locator(".race-belief .key").inner_text())
    press(page, "Stop the rival")
    page.wait_for_selector(".race-stop:disabled")
    assert has_focus(page, ".race-go"), "the other button of the race"
    stop(page)
    wait_for_status(page, "Stopped")


def test_a_race_against_an_autoencoder_which_is_not_told_the_digit(open_page):
    page = open_tab(open_page())
    asked = starts_of(page)
    page.locator(".race summary").click()
    page.locator(".rival").select_option(label="An autoencoder (VAE)")
    assert page.locator(".race .copies").is_hidden()
    press(page, "Start both from step 0")
    page.wait_for_selector(".race .copies canvas", timeout=240_000)
    page.wait_for_function("/The rival: step [1-9]/.test(document.querySelector('.course').textContent)")
    assert asked == [("autoencoder", False), ("fast", True)]
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


def test_a_race_whose_rival_is_refused_leaves_the_run_that_is_on(open_page):
    page = open_tab(open_page(), "page")
    press(page, "Start")
    wait_for_step(page, 3)
    page.locator(".race summary").click()
    page.evaluate("() => { window.Worker = class { constructor() { throw new Error('no Worker'); } }; }")
    press(page, "Start both from step 0")
    press(page, "End your run and start both?")
    page.wait_for_function("document.querySelector('.train .error').textContent.includes('no Worker')")
    wait_for_step(page, step(page))
    stop(page)
    wait_for_status(page, "Stopped")
