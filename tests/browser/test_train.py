"""The Train page, as a visitor uses it. Runs are small in number: a real `fast` run takes both cores."""

import csv
import io
import json
import re
import urllib.error
import urllib.request

import numpy as np
import pytest

import train
from gan.evaluation import sample_quality
from gan.live import controls, monitor
from gan.networks import checkpoints
from gan.training import saved_state


def open_tab(page):
    page.get_by_role("tab", name="Train").click()
    page.wait_for_selector(".train .reals canvas")
    return page


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def stop(page):
    """Ends the run for good: the button asks first."""
    press(page, "Stop")
    press(page, "Stop for good?")


def status(page):
    return page.locator(".status").text_content()


def step(page):
    found = re.search(r"step ([\d,]+)", status(page))
    return int(found[1].replace(",", "")) if found else 0


def wait_for_step(page, more_than):
    page.wait_for_function(
        """least => {
          const found = document.querySelector('.status')?.textContent.match(/step ([\\d,]+)/);
          return found && Number(found[1].replaceAll(',', '')) > least;
        }""",
        arg=more_than,
        timeout=240_000,
    )


def wait_for_status(page, word):
    page.wait_for_function(
        "word => document.querySelector('.status')?.textContent.startsWith(word)", arg=word, timeout=240_000
    )


def wall(page):
    return page.evaluate("document.querySelector('.wall').toDataURL()")


def ticket(page):
    return json.loads(page.evaluate("localStorage.getItem('forger-run')"))


@pytest.fixture
def started(open_page):
    """A page with a run of its own under way; stopped at the end."""
    page = open_tab(open_page())
    press(page, "Start")
    wait_for_step(page, 10)
    yield page
    if page.get_by_role("button", name="Stop", exact=True).is_enabled():
        stop(page)
        wait_for_status(page, "Stopped")


def test_start_pause_step_stop(open_page):
    page = open_tab(open_page())
    assert "real digits" in page.locator(".wall").get_attribute("aria-label")
    before = wall(page)
    press(page, "Start")
    wait_for_step(page, 10)
    assert "Training" in status(page)
    assert "forgeries" in page.locator(".wall").get_attribute("aria-label")
    assert wall(page) != before
    press(page, "Pause")
    wait_for_status(page, "Paused")
    paused = step(page)
    page.wait_for_timeout(600)
    assert step(page) == paused
    for name, sentence in (
        ("One step", None),
        ("Only D", "G holds still"),
        ("Only G", "D holds still"),
    ):
        at = step(page)
        press(page, name)
        wait_for_step(page, at)
        page.wait_for_timeout(400)
        assert step(page) == at + 1
        assert sentence is None or sentence in page.locator(".half").text_content()
    press(page, "Go on")
    wait_for_step(page, paused + 5)
    stop(page)
    wait_for_status(page, "Stopped")
    assert page.get_by_role("button", name="Start", exact=True).is_visible()


@pytest.mark.parametrize("told", [True, False])
def test_a_run_and_its_rival_are_told_the_digit_unless_unchecked(open_page, told):
    page, asked = open_tab(open_page()), []
    page.on(
        "request", lambda request: asked.append(request.post_data_json) if "start" in request.url else None
    )
    if not told:
        page.get_by_text("Settings of the next run").click()
        page.get_by_label("Choose the digit").uncheck()
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


# --- What ends a run asks first ------------------------------------------------------------------------


def test_what_ends_a_run_is_pressed_twice(started):
    page = started
    page.locator(".lab summary").click()
    page.locator(".race summary").click()
    name = ticket(page)["name"]
    ends = (
        ("Stop", "Stop for good?"),
        ("Start both from step 0", "End your run and start both?"),
        ("Run this failure", "End your run and start this?"),
    )
    for label, question in ends:
        page.get_by_role("button", name=label, exact=True).first.click()
        asking = page.get_by_role("button", name=question)
        asking.wait_for()
        assert question in page.locator(".announcer").text_content()
        asking.press("Escape")
        page.get_by_role("button", name=label, exact=True).first.dblclick()  # asks, and is no answer to that
        asking.wait_for()
        page.locator(".train .seed").evaluate("field => field.closest('details').open = true")
        page.locator(".train .seed").focus()  # whoever goes elsewhere has not answered
        assert asking.count() == 0
    before = step(page)
    wait_for_step(page, before)
    assert ticket(page)["name"] == name
    page.get_by_role("button", name="Run this failure").first.click()
    page.get_by_role("button", name="End your run and start this?").click()
    page.wait_for_function("name => !localStorage.getItem('forger-run').includes(name)", arg=name)
    assert page.locator(".failure[aria-current]").count() == 1


