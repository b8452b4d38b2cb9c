import time

import numpy as np
import pytest

from gan import live
from gan.data import Dataset
from gan.errors import InputError
from gan.live import Studio
from tests.conftest import make_tiny


@pytest.fixture
def studio(mnist):
    studio = Studio(Dataset("mnist", mnist.images[:256], mnist.labels[:256]))
    yield studio
    studio.close()


def wait(studio, name, is_so, seconds=60):
    deadline = time.monotonic() + seconds
    while not is_so(studio.look(name)):
        assert time.monotonic() < deadline, studio.look(name)[:5]
        time.sleep(0.01)
    return studio.look(name)


def test_a_run_starts_pauses_steps_goes_on_and_stops(studio, tiny):
    name = studio.start(tiny, 0)
    running = wait(studio, name, lambda s: s.step > 5 and len(s.curve.step))
    assert running.status == "running"
    assert running.images == running.step * 16
    assert running.samples.shape == (64, 28, 28, 1)
    studio.wish(name, "pause")
    paused = wait(studio, name, lambda s: s.status == "paused")
    studio.wish(name, "step")
    stepped = wait(studio, name, lambda s: s.step > paused.step)
    time.sleep(0.3)
    assert studio.look(name).step == stepped.step == paused.step + 1
    assert studio.look(name).status == "paused"
    assert not np.array_equal(stepped.samples, running.samples)
    studio.wish(name, "run")
    wait(studio, name, lambda s: s.status == "running" and s.step > stepped.step + 3)
    studio.wish(name, "stop")
    stopped = wait(studio, name, lambda s: s.status == "stopped")
    studio.wish(name, "run")
    time.sleep(0.3)
    assert studio.look(name).step == stopped.step, "stopped is for good"


def test_two_runs_share_and_do_not_mix(studio, tiny):
    first = studio.start(tiny, 0)
    wait(studio, first, lambda s: s.step > 5)
    second = studio.start(tiny, 1)
    begun = wait(studio, second, lambda s: s.step > 0)
    before = studio.look(first).step, begun.step
    time.sleep(1.5)
    after = studio.look(first).step, studio.look(second).step
    assert all(b > a for a, b in zip(before, after, strict=True)), "neither waits for the other's end"
    assert not np.array_equal(studio.look(first).samples, studio.look(second).samples)
    studio.wish(first, "stop")
    wait(studio, second, lambda s: s.step > after[1])


def test_a_conditional_run_draws_all_digits(studio):
    name = studio.start(make_tiny(classes=10), 0)
    wait(studio, name, lambda s: s.step > 0)


def test_nobody_looks_so_it_sleeps_and_is_forgotten(studio, tiny, monkeypatch):
    monkeypatch.setattr(live, "SLEEP_SECONDS", 0.2)
    name = studio.start(tiny, 0)
    wait(studio, name, lambda s: s.step > 3)
    time.sleep(0.6)
    asleep = studio._runs[name].snapshot.step  # without looking
    time.sleep(0.5)
    assert studio._runs[name].snapshot.step == asleep
    wait(studio, name, lambda s: s.step > asleep)
    monkeypatch.setattr(live, "FORGET_SECONDS", 0.3)
    time.sleep(0.5)
    studio.start(tiny, 1)
    deadline = time.monotonic() + 10
    while name in studio._runs and time.monotonic() < deadline:
        time.sleep(0.05)
    assert studio.look(name) is None


def test_too_many_runs_and_bad_seeds_are_refused(studio, tiny, monkeypatch):
    monkeypatch.setattr(live, "MAX_RUNS", 2)
    names = [studio.start(tiny, seed) for seed in (0, 1)]
    with pytest.raises(InputError, match="2 runs are under way"):
        studio.start(tiny, 2)
    studio.wish(names[0], "stop")
    wait(studio, names[0], lambda s: s.status == "stopped")
    studio.start(tiny, 2)
    with pytest.raises(InputError, match="seed -1"):
        studio.start(tiny, -1)


def test_three_quick_steps_are_three(studio, tiny):
    name = studio.start(tiny, 0, "step")
    studio.wish(name, "step")
    studio.wish(name, "step")
    wait(studio, name, lambda s: s.step == 3)
    time.sleep(0.3)
    assert studio.look(name).step == 3


def test_an_abandoned_run_makes_room(studio, tiny, monkeypatch):
    monkeypatch.setattr(live, "MAX_RUNS", 1)
    monkeypatch.setattr(live, "SLEEP_SECONDS", 0.2)
    abandoned = studio.start(tiny, 0)
    wait(studio, abandoned, lambda s: s.step > 0)
    time.sleep(0.4)
    studio.start(tiny, 1)
    assert studio.look(abandoned) is None


def test_a_run_that_breaks_says_so_and_leaves_the_others(studio, tiny):
    good = studio.start(tiny, 0)
    bad = studio.start(make_tiny(generator_lr=1e38, discriminator_lr=1e38), 0)
    broken = wait(studio, bad, lambda s: s.status == "failed")
    assert "not a finite number" in broken.message
    step = studio.look(good).step
    wait(studio, good, lambda s: s.step > step)


def test_a_recipe_that_cannot_be_trained_fails_politely(mnist):
    studio = Studio(Dataset("pictures", mnist.images[:64], None))
    name = studio.start(make_tiny(classes=10), 0)
    assert "no labels" in wait(studio, name, lambda s: s.status == "failed").message


def test_unknown_ids_are_nobodys(studio):
    assert studio.look("nobody") is None
    studio.wish("nobody", "stop")


def test_curves_stay_short(studio, tiny, monkeypatch):
    monkeypatch.setattr(live, "HISTORY", 16)
    monkeypatch.setattr(live, "CHUNK_SECONDS", 0.0)
    monkeypatch.setattr(live, "DRAW_SECONDS", 0.0)
    name = studio.start(tiny, 0)
    curve = wait(studio, name, lambda s: s.step > 80).curve
    assert 8 <= len(curve.step) < 16
    assert (np.diff(curve.step) > 0).all()


def test_a_run_ends_by_itself(studio, tiny, monkeypatch):
    monkeypatch.setattr(live, "MAX_STEPS", 12)
    name = studio.start(tiny, 0)
    assert wait(studio, name, lambda s: s.status == "paused").step == 12
    assert "12 steps" in studio.look(name).message
    drawings = studio.look(name).drawings
    for wish in ("run", "step"):
        studio.wish(name, wish)
        time.sleep(0.3)
    assert studio.look(name).step == 12
    assert studio.look(name).drawings <= drawings + 3, "and does not keep the thread busy"
