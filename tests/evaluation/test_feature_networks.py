"""Networks of data sets: they learn, with labels and without, and are kept."""

import numpy as np
import pytest

from gan.data.dataset import Dataset
from gan.data.held_out import Splits, hold_out
from gan.evaluation import classifier, feature_networks, train_classifier

pytestmark = pytest.mark.runs_long


def shapes(count, size=28, channels=1, labelled=True, seed=0):
    """Pictures of two kinds, each with a bright top left corner: a disc, or a square."""
    chance, steps = np.random.default_rng(seed), np.arange(size)
    labels = chance.integers(0, 2, count)
    images = np.zeros((count, size, size, channels), np.uint8)
    for image, label in zip(images, labels, strict=True):
        y, x = chance.uniform(0.4, 0.6, 2) * size
        across, down = np.abs(steps - x)[None], np.abs(steps - y)[:, None]
        inside = across**2 + down**2 < (0.25 * size) ** 2 if label else np.maximum(across, down) < 0.12 * size
        image[inside] = chance.integers(100, 256, channels)
        image[: size // 6, : size // 6] = 255
    names = ("square", "disc") if labelled else ()
    return Dataset("shapes", images, labels.astype(np.int32) if labelled else None, names)


def splits_of(dataset):
    validation, rest = hold_out(dataset)
    return Splits(dataset, rest, validation, None)


@pytest.fixture(autouse=True)
def quick(tmp_path, monkeypatch):
    monkeypatch.setenv("FORGER_CACHE", str(tmp_path))
    monkeypatch.setattr(train_classifier, "CHUNK", 10)
    monkeypatch.setattr(train_classifier, "BATCH_SIZE", 48)
    monkeypatch.setattr(train_classifier, "MIN_STEPS", 80)
    monkeypatch.setattr(train_classifier, "EMA_RATE", 0.1)


@pytest.mark.parametrize(("size", "channels", "labelled"), [(32, 3, True), (28, 1, False), (64, 1, True)])
def test_a_network_learns_any_set(size, channels, labelled, monkeypatch):
    monkeypatch.setattr(train_classifier, "MAX_STEPS", 80 * (size / 28) ** 2)
    splits = splits_of(shapes(300, size, channels, labelled))
    network = feature_networks.load(splits)
    assert network.reads_classes == labelled
    assert network.accuracy > 0.9
    found = network.predict(splits.validation.images)
    assert found.features.shape == (50, classifier.FEATURES)
    assert found.probabilities.shape == (50, 2 if labelled else 4)
    assert "250 pictures" in network.describe()
    assert ("classes" in network.describe()) == labelled


@pytest.mark.parametrize("labelled", ["rest", "validation"])
def test_labels_of_one_split_alone_tell_no_accuracy_in_them(monkeypatch, labelled):
    def fit(images, labels, classes, steps, **options):  # an untrained network
        return classifier.init_variables(0, images.shape[1:], classes)

    monkeypatch.setattr(train_classifier, "fit", fit)
    splits, plain = (splits_of(shapes(120, labelled=each)) for each in (True, False))
    splits = plain._replace(**{labelled: getattr(splits, labelled)})
    network = feature_networks.load(splits)
    if labelled == "rest":
        assert network.accuracy is None
        assert network.describe().endswith("tells the classes")
    else:
        turns = train_classifier.accuracy(splits.validation.images, None, network.variables)
        assert network.accuracy == pytest.approx(turns, abs=1e-4)


def test_a_network_is_trained_once(tmp_path, monkeypatch):
    splits = splits_of(shapes(120))
    first = feature_networks.load(splits)
    monkeypatch.setattr(train_classifier, "fit", None)
    again = feature_networks.load(splits)
    assert again.hash == first.hash
    assert again.accuracy == first.accuracy
    pictures = splits.validation.images
    np.testing.assert_array_equal(again.predict(pictures).features, first.predict(pictures).features)
    with pytest.raises(TypeError):  # other pictures, or other labels, have another network
        feature_networks.load(splits_of(shapes(120, seed=1)))
    labels = 1 - splits.rest.labels
    with pytest.raises(TypeError):
        feature_networks.load(splits._replace(rest=splits.rest._replace(labels=labels)))
    (kept,) = (tmp_path / "feature-networks").iterdir()
    kept.write_bytes(b"damaged")
    with pytest.raises(TypeError):
        feature_networks.load(splits)


def test_a_cache_that_cannot_be_written_keeps_nothing(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("FORGER_CACHE", str(blocked))
    assert 0 <= feature_networks.load(splits_of(shapes(120))).accuracy <= 1


def test_mnists_network_is_the_digit_classifier(few_digits):
    network = feature_networks.load(few_digits)
    assert network.hash == classifier.load().hash
    assert network.accuracy > 0.99
