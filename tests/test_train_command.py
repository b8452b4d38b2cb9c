"""train.py as a user runs it: as a process, on the real MNIST."""

import json
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file

import train
from gan import checkpoints
from tests.conftest import ROOT, TINY

SMALL = [
    f"{name}={','.join(map(str, value)) if isinstance(value, tuple) else value}"
    for name, value in TINY.items()
]


def arguments(out, *more):
    return ["--out", str(out), "--set", *SMALL, *more]


def process(*more):
    command = [sys.executable, "train.py", *map(str, more)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def rows(out):
    return [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A finished run of 60 steps."""
    out = tmp_path_factory.mktemp("runs") / "whole"
    assert train.main(arguments(out, "--steps", "60")) == 0
    return out


def test_a_run_leaves_what_it_promises(whole):
    assert [row["step"] for row in rows(whole)] == [1, 10, 20, 30, 40, 50, 60]
    assert {"discriminator_loss", "generator_loss", "real_score"} <= set(rows(whole)[0])
    model = checkpoints.load_model(whole / "model.safetensors")
    assert model.about["step"] == "60"
    assert model.about["images"] == "960"
    assert model.about["seed"] == "0"
    assert model.about["dataset"] == "mnist"
    assert model.about["command"].startswith("python train.py --out")
    assert float(model.about["seconds"]) > 0
    assert "CPU" in model.about["device"]
    assert Image.open(whole / "samples" / "0000000.png").width > 900
    events = b"".join(path.read_bytes() for path in whole.glob("events.out.*"))
    assert b"Loss/discriminator" in events
    assert b"Loss/generator" in events


def test_resuming_is_bit_for_bit(whole, tmp_path, capsys):
    out = tmp_path / "parts"
    assert train.main(arguments(out, "--steps", "23")) == 0
    assert train.main(["--out", str(out), "--resume", "--steps", "60"]) == 0
    for name in ("state.safetensors", "model.safetensors"):
        a, b = load_file(whole / name), load_file(out / name)
        assert a.keys() == b.keys()
        assert all(np.array_equal(a[key], b[key]) for key in a)
    assert [row["step"] for row in rows(out)] == [row["step"] for row in rows(whole)]
    command = checkpoints.load_model(out / "model.safetensors").about["command"]
    assert command.count("train.py") == 2, "the metadata tells all that led here"
    assert "--resume goes on" in capsys.readouterr().out


def test_a_conditional_run_on_eight_devices(tmp_path):
    out = tmp_path / "digits"
    assert train.main(arguments(out, "--digits", "--devices", "8", "--steps", "5")) == 0
    assert checkpoints.load_model(out / "model.safetensors").recipe.model.classes == 10


def test_seconds_are_counted_from_the_first_step(tmp_path):
    start = time.monotonic()
    assert train.main(arguments(tmp_path / "a", "--steps", "100000000", "--max-seconds", "1")) == 0
    assert float(checkpoints.load_model(tmp_path / "a" / "model.safetensors").about["seconds"]) >= 0.5
    assert time.monotonic() - start < 60


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (["--recipe", "slow"], "unknown recipe 'slow'; the recipes are article, fast"),
        (["--dataset", "nmist"], "neither one of mnist"),
        (["--set", "speed=9"], "unknown option 'speed'"),
        (["--set", "r1"], "expected NAME=VALUE"),
        (["--devices", "99"], "99 devices asked for"),
        (["--devices", "3", "--batch-size", "16"], "does not divide"),
        (["--batch-size", "0"], "batch_size"),
        (["--steps", "0"], "steps"),
        (["--seed", "-1"], "--seed -1"),
        (["--max-seconds", "-3"], "--max-seconds"),
        (["--resume"], "no such file"),
        (["--bananas"], "unrecognized arguments: --bananas"),
        (["--steps", "many"], "invalid int value: 'many'"),
        (["--set", "loss=hinge", "label_smoothing=0.1"], "label_smoothing"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(more, word, tmp_path, capsys):
    out = tmp_path / "run"
    assert train.main(["--out", str(out), *more]) == 2
    printed = capsys.readouterr().err
    assert word in printed
    assert printed.count("\n") == 1
    assert not out.exists()


def test_a_run_is_not_overwritten(whole, capsys):
    before = (whole / "state.safetensors").read_bytes()
    assert train.main(arguments(whole)) == 2
    assert "already holds a run" in capsys.readouterr().err
    assert (whole / "state.safetensors").read_bytes() == before


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (["--recipe", "article"], "has fast"),
        (["--seed", "4"], "has 0"),
        (["--digits"], "unconditional"),
        (["--set", "z_dim=9"], "keeps its networks"),
        (["--batch-size", "32"], "keeps its networks"),
    ],
)
def test_a_resumed_run_stays_itself(whole, more, word, capsys):
    assert train.main(["--out", str(whole), "--resume", *more]) == 2
    assert word in capsys.readouterr().err


def test_a_nan_stops_the_run_and_keeps_the_last_good_checkpoint(whole, tmp_path, capsys):
    out = tmp_path / "nan"
    assert train.main(arguments(out, "--steps", "5")) == 0
    good = (out / "model.safetensors").read_bytes()
    more = ["--steps", "500", "--save-every", "0", "--set", "generator_lr=1e38", "discriminator_lr=1e38"]
    assert train.main(["--out", str(out), "--resume", *more]) == 1
    printed = capsys.readouterr().err
    assert "not a finite number at step 6" in printed
    assert "try a lower generator_lr" in printed
    assert (out / "model.safetensors").read_bytes() == good


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_finishes_the_step_and_saves(number, tmp_path):
    out = tmp_path / "run"
    running = process(*arguments(out, "--steps", "100000000"))
    wait_for(out / "metrics.jsonl", running)
    running.send_signal(number)
    printed, errors = running.communicate(timeout=60)
    assert running.returncode == 0, errors
    assert "--resume goes on" in printed
    _, state, about = checkpoints.load_state(out / "state.safetensors")
    assert about["step"] == str(int(state.step))
    assert f"step {about['step']}:" in printed


def wait_for(path, running):
    deadline = time.monotonic() + 60
    while not (path.exists() and path.stat().st_size) and time.monotonic() < deadline:
        assert running.poll() is None, running.communicate()
        time.sleep(0.01)


def test_twenty_kills_lose_nothing(tmp_path):
    """Killed at random moments, the last checkpoint loads, goes forward, and ends where it should."""
    chance = random.Random(0)
    out, undisturbed = tmp_path / "killed", tmp_path / "undisturbed"
    last = 0
    for kill in range(20):
        more = ["--out", out, "--resume"] if kill else arguments(out)
        running = process(*more, "--steps", "100000000", "--save-every", "0")
        if kill:  # a moment in the start, in a step, in a write
            time.sleep(chance.uniform(0.5, 4.0))
        else:
            wait_for(out / "model.safetensors", running)
        assert running.poll() is None, running.communicate()
        running.kill()
        running.communicate()
        _, state, about = checkpoints.load_state(out / "state.safetensors")
        checkpoints.load_model(out / "model.safetensors")
        assert int(state.step) == int(about["step"]) >= last
        last = int(state.step)
    assert last > 0
    total = str(last + 10)
    assert train.main(["--out", str(out), "--resume", "--steps", total]) == 0
    assert train.main(arguments(undisturbed, "--steps", total)) == 0
    a, b = (load_file(folder / "state.safetensors") for folder in (out, undisturbed))
    assert all(np.array_equal(a[key], b[key]) for key in a)
    logged = [row["step"] for row in rows(out)]
    assert logged == sorted(set(logged))
    assert not list(out.glob(".*.part"))
