"""Requests that are refused: too large, from another site, or without sense. On a real server."""

import contextlib
import http.client
import json
import logging
import socket

import pytest

from tests.ui.served import MODEL, ask, serve


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


def oversized(size):
    return b"{" + size * b" "


ROUTES = ("/live/start", "/live/order", "/gradio_api/component_server", "/gradio_api/queue/join")
ROUTES += ("/gradio_api/call/generate",)


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_large_request_is_refused_before_it_is_parsed(app, path, is_chunked):
    for kind in ("application/json", "multipart/form-data; boundary=x"):
        body = iter([oversized(50_000)] * 2) if is_chunked else oversized(1_000_000)
        status, content = ask(app, path, "POST", body, {"Content-Type": kind})
        assert status == 413
        limit = "4,000" if "queue/" in path or "call/" in path else "65,536"
        assert json.loads(content) == {"error": f"a request of more than {limit} bytes; send less"}


@pytest.mark.parametrize(
    ("path", "status"), [("/gradio_api/component_server", b"413"), ("/gradio_api/upload", b"404")]
)
def test_nothing_is_received_of_what_is_far_too_large(app, path, status):
    head = f"POST {path} HTTP/1.1\r\nHost: {app.host}\r\nContent-Length: 100000000\r\n\r\n"
    with socket.create_connection(app.host.split(":"), timeout=60) as connection:
        connection.sendall(head.encode())
        answer = b"".join(
            iter(lambda: connection.recv(10_000), b"")
        )  # until the server closes the connection
    assert answer.split()[1] == status
    assert b"error" in answer


def test_what_goes_on_for_ever_is_cut_off(app):
    sent = []

    def endless():
        while len(sent) < 1000:
            sent.append(1)
            yield bytes(1_000_000)

    with contextlib.suppress(ConnectionError):  # it was closed while something was still on its way
        assert ask(app, "/gradio_api/queue/join", "POST", endless())[0] == 413
    assert len(sent) < 100


def test_twenty_thousand_z_are_refused(app):
    body = {"data": {"model": MODEL, "z": 20_000 * [64 * [0]], "digit": 3}, "fn_name": "draw"}
    assert ask(app, "/gradio_api/component_server", "POST", json.dumps(body))[0] == 413


def test_a_model_may_be_larger_than_other_requests(app):
    assert ask(app, "/models/open", "POST", bytes(100_000))[0] == 422, "which has a limit of its own"


def test_what_gradio_offers_and_the_app_does_not_use_is_closed(app):
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    body = head + b"small" + b"\r\n--x--\r\n"
    for method, path in (
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/upload_progress?upload_id=x"),
        ("POST", "/gradio_api/process_recording"),
        ("GET", "/monitoring"),
        ("GET", "/gradio_api/profiling/summary"),
        ("GET", "/gradio_api/proxy=http://example.com"),
        ("GET", "/gradio_api/stream/x/1/2/playlist.m3u8"),
    ):
        status, content = ask(app, path, method, body, kind)
        assert (status, json.loads(content)) == (404, {"error": "this app does not use this route"}), path


@pytest.mark.parametrize(
    "body", [b'{"x": NaN}', b'{"x": 1e400}', b'{"\\ud800": "\\ud800"}', b"\xff\xfe", b"[", b""]
)
def test_a_malformed_body_is_refused_in_one_line(app, body):
    orders = ("start", "order", "leave", "fetch")
    gradio = (
        "queue/join",
        "run/predict",
        "api/predict",
        "call/generate",
        "cancel",
        "reset",
        "component_server",
    )
    for path in [f"/live/{name}" for name in orders] + [f"/gradio_api/{name}" for name in gradio]:
        status, content = ask(app, path, "POST", body, {"Content-Type": "application/json"})
        assert 400 <= status < 500, (path, status, content)
        assert b"\n" not in content, path


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("call/v2/generate", {"seeds": 1}),
        ("call/v2/nothing", {"seed": 1}),
        ("run/nothing", {"data": []}),
        ("run/generate", {"data": [], "fn_index": 99}),
        ("queue/join", {"data": [], "fn_index": 99, "session_hash": "a"}),
        ("component_server", {"data": {}, "component_id": -1, "fn_name": "draw", "session_hash": "a"}),
    ],
)
def test_what_names_something_that_the_app_does_not_have_is_refused_in_one_line(app, path, body):
    kind = {"Content-Type": "application/json"}
    status, content = ask(app, f"/gradio_api/{path}", "POST", json.dumps(body), kind)
    assert (status, set(json.loads(content))) in [(422, {"error"}), (404, {"detail"})]


