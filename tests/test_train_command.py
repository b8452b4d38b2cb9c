"""train.py as a user runs it, on the real MNIST: what it writes, what it refuses, and how a run goes on."""

import functools
import io
import shutil
import sys

import jax
import numpy as np
import pytest
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import train
from gan.config import MODEL_OPTIONS, TRAIN_OPTIONS
from gan.networks import checkpoints
from gan.training.setup import TrainOptions, plan
from tests.train_runs import SMALL, arguments, rows


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
    capsys.readouterr()
    still = ["generator_lr=0", "discriminator_lr=0", "mode_seeking_weight=0.1"]
    assert train.main([*options, "--steps", "3", "--set", *still]) == 0
    before, after = (checkpoints.load_model(path) for path in (model, out / "model.safetensors"))
    for network in ("generator", "discriminator"):  # an average of the same rounds a little
        same = functools.partial(np.testing.assert_allclose, rtol=1e-5, atol=1e-7)
        jax.tree.map(same, getattr(before, network), getattr(after, network))
    assert after.metadata["step"] == "3"
    assert after.metadata["initialized_from"].startswith(f"{before.metadata['command']} (960 images")
    assert train.main([*options[:2], "--resume", "--steps", "4", "--set", "sampling_scale=1.25"]) == 0
    resumed = checkpoints.load_model(out / "model.safetensors")
    assert "initialized_from" in resumed.metadata
    assert resumed.recipe.model.sampling_scale == 1.25


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


def test_a_conditional_run_on_eight_devices_goes_on_with_one(tmp_path):
    """It is then equal to rounding, and not bit for bit."""
    eight, one = tmp_path / "eight", tmp_path / "one"
    assert train.main(arguments(eight, "--conditional", "--devices", "8", "--steps", "5")) == 0
    assert checkpoints.load_model(eight / "model.safetensors").recipe.model.classes == 10
    shutil.copytree(eight, one)
    assert train.main(["--out", str(eight), "--resume", "--steps", "8"]) == 0
    assert train.main(["--out", str(one), "--resume", "--steps", "8", "--devices", "1"]) == 0
    models = [checkpoints.load_model(out / "model.safetensors") for out in (eight, one)]
    assert [model.metadata["devices"] for model in models] == ["8", "1"]
    weights, others = (np.concatenate([np.ravel(w) for w in jax.tree.leaves(m.generator)]) for m in models)
    assert np.linalg.norm(weights - others) < 1e-3 * np.linalg.norm(weights)


def test_seconds_are_counted_from_the_first_step_and_anneal_the_rates(tmp_path, monkeypatch):
    shares = []
    monkeypatch.setattr(train, "anneal", lambda hyper, share: shares.append(share) or hyper)
    assert (
        train.main(arguments(tmp_path / "a", "--steps", "100000000", "--max-seconds", "1", "--anneal")) == 0
    )
    assert float(checkpoints.load_model(tmp_path / "a" / "model.safetensors").metadata["seconds"]) >= 0.5
    assert shares == sorted(shares)
    assert shares
    assert all(0 < share < 1 for share in shares)


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
        (["--max-seconds", "1.7e308"], "at most 1,000,000,000"),
        (["--dataset", ""], "--dataset is empty"),
        (["--set", "beta1=0.99999999"], "beta1=0.99999999: expected a number from 0 and below 1"),
        (["--set", "instance_noise=1e300"], "instance_noise=1e+300: expected a number"),
        (
            [
                "--set",
                "size=64",
                "generator_channels=8,8,8",
                "generator_kernels=4,4,4",
                "discriminator_channels=8,8,8",
            ],
            "the dataset has 28×28; choose by --size",
        ),
        (["--set", "channels=3"], "3 is colour"),
        (["--set", "classes=5"], "the recipe has 5 classes, the dataset 10; choose another dataset"),
        (["--anneal"], "give --max-seconds too"),
        (["--set", "decay_steps=10"], "decay_steps=10"),
        (["--resume"], "there is no run in "),
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


def test_to_go_on_with_no_run_says_where_one_would_be(tmp_path, capsys):
    for out in (tmp_path / "missing", tmp_path):
        assert train.main(["--out", str(out), "--resume"]) == 2
        told = "give --out the folder of a run that has been saved, or leave out --resume to begin one"
        assert capsys.readouterr().err == f"train.py: error: there is no run in {out}; {told}\n"


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


def test_a_term_can_be_switched_off_as_a_run_goes_on(tmp_path):
    out = tmp_path / "run"
    assert train.main(arguments(out, "--steps", "3")) == 0
    more = ["--out", str(out), "--resume", "--steps", "6", "--set", "r1_gamma=0", "decay_steps=100"]
    assert train.main(more) == 0
    model = checkpoints.load_model(out / "model.safetensors")
    assert (model.recipe.hyper.r1_gamma, model.recipe.hyper.decay_steps) == (0, 100)


def test_a_name_that_cannot_be_is_refused_in_one_line(capsys):
    name = 300 * "x"
    for options in (["--init-from", name], ["--resume", "--out", name], ["--out", name]):
        assert train.main([*options, "--steps", "3"]) == 2
        assert "too long" in capsys.readouterr().err, options


def test_a_damaged_line_of_the_metrics_is_left_out(tmp_path):
    out = tmp_path / "run"
    assert train.main(arguments(out, "--steps", "3")) == 0
    with (out / "metrics.jsonl").open("ab") as file:
        file.write(b"\xff\xfe\n")
    assert train.main(["--out", str(out), "--resume", "--steps", "10"]) == 0
    assert [row["step"] for row in rows(out)] == [1, 10]


def test_a_terminal_that_lacks_letters_gets_question_marks_and_none_gets_nothing(
    tmp_path, monkeypatch, capsys
):
    out = tmp_path / "猫"
    narrow = io.TextIOWrapper(io.BytesIO(), "ascii")
    for terminal in (narrow, None):
        monkeypatch.setattr(sys, "stdout", terminal)
        assert train.main(arguments(out, "--steps", "2")) == (0 if terminal else 2)
    assert "already holds a run" in capsys.readouterr().err
    assert train.main(["--out", str(out), "--resume", "--steps", "3"]) == 0
    narrow.flush()
    assert b"/?: samples/" in narrow.buffer.getvalue()
