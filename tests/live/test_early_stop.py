"""Runs that are stopped before they begin, as by a visitor who clicks Start and Stop again and again."""

import pytest

from gan.live.command import Command
from gan.live.registry import Visitor
from tests.live.runs import is_status, wait

pytestmark = pytest.mark.runs_long


def test_whoever_stops_runs_before_they_begin_takes_no_place_from_others(limited, tiny, held_up):
    go, _ = held_up
    manager = limited(runs=6, stopped=2)
    ann, bob = Visitor("ann", "10.0.0.1"), Visitor("bob", "10.0.0.2")
    bobs = manager.start(tiny, 100, visitor=bob)
    for seed in range(8):
        last = manager.start(tiny, seed, visitor=ann)
        manager.command(last, Command("stop"))
    assert manager.counts().kept == 4, "her newest two that are to stop stay, and the one after them"
    assert manager.start(tiny, 101, visitor=bob)
    assert manager.get(bobs.name) is not None
    go.set()
    assert wait(manager, last, is_status("stopped")).samples is None, "nothing was compiled for it"
    manager.command(last, Command("run"))
    wait(manager, last, lambda s: s.status == "running" and s.step > 0)
