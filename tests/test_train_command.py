"""train.py as a user runs it: as a process, on the real MNIST."""

import functools
import json
import random
import shutil
import signal
import subprocess
import sys
import time

import jax
import numpy as np
import pytest
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import train
from gan.config import MODEL_OPTIONS, TRAIN_OPTIONS
from gan.data import datasets
from gan.networks import checkpoints
from gan.training import saved_state
from gan.training.setup import TrainOptions, plan
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
    assert model.metadata["step"] == "60"
    assert model.metadata["images"] == "960"
    assert model.metadata["seed"] == "0"
    assert model.metadata["dataset"] == "mnist"
    assert model.metadata["command"].startswith("python train.py --out")
    assert float(model.metadata["seconds"]) > 0
    assert "CPU" in model.metadata["device"]
    assert Image.open(whole / "samples" / "0000000.png").width > 900
    events = b"".join(path.read_bytes() for path in whole.glob("events.out.*"))
    assert b"Loss/discriminator" in events
    assert b"Loss/generator" in events


def test_a_run_begins_with_a_trained_model(whole, tmp_path, capsys):
    out, model = tmp_path / "further", str(whole / "model.safetensors")
    options = ["--out", str(out), "--init-from", model]
    assert train.main([*options, "--conditional"]) == 2
    assert train.main([*options, "--set", "z_dim=3"]) == 2
    assert "may not change their shapes" in capsys.readouterr().err
    assert train.main([*options, "--resume"]) == 2
    still = ["generator_lr=0", "discriminator_lr=0", "mode_seeking_weight=0.1"]
    assert train.main([*options, "--steps", "3", "--set", *still]) == 0
    before, after = (checkpoints.load_model(path) for path in (model, out / "model.safetensors"))
    for network in ("generator", "discriminator"):  # an average of the same rounds a little
        same = functools.partial(np.testing.assert_allclose, rtol=1e-5, atol=1e-7)
        jax.tree.map(same, getattr(before, network), getattr(after, network))
    assert after.metadata["step"] == "3"
    assert after.metadata["initialized_from"].startswith(f"{before.metadata['command']} (960 images")
    assert train.main([*options[:2], "--resume", "--steps", "4"]) == 0
    assert "initialized_from" in checkpoints.load_model(out / "model.safetensors").metadata


def test_resuming_is_bit_for_bit(whole, tmp_path, capsys):
    out = tmp_path / "parts"
    assert train.main(arguments(out, "--steps", "23")) == 0
    assert train.main(["--out", str(out), "--resume", "--steps", "60"]) == 0
    for name in ("state.safetensors", "model.safetensors"):
        a, b = load_file(whole / name), load_file(out / name)
        assert a.keys() == b.keys()
        assert all(np.array_equal(a[key], b[key]) for key in a)
    assert [row["step"] for row in rows(out)] == [row["step"] for row in rows(whole)]
    command = checkpoints.load_model(out / "model.safetensors").metadata["command"]
    assert command.count("train.py") == 2, "the metadata tells all that led here"
    assert "goes on from" in capsys.readouterr().out


def test_a_run_of_an_older_version_goes_on(whole, tmp_path):
    """Its state calls the averaged generator `average`, and its recipe calls R1's weight `r1`."""
    old, new = tmp_path / "old", tmp_path / "new"
    shutil.copytree(whole, new)
    shutil.copytree(whole, old)
    path = old / "state.safetensors"
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
    arrays = {name.replace("generator_ema/", "average/"): array for name, array in load_file(path).items()}
    assert any(name.startswith("average/") for name in arrays)
    metadata["recipe"] = metadata["recipe"].replace('"r1_gamma"', '"r1"')
    save_file(arrays, path, metadata)
    for out in (old, new):
        assert train.main(["--out", str(out), "--resume", "--steps", "63"]) == 0
    a, b = (load_file(out / "state.safetensors") for out in (old, new))
    assert a.keys() == b.keys()
    assert all(np.array_equal(a[key], b[key]) for key in a)


def test_rates_may_move_when_a_run_goes_on(whole, tmp_path):
    out = tmp_path / "moved"
    shutil.copytree(whole, out)
    assert (
        train.main(["--out", str(out), "--resume", "--steps", "62", "--set", "beta1=0.5", "r1_gamma=3"]) == 0
    )


def test_a_conditional_run_on_eight_devices(tmp_path):
    out = tmp_path / "digits"
    assert train.main(arguments(out, "--conditional", "--devices", "8", "--steps", "5")) == 0
    assert checkpoints.load_model(out / "model.safetensors").recipe.model.classes == 10


