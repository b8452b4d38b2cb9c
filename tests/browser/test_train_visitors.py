"""What leaves the page of a run: files, a link to watch, requests; and what others cannot do to it."""

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
from tests.browser.train_page import (
    open_tab,
    press,
    save_file,
    starts_of,
    status,
    step,
    stop,
    ticket,
    wait_for_status,
    wait_for_step,
)


def post(address, path, body):
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/live/{path}", data=body, headers=headers, method="POST")
    try:
        return urllib.request.urlopen(request, timeout=20).status, ""
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())["error"]


def goes_on(path):
    """`train.py --resume` takes it from there."""
    step = int(saved_state.load_state(path)[1].step)
    arguments = ["--out", str(path.parent), "--resume", "--steps", str(step + 3)]
    return train.main(arguments) == 0 and int(saved_state.load_state(path)[1].step) == step + 3


def test_files_of_a_run_and_what_others_cannot_do_to_it(started, address, tmp_path):
    page = started
    for name, check in (
        ("the model", lambda path: checkpoints.load_model(path).recipe.name == "fast"),
        ("the training state", goes_on),
        ("the forgeries as a GIF", lambda path: path.read_bytes().startswith(b"GIF89a")),
        ("the curves as CSV", lambda path: next(csv.reader(io.StringIO(path.read_text())))[0] == "step"),
    ):
        assert check(save_file(page, name, tmp_path)), name

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


def test_a_lost_network_is_said_and_found_again_and_nothing_is_asked_from_a_tab_that_was_left(started):
    page = started
    before = step(page)
    page.route("**/live/watch/**", lambda route: route.fulfill(body="nothing"))
    page.wait_for_selector(".train.cut-off")
    page.wait_for_timeout(1000)
    page.unroute("**/live/watch/**")
    page.wait_for_selector(".train:not(.cut-off)")
    wait_for_step(page, before)

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


def asked_runs(page, seconds=1.2):
    """The names of the runs that a page asks for, in so many seconds."""
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/live/watch/" in request.url else None)
    page.wait_for_timeout(1000 * seconds)
    return {re.search(r"/live/watch/([\w-]+)", url)[1] for url in asked}


def test_a_run_that_is_over_and_a_rival_that_was_left_are_not_asked_for(open_page):
    page = open_tab(open_page())
    started = starts_of(page)
    page.locator(".race summary").click()
    page.locator(".rival").select_option(label="The same, without R1")
    press(page, "Start both from step 0")
    page.get_by_role("button", name="Stop the rival").wait_for()
    page.wait_for_selector(".race-stop:enabled")
    assert started == [("fast", True), ("fast", True)], "both are told the digit"
    asked = set()
    while len(asked) < 2:  # a busy machine answers slowly
        asked |= asked_runs(page)
    page.get_by_role("tab", name="Explore").click()
    page.wait_for_timeout(600)
    assert asked_runs(page) == set()
    page.get_by_role("tab", name="Train").click()
    press(page, "Stop the rival")
    page.wait_for_timeout(600)
    assert asked_runs(page) <= {ticket(page)["name"]}  # a busy machine answers slowly
    stop(page)
    wait_for_status(page, "Stopped")
    page.wait_for_timeout(600)
    assert asked_runs(page) == set()


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