def test_a_button_that_asks_stays_under_the_pointer(started):
    for width in (1280, 390):
        started.set_viewport_size({"width": width, "height": 844})
        button = started.locator(".stop")
        before = button.bounding_box()
        button.click()
        assert button.text_content() == "Stop for good?"
        assert button.bounding_box() == before
        button.press("Escape")


# --- What is said ---------------------------------------------------------------------------------------


def test_screen_readers_hear_words_and_not_numbers(started):
    page = started
    heard = page.evaluate(
        """async () => {
          let count = 0;
          const observer = new MutationObserver((changes) => (count += changes.length));
          const regions = "[role=status], [role=log], [role=alert], [aria-live]:not([aria-live=off])";
          for (const region of document.querySelectorAll(`.train :is(${regions})`)) {
            observer.observe(region, { childList: true, characterData: true, subtree: true });
          }
          const line = document.querySelector(".train .status");
          const steps = new Set();
          for (let i = 0; i < 30; i++) {
            steps.add(line.textContent);
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
          return { count, steps: steps.size };
        }"""
    )
    assert heard["steps"] > 2
    assert heard["count"] <= 4, "at most another diagnosis"
    press(page, "Pause")
    page.wait_for_function("document.querySelector('.announcer')?.lastChild?.textContent === 'Paused'")


def test_waiting_says_why(open_page):
    def hold(page):
        page.route("**/live/watch/**", lambda route: None)

    page = open_tab(open_page(prepare=hold))
    press(page, "Start")
    wait_for_status(page, "Getting ready")
    assert page.get_by_role("button", name="Pause", exact=True).is_disabled()
    words = page.evaluate(
        """async () => {
          const { viewOf } = await import("/web/train/status.js");
          const run = (snapshot) => ({ isMine: true, isOver: false, snapshot });
          const said = (snapshot) => { const { word, reasons } = viewOf(run(snapshot), false);
            return `${word}: ${reasons.join()}`; };
          return [said({ status: "compiling", step: 0 }),
            said({ status: "running", step: 0, queue_position: 2 }),
            said({ status: "failed", step: 0, message: "the loss is not a number" })];
        }"""
    )
    assert words[0].startswith("Getting ready: the training program is being compiled")
    assert words[1].startswith("Waiting: 2 runs are before yours")
    assert "the loss is not a number" in words[2]


def test_a_setting_without_a_label_is_called_by_its_name(open_page):
    page = open_tab(open_page())
    labels = page.evaluate(
        """async () => {
          const { createControls } = await import("/web/train/controls.js");
          const root = document.createElement("div");
          const ranges = { beta1: [0, 1], r1_gamma: [0, 9], some_new_number: [0, 1] };
          createControls(root, ranges, { r1_gamma: "How smooth D is" }, () => {}).follow({ beta1: 0.5 });
          return [...root.querySelectorAll("input")].map((input) => input.getAttribute("aria-label"));
        }"""
    )
    assert labels == ["Beta1", "How smooth D is", "Some new number"]
    assert "undefined" not in page.locator(".train").inner_text()


def test_every_question_mark_leads_to_its_place_in_learn(open_page):
    page = open_tab(open_page())
    for summary in page.locator(".train details summary").all():
        summary.click()
    for label, place in (
        ("Autoencoders and GANs", "#learn-rivals"),
        ("Why training goes wrong", "#learn-hard"),
    ):
        page.get_by_role("tab", name="Train").click()
        page.get_by_role("button", name=label).click()
        page.wait_for_function(
            "place => Math.abs(document.querySelector(place).getBoundingClientRect().y) < 300", arg=place
        )


# --- Steering --------------------------------------------------------------------------------------------


def test_slow_motion_lights_each_half_step(open_page):
    page = open_tab(open_page())
    page.get_by_label("Slow motion").check()
    for lit in ("d", "g"):
        page.wait_for_selector(f".side.{lit}.lit", timeout=120_000)
    wait_for_step(page, 2)
    assert step(page) < 8
    page.get_by_label("Slow motion").uncheck()
    assert page.locator(".side.lit").count() == 0
    stop(page)
    wait_for_status(page, "Stopped")


def test_charts_the_duel_and_the_words_follow(started):
    page = started
    page.wait_for_function(
        "!document.querySelector('.health-text').textContent.includes('early')", timeout=240_000
    )
    assert page.locator(".fakes figcaption").first.text_content().isdecimal()
    for name in ("losses", "belief", "gradients", "histogram"):
        assert colours(page, name) > 5, name
    press(page, "Pause")
    wait_for_status(page, "Paused")