def test_seconds_are_counted_from_the_first_step(tmp_path):
    start = time.monotonic()
    assert train.main(arguments(tmp_path / "a", "--steps", "100000000", "--max-seconds", "1")) == 0
    assert float(checkpoints.load_model(tmp_path / "a" / "model.safetensors").metadata["seconds"]) >= 0.5
    assert time.monotonic() - start < 60


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (["--recipe", "slow"], "unknown recipe 'slow'; the recipes are article, fast"),
        (["--dataset", "nmist"], "neither one of mnist"),
        (["--set", "speed=9"], "unknown option 'speed'"),
        (["--set", "r1_gamma"], "expected NAME=VALUE"),
        (["--devices", "99"], "99 devices asked for"),
        (["--devices", "3", "--batch-size", "16"], "does not divide"),
        (["--batch-size", "0"], "batch_size"),
        (["--steps", "0"], "steps"),
        (["--seed", "-1"], "--seed -1"),
        (["--max-seconds", "-3"], "--max-seconds"),
        (["--max-seconds", "0"], "--max-seconds"),
        (["--max-seconds", "inf"], "--max-seconds"),
        (["--set", "decay_steps=10"], "decay_steps=10"),
        (["--resume"], "no such file"),
        (["--bananas"], "unrecognized arguments: --bananas"),
        (["--steps", "many"], "invalid int value: 'many'"),
        (["--set", "loss=hinge", "label_smoothing=0.1"], "label_smoothing"),
        (["--set", "r1=3"], "option 'r1' is called 'r1_gamma' now"),
        (["--digits"], "--digits is called --conditional now"),
        (["--begin-with=model.safetensors"], "--begin-with is called --init-from now"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(more, word, tmp_path, capsys):
    out = tmp_path / "run"
    assert train.main(["--out", str(out), *more]) == 2
    printed = capsys.readouterr().err
    assert word in printed
    assert printed.count("\n") == 1
    assert not out.exists()


def test_the_help_lists_every_option_of_a_recipe(capsys):
    with pytest.raises(SystemExit):
        train.main(["--help"])
    printed = capsys.readouterr().out
    assert all(f"\n  {name}=" in printed for name in MODEL_OPTIONS | TRAIN_OPTIONS)


def test_classes_and_what_needs_them_are_asked_for_at_once():
    options = TrainOptions(conditional=True, set=(*SMALL, "wrong_label_weight=0.1"))
    assert plan(options).trainer.recipe.model.classes == 10


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
        (["--dataset", "."], "has mnist"),
        ([], "at step 60 already"),
        (["--conditional"], "unconditional"),
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


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path, capsys):
    precious = tmp_path / "metrics.jsonl"
    precious.write_text("mine")
    assert train.main(arguments(tmp_path)) == 2
    assert "not an empty folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [precious]
    assert precious.read_text() == "mine"


