import threading

import pytest

from gan.live.session import Session
from tests.live.runs import make_manager


@pytest.fixture
def manager(mnist):
    manager = make_manager(mnist)
    yield manager
    manager.close()


@pytest.fixture
def limited(mnist):
    """A manager with limits of its own."""
    managers = []

    def make(**limits):
        managers.append(make_manager(mnist, **limits))
        return managers[-1]

    yield make
    for manager in managers:
        manager.close()


@pytest.fixture
def held_up(limited, monkeypatch):
    """Holds runs up before they are compiled. Gives the event that ends it, and the seeds that came."""
    go, came, prepare = threading.Event(), [], Session.prepare

    def wait_and_prepare(run):
        came.append(run.seed)
        go.wait(60)
        prepare(run)

    monkeypatch.setattr(Session, "prepare", wait_and_prepare)
    yield go, came
    go.set()  # also where the test has failed: before the managers are closed, which wait for it
