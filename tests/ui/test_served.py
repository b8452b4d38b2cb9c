"""What one visitor may ask of the server, and that the others are answered meanwhile: on a real one."""

import contextlib
import http.client
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from gan.data.datasets import Dataset
from gan.exploring import latent_map
from gan.exploring.explorer import Explorer
from gan.live.command import Command
from gan.live.manager import LIMITS, RunManager
from tests.app import free_port
from tests.conftest import CHECKPOINTS

STATIC = "/web/train/train.js"
RUNS = 3


@pytest.fixture(scope="module")
def app(mnist):
    """The app in this process, where its parts can be held up: its address and its manager."""
    from gan import ui

    manager = RunManager(Dataset("mnist", mnist.images[:256], mnist.labels[:256]), LIMITS._replace(runs=RUNS))
    explorers = {"Pick the digit": Explorer(CHECKPOINTS / "mnist-digits.safetensors")}
    demo = ui.build(explorers)
    address = ui.launch(demo, explorers, manager, port=free_port())
    yield SimpleNamespace(host=urlsplit(address).netloc, manager=manager, demo=demo)
    demo.close()
    manager.close()


def ask(app, path, method="GET", body=None, headers=None):
    """The status and the content of the answer."""
    connection = http.client.HTTPConnection(app.host, timeout=240)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def until(is_so, seconds=240):
    deadline = time.monotonic() + seconds
    while not (found := is_so()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


@pytest.fixture
def begun(app, tiny):
    """Starts a run of one step; gives its ticket. All are stopped at the end, and so make room."""
    tickets = []

    def begin(seed):
        ticket = app.manager.start(tiny, seed, first_command="step")
        tickets.append(ticket)
        until(lambda: app.manager.snapshot(ticket.name).step == 1)
        return ticket

    yield begin
    for ticket in tickets:
        if app.manager.get(ticket.name):
            app.manager.command(ticket, Command("stop"))
            until(lambda ticket=ticket: app.manager.snapshot(ticket.name).status == "stopped")


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
    request = f"GET /live/page/{begun(2).name} HTTP/1.1\r\nHost: x\r\n\r\n".encode()

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


def serve(app, name, asked):
    """The status and the answer of a function of Explore, as Gradio's page asks for it."""
    (component,) = [
        number
        for number, block in app.demo.blocks.items()
        if hasattr(block, "server_fns") and any(f.__name__ == name for f in block.server_fns)
    ]
    body = {"data": asked, "component_id": component, "fn_name": name, "session_hash": "visitor"}
    headers = {"Content-Type": "application/json"}
    status, content = ask(app, "/gradio_api/component_server", "POST", json.dumps(body), headers)
    return status, json.loads(content)


MODEL = "mnist-digits"


def test_a_picture_is_drawn_of_one_z_and_a_sheet_of_as_many_as_digits(app):
    status, answer = serve(app, "draw", {"model": MODEL, "z": 64 * [0.5], "digit": 3})
    assert status == 200
    assert len(answer["probabilities"]) == 10
    assert serve(app, "draw", {"model": MODEL, "z": 64 * [0], "digit": 3})[1]["picture"]
    assert serve(app, "sheet", {"model": MODEL, "z": 128 * [0], "digits": [1, 2]})[1]["pictures"]
    for name, asked, words in (
        ("draw", {"z": 2 * 64 * [0], "digit": 3}, "expected 1 × 64 numbers, not 128"),
        ("draw", {"z": 63 * [0], "digit": 3}, "expected 1 × 64 numbers, not 63"),
        ("draw", {"z": [], "digit": 3}, "expected 1 × 64 numbers, not 0"),
        ("draw", {"z": [[0] * 64] * 3, "digit": 3}, "expected 1 × 64 numbers, not 192"),
        ("draw", {"z": [float("nan")] * 64, "digit": 3}, "moderate size"),
        ("sheet", {"z": 128 * [0], "digits": [1, 2, 3]}, "expected 3 × 64 numbers, not 128"),
        ("sheet", {"z": [], "digits": []}, "0 pictures: expected 1 to 400"),
        ("sheet", {"z": 64 * [0], "digits": 401 * [0]}, "401 pictures: expected 1 to 400"),
        ("nearest", {"picture": 783 * [0]}, "makes no sense"),
        ("find", {"picture": [0]}, "makes no sense"),
    ):
        status, answer = serve(app, name, {"model": MODEL} | asked)
        assert status == 200
        assert words in answer["error"], name
        assert set(answer) == {"error"}


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


def oversized(size):
    return b"{" + size * b" "


ROUTES = ("/live/start", "/live/order", "/gradio_api/component_server", "/gradio_api/queue/join")
ROUTES += ("/gradio_api/upload", "/gradio_api/call/generate", "/gradio_api/process_recording")


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_large_request_is_refused_before_it_is_parsed(app, path, is_chunked):
    for kind in ("application/json", "multipart/form-data; boundary=x"):
        body = iter([oversized(50_000)] * 2) if is_chunked else oversized(1_000_000)
        status, content = ask(app, path, "POST", body, {"Content-Type": kind})
        assert status == 413
        assert json.loads(content) == {"error": "a request of more than 65,536 bytes; send less"}


def test_what_goes_on_for_ever_is_cut_off(app):
    sent = []

    def endless():
        while len(sent) < 1000:
            sent.append(1)
            yield bytes(1_000_000)

    with contextlib.suppress(ConnectionError):  # it was closed while something was still on its way
        assert ask(app, "/gradio_api/upload", "POST", endless())[0] == 413
    assert len(sent) < 100


def test_twenty_thousand_z_are_refused(app):
    body = {"data": {"model": MODEL, "z": 20_000 * [64 * [0]], "digit": 3}, "fn_name": "draw"}
    assert ask(app, "/gradio_api/component_server", "POST", json.dumps(body))[0] == 413


def test_a_small_file_is_refused_only_where_it_is_too_large(app):
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    body = head + b"small" + b"\r\n--x--\r\n"
    assert ask(app, "/gradio_api/upload", "POST", body, kind)[0] == 200
    assert ask(app, "/models/open", "POST", bytes(100_000))[0] == 422, "which has a limit of its own"


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({}, 415, "expected application/json"),
        ({"Content-Type": "text/plain"}, 415, "expected application/json"),
        ({"Origin": "https://elsewhere.example"}, 403, "another site's page"),
        ({"Origin": "null"}, 403, "another site's page"),
        ({"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}, 403, "another site's page"),
        ({"Content-Type": "application/json; charset=utf-8"}, 422, "over"),
        ({"Origin": "http://HOST"}, 422, "over"),
        ({"Origin": "https://a.example", "X-Forwarded-Host": "a.example"}, 422, "over"),
        ({"Origin": "https://a.example", "Sec-Fetch-Site": "same-origin"}, 422, "over"),
    ],
)
def test_no_other_sites_page_gives_orders(app, headers, status, words):
    headers = {name: value.replace("HOST", app.host) for name, value in headers.items()}
    if "Origin" in headers:
        headers["Content-Type"] = "application/json"
    order = json.dumps({"name": "nobody", "key": "none", "order": "run"})
    found, content = ask(app, "/live/order", "POST", order, headers)
    assert found == status
    assert words in json.loads(content)["error"]


def test_no_other_sites_page_starts_a_run(app):
    headers = {"Content-Type": "text/plain", "Origin": "https://elsewhere.example"}
    assert ask(app, "/live/start", "POST", '{"recipe": "fast"}', headers)[0] == 415
    headers["Content-Type"] = "application/json"
    assert ask(app, "/live/start", "POST", '{"recipe": "fast"}', headers)[0] == 403


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("start", b"{", 422, "request: Invalid JSON"),
        ("start", 3000 * b"[", 422, "request: Invalid JSON"),
        ("start", b"\xff\xfe{", 422, "request: Invalid JSON"),
        ("start", b"", 422, "request: Field required"),
        ("start", b"[]", 422, "request: Input should be"),
        ("start", b'{"recipe": "fast", "first_command": "jump"}', 422, "first_command: Input should be"),
        ("start", b'{"recipe": "fast", "wish": "run"}', 422, "wish: Extra inputs"),
        ("order", b'{"name": "a", "key": "b"}', 422, "order: Field required"),
        ("order", 5000 * b" ", 413, "more than 4000 bytes"),
        ("leave", 5000 * b" ", 413, "more than 4000 bytes"),
        ("leave", b"{", 422, "request: Invalid JSON"),
        ("leave", b'{"name": "a", "key": "b"}', 422, "this run is over"),
    ],
)
def test_a_body_that_makes_no_sense_gets_one_line(app, path, body, status, words):
    kind = "text/plain" if path == "leave" else "application/json"  # as the page's beacon has it
    found, content = ask(app, f"/live/{path}", "POST", body, {"Content-Type": kind})
    assert found == status
    answer = json.loads(content)
    assert words in answer["error"]
    assert set(answer) == {"error"}
    assert "\n" not in answer["error"]
