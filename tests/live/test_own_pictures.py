"""Pictures that a visitor has sent: what is checked of them, and how a run on them goes."""

import math

import numpy as np
import pytest
from safetensors.numpy import save

from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.live import own_pictures
from gan.live.manager import RunManager
from gan.live.origin import metadata_of
from gan.live.probe import compute_signals
from gan.live.session import Session
from tests.conftest import make_tiny


def images(count, channels=3):
    return np.random.default_rng(0).integers(0, 256, (count, 28, 28, channels), dtype=np.uint8)


def labels(*values):
    return np.array(values, np.uint8)


def test_pictures_and_labels_become_a_data_set_without_names():
    dataset = own_pictures.parse(save({"images": images(4), "labels": labels(0, 1, 2, 1)}))
    assert dataset.images.shape == (4, 28, 28, 3)
    assert dataset.classes == 3
    assert dataset.class_names == ()
    assert own_pictures.parse(save({"images": images(1, 1)})).labels is None


def test_the_files_of_a_run_say_how_its_pictures_were_read(tiny):
    dataset = own_pictures.parse(save({"images": images(4, 1)}, {"polarity": "invert"}))
    assert metadata_of(Session(tiny, dataset, 0), 5)["polarity"] == "invert"
    assert own_pictures.parse(save({"images": images(4)})).polarity == "auto"


@pytest.mark.parametrize("size", [32, 64])
def test_pictures_come_in_every_size_of_the_networks(size):
    pictures = np.zeros((2, size, size, 3), np.uint8)
    assert own_pictures.parse(save({"images": pictures})).images.shape == pictures.shape
    assert own_pictures.parse(save({"images": pictures})).summary.startswith(f"2 pictures, {size}×{size}")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"nothing", "damaged"),
        (save({"labels": labels(0)}), "expected the arrays images"),
        (save({"images": images(2), "more": images(1)}), "and no other"),
        (save({"images": images(2).astype(np.float32)}), "not float32"),
        (save({"images": images(2)[:, :20]}), r"not uint8 \[2, 20, 28, 3\]"),
        (save({"images": np.zeros((2, 48, 48, 1), np.uint8)}), r"not uint8 \[2, 48, 48, 1\]"),
        (save({"images": images(2)[..., 0]}), r"not uint8 \[2, 28, 28\]"),
        (save({"images": images(2)[..., :2]}), "not 2"),
        (save({"images": images(0)}), "0 pictures"),
        (save({"images": images(2)}, {"polarity": "/home"}), "expected a polarity of auto, keep, invert"),
        (save({"images": np.zeros((5001, 28, 28, 1), np.uint8)}), "5,001 pictures"),
        (save({"images": images(2), "labels": labels(0)}), r"labels of uint8 \[2\]"),
        (save({"images": images(2), "labels": labels(0, 2)}), "without a gap"),
        (save({"images": images(2), "labels": labels(0, 0)}), "two at least"),
        (bytes(own_pictures.MAX_BYTES + 1), "take fewer"),
    ],
)
def test_anything_else_is_refused_in_one_line(content, words):
    with pytest.raises(InputError, match=words) as refused:
        own_pictures.parse(content)
    assert "\n" not in str(refused.value)


def test_a_run_on_a_few_coloured_pictures_trains_and_is_not_read(tiny):
    content = save({"images": images(6), "labels": labels(0, 1, 2, 0, 1, 2)})
    dataset = own_pictures.parse(content)
    session = Session(tiny.replace(channels=3, classes=3), dataset, seed=0)
    session.prepare()
    session.advance(seconds=0.01, max_steps=100)
    assert session.snapshot.step > 0
    assert session.snapshot.status == "running"
    assert not session.snapshot.is_read
    assert session.snapshot.samples.samples.shape == (64, 28, 28, 3)
    assert session.snapshot.samples.real_logits.shape == (6,)
    session.monitor.measure_quality(session.trainer.state)
    assert session.history.qualities == []
    signals = compute_signals(70, session.monitor.samples, None, session.monitor._means)
    assert math.isnan(signals.readable)
    assert signals.shares == ()


def test_a_manager_knows_its_data_sets_by_names_without_their_paths(mnist):
    leaves = Dataset("/home/somebody/leaves", images(4), class_names=("oak", "elm"))
    manager = RunManager(mnist, others=[leaves])
    try:
        assert manager.datasets == {"mnist": mnist, "leaves": leaves}
        assert Session(make_tiny(channels=3), leaves, 0).snapshot.dataset == "leaves"
    finally:
        manager.close()
