"""The classifier that ships, and the two command lines that read samples with it."""

import json

import jax
import numpy as np
import pytest
from safetensors import safe_open

from gan import checkpoints, classifier, data, evaluate, stacked
from gan.state import init_state
from tests.conftest import make_tiny


@pytest.fixture(scope="module")
def test_set():
    return data.load("mnist", "test")


def test_the_judge_reads_what_it_says_it_reads(test_set):
    accuracy = (classifier.read(test_set.images).digits == test_set.labels).mean()
    assert accuracy >= 0.994
    assert f"{accuracy:.4f}" == classifier.load().about["accuracy"]
    assert classifier.PATH.stat().st_size <= 1_000_000
    with safe_open(classifier.PATH, framework="numpy") as file:
        names = file.keys()
        assert {file.get_tensor(name).dtype.name for name in names} == {"float16"}


def test_reading_does_not_depend_on_company(test_set):
    together, alone = classifier.read(test_set.images[:3]), classifier.read(test_set.images[2:3])
    np.testing.assert_allclose(together.features[2:], alone.features, atol=1e-4)
    np.testing.assert_allclose(together.probabilities.sum(axis=1), 1, atol=1e-5)


def test_a_classifier_learns(mnist):
    variables = classifier.fit(mnist.images[:6000], mnist.labels[:6000], epochs=15)
    held_out = slice(6000, 8000)
    accuracy = (classifier.read(mnist.images[held_out], variables).digits == mnist.labels[held_out]).mean()
    assert accuracy > 0.9


def test_distortion_moves_each_picture_its_own_way(mnist):
    pictures = np.repeat(mnist.images[:1, :, :, 0] / np.float32(255), 3, axis=0)
    a, b, c = classifier.distort(pictures, jax.random.key(0))
    assert min(abs(a - b).max(), abs(b - c).max()) > 0.2
    assert abs(a.sum() / pictures[0].sum() - 1) < 0.5


def test_a_poor_classifier_is_not_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(classifier, "fit", lambda *a, **k: classifier.load().variables)
    monkeypatch.setattr(classifier, "LEAST_ACCURACY", 1.0)
    assert classifier.main(["--out", str(tmp_path / "c.safetensors")]) == 2
    assert "nothing was written" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


def test_a_trained_classifier_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(classifier, "fit", lambda *a, **k: classifier.load().variables)
    assert classifier.main(["--out", str(tmp_path / "c.safetensors")]) == 0
    assert (tmp_path / "c.safetensors").stat().st_size == pytest.approx(
        classifier.PATH.stat().st_size, rel=0.01
    )


def test_real_pictures_are_judged_real_and_noise_is_not(mnist):
    real = evaluate.judge(mnist.images[:1000], mnist.labels[:1000])
    noise = evaluate.judge(np.random.default_rng(0).integers(0, 256, (1000, 28, 28, 1), dtype=np.uint8))
    assert real["precision"] > 0.7
    assert real["recall"] > 0.7
    assert real["as_asked"] > 0.98
    assert noise["frechet"] > 20 * real["frechet"]
    assert noise["recall"] < 0.05
    assert noise["two_sample"] > 0.95


def test_copies_are_caught(mnist, test_set):
    copied, fresh = evaluate.memorised(mnist.images), evaluate.memorised(test_set.images)
    assert copied["copies"] == 1
    assert copied["nearest"] == pytest.approx(0, abs=0.01)
    assert fresh["copies"] < 0.05
    assert fresh["nearest"] > 3


def test_a_glance_sees_a_collapse(mnist):
    ones = mnist.images[mnist.labels == 1][:1000]
    healthy, collapsed = evaluate.glance(mnist.images[:1000]), evaluate.glance(ones)
    assert collapsed.frechet > 10 * healthy.frechet
    assert collapsed.shares[1] > 0.95
    assert healthy.shares.min() > 0.05


