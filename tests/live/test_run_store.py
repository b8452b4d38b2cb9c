"""Runs that are kept in a folder: a server that is started again goes on with them."""

import errno
import os
import stat

import numpy as np
import pytest

from gan.data.datasets import Dataset, load_dataset
from gan.errors import InputError
from gan.live import keeper, kept_run, origin, own_pictures
from gan.live.command import Command
from gan.live.registry import Visitor
from gan.live.run_store import RunStore
from gan.networks import checkpoints
from gan.training import saved_state
from gan.training.setup import TrainOptions, plan
from tests.live.runs import is_status, make_manager, until, wait

pytestmark = pytest.mark.runs_long

ANN = Visitor("ann", "10.0.0.1")


@pytest.fixture
def server(mnist, tmp_path):
    """Starts a manager that keeps its runs in a folder, after ending the one before."""
    managers = []

    def start(**limits):
        for manager in managers:
            manager.close()
        managers.append(make_manager(mnist, RunStore(tmp_path / "state"), **limits))
        return managers[-1]

    yield start
    for manager in managers:
        manager.close()


def test_a_run_goes_on_after_a_restart_as_its_visitors(server, tiny, tmp_path):
    first = server()
    ticket = first.start(tiny, 3, {"r1_gamma": 2.0}, visitor=ANN)
    wait(first, ticket, lambda s: s.step > 5 and len(s.frames) > 1)
    first.command(ticket, Command("pause"))
    before = wait(first, ticket, is_status("paused"))
    other = first.start(tiny, 4, visitor=Visitor("address 10.0.0.2", "10.0.0.2", has_cookie=False))
    wait(first, other, lambda s: s.step > 3)

    second = server(seats=1)
    assert second.get(ticket.name).trainer is None, "nothing is compiled before somebody comes"
    found = second.snapshot(ticket.name)
    assert (found.status, found.step, found.hyper.r1_gamma) == ("compiling", before.step, 2.0)
    assert found.version > before.version, "a page that has the last snapshot gets this one too"
    assert found.frames == before.frames
    np.testing.assert_array_equal(found.curve.array(), before.curve.array())
    np.testing.assert_array_equal(found.samples.samples, before.samples.samples)
    ready = wait(second, ticket, is_status("paused"))
    np.testing.assert_array_equal(ready.samples.samples, before.samples.samples)
    assert ready.states == [0, before.step], "the first state is made again"
    with pytest.raises(InputError, match="somebody else's"):
        second.command(ticket._replace(key="guess"), Command("run"))
    with pytest.raises(InputError, match="you have 1 runs under way"):
        second.start(tiny, 5, visitor=ANN)
    second.command(ticket, Command("run"))
    wait(second, ticket, lambda s: s.step > before.step)
    wait(second, other, lambda s: s.status == "running" and s.step > 3)

    text = b"".join(path.read_bytes() for path in tmp_path.rglob("*.safetensors"))
    assert ticket.key.encode() not in text, "who reads the folder gives no orders"
    assert b"10.0.0" not in text, "and learns no address"


def test_what_is_kept_are_files_of_train_py(server, tiny, tmp_path):
    manager = server()
    ticket = manager.start(tiny, 0)
    wait(manager, ticket, lambda s: s.step > 5)
    manager.halt()
    folder = tmp_path / "state" / ticket.name
    recipe, state, metadata = saved_state.load_state(folder / kept_run.STATE)
    assert recipe.name == "fast"
    assert int(metadata["step"]) == int(state.step) > 5
    assert checkpoints.load_model(folder / kept_run.MODEL).metadata["dataset"] == "mnist"


def test_a_run_on_pictures_at_a_path_goes_on_in_train_py_and_here_only_with_the_same(tiny, mnist, tmp_path):
    path, pets = tmp_path / "state", tmp_path / "pets.npz"
    np.savez(pets, x_train=mnist.images[:200, :, :, 0])
    dataset = load_dataset(str(pets))
    manager = make_manager(mnist, RunStore(path))
    ticket = manager.start(tiny, 0, first_command="step", dataset=dataset)
    wait(manager, ticket, lambda s: s.step == 1)
    manager.close()
    assert plan(TrainOptions(out=path / ticket.name, resume=True, dataset=str(pets))).trainer.step == 1
    store = RunStore(path)
    for images, is_found in ((dataset.images, True), (dataset.images[::-1], False)):
        origin._fingerprints.clear()  # as in another process
        assert bool(store.read({"pets.npz": dataset._replace(images=images)}, 16, 8)) == is_found
    store.close()


