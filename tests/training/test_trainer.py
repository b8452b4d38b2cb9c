import logging
import threading

import jax
import numpy as np
import pytest

from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.training import trainer
from gan.training.state import init_state
from gan.training.step import build_step
from gan.training.trainer import Diverged, Trainer
from gan.training.vae import AUTOENCODER
from tests.conftest import make_tiny


def leaves(run):
    return [np.asarray(leaf) for leaf in jax.tree.leaves(run.state)]


def test_chunks_change_nothing(tiny, mnist):
    fine, coarse = Trainer(tiny, mnist), Trainer(tiny, mnist)
    steps = [chunk.step for chunk in fine.run(12, chunk_seconds=0)]
    assert steps == list(range(1, 13))
    rows = [len(chunk.metrics.penalty) for chunk in coarse.run(12, chunk_seconds=np.inf)]
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
    run = Trainer(tiny, mnist, devices=8)
    chunks = list(run.run(3))
    assert chunks[-1].step == run.step == 3
    assert np.isfinite(chunks[-1].metrics).all()


@pytest.mark.parametrize("devices", [1, 2])
@pytest.mark.parametrize("algorithm", [trainer.GAN, AUTOENCODER], ids=["gan", "autoencoder"])
def test_compiling_takes_no_step_and_leaves_nothing_to_compile(tiny, mnist, caplog, algorithm, devices):
    run = Trainer(tiny, mnist, devices=devices, algorithm=algorithm)
    assert run.compile() > 0
    assert run.step == 0
    with jax.log_compiles(), caplog.at_level(logging.WARNING, "jax"):
        jax.jit(lambda x: x + 1)(np.arange(3))
        assert "Compiling" in caplog.text, "JAX says what it compiles"
        caplog.clear()
        list(run.run(1))
    assert "Compiling" not in caplog.text


def test_weights_are_made_while_the_step_is_compiled(tiny, mnist):
    made = threading.Event()

    def build_late_step(*options):
        step = build_step(*options)

        def late_step(*arguments):
            assert made.wait(60), "the weights have not been made meanwhile"
            return step(*arguments)

        return late_step

    run = Trainer(tiny, mnist, 3, algorithm=trainer.GAN._replace(build_step=build_late_step))
    with run.compiling() as seconds:
        weights = leaves(run)
        made.set()
        assert seconds.result() > 0
    for a, b in zip(weights, jax.tree.leaves(init_state(tiny, 3)), strict=True):
        np.testing.assert_array_equal(a, b)


def test_divergence_is_named(mnist):
    run = Trainer(make_tiny(generator_lr=1e38, discriminator_lr=1e38), mnist)
    with pytest.raises(Diverged, match=r"step \d+; try a lower generator_lr") as error:
        list(run.run(100))
    assert 1 <= error.value.step <= run.step


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
    with pytest.raises(InputError, match=word) as error:
        Trainer(make_tiny(**options), mnist, devices=devices)
    assert "--" not in str(error.value), "visitors of the app read this too"


def test_names_and_numbers_that_are_no_seeds_are_refused(tiny, mnist):
    with pytest.raises(InputError, match="'fast' is no recipe; get_recipe has one"):
        Trainer("fast", mnist)
    with pytest.raises(InputError, match="'mnist' is no data set; load_dataset reads one"):
        Trainer(tiny, "mnist")
    for seed in (2**40, -1, 1.5):
        with pytest.raises(InputError, match=f"seed {seed}: expected a whole number from 0 to 2147483647"):
            Trainer(tiny, mnist, seed)
    assert int(Trainer(tiny, mnist, np.int64(2**31 - 1)).state.seed) == 2**31 - 1


def test_runs_on_one_dataset_share_its_copy_on_the_devices(tiny, mnist):
    first, second = Trainer(tiny, mnist), Trainer(make_tiny(steps=7), mnist)
    assert first._data.images is second._data.images
    parts = [Dataset("part", mnist.images[i : i + 8], mnist.labels[i : i + 8]) for i in range(3)]
    for part in parts:
        np.testing.assert_array_equal(Trainer(tiny, part)._data.images, part.images)
    assert len(trainer._on_devices) == trainer.MAX_DATASETS


def test_no_labels_to_condition_on(mnist):
    bare = Dataset("pictures", mnist.images[:32], None)
    with pytest.raises(InputError, match="no labels"):
        Trainer(make_tiny(classes=10), bare)
    list(Trainer(make_tiny(), bare).run(1))
