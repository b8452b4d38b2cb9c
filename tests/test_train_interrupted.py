"""Runs of train.py that end before their time: interrupted, killed, or by a number that is not finite."""

import errno
import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from jax.errors import JaxRuntimeError
from safetensors.numpy import load_file

import train
from gan.cli.signals import interruptions
from gan.errors import InputError
from gan.networks import checkpoints
from gan.training import saved_state
from gan.training.run_folder import RunFolder
from gan.training.setup import TrainOptions, plan
from tests.conftest import ROOT
from tests.train_runs import arguments, process, rows, saved_step, wait_for, wait_until


def test_a_run_keeps_its_folder_and_an_interrupt_finishes_the_step_and_saves(tmp_path, capsys):
    """In a process of its own, whose terminal is closed; other signals below."""
    out = tmp_path / "run"
    with process(*arguments(out, "--steps", "100000000")) as running:
        wait_for(out / "metrics.jsonl", running)
        assert train.main(["--out", str(out), "--resume", "--steps", "100000000"]) == 2
        assert "another process is training there" in capsys.readouterr().err
        running.send_signal(signal.SIGHUP)
        printed, errors = running.communicate(timeout=240)
    assert running.returncode == 0, errors
    assert errors.count("finishing this step and saving") == 1
    assert "goes on from" in printed
    _, state, metadata = saved_state.load_state(out / "state.safetensors")
    assert metadata["step"] == str(int(state.step))
    assert f"step {metadata['step']}:" in printed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_a_polite_kill_finish_the_step_too(number, capfd):
    with interruptions() as interrupted:
        assert not interrupted()
        signal.raise_signal(number)
        assert interrupted()
    assert capfd.readouterr().err.count("finishing this step and saving") == 1


def test_a_run_whose_words_nobody_reads_any_more_goes_on_and_saves(tmp_path, monkeypatch):
    """As `train.py 2>&1 | tee log` after Ctrl-C, which ends tee too."""
    for name in ("stdout", "stderr"):
        reader, writer = os.pipe()
        os.close(reader)
        monkeypatch.setattr(sys, name, os.fdopen(writer, "w"))
    assert train.main(arguments(tmp_path / "unread", "--steps", "5", "--save-every", "600")) == 0
    assert saved_step(tmp_path / "unread") == 5


def test_a_nan_stops_the_run_and_keeps_the_last_good_checkpoint(tmp_path, capsys):
    out = tmp_path / "nan"
    assert train.main(arguments(out, "--steps", "5")) == 0
    good = (out / "model.safetensors").read_bytes()
    more = ["--steps", "500", "--save-every", "0", "--set", "generator_lr=1e38", "discriminator_lr=1e38"]
    assert train.main(["--out", str(out), "--resume", *more]) == 1
    printed = capsys.readouterr().err
    assert "not a finite number at step 6" in printed
    assert "try a lower generator_lr" in printed
    assert (out / "model.safetensors").read_bytes() == good


def test_kills_lose_nothing(tmp_path):
    """Killed at random moments, the last checkpoint loads, goes forward, and ends where it should."""
    chance = random.Random(0)
    out, undisturbed = tmp_path / "killed", tmp_path / "undisturbed"
    last, start = 0, 0.0  # the last saved step; the seconds that the first run took to save one
    for kill in range(2):  # each kind
        more = ["--out", out, "--resume"] if kill else arguments(out)
        began = time.monotonic()
        with process(*more, "--steps", "100000000", "--save-every", "0") as running:
            if kill == 0:  # once it has gone on and saved, however slow the machine is
                wait_until(lambda least=last: saved_step(out) > least, running)
                start = time.monotonic() - began
            else:  # a moment in the start, in a step, in a write
                time.sleep(chance.uniform(0.1, 1.3) * start)
            assert running.poll() is None, running.communicate()
        _, state, metadata = saved_state.load_state(out / "state.safetensors")
        checkpoints.load_model(out / "model.safetensors")
        assert int(state.step) == int(metadata["step"]) >= last + (kill == 0)
        last = int(state.step)
    assert last > 0
    total = str(last + 10)
    assert train.main(["--out", str(out), "--resume", "--steps", total]) == 0
    assert train.main(arguments(undisturbed, "--steps", total)) == 0
    a, b = (load_file(folder / "state.safetensors") for folder in (out, undisturbed))
    assert all(np.array_equal(a[key], b[key]) for key in a)
    logged = [row["step"] for row in rows(out)]
    assert logged == sorted(set(logged))
    assert not list(out.rglob(".*.part"))