def colours(page, chart, left=0.0, top=0.0, width=1.0, height=1.0):
    """How many different pixels a chart has, in a part of it that is given by shares of its size."""
    return page.locator(f"[data-chart={chart}] canvas").evaluate(
        """(canvas, [left, top, width, height]) => {
          const [w, h] = [canvas.width, canvas.height];
          const context = canvas.getContext("2d");
          const { data } = context.getImageData(left * w, top * h, width * w, height * h);
          return new Set(new Uint32Array(data.buffer)).size;
        }""",
        [left, top, width, height],
    )


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


def test_charts_say_their_unit_have_ticks_and_are_put_into_words(started):
    page = started
    page.wait_for_function(  # it is judged after five seconds of training
        "/\\d/.test(document.querySelector('[data-chart=frechet] .key .guide td').textContent)",
        timeout=240_000,
    )
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
    assert re.search(r"D believes \d+ of 64 real digits, and \d+ of 64 fakes", said)


def test_charts_have_one_cursor_for_mouse_and_keyboard(started):
    page = started
    wait_for_step(page, 60)
    press(page, "Pause")
    wait_for_status(page, "Paused")
    page.wait_for_timeout(500)
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


def test_charts_follow_the_theme(started):
    page = started
    press(page, "Pause")
    wait_for_status(page, "Paused")
    page.wait_for_timeout(500)
    picture = "document.querySelector('[data-chart=losses] canvas').toDataURL()"
    light = page.evaluate(picture)
    page.evaluate("document.body.classList.add('dark')")
    page.wait_for_function(f"before => {picture} !== before", arg=light)


def test_nothing_is_drawn_out_of_sight(started):
    page = started
    page.locator(".knobs summary").click()
    page.locator(".lab summary").click()
    page.set_viewport_size({"width": 390, "height": 300})
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_timeout(500)
    picture = "document.querySelector('[data-chart=losses] canvas').toDataURL()"
    before = page.evaluate(picture)
    wait_for_step(page, step(page) + 20)
    assert page.evaluate(picture) == before
    page.locator("[data-chart=losses]").scroll_into_view_if_needed()
    page.wait_for_function(f"before => {picture} !== before", arg=before)


def test_a_chart_leads_to_what_learn_says_of_it(open_page):
    page = open_tab(open_page())
    linked = page.locator(".charts .why").count()
    assert linked == len(UNITS)
    page.get_by_role("button", name="What this says: Fréchet distance").first.click()
    heading = page.locator("#learn-measure")
    heading.wait_for()
    page.wait_for_function(
        "document.querySelector('#learn-measure').getBoundingClientRect().top < innerHeight"
    )


def test_a_knob_turns_and_the_past_is_scrubbed_and_gone_on_from(started):
    page = started
    page.locator(".knobs summary").click()
    page.get_by_role("slider", name="Noise on what D sees").fill("40")
    page.wait_for_function("document.querySelector('.knob:nth-child(6) output').value === '0.2'")
    wait_for_step(page, step(page) + 100)
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
    page.wait_for_timeout(500)
    assert step(page) < left / 2
    beyond = colours(page, "losses", left=0.6, width=0.3, top=0.1, height=0.7)
    assert beyond > 30, "the line that was left is still there"


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


def test_a_moment_of_a_run_is_explored(started):
    page = started
    press(page, "Pause")
    wait_for_status(page, "Paused")
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


def test_two_moments_are_compared(started):
    page = started
    press(page, "Pause")
    wait_for_status(page, "Paused")
    now = wall(page)
    press(page, "Compare moments")
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


def test_what_breaks_is_named_and_mended_by_a_click(open_page):
    page = open_tab(open_page())
    page.locator(".lab summary").click()
    page.get_by_role("button", name="Run this failure").nth(1).click()
    mend = page.get_by_role("button", name="Go back and repair it")
    mend.wait_for(timeout=240_000)
    assert "it does not learn" in page.locator(".health-text").text_content()
    assert "The repair: D learns" in page.locator(".health-advice").text_content()
    mend.click()
    page.wait_for_selector(".health[data-name=healthy]", timeout=240_000)
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


def goes_on(path):
    """`train.py --resume` takes it from there."""
    step = int(saved_state.load_state(path)[1].step)
    arguments = ["--out", str(path.parent), "--resume", "--steps", str(step + 3)]
    return train.main(arguments) == 0 and int(saved_state.load_state(path)[1].step) == step + 3


def test_files_of_a_run(started, tmp_path):
    page = started
    for name, check in (
        ("the model", lambda path: checkpoints.load_model(path).recipe.name == "fast"),
        ("the training state", goes_on),
        ("the forgeries as a GIF", lambda path: path.read_bytes().startswith(b"GIF89a")),
        ("the curves as CSV", lambda path: next(csv.reader(io.StringIO(path.read_text())))[0] == "step"),
    ):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        assert check(path), name