def test_evaluate_reports_every_figure_beside_its_floor(tiny_digits, capsys):
    assert evaluate.main([str(tiny_digits), "--count", "1000"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert classifier.load().hash in lines[1]
    for name, text in evaluate.NAMES.items():
        found = [line for line in lines if line.startswith(text)]
        assert len(found) == (name != "taught"), name
        assert all(np.isfinite(float(word)) for line in found for word in line.split()[-2:])


def test_evaluate_as_json(tiny_model, capsys):
    assert evaluate.main([str(tiny_model), "--count", "1000", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["classifier"] == classifier.load().hash
    assert result["figures"]["frechet"] > 10 * result["floor"]["frechet"]  # it is untrained
    assert "as_asked" not in result["figures"]  # it is unconditional


def test_slow_teaches_by_samples_alone(tiny_digits, monkeypatch):
    seen = {}

    def fit(images, labels, progress):
        seen.update(images=images, labels=labels)
        return classifier.load().variables

    monkeypatch.setattr(classifier, "fit", fit)
    model = checkpoints.load_model(tiny_digits)
    figures = evaluate.figures_of(model, 1000, 0, slow=True)
    assert figures["taught"] == pytest.approx(float(classifier.load().about["accuracy"]))
    assert seen["images"].shape == (60_000, 28, 28, 1)
    assert np.bincount(seen["labels"]).tolist() == [6000] * 10


def test_refusals(tiny_model, tmp_path, capsys):
    def refused(command, *arguments):
        assert command.main([str(argument) for argument in arguments]) == 2
        printed = capsys.readouterr().err
        assert printed.count("\n") == 1
        return printed

    assert "--count 50" in refused(evaluate, tiny_model, "--count", 50)
    assert "conditional" in refused(evaluate, tiny_model, "--slow")
    assert "no such file" in refused(evaluate, tmp_path / "x.safetensors")
    assert "stacks have 3" in refused(stacked, tiny_model)
    assert "--seed -1" in refused(stacked, tiny_model, "--seed", -1)
    assert "--epochs 0" in refused(classifier, "--epochs", 0)
    assert "no folder" in refused(classifier, "--out", tmp_path / "nowhere" / "c.safetensors")
    other = tmp_path / "fashion.safetensors"
    checkpoints.save_model(other, make_tiny(), init_state(make_tiny(), 0), {"dataset": "fashion-mnist"})
    assert "MNIST's digits only" in refused(evaluate, other)


def test_all_modes_of_real_stacks_are_found():
    real = data.load("stacked-mnist", "test")
    count = stacked.count_modes(real.images)
    assert count.modes == 1000
    assert 0.015 < count.divergence < 0.03  # 26,000 perfect samples, and MNIST's own shares


def test_missing_modes_are_missed(test_set):
    ones = test_set.images[test_set.labels == 1][:1000]
    mixed = test_set.images[:1000]
    count = stacked.count_modes(np.concatenate([ones, ones, mixed], axis=3))
    assert count.modes < 100
    assert count.divergence > np.log(50)


def test_stacked_command(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(stacked, "SAMPLES", 500)
    recipe = make_tiny(channels=3)
    path = tmp_path / "stacks.safetensors"
    checkpoints.save_model(path, recipe, init_state(recipe, 0), {"dataset": "stacked-mnist", "step": 0})
    assert stacked.main([str(path)]) == 0
    assert classifier.load().hash in capsys.readouterr().out
    assert stacked.main([str(path), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["modes"] < 500
    assert result["floor_modes"] == 1000


def test_glances_agree_with_the_judge(mnist):
    pictures = mnist.images[:1000]
    seen, judged = evaluate.glance(pictures), evaluate.judge(pictures)
    assert seen.frechet == pytest.approx(judged["frechet"])
    assert seen.shares.min() == pytest.approx(judged["smallest_share"])


def test_a_collapsed_generator_has_no_way_between_seeds():
    same = np.zeros((2 * evaluate.FRAMES, 28, 28, 1), np.uint8)
    assert "path" not in evaluate.smoothness(same)
