"""What a server that starts reads of the folder of runs: damaged ones are left out."""

import json
import shutil

import numpy as np
import pytest

from gan.data.downloads import DOWNLOADS
from gan.live import kept_run
from gan.live.run_store import RunStore
from gan.networks import tensor_file
from tests.data.make import STEMS, digits, write_idx
from tests.live.runs import make_manager, wait

pytestmark = pytest.mark.runs_long

DAMAGES = {
    "no timeline": lambda folder: (folder / kept_run.TIMELINE).unlink(),
    "half a timeline": lambda folder: cut(folder / kept_run.TIMELINE),
    "half a state": lambda folder: cut(folder / kept_run.STATE),
    "a version without an end": lambda folder: edit(folder, version=float("inf")),
    "a rate that is no number": lambda folder: edit_part(folder, "hyper", generator_lr=float("nan")),
    "every 0th picture": lambda folder: edit_part(folder, "history", frame_stride=0),
    "an earlier curve without rows": lambda folder: add_array(folder, "past/0", np.zeros(0, np.float32)),
    "a timeline of something else": lambda folder: tensor_file.write_arrays(
        folder / kept_run.TIMELINE, {"x": np.zeros(1)}, {"format": "other"}
    ),
}


def edit_part(folder, part, **changes):
    about = json.loads(tensor_file.read_metadata(folder / kept_run.TIMELINE)["run"])
    edit(folder, **{part: about[part] | changes})


def edit(folder, **changes):
    arrays, metadata = tensor_file.read_arrays(folder / kept_run.TIMELINE)
    metadata["run"] = json.dumps(json.loads(metadata["run"]) | changes)
    tensor_file.write_arrays(folder / kept_run.TIMELINE, arrays, metadata)


def add_array(folder, name, array):
    arrays, metadata = tensor_file.read_arrays(folder / kept_run.TIMELINE)
    tensor_file.write_arrays(folder / kept_run.TIMELINE, arrays | {name: array}, metadata)


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.fixture(scope="module")
def first_kept(mnist, tiny, tmp_path_factory):
    """A folder with one run that was kept after its first state, which no test changes."""
    path = tmp_path_factory.mktemp("kept") / "state"
    manager = make_manager(mnist, RunStore(path))
    ticket = manager.start(tiny, 0, first_command="step")
    wait(manager, ticket, lambda s: s.step == 1)
    manager.close()
    return path, ticket


@pytest.fixture
def kept(first_kept, tmp_path):
    """A copy of it."""
    path, ticket = first_kept
    return shutil.copytree(path, tmp_path / "state"), ticket


def test_damaged_runs_are_left_out_with_one_line_each(kept, mnist, caplog):
    path, ticket = kept
    whole = {file.name: file.read_bytes() for file in (path / ticket.name).iterdir()}
    (path / ticket.name / ".state.safetensors.1.part").write_bytes(b"half")
    stuck = path / ticket.name / ".stuck.part"  # what cannot be deleted, as in a folder of somebody else's
    stuck.mkdir()
    for name, damage in DAMAGES.items():
        for file, content in whole.items():
            (path / ticket.name / file).write_bytes(content)
        damage(path / ticket.name)
        caplog.clear()
        store = RunStore(path)
        assert store.read({"mnist": mnist}, 16, 8) == {}, name
        store.close()
        (record,) = caplog.records
        assert "\n" not in record.getMessage()
    for file, content in whole.items():
        (path / ticket.name / file).write_bytes(content)
    store = RunStore(path)
    assert list(store.read({"mnist": mnist}, 16, 8)) == [ticket.name]
    assert store.read({"letters": mnist}, 16, 8) == {}, "its data set is not given"
    assert "learns from mnist" in caplog.records[-1].getMessage()
    store.close()
    assert list(path.rglob("*.part")) == [stuck]


def test_a_run_that_nobody_visits_between_two_restarts_stays_as_it_was(kept, mnist):
    path, ticket = kept
    make_manager(mnist, RunStore(path)).close()
    manager = make_manager(mnist, RunStore(path))
    assert wait(manager, ticket, lambda s: s.status != "compiling").status == "paused"
    manager.close()


def test_a_run_on_a_set_that_a_visitor_had_fetched_is_there_after_a_restart(
    kept, mnist, monkeypatch, tmp_path, caplog
):
    path, ticket = kept
    edit(path / ticket.name, dataset="kmnist")
    cache = tmp_path / "cache"
    monkeypatch.setenv("FORGER_CACHE", str(cache))
    monkeypatch.setitem(DOWNLOADS, "kmnist", DOWNLOADS["kmnist"]._replace(counts={}))
    make_manager(mnist, RunStore(path)).close()
    assert "learns from kmnist, which is not given here; add --dataset" in caplog.text
    for stem, array in zip(STEMS, (digits(20), np.arange(20) % 10), strict=True):
        write_idx(cache / "kmnist" / stem, array)
    manager = make_manager(mnist, RunStore(path))
    found = manager.get(ticket.name)
    assert (found.snapshot.step, found.dataset.class_names[:2]) == (1, ("お", "き"))
    assert list(manager.datasets) == ["mnist", "kmnist"], "other runs may learn from it too"
    manager.close()
    (cache / "kmnist" / STEMS[0]).write_bytes(b"half")
    make_manager(mnist, RunStore(path)).close()
    assert "kmnist cannot be read" in caplog.text


def test_files_of_two_moments_go_together(kept, mnist):
    path, ticket = kept
    store = RunStore(path)
    (owner, session) = store.read({"mnist": mnist}, 16, 8)[ticket.name]
    later = kept_run.take(session, owner)
    later.arrays["frame_steps"] = np.array([0, 9])[-len(later.arrays["frame_steps"]) :]
    kept_run.write(path / ticket.name, later)  # pictures of a step that the state does not have yet
    (_, session) = store.read({"mnist": mnist}, 16, 8)[ticket.name]
    assert 9 not in session.snapshot.frames
    store.close()
