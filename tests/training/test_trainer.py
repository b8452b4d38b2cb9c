import jax
import numpy as np
import pytest

from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.training.trainer import Diverged, Trainer
from tests.conftest import make_tiny


def leaves(trainer):
    return [np.asarray(leaf) for leaf in jax.tree.leaves(trainer.state)]


def test_chunks_change_nothing(tiny, mnist):
    fine, coarse = Trainer(tiny, mnist), Trainer(tiny, mnist)
    steps = [progress.step for progress in fine.run(12, chunk_seconds=0)]
    assert steps == list(range(1, 13))
    rows = [len(progress.metrics.penalty) for progress in coarse.run(12, chunk_seconds=100)]
    assert sum(rows) == 12
    assert len(rows) < 12
    for a, b in zip(leaves(fine), leaves(coarse), strict=True):
        np.testing.assert_array_equal(a, b)


def test_going_on_from_a_state_is_the_same_run(tiny, mnist):
    whole, first = Trainer(tiny, mnist), Trainer(tiny, mnist)
    list(whole.run(10))
    list(first.run(4))
    second = Trainer(tiny, mnist, seed=99, state=jax.device_get(first.state))
    list(second.run(6))
    for a, b in zip(leaves(whole), leaves(second), strict=True):
        np.testing.assert_array_equal(a, b)


def test_on_eight_devices(tiny, mnist):
    trainer = Trainer(tiny, mnist, devices=8)
    progress = list(trainer.run(3))
    assert progress[-1].step == trainer.step == 3
    assert np.isfinite(progress[-1].metrics).all()


def test_compiling_takes_no_step(tiny, mnist):
    trainer = Trainer(tiny, mnist)
    assert trainer.compile() > 0
    assert trainer.step == 0


def test_divergence_is_named(mnist):
    trainer = Trainer(make_tiny(generator_lr=1e38, discriminator_lr=1e38), mnist)
    with pytest.raises(Diverged, match=r"step \d+; try a lower generator_lr") as error:
        list(trainer.run(100))
    assert 1 <= error.value.step <= trainer.step


@pytest.mark.parametrize(
    ("options", "devices", "word"),
    [
        ({}, 9, "9 devices asked for, 8 here"),
        ({}, 0, "0 devices"),
        ({}, 3, "16 does not divide over 3"),
        ({"packing": 4}, 8, "packs of 4"),
        ({"classes": 7}, 1, "7 classes, the dataset 10"),
        ({"latent_classes": 7}, 1, "7 classes, the dataset 10"),
        ({"channels": 3}, 1, "channels=3"),
    ],
)
def test_what_does_not_fit_is_refused(options, devices, word, mnist):
    with pytest.raises(InputError, match=word):
        Trainer(make_tiny(**options), mnist, devices=devices)


def test_no_labels_to_condition_on(mnist):
    bare = Dataset("pictures", mnist.images[:32], None)
    with pytest.raises(InputError, match="no labels"):
        Trainer(make_tiny(classes=10), bare)
    list(Trainer(make_tiny(), bare).run(1))
