"""What every request passes first, without a server."""

import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from gan.errors import InputError
from gan.live.limits import Limits
from gan.ui.body_limit import BodyLimit
from gan.ui.front_door import FrontDoor, known_hosts
from gan.ui.visitors import trusted_proxies, visitor_of


async def page(request):
    return HTMLResponse("<p>page")


async def whoami(request):
    visitor = visitor_of(request)
    return PlainTextResponse(f"{visitor.id}|{visitor.address}")


@pytest.fixture
def counts():
    return Counter()


@pytest.fixture
def client(counts):
    door = Middleware(FrontDoor, counts=counts, hosts=frozenset({"forger.example", "testserver"}))
    return TestClient(Starlette(routes=[Route("/", page), Route("/who", whoami)], middleware=[door]))


@pytest.mark.parametrize(
    "host", ["localhost:7860", "127.0.0.1:7860", "192.168.1.7", "[::1]:80", "Forger.Example"]
)
def test_a_request_for_this_server_is_let_in(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "[", "127.0.0.1.evil.example"])
def test_a_request_for_another_name_is_refused(client, counts, host):
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 421
    assert "FORGER_HOSTS" in answer.json()["error"]
    assert counts == {421: 1}


def test_a_space_and_its_owner_name_the_server(monkeypatch):
    monkeypatch.setenv("SPACE_HOST", "ann-forger.hf.space")
    monkeypatch.setenv("FORGER_HOSTS", "gan.school.example, Other.example")
    assert known_hosts(None) == {"ann-forger.hf.space", "gan.school.example", "other.example"}


def test_spaces_may_frame_the_app_and_everybody_the_figures_made_for_it(client):
    answer = client.get("/")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "https://*.hf.space" in answer.headers["content-security-policy"]
    assert client.get("/?embed=explore").headers["content-security-policy"] == "frame-ancestors *"
    assert "content-security-policy" not in client.get("/who").headers


def test_a_browser_is_known_by_its_cookie_and_others_by_their_address(client):
    stranger = client.get("/who").text
    assert stranger == "address testclient|testclient"
    client.get("/")
    assert client.get("/who").text not in (stranger, "")
    assert client.get("/who").text == client.get("/who").text
    assert "set-cookie" not in client.get("/").headers, "it has one"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("8.8.8.8", "8.8.8.8"),
        ("1.2.3.4, 8.8.8.8", "8.8.8.8"),  # the visitor has claimed the first
        ("1.2.3.4, 8.8.8.8, 10.16.3.80", "8.8.8.8"),  # two proxies, one behind the other
        ("2001:db8::7", "2001:db8::7"),
        ("192.168.1.7", "192.168.1.7"),  # a visitor in the network of a school
    ],
)
def test_a_proxy_is_believed_what_it_has_added_itself(forwarded, address):
    def who(asked_from, trusted):
        app = ProxyHeadersMiddleware(Starlette(routes=[Route("/who", whoami)]), trusted)
        answer = TestClient(app, client=(asked_from, 1)).get("/who", headers={"X-Forwarded-For": forwarded})
        return answer.text.partition("|")[2]

    told = trusted_proxies(True, {})
    assert told == trusted_proxies(False, {"SPACE_ID": "ann/forger"})
    assert who("10.0.0.9", told) == who("127.0.0.1", told) == address
    assert who("127.0.0.1", trusted_proxies(False, {})) == "127.0.0.1", "nobody says that there is a proxy"
    assert who("9.9.9.9", told) == "9.9.9.9", "a visitor who has found a way around the proxy"
    own = trusted_proxies(True, {"FORGER_PROXIES": "9.9.9.9"})
    assert who("9.9.9.9", own) == forwarded.split(", ")[-1]


@pytest.mark.parametrize("cookie", ["x", "x.y", ".", "é", "a.b.c", 5000 * "x"])
def test_a_cookie_that_is_not_ours_is_as_none(client, cookie):
    headers = {"Cookie": f"forger-visitor={cookie}".encode()}
    assert client.get("/who", headers=headers).text == "address testclient|testclient"


def test_a_frame_of_another_site_gets_a_cookie_of_that_frame(client):
    cookie = client.get("/", headers={"X-Forwarded-Proto": "https"}).headers["set-cookie"]
    assert "SameSite=None; Secure; Partitioned" in cookie


def test_a_refusal_is_one_line_of_log(client, caplog):
    with caplog.at_level(logging.INFO, logger="forger"):
        client.get("/none%0ASECOND")
        client.get("/")
    (record,) = caplog.records
    assert record.getMessage() == r"testclient GET /none\nSECOND 404"


def test_a_body_that_stands_still_is_dropped():
    sent = []

    async def app(scope, receive, send):
        raise AssertionError("it must not be asked")

    async def receive():
        await anyio.sleep_forever()

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": "/", "headers": [], "method": "POST"}
    limit = BodyLimit(app, max_bytes=10, idle_seconds=0.01)
    with ThreadPoolExecutor(1) as thread:  # in this one, Playwright may run an event loop for other tests
        thread.submit(anyio.run, limit, scope, receive, send).result()
    assert sent[0]["status"] == 408
    assert b"send the request again" in sent[1]["body"]


def test_the_limits_are_set_by_the_environment():
    limits = Limits.from_environment({"FORGER_RUNS": "8", "FORGER_CHUNK_SECONDS": "0.05", "OTHER": "x"})
    assert (limits.runs, limits.chunk_seconds, limits.seats) == (8, 0.05, Limits().seats)
    for name, value in (
        ("RUNS", "many"),
        ("RUNS", "1.5"),
        ("RUNS", "0"),
        ("LEFT_SECONDS", "-1"),
        ("SEATS", "nan"),
    ):
        with pytest.raises(InputError, match=f"FORGER_{name}.* above 0"):
            Limits.from_environment({f"FORGER_{name}": value})
