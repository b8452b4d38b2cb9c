import gzip
from concurrent.futures import ThreadPoolExecutor

import anyio
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


def in_a_loop(function):
    """What an async function returns; in this thread, Playwright may run a loop for other tests."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, function).result()


async def get_for_many(kept, snapshot, count):
    """What as many watchers get who ask for a snapshot at the same time."""
    answers = []

    async def ask():
        answers.append(await kept.get("run", snapshot))

    async with anyio.create_task_group() as tasks:
        for _ in range(count):
            tasks.start_soon(ask)
    return answers


def test_a_snapshot_is_packed_once_for_all_and_a_newer_one_anew(snapshot, monkeypatch):
    made, pack = [], packs._pack
    monkeypatch.setattr(packs, "_pack", lambda snapshot: made.append(snapshot.version) or pack(snapshot))

    async def watch():
        kept = PackedSnapshots(lambda name: True)
        first = set(await get_for_many(kept, snapshot, 50))
        assert {await kept.get("run", snapshot)} == first
        newer = await kept.get("run", snapshot._replace(version=1, events=[Event(1, "a mark")]))
        assert newer not in first
        assert made == [0, 1]
        assert await kept.get("run", snapshot) == newer, "whoever looked before gets what is newer"
        assert await kept.get("run", snapshot._replace(version=1)) == newer
        assert made == [0, 1]

    in_a_loop(watch)


def test_a_watcher_who_hangs_up_takes_the_snapshot_from_nobody(snapshot):
    async def watch():
        kept = PackedSnapshots(lambda name: True)
        with anyio.move_on_after(0) as impatient:
            await kept.get("run", snapshot)
        assert impatient.cancelled_caught
        return await kept.get("run", snapshot)

    assert load(gzip.decompress(in_a_loop(watch)))


def test_a_pack_holds_the_curves(snapshot):
    content = in_a_loop(lambda: PackedSnapshots(lambda name: True).get("run", snapshot))
    assert np.array_equal(load(gzip.decompress(content))["curve"], snapshot.curve.array())


def test_packs_of_runs_that_are_gone_are_forgotten(snapshot):
    async def watch():
        runs = {"first", "second"}
        kept = PackedSnapshots(lambda name: name in runs)
        for name in ("first", "second"):
            await kept.get(name, snapshot)
        assert len(kept) == 2
        runs.remove("first")
        await kept.get("second", snapshot._replace(version=1))
        assert len(kept) == 1
        runs.clear()
        kept.drop_ended()
        assert len(kept) == 0
        assert await kept.get("second", snapshot), "whoever still asks is answered"
        assert len(kept) == 0, "and nothing is kept"

    in_a_loop(watch)
