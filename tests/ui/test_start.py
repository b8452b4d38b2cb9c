"""What a run that the Train page asks for is started with."""

import itertools
import socket

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from gan import ui
from gan.data.datasets import Dataset
from gan.exploring.explorer import Explorer
from gan.live import opened_state
from gan.live.manager import RunManager
from gan.ui import live_routes
from gan.ui.run_routes import STATE_ADDRESS
from gan.ui.watching import Watching
from tests.app import answers, free_port
from tests.conftest import CHECKPOINTS
from tests.live.runs import make_manager

ADDRESSES = (f"10.0.0.{i}" for i in itertools.count(1))  # each request is another visitor's


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.fixture
def manager(mnist):
    manager = make_manager(mnist)
    yield manager
    manager.close()


def classes_of(manager, **asked):
    """How many classes the networks of a run know that the Train page has asked for so."""
    client = TestClient(FastAPI(routes=live_routes.build(manager)), client=(next(ADDRESSES), 1))
    answer = client.post("/live/start", json=asked)
    assert answer.status_code == 200, answer.text
    return manager.get(answer.json()["name"]).recipe.model.classes


def test_networks_are_told_the_class_unless_asked_otherwise(manager):
    assert classes_of(manager, recipe="fast") == 10
    assert classes_of(manager, recipe="fast", conditional=True) == 10
    assert classes_of(manager, recipe="fast", conditional=False) == 0
    assert classes_of(manager, recipe="article", first_command="step") == 10
    assert classes_of(manager, recipe="frozen") == 0
    assert classes_of(manager, recipe="autoencoder") == 0


def test_without_labels_no_class_is_told(mnist):
    manager = RunManager(Dataset("pictures", mnist.images[:64], None))
    assert classes_of(manager, recipe="fast") == classes_of(manager, recipe="fast", conditional=True) == 0
    manager.close()


def test_a_page_can_tell_one_start_of_the_server_from_the_next(manager):
    clients = [TestClient(Watching(FastAPI(), manager)) for _ in range(2)]
    answers = [client.get("/live/watch/nobody") for client in clients for _ in range(2)]
    assert {answer.status_code for answer in answers} == {404}
    names = [answer.headers["Forger-Server"] for answer in answers]
    assert names[0] == names[1] != names[2] == names[3]


@pytest.mark.parametrize(
    ("kind", "content", "status", "words"),
    [
        ("application/octet-stream", b"", 422, "damaged"),
        ("application/octet-stream", 100 * b"x", 422, "damaged"),
        ("text/plain", b"x", 415, "expected application/octet-stream"),
        ("application/octet-stream", bytes(opened_state.MAX_BYTES + 1), 413, "train.py --resume"),
    ],
)
def test_a_file_that_is_no_training_state_starts_nothing(manager, kind, content, status, words):
    client = TestClient(FastAPI(routes=live_routes.build(manager)))
    answer = client.post(f"/{STATE_ADDRESS}", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert words in answer.json()["error"]
    assert "\n" not in answer.json()["error"]
    assert manager.counts().kept == 0


def test_a_full_server_says_so_by_its_status_and_the_page_trains_itself(mnist):
    manager = make_manager(mnist, runs=1)
    clients = [
        TestClient(FastAPI(routes=live_routes.build(manager)), client=(f"10.0.1.{i}", 1)) for i in (1, 2)
    ]
    body = {"recipe": "fast", "first_command": "step"}
    answers = [client.post("/live/start", json=body) for client in clients]
    manager.close()
    assert [answer.status_code for answer in answers] == [200, 503]
    assert "as many as fit; try again" in answers[1].json()["error"]


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on this machine")
def test_the_app_listens_at_an_ipv6_address(manager):
    explorers = {"Pick the digit": Explorer(CHECKPOINTS / "mnist-digits.safetensors")}
    demo = ui.build(explorers)
    port = free_port()
    address = ui.launch(demo, explorers, manager, "::1", port)
    assert address == f"http://[::1]:{port}/"
    assert answers(f"{address}healthz")
    demo.close()
