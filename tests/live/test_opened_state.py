"""A saved training state that a visitor opens: what is checked of it, and how the run goes on."""

import dataclasses

import jax
import numpy as np
import pytest

from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.live import opened_state
from gan.live.command import Command
from gan.live.controls import recipe_with
from gan.live.failures import FAILURES
from gan.networks import checkpoints
from gan.networks.tensor_file import to_bytes
from gan.recipes import RECIPES
from gan.training import saved_state
from gan.training.state import init_state
from tests.live.runs import is_status, wait

pytestmark = pytest.mark.runs_long

METADATA = {"dataset": "mnist", "step": 7, "seed": 3, "seconds": "1.5"}
DIGITS = RECIPES["fast"].replace(classes=10)


@pytest.fixture
def datasets(mnist):
    return {"mnist": mnist, "plain": Dataset("plain", mnist.images[:40], None)}


def blank(recipe, step=7):
    """A state of a recipe without the time to make one."""
    shapes = jax.eval_shape(lambda: init_state(recipe, 0))
    state = jax.tree.map(lambda leaf: np.zeros(leaf.shape, leaf.dtype), shapes)
    return state.replace(step=np.int32(step), seed=np.uint32(3))


def content(recipe, step=7, **metadata):
    return saved_state.state_bytes(recipe, blank(recipe, step), {**METADATA, **metadata})


@pytest.mark.parametrize(
    "recipe",
    [
        RECIPES["fast"],
        DIGITS.replace(loss="hinge", r1_gamma=3.0, generator_lr=0.01),
        DIGITS.replace(steps=9, augment="flip,colour,translation,cutout"),
        recipe_with(FAILURES["overpowered"].recipe(), FAILURES["overpowered"].recipe().hyper),
        RECIPES["article"],
    ],
)
def test_what_a_visitor_can_have_come_to_is_taken(recipe, datasets):
    written = content(recipe)
    assert len(written) < opened_state.MAX_BYTES
    opened = opened_state.parse(written, datasets)
    assert opened.recipe == recipe
    assert opened.hyper == recipe.hyper
    assert (int(opened.state.step), int(opened.state.seed), opened.seconds) == (7, 3, 1.5)


@pytest.mark.parametrize(
    ("recipe", "metadata", "words"),
    [
        (DIGITS.replace(batch_size=4096), {}, "not those of the recipe 'fast'.*train.py --resume"),
        (DIGITS.replace(discriminator_steps=100), {}, "not those of the recipe"),
        (DIGITS.replace(generator_channels=(8, 4)), {}, "not those of the recipe"),
        (DIGITS.replace(r1_gamma=1e6), {}, "r1_gamma 1000000.0: expected 0 to 100"),
        (DIGITS, {"dataset": "leaves"}, "it learns from 'leaves', this server has mnist, plain"),
        (DIGITS, {"dataset": "plain"}, "has no labels"),
        (RECIPES["fast"], {"dataset": "plain", "data": "0" * 32}, "learns from other pictures than plain"),
        (DIGITS, {"seconds": "-1"}, "its seconds is"),
        (DIGITS, {"held_out": "validation"}, "without validation pictures; .*train.py --resume"),
        (DIGITS, {"kind": "model"}, "no training state"),
    ],
)
def test_another_is_refused_in_one_line(recipe, metadata, words, datasets):
    with pytest.raises(InputError, match=f"this file: .*{words}") as refused:
        opened_state.parse(content(recipe, **metadata), datasets)
    assert "\n" not in str(refused.value)


def test_damaged_files_are_refused_in_one_line(datasets):
    whole = content(RECIPES["fast"])
    spoilt = blank(RECIPES["fast"])
    spoilt = spoilt.replace(generator=jax.tree.map(lambda leaf: leaf + np.nan, spoilt.generator))
    late = blank(RECIPES["fast"]).replace(seed=np.uint32(2**32 - 1))
    named = checkpoints.checkpoint_metadata("state", RECIPES["fast"], METADATA)
    for written, words in (
        (b"", "damaged"),
        (whole[:-10], "damaged"),
        (b"version https://git-lfs", "Git LFS pointer"),
        (to_bytes({"step": np.int32(1)}, named), "lacks array"),
        (saved_state.state_bytes(RECIPES["fast"], spoilt, METADATA), "not finite"),
        (content(RECIPES["fast"], step=-1), "its step is -1"),
        (content(RECIPES["fast"], step=2**31 - 1), "its step is 2147483647"),
        (saved_state.state_bytes(RECIPES["fast"], late, METADATA), "its seed is 4294967295"),
        (content(dataclasses.replace(RECIPES["fast"], name="x\n" * 10_000)), "unknown recipe 'x"),
        (to_bytes({"x": np.zeros(1)}, {}), "no training state"),
    ):
        with pytest.raises(InputError, match=words) as refused:
            opened_state.parse(written, datasets)
        assert len(str(refused.value)) <= opened_state.MAX_MESSAGE


def test_the_run_goes_on_from_there(manager, tiny, monkeypatch):
    monkeypatch.setattr(opened_state, "get_recipe", lambda name: tiny)
    first = manager.start(tiny, 3)
    wait(manager, first, lambda s: s.step > 5)
    manager.command(first, Command("stop"))
    step = wait(manager, first, is_status("stopped")).step
    session = manager.get(first.name)
    written = saved_state.state_bytes(session.recipe, session.copy_state(), METADATA)
    second = manager.go_on(opened_state.parse(written, manager.datasets))
    found = wait(manager, second, lambda s: s.status == "running" and s.step > step)
    assert found.states == [0, step], "its first state is made from its seed"
    ours, theirs = manager.get(second.name).history.states[0], init_state(tiny, 3)
    jax.tree.map(np.testing.assert_array_equal, ours.generator, theirs.generator)
