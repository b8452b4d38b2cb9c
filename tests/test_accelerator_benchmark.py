"""The program that measures an accelerator, run small on a CPU, so that it works where there is one."""

import json

import pytest

from tests.benchmarks import accelerator

pytestmark = pytest.mark.runs_long


def test_the_program_measures_what_it_says():
    figures = accelerator.measure(small=True, minutes=60)
    json.dumps(figures)
    assert figures["left_out"] == []
    assert figures["agreement"]["float32"]["tiny"]["weights"] < 1e-6, "a CPU agrees with itself"
    # An activation so close to 0 that a rounding moves it past 0 makes 0.002 of it within these steps. The
    # gradients of one step agree to 1e-5 (tests/training/test_step.py).
    assert figures["pmap"]["float32"]["tiny"]["weights"] < 0.01, "eight devices agree with one"
    assert figures["rates"]["tiny/64/float32"] > 0
    assert 0 <= figures["idle"]["tiny/64/float32"] <= 1
    assert figures["largest_batch"] == {"tiny": 64}


def test_what_there_is_no_time_for_is_named():
    figures = accelerator.Figures(accelerator.GROUPS, minutes=0)
    figures.take("rates", "fast/64/float32", lambda: 1 / 0)
    assert figures.found == {"left_out": ["rates/fast/64/float32"]}


def test_what_is_not_asked_for_is_not_measured():
    figures = accelerator.Figures(["idle"], minutes=60)
    figures.take("rates", "fast/64/float32", lambda: 1 / 0)
    figures.take("idle", "fast/64/float32", lambda: 0.5)
    assert figures.found == {"left_out": [], "idle": {"fast/64/float32": 0.5}}
