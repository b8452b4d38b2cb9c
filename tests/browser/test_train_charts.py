"""The charts of a run, and the duel: what they show, and how they are read."""

import re

from gan.evaluation import sample_quality
from gan.live import monitor
from tests.browser.train_page import colours, press, step, wait_for_status, wait_for_step


def key(page, chart):
    return page.locator(f"[data-chart={chart}] .key").inner_text()


UNITS = {
    "losses": "nats",
    "belief": "D cannot tell",
    "histogram": "D can tell",
    "gradients": "norm",
    "frechet": "lower is better",
    "digits": "higher is better",
}


def test_charts_and_the_duel_follow_say_their_unit_and_have_one_cursor(started):
    page = started
    page.wait_for_function(
        "!document.querySelector('.health-text').textContent.includes('early')", timeout=240_000
    )
    assert page.locator(".fakes figcaption").first.text_content().isdecimal()
    for name in ("losses", "belief", "gradients", "histogram"):
        assert colours(page, name) > 5, name
    page.wait_for_function(  # it is judged after five seconds of training
        "/\\d/.test(document.querySelector('[data-chart=frechet] .key .guide td').textContent)",
        timeout=240_000,
    )
    wait_for_step(page, 60)
    press(page, "Pause")
    wait_for_status(page, "Paused")
    for name, words in UNITS.items():
        chart = page.locator(f"[data-chart={name}]")
        assert words in chart.locator(".unit").text_content()
        assert colours(page, name, width=0.1) > 3, f"{name}: ticks at the left"
        assert colours(page, name, top=0.85, height=0.15) > 3, f"{name}: ticks below"
    real = sample_quality.real_frechet(monitor.QUALITY_SAMPLES)
    assert re.search(rf"real\s*{real:.3g}$", key(page, "frechet"))
    page.wait_for_function(
        """() => {
          const said = document.querySelector("[data-chart=losses] .plot").getAttribute("aria-label");
          const shown = document.querySelector("[data-chart=losses] .now td").textContent;
          return /^Losses, nats.* At step \\d.*: D [\\d.]+, (rising|falling|steady); G /.test(said)
            && said.includes(`D ${shown}`);
        }"""
    )
    said = page.locator("[data-chart=histogram] .plot").get_attribute("aria-label")
    assert re.search(r"D believes \d+ of 64 real pictures, and \d+ of 64 fakes", said)
    page.wait_for_timeout(500)
    have_one_cursor_for_mouse_and_keyboard(page)

    # The charts follow the theme.
    picture = "document.querySelector('[data-chart=losses] canvas').toDataURL()"
    light = page.evaluate(picture)
    page.evaluate("document.body.classList.add('dark')")
    page.wait_for_function(f"before => {picture} !== before", arg=light)


def have_one_cursor_for_mouse_and_keyboard(page):
    resting = {name: key(page, name) for name in ("losses", "belief", "gradients")}
    page.locator("[data-chart=losses] .u-over").hover(position={"x": 60, "y": 40})
    page.wait_for_function("document.querySelector('.reading').textContent.startsWith('Step ')")
    places = {
        page.locator(f"[data-chart={name}] .u-cursor-x").evaluate("line => line.style.transform")
        for name in (*resting, "frechet", "digits")
    }
    assert len(places) == 1
    assert all(key(page, name) != words for name, words in resting.items())
    page.mouse.move(5, 5)
    page.wait_for_function("document.querySelector('.reading').textContent.startsWith('Point')")
    assert {name: key(page, name) for name in resting} == resting

    plot = page.locator("[data-chart=belief] .plot")
    plot.focus()
    plot.press("ArrowLeft")
    spoken = page.locator("[data-chart=belief] .voice")
    last = spoken.text_content()
    assert re.fullmatch(r"step \d+: real [\d.]+; fakes [\d.]+", last)
    plot.press("ArrowLeft")
    assert spoken.text_content() != last
    plot.press("Escape")
    assert key(page, "belief") == resting["belief"]


def test_nothing_is_drawn_out_of_sight_and_a_chart_leads_to_what_learn_says_of_it(started):
    page = started
    page.locator(".knobs summary").click()
    page.locator(".lab summary").click()
    page.set_viewport_size({"width": 390, "height": 300})
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    picture = "document.querySelector('[data-chart=losses] canvas').toDataURL()"
    before = None
    while page.evaluate(picture) != before:  # the page hears a moment later that the chart is out of sight
        before = page.evaluate(picture)
        wait_for_step(page, step(page) + 20)
    page.locator("[data-chart=losses]").scroll_into_view_if_needed()
    page.wait_for_function(f"before => {picture} !== before", arg=before)

    assert page.locator(".charts .why:visible").count() == len(UNITS)
    page.get_by_role("button", name="What this says: Fréchet distance").first.click()
    page.locator("#learn-measure").wait_for()
    page.wait_for_function(
        "document.querySelector('#learn-measure').getBoundingClientRect().top < innerHeight"
    )
    page.get_by_role("tab", name="Train").click()
