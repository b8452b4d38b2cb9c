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
from gan.live import controls
from gan.networks import checkpoints
from gan.training import saved_state


def open_tab(page):
    page.get_by_role("tab", name="Train").click()
    page.wait_for_selector(".train .reals canvas")
    return page


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def status(page):
    return page.locator(".status").text_content()


def step(page):
    found = re.search(r"step ([\d,]+)", status(page))
    return int(found[1].replace(",", "")) if found else 0


def wait_for_step(page, more_than):
    page.wait_for_function(
        """least => {
          const found = document.querySelector('.status').textContent.match(/step ([\\d,]+)/);
          return found && Number(found[1].replaceAll(',', '')) > least;
        }""",
        arg=more_than,
        timeout=60_000,
    )


def wait_for_status(page, word):
    page.wait_for_function(
        "word => document.querySelector('.status').textContent.startsWith(word)", arg=word, timeout=60_000
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
        press(page, "Stop")
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
    for name, sentence in (("Step", None), ("Only D", "G holds still"), ("Only G", "D holds still")):
        at = step(page)
        press(page, name)
        wait_for_step(page, at)
        page.wait_for_timeout(400)
        assert step(page) == at + 1
        assert sentence is None or sentence in page.locator(".half").text_content()
    press(page, "Go on")
    wait_for_step(page, paused + 5)
    press(page, "Stop")
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
        page.get_by_label("Told which digit").uncheck()
    page.locator(".race summary").click()
    for count, rival in ((2, "The same, without R1"), (4, "An autoencoder (VAE)")):
        page.locator(".rival").select_option(label=rival)
        with page.expect_response(lambda answer: "start" in answer.url and len(asked) == count):  # noqa: B023
            press(page, "Start both from step 0")
    assert [(start["recipe"], start["digits"]) for start in asked] == [
        ("fast", told),
        ("fast", told),
        ("fast", told),
        ("autoencoder", False),
    ]
    press(page, "Stop the rival")
    press(page, "Stop")
    wait_for_status(page, "Stopped")


def test_slow_motion_lights_each_half_step(open_page):
    page = open_tab(open_page())
    page.get_by_label("Slow motion").check()
    for lit in ("d", "g"):
        page.wait_for_selector(f".side.{lit}.lit", timeout=20_000)
    wait_for_step(page, 2)
    assert step(page) < 8
    page.get_by_label("Slow motion").uncheck()
    assert page.locator(".side.lit").count() == 0
    press(page, "Stop")
    wait_for_status(page, "Stopped")


def test_charts_the_duel_and_the_words_follow(started):
    page = started
    page.wait_for_function(
        "!document.querySelector('.health-text').textContent.includes('early')", timeout=60_000
    )
    assert page.locator(".fakes figcaption").first.text_content().isdecimal()
    painted = "document.querySelector(`canvas[data-chart=${name}]`)"
    for name in ("losses", "belief", "gradients", "histogram"):
        colours = page.evaluate(
            f"name => {{ const {{ data }} = {painted}.getContext('2d').getImageData(0, 0, 200, 100);"
            "return new Set(new Uint32Array(data.buffer)).size; }",
            name,
        )
        assert colours > 5, name
    chart = page.locator("canvas[data-chart=losses]")
    before = chart.evaluate("canvas => canvas.toDataURL()")
    press(page, "Pause")
    wait_for_status(page, "Paused")
    chart.hover(position={"x": 60, "y": 40})
    assert chart.evaluate("canvas => canvas.toDataURL()") != before


def test_a_knob_turns_and_the_past_is_scrubbed_and_gone_on_from(started):
    page = started
    page.locator(".knobs summary").click()
    page.get_by_role("slider", name="Noise on what D sees").fill("40")
    page.wait_for_function("document.querySelector('.knob:nth-child(6) output').value === '0.2'")
    press(page, "Pause")
    wait_for_status(page, "Paused")
    now = wall(page)
    page.get_by_label("Moment of the run").fill("0")
    page.wait_for_function("document.querySelector('.wall-words').textContent.includes('after 0 steps')")
    assert wall(page) != now
    press(page, "Now")
    assert wall(page) == now
    page.get_by_label("Moment of the run").fill("0")
    press(page, "Go on from step 0")
    wait_for_status(page, "Training")


def test_a_moment_of_a_run_is_explored(started):
    page = started
    press(page, "Pause")
    wait_for_status(page, "Paused")
    page.get_by_label("Moment of the run").fill("0")
    press(page, "Explore this")
    page.wait_for_selector(".picture >> visible=true")
    page.get_by_text("Step 0", exact=True).wait_for()
    page.wait_for_selector(".explore[aria-busy=false]", timeout=60_000)
    picture = "document.querySelector('.picture').toDataURL()"
    assert page.locator(".slider").count() == 8
    before = page.evaluate(picture)
    page.locator(".sliders input[type=range]").first.fill("3")
    page.wait_for_selector(".explore[aria-busy=false]")
    assert page.evaluate(picture) != before
    page.get_by_text("Pick the digit").click()
    page.wait_for_selector(".explore[aria-busy=false]")
    page.get_by_role("tab", name="Train").click()


def test_two_moments_are_compared(started):
    page = started
    press(page, "Pause")
    wait_for_status(page, "Paused")
    now = wall(page)
    press(page, "Compare")
    page.get_by_label("Moment of the run").fill("0")
    page.wait_for_function(
        "document.querySelector('.wall-words').textContent.includes('Right of it: step 0.')"
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
    press(page, "Compare")
    assert line.is_hidden()
    press(page, "Now")
    assert wall(page) == now


def test_a_run_is_explored_while_it_trains(started):
    page = started
    press(page, "Explore this")
    page.wait_for_selector(".explore.follows")
    page.wait_for_selector(".explore[aria-busy=false]", timeout=60_000)
    title = page.locator(".models input:checked + span")
    page.locator(".sliders input[type=range]").first.fill("1")
    for _ in range(2):  # newer weights come, the slider stays
        before = title.text_content(), page.evaluate("document.querySelector('.picture').toDataURL()")
        page.wait_for_function(
            "before => document.querySelector('.models input:checked + span').textContent !== before[0] &&"
            "document.querySelector('.picture').toDataURL() !== before[1]",
            arg=before,
            timeout=60_000,
        )
    assert page.locator(".sliders input[type=range]").first.input_value() == "1"
    page.reload()  # the link leads to the run
    page.wait_for_selector(".explore.follows")
    page.wait_for_selector(".explore[aria-busy=false]", timeout=60_000)
    assert title.text_content() != "Pick the digit"
    page.get_by_text("Pick the digit").click()
    page.wait_for_selector(".explore:not(.follows)")
    open_tab(page)


def test_what_breaks_is_named_and_mended_by_a_click(open_page):
    page = open_tab(open_page())
    page.locator(".lab summary").click()
    page.get_by_role("button", name="Break it").nth(1).click()
    mend = page.get_by_role("button", name="Go back and repair it")
    mend.wait_for(timeout=60_000)
    assert "it does not learn" in page.locator(".health-text").text_content()
    assert "The repair: D learns" in page.locator(".health-advice").text_content()
    mend.click()
    page.wait_for_selector(".health[data-name=healthy]", timeout=60_000)
    press(page, "Stop")
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
            timeout=60_000,
        )
    chart = page.locator(".race-belief")
    page.get_by_label("By time, not steps").check()
    page.wait_for_timeout(500)
    assert chart.evaluate("canvas => canvas.width") > 100
    press(page, "Stop the rival")
    press(page, "Stop")
    wait_for_status(page, "Stopped")


def test_a_race_against_an_autoencoder(open_page):
    page = open_tab(open_page())
    page.locator(".race summary").click()
    page.locator(".rival").select_option(label="An autoencoder (VAE)")
    assert page.locator(".race .copies").is_hidden()
    press(page, "Start both from step 0")
    page.wait_for_selector(".race .copies canvas", timeout=60_000)
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
        timeout=60_000,
    )
    press(page, "Stop the rival")
    press(page, "Stop")
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
        ("the run, to go on with", goes_on),
        ("the timeline as GIF", lambda path: path.read_bytes().startswith(b"GIF89a")),
        ("the numbers as CSV", lambda path: next(csv.reader(io.StringIO(path.read_text())))[0] == "step"),
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
    press(other, "Stop")
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
