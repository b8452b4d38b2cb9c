"""Where the app listens: what is asked for, what a Space says, and what cannot be."""

import socket

import pytest

from gan.cli import listening
from gan.errors import InputError
from gan.exploring import gallery
from tests.app import free_port
from tests.conftest import CHECKPOINTS
from tests.live.runs import make_manager


def test_what_is_asked_for_comes_before_what_the_environment_says(monkeypatch):
    asked, said = free_port(), free_port()
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    monkeypatch.setenv("GRADIO_SERVER_PORT", str(said))
    assert listening.choose(None, None) == ("0.0.0.0", said)
    assert listening.choose("127.0.0.1", asked) == ("127.0.0.1", asked)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(InputError, match="expected 1 to 65535"):
        listening.choose(None, port)


@pytest.fixture
def taken():
    """A port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_where_somebody_listens_it_says_what_to_do(taken):
    with pytest.raises(InputError, match="choose another --port or --host"):
        listening.choose("127.0.0.1", taken)


def test_a_host_that_is_not_this_machine_is_refused():
    with pytest.raises(InputError, match="choose another --port or --host"):
        listening.choose("192.0.2.1", free_port())  # an address of nobody (RFC 5737)


def test_a_port_that_is_taken_while_the_models_are_loaded_is_told_in_one_line(mnist, taken):
    from gan import ui

    explorers, manager = gallery.shipped(CHECKPOINTS), make_manager(mnist)
    with pytest.raises(InputError, match="did not start on 127.0.0.1:.*; choose another --port"):
        ui.launch(ui.build(explorers), explorers, manager, port=taken)
    manager.close()
