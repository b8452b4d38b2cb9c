import re
from pathlib import Path

import jax
import numpy as np
import pytest

from gan.live import history
from gan.live.history import History
from gan.training.state import init_state
from gan.training.step import Metrics

WEB = Path(history.__file__).parents[1] / "web"
MEANS = Metrics(*np.ones(7))


def test_curves_stay_short_and_in_order():
    kept = History()
    for step in range(1, 5001):
        kept.add_point(step, Metrics(*(mean * step for mean in MEANS)))
    curve = kept.curve()
    assert history.MAX_POINTS / 2 <= len(curve.step) < history.MAX_POINTS
    assert (np.diff(curve.step) > 0).all()
    assert curve.step[0] < 50
    assert curve.step[-1] > 4900
    assert np.corrcoef(curve.step, curve.metrics.generator_loss)[0, 1] > 0.999


def test_pictures_are_thinned_evenly_in_a_fixed_memory():
    kept = History()
    for step in range(2000):
        kept.add_frame(step, np.zeros(1))
    steps = list(kept.frames)
    assert history.MAX_FRAMES / 2 <= len(steps) <= history.MAX_FRAMES
    assert steps[0] == 0
    assert len(set(np.diff(steps))) == 1


def test_states_are_copies_within_their_budget(tiny, monkeypatch):
    state = init_state(tiny, 0)
    size = sum(leaf.nbytes for leaf in jax.tree.leaves(state))
    monkeypatch.setattr(history, "MAX_STATES_BYTES", 5 * size)
    kept = History()
    for step in range(40):
        kept.add_state(state.replace(step=np.int32(step)))
    assert 2 <= len(kept.states) <= 5
    assert 0 in kept.states
    assert all(isinstance(leaf, np.ndarray) for leaf in jax.tree.leaves(kept.states[0]))


def test_going_back_keeps_the_line_and_forgets_the_rest(tiny):
    kept = History()
    state = init_state(tiny, 0)
    for step in (0, 10, 20):
        kept.add_state(state.replace(step=np.int32(step)))
        kept.add_frame(step, np.zeros(1))
        kept.add_point(step, MEANS)
    assert kept.rewind(10).step == 10
    assert list(kept.frames) == list(kept.states) == list(kept.curve().step) == [0, 10]
    assert list(kept.previous_curves[0].step) == [0, 10, 20]
    with pytest.raises(KeyError):
        kept.rewind(20)


def test_the_page_reads_the_rows_of_a_curve_by_the_same_names():
    text = (WEB / "training" / "history.js").read_text()
    names = re.search(r"CURVE_ROWS = .*?\[(.*?)\]", text, re.DOTALL)[1]
    assert tuple(re.findall(r'"(\w+)"', names)) == history.CURVE_ROWS