@pytest.mark.parametrize("out", ["file/run", "a\0b", "file"])
def test_a_folder_that_cannot_be(out, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert train.main(arguments(f"{tmp_path}/{out}", "--steps", "1")) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_two_processes_do_not_share_a_folder(tmp_path, capsys):
    out = tmp_path / "run"
    running = process(*arguments(out, "--steps", "100000000"))
    wait_for(out / "metrics.jsonl", running)
    assert train.main(["--out", str(out), "--resume", "--steps", "100000000"]) == 2
    assert "another process is training there" in capsys.readouterr().err
    running.terminate()
    running.communicate(timeout=240)
    assert running.returncode == 0


def make_pictures(folder):
    folder.mkdir(parents=True)
    for i in range(4):
        Image.new("L", (28, 28), 60 * i).save(folder / f"{i}.png")
    return folder


def test_a_run_whose_pictures_have_moved_goes_on(tmp_path, capsys):
    out, other = tmp_path / "run", make_pictures(tmp_path / "other")
    Image.new("L", (28, 28), 99).save(other / "5.png")
    pictures = make_pictures(tmp_path / "pictures")
    assert train.main(arguments(out, "--steps", "2", "--dataset", str(pictures))) == 0
    pictures.rename(moved := tmp_path / "moved")
    resume = ["--out", str(out), "--resume", "--steps"]
    capsys.readouterr()
    assert train.main([*resume, "3"]) == 2
    assert "trained on a folder, pictures; add --dataset" in capsys.readouterr().err
    assert train.main([*resume, "3", "--dataset", str(other)]) == 2
    assert (printed := capsys.readouterr().err).count("\n") == 1
    assert "not the pictures that the run" in printed
    assert train.main([*resume, "3", "--dataset", str(moved)]) == 0
    assert train.main([*resume, "4"]) == 0, "it remembers the new place"
    (out / "local.json").unlink()  # the folder was copied without it
    assert train.main([*resume, "5"]) == 2
    assert train.main([*resume, "5", "--dataset", str(moved)]) == 0
    (out / "local.json").write_text("[")
    assert train.main([*resume, "6", "--dataset", str(moved)]) == 0


def test_a_run_that_keeps_the_path_in_its_metadata_goes_on(tmp_path):
    """As runs did before the path had a file of its own; what is then written no longer holds it."""
    out, pictures = tmp_path / "run", make_pictures(tmp_path / "alice" / "pictures")
    assert train.main(arguments(out, "--steps", "2", "--dataset", str(pictures))) == 0
    (out / "local.json").unlink()
    path = out / "state.safetensors"
    with safe_open(path, framework="numpy") as file:
        old = file.metadata() | {"dataset": str(pictures), "command": f"train.py --dataset {pictures}"}
    save_file(load_file(path), path, old)
    assert train.main(["--out", str(out), "--resume", "--steps", "3"]) == 0
    metadata = checkpoints.load_model(out / "model.safetensors").metadata
    assert metadata["command"].startswith("train.py --dataset pictures && python train.py --out run --resume")
    assert not any(b"alice" in file.read_bytes() for file in out.glob("*.safetensors"))


def test_no_path_of_this_machine_is_in_a_checkpoint(tmp_path, monkeypatch):
    pictures = make_pictures(tmp_path / "alice" / "secret client")
    first, second = tmp_path / "alice" / "first", tmp_path / "alice" / "second"
    more = ["--steps", "2", "--dataset", str(pictures)]
    assert train.main([f"--out={first}", "--set", *SMALL, *more]) == 0
    monkeypatch.chdir(tmp_path)
    more += ["--init-from", "alice/first/model.safetensors"]
    assert train.main(["--out", "alice/second", *more]) == 0
    metadata = checkpoints.load_model(second / "model.safetensors").metadata
    wanted = "train.py --out second --steps 2 --dataset 'secret client' --init-from model.safetensors"
    assert metadata["command"].endswith(wanted)
    assert metadata["initialized_from"].startswith("python train.py --out=first")
    files = [*first.glob("*.safetensors"), *second.glob("*.safetensors")]
    assert len(files) == 4
    assert not any(b"alice" in file.read_bytes() for file in files)


def test_a_resumed_run_remembers_its_devices_and_its_data(tmp_path, capsys):
    out, pictures = tmp_path / "run", make_pictures(tmp_path / "pictures")
    more = ["--dataset", str(pictures), "--devices", "4"]
    assert train.main(arguments(out, "--steps", "2", *more)) == 0
    assert train.main(["--out", str(out), "--resume", "--steps", "3"]) == 0
    metadata = checkpoints.load_model(out / "model.safetensors").metadata
    assert (metadata["devices"], metadata["dataset"]) == ("4", "pictures")
    Image.new("L", (28, 28), 99).save(pictures / "5.png")
    assert train.main(["--out", str(out), "--resume", "--steps", "4"]) == 2
    assert "has changed" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_finishes_the_step_and_saves(number, tmp_path):
    out = tmp_path / "run"
    running = process(*arguments(out, "--steps", "100000000"))
    wait_for(out / "metrics.jsonl", running)
    running.send_signal(number)
    printed, errors = running.communicate(timeout=240)
    assert running.returncode == 0, errors
    assert "goes on from" in printed
    _, state, metadata = saved_state.load_state(out / "state.safetensors")
    assert metadata["step"] == str(int(state.step))
    assert f"step {metadata['step']}:" in printed


def wait_until(is_so, running):
    """Waits for a condition, while the process runs."""
    while not is_so():
        assert running.poll() is None, running.communicate()
        time.sleep(0.01)


def wait_for(path, running):
    wait_until(lambda: path.exists() and path.stat().st_size, running)


def test_kills_lose_nothing(tmp_path):
    """Killed at random moments, the last checkpoint loads, goes forward, and ends where it should."""
    chance = random.Random(0)
    out, undisturbed = tmp_path / "killed", tmp_path / "undisturbed"
    last, start = 0, 0.0
    for kill in range(6):
        more = ["--out", out, "--resume"] if kill else arguments(out)
        began = time.monotonic()
        running = process(*more, "--steps", "100000000", "--save-every", "0")
        if kill == 3:  # once it has gone on and saved, however slow the machine is
            saved = (out / "state.safetensors").stat().st_mtime_ns
            wait_until(lambda since=saved: (out / "state.safetensors").stat().st_mtime_ns > since, running)
        elif kill:  # a moment in the start, in a step, in a write
            time.sleep(chance.uniform(0.1, 1.3) * start)
        else:
            wait_for(out / "metrics.jsonl", running)
            start = time.monotonic() - began
        assert running.poll() is None, running.communicate()
        running.kill()
        running.communicate()
        _, state, metadata = saved_state.load_state(out / "state.safetensors")
        checkpoints.load_model(out / "model.safetensors")
        assert int(state.step) == int(metadata["step"]) >= last
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


def test_stacks_train_a_generator_of_three_channels(tmp_path, monkeypatch):
    monkeypatch.setitem(datasets.STACKS, "train", 2000)
    out = tmp_path / "stacks"
    assert train.main(arguments(out, "--steps", "2", "--dataset", "stacked-mnist")) == 0
    assert checkpoints.load_model(out / "model.safetensors").recipe.model.channels == 3
    assert train.main(["--out", str(out), "--resume", "--steps", "3"]) == 0
