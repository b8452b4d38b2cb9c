"""The digit classifier that ships, and how it is trained."""

import jax
import numpy as np
import pytest
from safetensors import safe_open

from gan.cli import classifier as classifier_command
from gan.data import datasets
from gan.evaluation import classifier, train_classifier

pytestmark = pytest.mark.runs_long


@pytest.fixture(scope="module")
def test_set():
    return datasets.load_dataset("mnist", "test")


def test_the_classifier_reads_what_it_says_it_reads(test_set):
    accuracy = (classifier.predict(test_set.images).labels == test_set.labels).mean()
    assert accuracy >= 0.994
    assert f"{accuracy:.4f}" == classifier.load().metadata["accuracy"]
    assert classifier.PATH.stat().st_size <= 1_000_000
    with safe_open(classifier.PATH, framework="numpy") as file:
        names = file.keys()
        assert {file.get_tensor(name).dtype.name for name in names} == {"float16"}


def test_reading_does_not_depend_on_company(test_set):
    together, alone = classifier.predict(test_set.images[:3]), classifier.predict(test_set.images[2:3])
    np.testing.assert_allclose(together.features[2:], alone.features, atol=1e-4)
    np.testing.assert_allclose(together.probabilities.sum(axis=1), 1, atol=1e-5)


def test_a_classifier_learns(mnist, monkeypatch):
    monkeypatch.setattr(train_classifier, "CHUNK", 50)
    monkeypatch.setattr(train_classifier, "EMA_RATE", 0.05)  # in 150 steps, a slower one would lag behind
    variables = train_classifier.fit(mnist.images[:6000], mnist.labels[:6000], 10, steps=150)
    held_out = slice(6000, 8000)
    accuracy = (classifier.predict(mnist.images[held_out], variables).labels == mnist.labels[held_out]).mean()
    assert accuracy > 0.9


def test_distortion_moves_each_picture_its_own_way(mnist):
    pictures = np.repeat(mnist.images[:1] / np.float32(255), 3, axis=0)
    a, b, c = train_classifier.random_affine(pictures, jax.random.key(0))
    assert min(abs(a - b).max(), abs(b - c).max()) > 0.2
    assert abs(a.sum() / pictures[0].sum() - 1) < 0.5


def test_a_poor_classifier_is_not_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(train_classifier, "fit", lambda *a, **k: classifier.load().variables)
    monkeypatch.setattr(train_classifier, "MIN_ACCURACY", 1.0)
    assert classifier_command.main(["--out", str(tmp_path / "c.safetensors")]) == 2
    assert "nothing was written" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


def test_a_trained_classifier_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(train_classifier, "fit", lambda *a, **k: classifier.load().variables)
    path = tmp_path / "c.safetensors"
    assert classifier_command.main(["--out", str(path)]) == 0
    assert path.stat().st_size == pytest.approx(classifier.PATH.stat().st_size, rel=0.01)
    with safe_open(path, framework="numpy") as file:
        assert file.metadata()["command"] == "python -m gan classifier --out c.safetensors"


def test_the_classifier_has_not_seen_the_validation_pictures():
    assert classifier.load().metadata["training_pictures"] == "50000"


def test_turns_are_quarters(mnist):
    pictures = mnist.images[:4]
    turned = np.asarray(train_classifier.turn(pictures, np.arange(4)))
    for k in range(4):
        np.testing.assert_array_equal(turned[k], np.rot90(pictures[k], k))


def test_more_pictures_and_smaller_ones_are_looked_at_for_longer():
    few, many, large = (train_classifier.steps_for(*each) for each in ((300, 28), (50_000, 28), (50_000, 64)))
    assert few == train_classifier.MIN_STEPS < large < many < 12_000
