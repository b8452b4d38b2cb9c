"""The end of the app by Ctrl-C."""

import signal
from argparse import Namespace

import pytest

import app
from gan import ui


@pytest.fixture
def interrupted(monkeypatch):
    """Makes an app that is told to end at once, while so many more Ctrl-C come. Gives what it keeps."""
    kept = []

    def end(more):
        class Manager:
            datasets = {}

            def __init__(self, *_):
                pass

            def halt(self):
                for _ in range(more):
                    signal.raise_signal(signal.SIGINT)
                kept.append("all runs")

        def build(*_):
            raise KeyboardInterrupt

        monkeypatch.setattr(app, "RunManager", Manager)
        monkeypatch.setattr(ui, "build", build)
        with pytest.raises(KeyboardInterrupt):
            app.answer_and_train({}, [], Namespace(state=None))
        return kept

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield end
    signal.signal(signal.SIGINT, before)


def test_a_second_ctrl_c_does_not_break_off_what_is_being_kept(interrupted, capfd):
    assert interrupted(more=1) == ["all runs"]
    assert "still saving; once more ends it without" in capfd.readouterr().err


def test_a_third_ctrl_c_does(interrupted):
    assert interrupted(more=2) == []
