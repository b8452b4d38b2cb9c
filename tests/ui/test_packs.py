import gzip
import threading

import numpy as np
import pytest
from safetensors.numpy import load

from gan.live.history import Event
from gan.live.session import Session
from gan.ui import packs
from gan.ui.packs import PackedSnapshots


@pytest.fixture
def snapshot(tiny, mnist):
    return Session(tiny, mnist, 0).snapshot


def test_a_snapshot_is_packed_once_and_a_newer_one_anew(snapshot, monkeypatch):
    made, pack = [], packs._pack
    monkeypatch.setattr(packs, "_pack", lambda snapshot: made.append(snapshot.version) or pack(snapshot))
    kept = PackedSnapshots(lambda name: True)
    first = kept.get("run", snapshot)
    assert kept.get("run", snapshot) == first
    newer = kept.get("run", snapshot._replace(version=1, events=[Event(1, "a mark")]))
    assert newer != first
    assert made == [0, 1]
    kept.get("run", snapshot)  # of a thread that was slow
    assert kept.get("run", snapshot._replace(version=1)) == newer


def test_a_pack_holds_the_curves(snapshot):
    curve = load(gzip.decompress(PackedSnapshots(lambda name: True).get("run", snapshot)))["curve"]
    assert np.array_equal(curve, snapshot.curve.array())


def test_packs_of_runs_that_are_gone_are_forgotten(snapshot):
    runs = {"first", "second"}
    kept = PackedSnapshots(lambda name: name in runs)
    for name in ("first", "second"):
        kept.get(name, snapshot)
    assert len(kept) == 2
    runs.remove("first")
    kept.get("second", snapshot._replace(version=1))
    assert len(kept) == 1
    runs.clear()
    kept.drop_ended()
    assert len(kept) == 0
    assert kept.get("second", snapshot), "whoever still asks is answered"
    assert len(kept) == 0, "and nothing is kept"


def test_many_threads_may_ask_while_runs_come_and_go(snapshot):
    kept = PackedSnapshots(lambda name: int(name) % 3 != 0)
    troubles = []

    def ask(offset):
        try:
            for i in range(200):
                kept.get(str((i + offset) % 40), snapshot._replace(version=i))
                kept.drop_ended()
        except Exception as error:
            troubles.append(error)

    threads = [threading.Thread(target=ask, args=(offset,)) for offset in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not troubles
    assert len(kept) <= 40
