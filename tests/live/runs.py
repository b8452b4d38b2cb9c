"""A manager of runs on few digits, and ways to wait for what a run does."""

import time

from gan.data.datasets import Dataset
from gan.live.limits import Limits
from gan.live.manager import RunManager


def make_manager(mnist, store=None, **limits):
    few = Dataset("mnist", mnist.images[:256], mnist.labels[:256])
    return RunManager(few, Limits(**limits), store=store)


def wait(manager, ticket, is_so, seconds=240):
    deadline = time.monotonic() + seconds
    while not is_so(manager.snapshot(ticket.name)):
        assert time.monotonic() < deadline, manager.snapshot(ticket.name)[:6]
        time.sleep(0.01)
    return manager.snapshot(ticket.name)


def is_status(name):
    return lambda snapshot: snapshot.status == name


def until(is_so, seconds=240):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
