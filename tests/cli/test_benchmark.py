import json

import jax.numpy as jnp
import pytest

from gan.cli import benchmark
from gan.recipes import RECIPES
from gan.training import throughput
from gan.training.batch import Data


def test_useful_operations_are_those_of_the_definition():
    """The article's networks, counted by hand: multiply-adds a picture."""
    dense, up, out = 100 * 12544, 7 * 7 * 256 * 16 * 128, 14 * 14 * 128 * 49
    first, second, last = 14 * 14 * 16 * 64, 7 * 7 * 64 * 16 * 128, 6272
    generator = 2 * (dense + up + out) + up + out  # forward, weights; inputs, but not z's
    discriminator = 2 * (2 * (first + second + last) + second + last)  # on real, on fake
    judged = 2 * (first + second + last)  # forward, and back to the pixels, for G
    recipe = RECIPES["article"].replace(batch_size=4)
    counted = throughput.useful_flops(recipe)
    assert counted == pytest.approx(2 * (generator + discriminator + judged), rel=1e-3)


def test_a_penalty_is_work_too():
    recipe = RECIPES["fast"].replace(batch_size=4)
    assert throughput.useful_flops(recipe) > 1.1 * throughput.useful_flops(recipe.replace(r1_gamma=0))


def test_json(monkeypatch, capsys):
    monkeypatch.setattr(throughput, "SIZE", 64)
    monkeypatch.setattr(throughput, "images_per_second", lambda *a, **k: 50.0 if a[2] == "lax" else 1000.0)
    assert benchmark.main(["--recipe", "fast", "--batch-size", "8", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["images_per_second"] == 1000
    assert figures["lax_images_per_second"] == 50
    assert figures["share"] == pytest.approx(figures["useful_gflops"] / figures["matmul_gflops"])


def test_real_steps_are_timed(monkeypatch):
    recipe = RECIPES["fast"].replace(batch_size=2, generator_channels=(4, 4), discriminator_channels=(4, 4))

    training_set = Data(jnp.zeros((8, 28, 28, 1), jnp.uint8), jnp.zeros((8,), jnp.int32))
    assert throughput.images_per_second(recipe, training_set, "auto", 0.2) > 0


def test_bad_arguments_are_one_line(capsys):
    assert benchmark.main(["--recipe", "slow"]) == 2
    assert benchmark.main(["--batch-size", "0"]) == 2
    assert capsys.readouterr().err.count("\n") == 2