def test_a_second_interrupt_is_ignored_and_a_third_is_not():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what it starts with & ignore it
    with interruptions() as interrupted:
        assert not interrupted()
        for _ in range(2):
            signal.raise_signal(signal.SIGINT)
            assert interrupted()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_a_program_that_ignores_the_end_of_its_terminal_goes_on_ignoring_it():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        with interruptions() as interrupted:
            signal.raise_signal(signal.SIGHUP)
            assert not interrupted()
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_run_that_was_killed_before_its_first_save_can_be_started_again(tmp_path, capsys):
    out = tmp_path / "run"
    with process(*arguments(out, "--steps", "100000000")) as running:
        wait_until(lambda: (out / ".lock").exists(), running)
    (out / "state.safetensors").unlink(missing_ok=True)  # had it been as fast as that
    (out / "model.safetensors").unlink(missing_ok=True)
    assert train.main(["--out", str(out), "--resume"]) == 2
    assert "ended before its first save; start it again without --resume" in capsys.readouterr().err
    assert train.main(arguments(out, "--steps", "3")) == 0
    assert saved_step(out) == 3
    (out / "state.safetensors").unlink()
    assert train.main(arguments(out, "--steps", "3")) == 2, "it holds a model"
    assert train.main(["--out", str(out), "--resume"]) == 2
    printed = capsys.readouterr().err
    assert "start it again" not in printed
    assert f"--init-from {out / 'model.safetensors'} begins another" in printed


def test_a_full_disk_at_the_first_save_says_that_there_is_no_checkpoint(tmp_path, capsys, monkeypatch):
    def fails(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    out = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr(saved_state, "write_atomically", fails)
        assert train.main(arguments(out, "--steps", "3")) == 1
    printed = capsys.readouterr().err
    assert "No space left on device; there is no checkpoint yet; start the run again" in printed
    assert train.main(arguments(out, "--steps", "3")) == 0, "there is room again"


FULL = """
import sys, train
from tensorboardX import record_writer
from gan.training import event_file

class Full(event_file.EventsWriter):
    def __init__(self, prefix):
        super().__init__(prefix)
        self._py_recordio_writer = record_writer.RecordWriter("/dev/full")

event_file.EventsWriter = Full
sys.exit(train.main(sys.argv[1:]))
"""  # a program whose events have no room


def test_a_disk_that_is_full_for_the_events_ends_the_run_and_keeps_what_was_saved(tmp_path):
    out = tmp_path / "run"
    assert train.main(arguments(out, "--steps", "3")) == 0
    words = [sys.executable, "-c", FULL, "--out", str(out), "--resume", "--steps", "5000"]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == 1, ended.stderr
    assert "No space left on device; the last good checkpoint is kept" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert saved_step(out) == 3


def test_steps_that_another_process_took_meanwhile_are_not_undone(tmp_path):
    out = tmp_path / "run"
    assert train.main(arguments(out, "--steps", "3")) == 0
    late = plan(TrainOptions(out=out, resume=True, steps=6))
    assert train.main(["--out", str(out), "--resume", "--steps", "5"]) == 0
    with pytest.raises(InputError, match="another process has come to step 5 meanwhile"):
        RunFolder(out, late, "")
    assert train.main(["--out", str(out), "--resume", "--steps", "6"]) == 0, "the lock is free"


def interrupted(*_):
    raise KeyboardInterrupt


def test_ctrl_c_while_the_data_are_read_is_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(train, "plan_together", interrupted)
    assert train.main(arguments(tmp_path / "run")) == 130
    assert "ended before the first step" in capsys.readouterr().err


class Dropping:
    """Python drops what is raised while it takes this apart."""

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


def test_a_ctrl_c_that_python_drops_while_the_data_are_read_ends_it_too(tmp_path, capsys, monkeypatch):
    def drop_and_go_on(*_):
        Dropping()
        time.sleep(20)
        raise AssertionError("nobody has heard it")

    monkeypatch.setattr(train, "plan_together", drop_and_go_on)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert train.main(arguments(tmp_path / "run")) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr().err == "\ntrain.py: ended before the first step\n"


def test_a_third_ctrl_c_says_what_is_left(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(RunFolder, "record", interrupted)
    assert train.main(arguments(tmp_path / "run", "--steps", "3")) == 130
    assert "train.py: ended; the last good checkpoint is kept" in capsys.readouterr().err


@pytest.mark.parametrize("error", [MemoryError(), JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory")])
def test_a_run_that_has_no_memory_left_says_what_is_kept(tmp_path, capsys, monkeypatch, error):
    def have_no_memory(*_):
        raise error

    monkeypatch.setattr(RunFolder, "record", have_no_memory)
    assert train.main(arguments(tmp_path / "run", "--steps", "3")) == 1
    told = capsys.readouterr().err
    assert "is not enough; try a smaller batch" in told
    assert "; the last good checkpoint is kept" in told


def test_a_folder_that_is_renamed_during_the_run_is_not_called_one_without_a_checkpoint(
    tmp_path, capsys, monkeypatch
):
    out, new = tmp_path / "run", tmp_path / "new name"

    def rename(folder, chunk):
        out.rename(new)

    monkeypatch.setattr(RunFolder, "record", rename)
    assert train.main(arguments(out)) == 1
    printed = capsys.readouterr().err
    assert "its folder is gone; if you have renamed it, go on with --resume --out and the new name" in printed
    assert not out.exists()
    monkeypatch.undo()
    assert train.main(["--out", str(new), "--resume"]) == 0
