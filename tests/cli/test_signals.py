"""The end of a program by Ctrl-C."""

import gc
import signal
import sys
import time
from argparse import Namespace

import pytest

import app
from gan import ui
from gan.cli.signals import hearing_what_is_dropped


@pytest.fixture
def hears_ctrl_c():
    """A program that is begun in the background by a shell ignores Ctrl-C, and so would these tests."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def interrupted(monkeypatch, hears_ctrl_c):
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

    return end


def test_a_second_ctrl_c_does_not_break_off_what_is_being_kept(interrupted, capfd):
    assert interrupted(more=1) == ["all runs"]
    assert "still saving; once more ends it without" in capfd.readouterr().err


def test_a_third_ctrl_c_does(interrupted):
    assert interrupted(more=2) == []


class Dropping:
    """Python drops what is raised while it takes this apart."""

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


def during_a_search_for_garbage():
    def interrupt(phase, _):
        gc.callbacks.remove(interrupt)
        signal.raise_signal(signal.SIGINT)

    gc.callbacks.append(interrupt)
    gc.collect()


@pytest.mark.parametrize("drop", [Dropping, during_a_search_for_garbage])
def test_a_ctrl_c_that_python_drops_is_heard_all_the_same(drop, hears_ctrl_c, capfd):
    def wait():
        drop()
        time.sleep(60)

    with hearing_what_is_dropped(), pytest.raises(KeyboardInterrupt):
        wait()
    assert capfd.readouterr().err == ""


def test_another_error_that_python_drops_is_printed_as_before(monkeypatch):
    class Failing:
        def __del__(self):
            raise ValueError

    printed = []
    monkeypatch.setattr(sys, "unraisablehook", printed.append)
    with hearing_what_is_dropped():
        Failing()
    assert len(printed) == 1