def test_a_second_visitor_sees_nothing_of_the_first_unless_given_the_link(started, open_page, address):
    other = open_tab(open_page())
    assert "Press Start" in status(other)
    watcher = open_page(link=f"/?watch={ticket(started)['name']}")
    watcher.wait_for_selector(".train .reals canvas >> visible=true")  # the Train tab, without a click
    wait_for_step(watcher, 10)
    assert watcher.get_by_role("button", name="Stop", exact=True).is_disabled()
    assert "somebody else" in status(watcher)
    assert watcher.get_by_role("button", name="Start your own").is_enabled()
    press(other, "Start")
    wait_for_step(other, 5)
    before = step(started)
    wait_for_step(started, before)
    stop(other)
    wait_for_status(other, "Stopped")


def test_nothing_is_asked_from_a_tab_that_was_left_and_a_reload_finds_the_run(started):
    page = started
    page.get_by_role("tab", name="Explore").click()
    page.wait_for_timeout(600)
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.wait_for_timeout(1200)
    assert not requests
    open_tab(page)
    before = step(page)
    page.reload()  # to the tab that was open
    page.wait_for_selector(".train .reals canvas >> visible=true")
    wait_for_step(page, before)


def asked_runs(page, seconds=1.2):
    """The names of the runs that a page asks for, in so many seconds."""
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/live/watch/" in request.url else None)
    page.wait_for_timeout(1000 * seconds)
    return {re.search(r"/live/watch/([\w-]+)", url)[1] for url in asked}


def test_a_run_that_is_over_and_a_rival_that_was_left_are_not_asked_for(open_page):
    page = open_tab(open_page())
    page.locator(".race summary").click()
    page.locator(".rival").select_option(label="The same, without R1")
    press(page, "Start both from step 0")
    page.get_by_role("button", name="Stop the rival").wait_for()
    page.wait_for_selector(".race-stop:enabled")
    assert len(asked_runs(page)) == 2
    page.get_by_role("tab", name="Explore").click()
    page.wait_for_timeout(600)
    assert asked_runs(page) == set()
    page.get_by_role("tab", name="Train").click()
    press(page, "Stop the rival")
    page.wait_for_timeout(600)
    assert asked_runs(page) == {ticket(page)["name"]}
    stop(page)
    wait_for_status(page, "Stopped")
    page.wait_for_timeout(600)
    assert asked_runs(page) == set()


def test_a_lost_network_is_said_and_found_again(started):
    page = started
    before = step(page)
    page.route("**/live/watch/**", lambda route: route.fulfill(body="nothing"))
    page.wait_for_selector(".train.cut-off")
    page.wait_for_timeout(1000)
    page.unroute("**/live/watch/**")
    page.wait_for_selector(".train:not(.cut-off)")
    wait_for_step(page, before)


def post(address, path, body):
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/live/{path}", data=body, headers=headers, method="POST")
    try:
        return urllib.request.urlopen(request, timeout=20).status, ""
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())["error"]


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("start", b"no json", "Invalid JSON"),
        ("start", b'{"recipe": "../../etc/passwd"}', "unknown recipe"),
        ("start", b'{"recipe": "fast", "seed": -1}', "seed -1"),
        ("start", b'{"recipe": "fast", "seed": 1e99}', "seed"),
        ("start", b'{"recipe": "fast", "steps": 5}', "steps"),
        ("order", b'{"name": "a", "key": "b", "order": "run"}', "over"),
        ("order", b'{"name": "a", "key": "b", "order": "set", "change": {"r1_gamma": "x"}}', "change.r1"),
        ("order", b" " * 5000, "more than"),
    ],
)
def test_bad_requests_get_one_line(address, path, body, words):
    code, message = post(address, path, body)
    assert 400 <= code < 500
    assert words in message
    assert "\n" not in message


def test_others_runs_and_numbers_beyond_their_range_are_refused(started, address):
    mine = ticket(started)
    order = {"name": mine["name"], "key": mine["key"], "order": "set", "change": {"generator_lr": 9}}
    assert "expected 0 to 0.05" in post(address, "order", json.dumps(order).encode())[1]
    assert "somebody else's" in post(address, "order", json.dumps({**order, "key": "guess"}).encode())[1]
    for path in ("watch/nobody", "frame/nobody/0", f"frame/{mine['name']}/999999", "model/..%2f..%2fapp"):
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(f"{address}/live/{path}")
        assert error.value.code == 404
    ranges = {name: (low, high) for name, (low, high) in controls.RANGES.items()}
    assert np.isfinite(list(ranges.values())).all()
