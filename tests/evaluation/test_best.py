"""A run is measured while it trains, and its best model is kept."""

import json

import numpy as np
import pytest

import train
from gan.data.held_out import select
from gan.errors import InputError
from gan.evaluation import best, feature_networks
from gan.evaluation.best import Interval, Validation
from gan.networks import checkpoints, real_logits
from gan.training.trainer import Trainer
from tests.conftest import make_tiny
from tests.train_runs import arguments, rows

pytestmark = pytest.mark.runs_long


def test_intervals():
    assert Interval.parse("5000") == (5000, 0)
    assert Interval.parse("60s") == (None, 60)
    assert Interval.parse("0.5s") == (None, 0.5)
    for wrong in ("", "0", "0s", "-3", "1.5", "60 s", "s", "60m"):
        with pytest.raises(InputError, match="expected steps, as 5000, or seconds, as 60s"):
            Interval.parse(wrong)


@pytest.fixture
def validation(few_digits, monkeypatch):
    monkeypatch.setattr(best, "COUNT", 200)

    def make(text, first_step=0):
        config = make_tiny(classes=10).model
        return Validation(Interval.parse(text), config, few_digits.train, {}, first_step)

    return make


def test_steps_and_seconds_come_due(validation):
    by_steps = validation("100", first_step=250)
    assert [by_steps.is_due(step, 0) for step in (260, 299, 300, 330, 520, 530)] == [0, 0, 1, 0, 1, 0]
    by_seconds = validation("10s")
    assert [by_seconds.is_due(1, seconds) for seconds in (4, 10.5, 12, 20.6)] == [0, 1, 0, 1]


def test_figures_are_the_same_for_the_same_generator(validation, mnist):
    measured = validation("10")
    generator = Trainer(make_tiny(classes=10), mnist).state.generator_ema
    figures = measured.figures(generator)
    assert {"frechet", "recall", "kl_divergence", "conditional_accuracy"} <= figures.keys()
    assert measured.figures(generator) == figures


def test_the_best_model_is_kept(tmp_path, monkeypatch, capsys):
    """The one with the lowest distance, though it is not the last; also where the run goes on."""
    monkeypatch.setattr(best, "COUNT", 50)
    distances = iter([5.0, 3.0, 4.0, 2.0])
    seen = []

    def figures(self, generator):
        seen.append(generator)
        return {"frechet": next(distances), "recall": 0.5}

    monkeypatch.setattr(Validation, "figures", figures)
    out = tmp_path / "run"
    assert train.main(arguments(out, "--evaluate-every", "20s")) == 0  # 20 steps take less: only at the end
    first = checkpoints.load_model(out / "best.safetensors").metadata
    assert json.loads(first["validation_figures"]) == {"frechet": 5.0, "recall": 0.5}
    assert real_logits.percentiles_of(first, 0).shape == (1, 101)
    assert "feature network" in capsys.readouterr().out
    for last, kept in ((30, "30"), (40, "30"), (50, "50")):
        arguments_on = ["--out", str(out), "--resume", "--steps", str(last), "--evaluate-every", "99s"]
        assert train.main(arguments_on) == 0
        assert checkpoints.load_model(out / "best.safetensors").metadata["step"] == kept
    measured = [(row["step"], row["frechet"]) for row in rows(out) if "frechet" in row]
    assert measured == [(20, 5.0), (30, 3.0), (40, 4.0), (50, 2.0)]
    assert checkpoints.load_model(out / "model.safetensors").metadata["step"] == "50"


def test_the_last_step_is_measured_once(tmp_path, monkeypatch):
    monkeypatch.setattr(best, "COUNT", 50)
    monkeypatch.setattr(Validation, "figures", lambda self, generator: {"frechet": 5.0})
    out = tmp_path / "run"
    assert train.main(arguments(out, "--evaluate-every", "20")) == 0  # it has 20 steps
    assert [row["step"] for row in rows(out) if "frechet" in row] == [20]


def test_too_few_pictures_are_refused_before_a_network_is_trained(few_digits, monkeypatch):
    splits = few_digits._replace(rest=select(few_digits.rest, np.arange(3)))
    monkeypatch.setattr(best, "split_training", lambda *arguments: splits)
    monkeypatch.setattr(feature_networks, "load", None)
    with pytest.raises(InputError, match="3 training pictures are too few, figures need at least 6"):
        Validation(Interval.parse("10"), make_tiny().model, few_digits.train, {})


def test_a_wrong_interval_is_refused_before_anything_is_written(tmp_path, capsys):
    assert train.main(arguments(tmp_path / "run", "--evaluate-every", "often")) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "run").exists()
