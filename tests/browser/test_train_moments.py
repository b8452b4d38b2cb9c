"""The moments of a run: gone through, compared, gone on from, and opened in Explore."""

from tests.browser.train_page import (
    colours,
    open_tab,
    press,
    step,
    stop,
    wait_for_status,
    wait_for_step,
    wall,
)


def marks(page):
    """What the charts say when each place on them is pointed at, of what was changed there."""
    over = page.locator("[data-chart=losses] .u-over")
    over.scroll_into_view_if_needed()
    box, found = over.bounding_box(), []
    for x in range(int(box["width"])):
        page.mouse.move(box["x"] + x, box["y"] + 20)
        text = page.locator(".reading").first.text_content()
        if ": " in text and text.partition(": ")[2] not in found:
            found.append(text.partition(": ")[2])
    return found


def test_a_knob_turns_and_the_past_is_scrubbed_and_gone_on_from(started):
    page = started
    page.locator(".knobs summary").click()
    page.get_by_role("slider", name="Noise on what D sees").fill("40")
    page.wait_for_function("document.querySelector('.knob:nth-child(6) output').value === '0.2'")
    wait_for_step(page, step(page) + 300)
    press(page, "Pause")
    wait_for_status(page, "Paused")
    left = step(page)
    assert marks(page)[-1] == "instance_noise 0 → 0.2"
    now = wall(page)
    page.get_by_label("Moment of the run").fill("0")
    page.wait_for_function("document.querySelector('.wall-words')?.textContent.includes('after 0 steps')")
    assert wall(page) != now
    moment = page.locator("[data-chart=losses] .moment-line")
    assert moment.evaluate("line => line.style.transform") == "translateX(0px)"
    press(page, "Now")
    assert wall(page) == now
    assert moment.is_hidden()
    page.get_by_label("Moment of the run").fill("0")
    press(page, "Go on from step 0")
    wait_for_status(page, "Training")
    press(page, "Pause")
    wait_for_status(page, "Paused")
    page.locator("[data-chart=losses]").scroll_into_view_if_needed()
    assert step(page) < 0.6 * left
    while colours(page, "losses", left=0.6, width=0.3, top=0.1, height=0.7) <= 30:
        page.wait_for_timeout(50)  # until the line that was left is drawn
    stop(page)
    wait_for_status(page, "Stopped")
    assert page.locator(".knobs input:enabled").count() == 0, "nothing is changed of a run that is over"


def test_two_moments_are_compared_and_one_is_explored(started):
    page = started
    press(page, "Pause")
    wait_for_status(page, "Paused")
    now = wall(page)
    press(page, "Compare moments")
    assert "Move the slider beside Replay" in page.locator(".wall-words").text_content(), "what to do next"
    page.get_by_label("Moment of the run").fill("0")
    page.wait_for_function(
        "document.querySelector('.wall-words')?.textContent.includes('Right of it: step 0.')"
    )
    halves = wall(page)
    line = page.get_by_label("The line between two moments")
    line.fill("0")
    all_right = wall(page)
    line.fill("100")
    all_left = wall(page)
    assert len({now, halves, all_right, all_left}) == 4
    page.locator(".wall").hover(position={"x": 100, "y": 50})
    assert 0 < float(line.input_value()) < 50
    press(page, "Compare moments")
    assert line.is_hidden()
    press(page, "Now")
    assert wall(page) == now

    page.get_by_label("Moment of the run").fill("0")
    press(page, "Open in Explore")
    page.wait_for_selector(".picture >> visible=true")
    page.get_by_text("Step 0", exact=True).wait_for()
    page.wait_for_selector(".explore[aria-busy=false]", timeout=240_000)
    picture = "document.querySelector('.picture').toDataURL()"
    assert page.locator(".slider").count() == 8
    before = page.evaluate(picture)
    page.locator(".sliders input[type=range]").first.fill("3")
    page.wait_for_selector(".explore[aria-busy=false]")
    assert page.evaluate(picture) != before
    page.get_by_text("Choose a digit").click()
    page.wait_for_selector(".explore[aria-busy=false]")
    page.get_by_role("tab", name="Train").click()


def test_a_run_is_explored_while_it_trains(started):
    page = started
    press(page, "Open in Explore")
    page.wait_for_selector(".explore.follows")
    page.wait_for_selector(".explore[aria-busy=false]", timeout=240_000)
    title = page.locator(".models input:checked + span")
    page.locator(".sliders input[type=range]").first.fill("1")
    for _ in range(2):  # newer weights come, the slider stays
        before = title.text_content(), page.evaluate("document.querySelector('.picture').toDataURL()")
        page.wait_for_function(
            "before => document.querySelector('.models input:checked + span').textContent !== before[0] &&"
            "document.querySelector('.picture').toDataURL() !== before[1]",
            arg=before,
            timeout=240_000,
        )
    assert page.locator(".sliders input[type=range]").first.input_value() == "1"
    page.reload()  # the link leads to the run
    page.wait_for_selector(".explore.follows")
    page.wait_for_selector(".explore[aria-busy=false]", timeout=240_000)
    assert title.text_content() != "Choose a digit"
    page.get_by_text("Choose a digit").click()
    page.wait_for_selector(".explore:not(.follows)")
    open_tab(page)
