from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from gan.data.datasets import Dataset
from gan.exploring.explorer import Explorer
from gan.live.command import Command
from gan.live.limits import Limits
from gan.live.manager import RunManager
from tests.app import free_port
from tests.conftest import CHECKPOINTS
from tests.ui.served import RUNS, until


@pytest.fixture(scope="module")
def app(mnist):
    """The app in this process, where its parts can be held up: its address and its manager."""
    from gan import ui

    manager = RunManager(Dataset("mnist", mnist.images[:256], mnist.labels[:256]), Limits(runs=RUNS))
    explorers = {"Pick the digit": Explorer(CHECKPOINTS / "mnist-digits.safetensors")}
    demo = ui.build(explorers)
    address = ui.launch(demo, explorers, manager, port=free_port())
    yield SimpleNamespace(host=urlsplit(address).netloc, manager=manager, demo=demo)
    demo.close()
    manager.close()


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
