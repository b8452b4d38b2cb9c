"""The words for a run, on real runs: one that goes well, and every failure of the lab, broken and mended."""

import time

import pytest

from gan.live.diagnosis import SPAN, diagnose
from gan.live.failures import FAILURES
from gan.live.manager import RunManager
from gan.live.probe import Signals
from gan.recipes import RECIPES

EVEN = (0.1,) * 10
WELL = Signals(900, 8, 0.6, EVEN, 0.8, 0.55, 0.45, 0.2, 1.0)
ONE, TWO = (0, 0.95, *[0.05 / 8] * 8), (0, 0.5, *[0.02] * 5, 0.4, 0, 0)


def of(**fields):
    return diagnose([WELL._replace(**fields)] * SPAN, "non-saturating").name


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "well"),
        ({"step": 10}, "young"),
        ({"fake_score": 0.01, "generator_gradient": 1e-6, "real_score": 0.99}, "vanished"),
        ({"fake_score": 0.99}, "asleep"),
        ({"fake_score": 0.01, "real_score": 0.99, "generator_gradient": 300}, "overpowered"),
        ({"generator_gradient": 300}, "exploding"),
        ({"shares": ONE}, "collapsed"),
        ({"shares": TWO}, "collapsed"),
    ],
)
def test_each_sign_has_its_name(fields, name):
    assert of(**fields) == name


def test_a_collapse_names_its_digits():
    texts = [diagnose([WELL._replace(shares=shares)] * SPAN, "hinge").text for shares in (ONE, TWO)]
    assert "hardly anything but 1s:" in texts[0]
    assert "hardly anything but 1s and 7s:" in texts[1]


def test_one_odd_batch_says_nothing():
    odd = WELL._replace(fake_score=0.99)
    assert diagnose([WELL, WELL, WELL, odd], "non-saturating").name == "well"
    assert diagnose([odd] * (SPAN - 1), "non-saturating").name == "young"


@pytest.fixture(scope="module")
def studio(mnist):
    studio = RunManager(mnist)
    yield studio
    studio.close()


def until(studio, ticket, is_so, seconds=60):
    deadline = time.monotonic() + seconds
    while not is_so(studio.look(ticket.name)):
        assert time.monotonic() < deadline, studio.look(ticket.name).diagnosis
        time.sleep(0.05)
    return studio.look(ticket.name)


def test_a_good_run_is_called_good(studio):
    ticket = studio.start(RECIPES["fast"], 3)
    until(studio, ticket, lambda s: s.diagnosis.name == "well")
    studio.order(ticket, "stop")


@pytest.mark.parametrize("name", FAILURES)
def test_each_failure_shows_and_is_mended(studio, name):
    failure = FAILURES[name]
    ticket = studio.start(failure.recipe(), 3, failure.change)
    until(studio, ticket, lambda s: s.diagnosis.name == failure.symptom)
    studio.order(ticket, "back", (0, {"loss": failure.repaired_loss, "change": failure.repair}))
    until(studio, ticket, lambda s: s.past and s.diagnosis.name == "well")
    studio.order(ticket, "stop")
