"""The commands of `python -m gan`: what they print, and what they refuse."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from gan import __main__ as program
from gan.__main__ import COMMANDS
from gan.cli import classifier as classifier_command
from gan.cli import evaluate, modes, record, sample
from gan.data import datasets
from gan.data.held_out import select
from gan.evaluation import classifier, comparison, model_data, train_classifier
from gan.networks import checkpoints
from gan.training.saved_state import model_of
from gan.training.state import init_state
from tests.conftest import ROOT, make_tiny

pytestmark = pytest.mark.runs_long


@pytest.fixture
def few(few_digits, monkeypatch):
    """Models of "mnist" are compared with a part of it."""
    monkeypatch.setattr(model_data, "load_splits", lambda *a: few_digits)


def test_evaluate_reports_every_figure_beside_that_of_real_pictures(few, tiny_digits, capsys):
    assert evaluate.main([str(tiny_digits), "--count", "500", "--seeds", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "500 samples, 2 seeds from 1000, beside the test pictures of mnist" in lines[0]
    assert classifier.load().hash in lines[1]
    for name, text in comparison.DESCRIPTIONS.items():
        found = [line for line in lines if line.startswith(text)]
        assert len(found) == (name != "cas"), name
        assert all(np.isfinite(float(word)) for line in found for word in line.split()[-3:])
    assert len([line for line in lines if line.startswith("  ")]) == 1 + 10, "a line a class"


def test_a_figure_that_one_seed_lacks_is_that_of_the_others(few, tiny_model, monkeypatch, capsys):
    """As of a model that makes two pictures only: the paths of a seed may all lead from one to the same."""
    paths = iter([{"path_length_ratio": 1.5}, {}, {}])
    monkeypatch.setattr(comparison.Comparison, "path_figures", lambda *_: next(paths))
    assert evaluate.main([str(tiny_model), "--count", "20", "--seeds", "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["figures"]["path_length_ratio"] == 1.5


def test_evaluate_as_json(few, tiny_model, capsys):
    assert evaluate.main([str(tiny_model), "--count", "400", "--split", "validation", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert classifier.load().hash in result["feature_network"]
    assert (result["split"], result["seeds"], result["count"]) == ("validation", [0], 400)
    assert result["figures"]["frechet"] > 10 * result["real"]["frechet"]  # it is untrained
    assert "conditional_accuracy" not in result["figures"]  # it is unconditional
    assert result["std"] == {}
    assert result["has_seen_them"]
    model = checkpoints.load_model(tiny_model)
    for metadata, split, told in (
        ({}, "validation", True),
        ({}, "test", False),
        ({"held_out": "validation"}, "validation", False),
    ):
        checkpoints.save_model(tiny_model, model._replace(metadata=model.metadata | metadata))
        assert evaluate.main([str(tiny_model), "--count", "100", "--seeds", "1", "--split", split]) == 0
        assert ("has learned from these pictures" in capsys.readouterr().out) == told
    assert sum(result["real_class_frequencies"]) == pytest.approx(1)


def test_evaluate_finds_a_models_data_or_asks_for_it(few_digits, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "drawings"
    np.savez(folder.with_suffix(".npz"), x_train=few_digits.train.images[:200, :, :, 0])
    train_set = datasets.load_dataset(str(folder.with_suffix(".npz")))
    recipe, path = make_tiny(), tmp_path / "model.safetensors"
    metadata = {"dataset": train_set.name, "data": train_set.fingerprint()}
    checkpoints.save_model(path, model_of(recipe, init_state(recipe, 0), metadata))

    def told(*arguments):
        status = evaluate.main([str(path), *arguments, "--split", "validation", "--count", "20"])
        printed = capsys.readouterr()
        return printed.out if status == 0 else printed.err

    monkeypatch.setenv("FORGER_CACHE", str(tmp_path / "cache"))

    def fit(images, labels, classes, steps, **options):  # an untrained network reads nothing, but is read
        return classifier.init_variables(0, images.shape[1:], classes)

    monkeypatch.setattr(train_classifier, "fit", fit)
    asked = told()
    assert "trained on drawings.npz, which is not here; add --dataset with its path" in asked
    assert asked.count("\n") == 1
    assert "was not trained on the pictures of mnist" in told("--dataset", "mnist")
    assert "20 samples, seed 0, beside the validation pictures of drawings.npz" in told(
        "--dataset", train_set.name
    )
    (tmp_path / "local.json").write_text(json.dumps({"dataset": train_set.name}))  # as a run leaves it
    found = told()
    assert "tells by which quarter turns they are turned" in found
    assert "low-confidence" not in found, "it reads no classes"
    assert evaluate.main([str(path)]) == 2
    assert "no test pictures; add --split validation" in capsys.readouterr().err


def test_evaluate_refuses_before_a_network_is_trained(few_digits, tiny_digits, monkeypatch, capsys):
    def refused(test, *arguments):
        monkeypatch.setattr(model_data, "load_splits", lambda *a: few_digits._replace(test=test))
        assert evaluate.main([str(tiny_digits), *arguments]) == 2
        return capsys.readouterr().err

    monkeypatch.setattr(evaluate.feature_networks, "load", None)
    test = few_digits.test
    told = "3 test pictures are too few, figures need at least 6; add more, or --split validation"
    assert told in refused(select(test, np.arange(3)))
    told = "--slow: the test pictures have no labels; add --split validation"
    assert told in refused(test._replace(labels=None), "--slow")


def test_refusals(tiny_model, tmp_path, capsys):
    def refused(command, *arguments):
        assert command.main([str(argument) for argument in arguments]) == 2
        printed = capsys.readouterr().err
        assert printed.count("\n") == 1
        return printed

    assert "--count 5" in refused(evaluate, tiny_model, "--count", 5)
    assert "--seeds 0" in refused(evaluate, tiny_model, "--seeds", 0)
    assert "--dataset is empty" in refused(evaluate, tiny_model, "--dataset", "")
    assert "conditional" in refused(evaluate, tiny_model, "--slow")
    assert "no such file" in refused(evaluate, tmp_path / "x.safetensors")
    assert "was trained on mnist, and modes are those of stacked-mnist" in refused(modes, tiny_model)
    assert "--seed -1" in refused(modes, tiny_model, "--seed", -1)
    assert "--epochs 0" in refused(classifier_command, "--epochs", 0)
    assert "--epochs 10000000000" in refused(classifier_command, "--epochs", 10**10)
    for place in (tmp_path / "nowhere" / "c.safetensors", tmp_path):
        assert "a file in a folder that exists" in refused(classifier_command, "--out", place)
    too_long = tmp_path / ("a" * 300)
    assert "File name too long" in refused(classifier_command, "--out", too_long)
    assert "File name too long" in refused(record, too_long)
    (tmp_path / "old").write_text("kept")
    assert refused(record, tmp_path).endswith(
        f"error: {tmp_path}: there is something already; choose a new folder\n"
    )
    assert "choose another folder" in refused(record, tmp_path / "old")
    assert "--digits" in refused(sample, tiny_model, "--digits", 7)
    assert "called --conditional" not in refused(sample, tiny_model, "--digits", 7)
    assert "expected 0-63" in refused(sample, tiny_model, "--seeds", "1" * 5000)
    assert "expected 0-63" in refused(sample, tiny_model, "--seeds", "")
    for name, why in (("old.xbm", "use .png"), ("old", "use .png"), ("old.xyz", "no kind of picture")):
        (tmp_path / name).write_text("kept")
        assert why in refused(sample, tiny_model, "--seeds", "0-3", "--out", tmp_path / name)
        assert (tmp_path / name).read_text() == "kept"


def test_a_grid_and_an_array_of_one_name_would_overwrite_each_other(tiny_model, tmp_path, capsys):
    both = tmp_path / "same.png"
    assert sample.main([str(tiny_model), "--out", str(both), "--npy", str(both)]) == 2
    assert "give two names" in capsys.readouterr().err
    assert not both.exists()
    again = tmp_path / ".." / tmp_path.name / "same.png"
    assert sample.main([str(tiny_model), "--out", str(both), "--npy", str(again)]) == 2
    assert "give two names" in capsys.readouterr().err
    assert sample.main([str(tiny_model), "--npy", str(tiny_model)]) == 2
    assert "is the model itself" in capsys.readouterr().err
    state = tmp_path / "state.safetensors"
    state.write_bytes(b"all that resuming needs")
    assert sample.main([str(tiny_model), "--npy", str(state)]) == 2
    assert "would overwrite a checkpoint; give another name" in capsys.readouterr().err
    assert state.read_bytes() == b"all that resuming needs"
    checkpoints.load_model(tiny_model)
    assert sample.main([str(tiny_model), "--count", "1", "--out", str(both)]) == 0
    assert capsys.readouterr().out == f"1 picture in {both}\n"


def test_stacked_command(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(modes, "SAMPLES", 500)
    monkeypatch.setitem(datasets.STACKS, "test", 3000)
    recipe = make_tiny(channels=3)
    path = tmp_path / "stacks.safetensors"
    metadata = {"dataset": "stacked-mnist", "step": 0}
    checkpoints.save_model(path, model_of(recipe, init_state(recipe, 0), metadata))
    assert modes.main([str(path)]) == 0
    assert classifier.load().hash in capsys.readouterr().out
    assert modes.main([str(path), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["modes"] < 500
    assert 900 < result["real_modes"] < 1000  # 3000 draws of 1000 modes miss one in e³


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(name, capsys):
    with pytest.raises(SystemExit) as end:
        program.main([name, "--help"])
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: python -m gan {name}")


def test_a_command_as_a_user_types_it():
    """In a process of its own."""
    command = [sys.executable, "-m", "gan", "sample", "--help"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("usage: python -m gan sample")


def test_help_that_nobody_reads_any_more_is_thrown_away(monkeypatch):
    reader, writer = os.pipe()
    os.close(reader)
    monkeypatch.setattr(sys, "stdout", os.fdopen(writer, "w"))
    assert program.main(["--help"]) == 0
    sys.stdout.close()


def test_an_unknown_command_lists_those_that_there_are(capsys):
    assert program.main(["smaple"]) == 2
    told = capsys.readouterr().err
    assert "no command 'smaple'" in told
    assert all(name in told for name in COMMANDS)