def test_programs_cannot_pass_the_queue_by(app):
    body = json.dumps({"data": [7, 3, 1.0, MODEL, ""]})
    for path in ("run/generate", "api/generate"):
        status, content = ask(app, f"/gradio_api/{path}", "POST", body, {"Content-Type": "application/json"})
        assert status == 404
        assert b"join the queue" in content


@pytest.mark.parametrize(
    "path",
    [
        "/static/" + 300 * "x",
        "/svelte/" + 2500 * "x/",
        "/live/frame/a/" + 5000 * "9",
        "/live/page/a/" + 5000 * "9",
    ],
)
def test_an_address_that_is_too_long_is_refused_in_one_line(app, path):
    status, content = ask(app, path)
    assert (status, json.loads(content)) == (414, {"error": "this address is too long"})


def test_a_run_is_watched_with_any_version(app):
    for version in ("%ff", "%ed%a0%80", "%00", "-1", "x" * 1000):
        assert ask(app, f"/live/watch/nobody?after={version}")[0] == 404, version


def test_a_third_run_of_one_browser_is_refused(app):
    connection = http.client.HTTPConnection(app.host, timeout=240)
    connection.request("GET", "/")
    answer = connection.getresponse()
    answer.read()
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    headers = {"Content-Type": "application/json", "Cookie": cookie}
    body = '{"recipe": "fast", "first_command": "step"}'
    answers = [ask(app, "/live/start", "POST", body, headers) for _ in range(3)]
    for _, content in answers[:2]:
        ticket = json.loads(content)
        stop = json.dumps({**ticket, "order": "stop"})
        assert ask(app, "/live/order", "POST", stop, headers)[0] == 200
    assert [status for status, _ in answers] == [200, 200, 422]
    assert "you have 2 runs under way" in json.loads(answers[2][1])["error"]


def test_the_server_says_that_it_is_well_and_what_it_has_refused(app):
    status, content = ask(app, "/healthz")
    health = json.loads(content)
    assert status == 200
    assert health["runs"] >= 0
    assert health["training"] + health["asleep"] + health["stopped"] <= health["runs"]
    assert 2**20 < health["memory_bytes"] <= health["peak_memory_bytes"]
    before = health["refused"].get("404", 0)
    assert ask(app, "/nothing/here")[0] == 404
    assert json.loads(ask(app, "/healthz")[1])["refused"]["404"] == before + 1


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({}, 415, "expected application/json"),
        ({"Content-Type": "text/plain"}, 415, "expected application/json"),
        ({"Origin": "https://elsewhere.example"}, 403, "another site's page"),
        ({"Origin": "null"}, 403, "another site's page"),
        ({"Origin": "http://["}, 403, "another site's page"),
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


def test_no_other_sites_page_may_send_json_or_read_an_answer(app):
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for method, path in (("OPTIONS", "/live/start"), ("GET", "/live/datasets"), ("GET", "/gradio_api/info")):
        connection = http.client.HTTPConnection(app.host, timeout=240)
        headers = {"Host": "192.168.1.7", "Origin": "https://elsewhere.example"}
        connection.request(method, path, headers=headers | (asked if method == "OPTIONS" else {}))
        answer = connection.getresponse()
        answer.read()
        assert answer.getheader("Access-Control-Allow-Origin") is None, path
        assert (answer.status == 405) == (method == "OPTIONS")


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


def test_the_served_app_believes_no_address_that_a_visitor_claims(app, caplog):
    with caplog.at_level(logging.INFO, logger="forger"):
        assert ask(app, "/gradio_api/upload", headers={"X-Forwarded-For": "1.2.3.4"})[0] == 404
    assert caplog.records[-1].getMessage() == "127.0.0.1 GET /gradio_api/upload 404"