def test_runs_are_kept_now_and_then_and_deleted_when_they_are_forgotten(server, tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(keeper, "KEEP_SECONDS", 0.2)
    monkeypatch.setattr("gan.live.manager.MAX_WAIT_SECONDS", 0.1)
    manager = server(left_seconds=0.5)
    ticket = manager.start(tiny, 0)
    timeline = tmp_path / "state" / ticket.name / kept_run.TIMELINE
    wait(manager, ticket, lambda s: timeline.exists())
    times = timeline.stat().st_mtime_ns
    wait(manager, ticket, lambda s: timeline.stat().st_mtime_ns > times)
    manager.leave(ticket)
    until(lambda: not timeline.parent.exists())


def test_a_run_that_is_forgotten_as_the_server_ends_is_deleted(server, tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(keeper, "KEEP_SECONDS", 0.2)
    manager = server()
    ticket = manager.start(tiny, 0)
    folder = tmp_path / "state" / ticket.name
    wait(manager, ticket, lambda s: (folder / kept_run.TIMELINE).exists())
    monkeypatch.setattr(keeper.Keeper, "keep_one_due", lambda *_: None)  # no other turn comes
    with manager._changed:
        manager._registry._forget([ticket.name])
    manager.halt()
    assert not folder.exists()


def test_a_paused_run_for_which_the_disk_was_full_is_kept_when_there_is_room(
    server, tiny, tmp_path, monkeypatch
):
    monkeypatch.setattr(keeper, "KEEP_SECONDS", 0.2)
    monkeypatch.setattr("gan.live.manager.MAX_WAIT_SECONDS", 0.1)
    tried = []

    def find_the_disk_full(folder, kept):
        tried.append((kept.status, int(kept.state.step)))
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(kept_run, "write", find_the_disk_full)
        manager = server()
        ticket = manager.start(tiny, 0, first_command="step")
        until(lambda: ("paused", 1) in tried)
    until(lambda: (tmp_path / "state" / ticket.name / kept_run.TIMELINE).exists())


def test_a_run_that_cannot_be_taken_keeps_no_other_from_being_kept(
    server, tiny, tmp_path, monkeypatch, capsys
):
    """Whatever is wrong with it: the thread that takes it trains all runs."""
    monkeypatch.setattr(keeper, "KEEP_SECONDS", 0.0)
    manager, take, broken_seed = server(), kept_run.take, 3

    def take_if_whole(session, owner):
        if session.seed == broken_seed:
            raise RuntimeError("broken")
        return take(session, owner)

    monkeypatch.setattr(kept_run, "take", take_if_whole)
    first = manager.start(tiny, broken_seed)
    second = manager.start(tiny, 4)
    until(lambda: (tmp_path / "state" / second.name).is_dir())
    step = manager.snapshot(first.name).step
    wait(manager, first, lambda s: s.step > step)
    manager.halt()
    assert not (tmp_path / "state" / first.name).exists()
    assert "RuntimeError: broken" in capsys.readouterr().err


def test_a_run_on_a_visitors_own_pictures_is_not_written(server, tiny, mnist, tmp_path):
    manager = server()
    own = Dataset(own_pictures.NAME, mnist.images[:64], None)
    ticket = manager.start(tiny, 0, dataset=own)
    wait(manager, ticket, lambda s: s.step > 0)
    manager.halt()
    assert not (tmp_path / "state" / ticket.name).exists()


def test_a_run_that_was_stopped_before_a_restart_runs_when_it_is_told_to(server, tiny):
    first = server()
    ticket = first.start(tiny, 0, visitor=ANN)
    wait(first, ticket, lambda s: s.step > 0)
    first.command(ticket, Command("stop"))
    wait(first, ticket, is_status("stopped"))
    second = server()
    second.command(ticket, Command("run"))
    assert wait(second, ticket, lambda s: s.status != "compiling").status == "running"


def test_a_folder_that_cannot_be_used_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "a\0b"):
        with pytest.raises(InputError, match="--state .*choose another folder") as refused:
            RunStore(path)
        assert "\n" not in str(refused.value)
    store = RunStore(tmp_path / "used")
    with pytest.raises(InputError, match="another server uses it"):
        RunStore(tmp_path / "used")
    store.close()
    again = RunStore(tmp_path / "used")
    assert again.cookie_key == store.cookie_key, "a visitor stays the same visitor"
    assert stat.S_IMODE(os.stat(tmp_path / "used").st_mode) == 0o700
    again.close()
