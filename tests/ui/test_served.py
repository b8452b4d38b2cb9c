"""What one visitor asks of the server holds up nobody else: on a real one."""

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from gan.exploring import latent_map
from gan.live.command import Command
from tests.ui.served import MODEL, RUNS, ask, serve, until

pytestmark = pytest.mark.runs_long

STATIC = "/web/train/train.js"


@pytest.fixture
def held(monkeypatch):
    """Surveys that wait until `held.go` is set; `held.begun` counts them."""
    make = latent_map.make
    held = SimpleNamespace(go=threading.Event(), begun=[])

    def wait_and_make(*arguments):
        held.begun.append(1)
        assert held.go.wait(60)
        return make(*arguments)

    monkeypatch.setattr(latent_map, "make", wait_and_make)
    yield held
    held.go.set()


def test_sixty_surveys_at_once_hold_up_nobody(app, begun, held):
    mine, others = begun(0), begun(1)
    app.manager.command(mine, Command("pause"))  # and what it has learned in its step is kept
    until(lambda: 1 in app.manager.snapshot(mine.name).states)
    with ThreadPoolExecutor(60) as visitors:
        asked = [visitors.submit(ask, app, f"/live/page/{mine.name}") for _ in range(60)]
        until(lambda: sum(answer.done() for answer in asked) == 55)
        assert ask(app, STATIC)[0] == 200
        assert ask(app, f"/live/watch/{others.name}")[0] == 200
        assert ask(app, f"/live/metrics/{others.name}")[0] == 200
        assert not held.go.is_set(), "all that while the survey was under way"
        refused = [answer.result() for answer in asked if answer.done()]
        assert len(refused) == 55
        held.go.set()
        answers = [answer.result() for answer in asked]
    assert {status for status, _ in refused} == {503}
    assert {content for _, content in refused} == {b'{"error":"busy, try again in a moment"}'}
    pages = {content for status, content in answers if status == 200}
    assert len(pages) == 1
    assert len(held.begun) == 1, "those who waited got what the first had made"
    for path in (mine.name, f"{mine.name}/1"):
        assert ask(app, f"/live/page/{path}")[1] in pages
    assert len(held.begun) == 1, "and so does whoever asks for the same later"
    assert ask(app, f"/live/page/{mine.name}/0")[0] == 200
    assert len(held.begun) == 2, "another step is surveyed"


def is_let_in(connection):
    """Whether what was asked on it is worked on or waits, rather than refused at once."""
    connection.settimeout(0.5)
    try:
        return not connection.recv(100)
    except TimeoutError:
        return True


def test_whoever_hangs_up_makes_room(app, begun, held):
    request = f"GET /live/page/{begun(2).name} HTTP/1.1\r\nHost: {app.host}\r\n\r\n".encode()

    def send():
        connection = socket.create_connection(app.host.split(":"), timeout=240)
        connection.sendall(request)
        return connection

    visitors = [send()]
    until(lambda: held.begun)
    while is_let_in(visitors[-1]):
        visitors.append(send())
    assert len(visitors) == 6, "one is worked on, four wait, and one was refused"
    for connection in visitors[1:]:
        connection.close()
    with until(lambda: is_let_in(late := send()) and late) as late:
        assert not held.go.is_set()
        held.go.set()
        for connection in (visitors[0], late):
            connection.settimeout(60)
            assert b" 200 " in connection.recv(100)
    visitors[0].close()
    assert len(held.begun) == 1


def test_a_film_that_takes_long_holds_up_nobody(app, begun, monkeypatch):
    from gan.networks import images

    go, gif = threading.Event(), images.gif
    monkeypatch.setattr(images, "gif", lambda *arguments: go.wait(60) and gif(*arguments))
    mine = begun(3)
    with ThreadPoolExecutor(60) as visitors:
        asked = [visitors.submit(ask, app, f"/live/film/{mine.name}") for _ in range(60)]
        until(lambda: sum(answer.done() for answer in asked) == 55)
        assert ask(app, STATIC)[0] == 200
        go.set()
        statuses = [answer.result()[0] for answer in asked]
    assert (statuses.count(200), statuses.count(503)) == (5, 55)
    assert json.loads(ask(app, "/live/film/nobody")[1]) == {"error": "this run is over; start another"}


def test_searches_that_take_long_hold_up_nobody(app, monkeypatch):
    from gan.exploring import inversion

    go, find = threading.Event(), inversion.invert
    monkeypatch.setattr(inversion, "invert", lambda *arguments: go.wait(60) and find(*arguments))
    asked = {"model": MODEL, "picture": [0] * 300 + [255] * 200 + [0] * 284}
    with ThreadPoolExecutor(60) as visitors:
        answers = [visitors.submit(serve, app, "find", asked) for _ in range(60)]
        until(lambda: sum(answer.done() for answer in answers) == 55)
        assert ask(app, STATIC)[0] == 200
        assert serve(app, "draw", {"model": MODEL, "z": 64 * [0.5], "digit": 3})[0] == 200
        go.set()
        found = [answer.result()[1] for answer in answers]
    assert sum("digits" in answer for answer in found) == 5
    assert found.count({"error": "busy, try again in a moment"}) == 55


def test_a_stopped_run_that_made_room_says_that_it_is_over(app, begun):
    first = begun(10)
    app.manager.command(first, Command("stop"))
    until(lambda: app.manager.snapshot(first.name).status == "stopped")
    assert ask(app, f"/live/watch/{first.name}")[0] == 200
    assert ask(app, f"/live/model/{first.name}")[0] == 200
    for seed in range(RUNS):
        begun(seed)
    for path in ("watch", "model", "page", "film"):
        status, content = ask(app, f"/live/{path}/{first.name}")
        assert (status, json.loads(content)) == (404, {"error": "this run is over; start another"})


def test_the_ninth_order_is_refused_in_one_line(app, begun, monkeypatch):
    ticket = begun(4)
    monkeypatch.setattr(type(app.manager.get(ticket.name)), "can_obey", False)  # as while it is compiled
    body = json.dumps({**ticket._asdict(), "order": "step"})
    headers = {"Content-Type": "application/json"}
    answers = [ask(app, "/live/order", "POST", body, headers) for _ in range(9)]
    assert [status for status, _ in answers] == 8 * [200] + [422]
    assert "8 orders wait already" in json.loads(answers[8][1])["error"]
