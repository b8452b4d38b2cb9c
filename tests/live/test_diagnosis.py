"""The words for a run, on real runs: one that goes well, and every failure of the lab, broken and mended."""

import time

import pytest

from gan.combinations import BCE_LOSSES, GP_LOSSES
from gan.config import LOSSES
from gan.live.command import Command
from gan.live.controls import apply_changes
from gan.live.diagnosis import RULES, SIGNALS_THAT_AGREE, diagnose
from gan.live.failures import FAILURES
from gan.live.manager import RunManager
from gan.live.probe import Signals
from gan.recipes import RECIPES

pytestmark = pytest.mark.runs_long

EVEN = (0.1,) * 10
WELL = Signals(900, 8, 0.6, EVEN, 0.8, 0.55, 0.45, 0.2, 0.2, 1.0)
ONE, TWO = (0, 0.95, *[0.05 / 8] * 8), (0, 0.5, *[0.02] * 5, 0.4, 0, 0)


def of(loss="non-saturating", **fields):
    return diagnose([WELL._replace(**fields)] * SIGNALS_THAT_AGREE, loss).name


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "healthy"),
        ({"step": 10}, "warming_up"),
        ({"fake_score": 0.01, "generator_gradient": 1e-6, "real_score": 0.99}, "vanishing_gradient"),
        ({"fake_score": 0.99}, "frozen_discriminator"),
        ({"fake_score": 0.01, "real_score": 0.99, "generator_gradient": 300}, "discriminator_dominates"),
        ({"generator_gradient": 300}, "exploding"),
        ({"shares": ONE}, "collapsed"),
        ({"shares": TWO}, "collapsed"),
        ({"diversity": 0.01}, "collapsed"),
        ({"digits": 3, "readable": 0.1}, "warming_up"),
        ({"step": 300, "digits": 3, "readable": 0.1}, "healthy"),
        ({"step": 100_000, "digits": 0, "readable": 0.0}, "no_progress"),
        ({"step": 5000, "digits": 3, "readable": 0.1}, "behind"),
    ],
)
def test_each_sign_has_its_name(fields, name):
    assert of(**fields) == name


@pytest.mark.parametrize("loss", LOSSES)
def test_only_a_cross_entropys_logits_are_probabilities(loss):
    scores = {"real_score": 0.99, "fake_score": 0.01, "generator_gradient": 0.001}
    assert (of(loss, **scores) == "healthy") == (loss not in BCE_LOSSES)
    fooled = {"fake_score": 0.99} if loss in BCE_LOSSES else {"logit_difference": -3.0}
    assert of(loss, **fooled) == "frozen_discriminator"


def test_the_rules_and_the_losses_agree():
    groups = RULES["losses"]
    assert sorted(sum(groups.values(), [])) == sorted([*LOSSES, "weight-clip"])
    assert set(groups["cross-entropy"]) == set(BCE_LOSSES)
    assert set(RULES["in_place_of_r1"]) == {*GP_LOSSES, "weight-clip"}


ILL = [
    {"fake_score": 0.01, "generator_gradient": 1e-6, "real_score": 0.99},
    {"fake_score": 0.99, "logit_difference": -3.0},
    {"fake_score": 0.01, "real_score": 0.99, "logit_difference": 9.0},
    {"generator_gradient": 300},
    {"shares": ONE},
    {"diversity": 0.01},
    {"step": 100_000, "digits": 0, "readable": 0.0},
]


@pytest.mark.parametrize("loss", [*LOSSES, "weight-clip"])
def test_the_advice_goes_with_the_loss(loss):
    """A click on the repair must never be refused."""
    options = {"gp_weight": 10.0} if loss in GP_LOSSES else {"r1_gamma": 1.0}
    if loss == "weight-clip":
        options = {"weight_clip": 0.01, "r1_gamma": 0.0}
    recipe = RECIPES["fast"].replace(
        **{"r1_gamma": 0.0, **options}, loss=loss.replace("weight-clip", "wasserstein")
    )
    found = [diagnose([WELL._replace(**each)] * SIGNALS_THAT_AGREE, loss) for each in ILL]
    assert len({each.name for each in found} - {"healthy"}) >= 4
    for each in found:
        assert (each.repair != "") == bool(each.change)
        assert each.advice or each.name == "healthy"
        apply_changes(recipe.replace(loss=each.loss or recipe.train.loss), recipe.hyper, each.change)


def test_a_collapse_names_its_digits():
    texts = [
        diagnose([WELL._replace(shares=shares)] * SIGNALS_THAT_AGREE, "hinge").text for shares in (ONE, TWO)
    ]
    assert "hardly anything but 1s:" in texts[0]
    assert "hardly anything but 1s and 7s:" in texts[1]


def test_one_odd_batch_says_nothing():
    odd = WELL._replace(fake_score=0.99)
    assert diagnose([WELL, WELL, WELL, odd], "non-saturating").name == "healthy"
    assert diagnose([odd] * (SIGNALS_THAT_AGREE - 1), "non-saturating").name == "warming_up"


@pytest.fixture(scope="module")
def manager(mnist):
    manager = RunManager(mnist)
    yield manager
    manager.close()


def until(manager, ticket, is_so, seconds=240):
    deadline = time.monotonic() + seconds
    while not is_so(manager.snapshot(ticket.name)):
        assert time.monotonic() < deadline, manager.snapshot(ticket.name).diagnosis
        time.sleep(0.05)
    return manager.snapshot(ticket.name)


@pytest.fixture(scope="module")
def is_healthy(manager):
    """Waits until a run is called healthy; not for one that is, to the number, a run that has been before."""
    known = []

    def waits(ticket):
        run = until(manager, ticket, lambda s: s.step > 0)
        same = run.recipe.static_config, run.hyper
        if same not in known:
            until(manager, ticket, lambda s: s.diagnosis.name == "healthy")
            known.append(same)
        return True

    return waits


def test_a_good_run_is_called_good(manager, is_healthy):
    ticket = manager.start(RECIPES["fast"], 3)
    assert is_healthy(ticket)
    manager.command(ticket, Command("stop"))


@pytest.mark.parametrize("name", FAILURES)
def test_each_failure_shows_and_is_mended(manager, is_healthy, name):
    failure = FAILURES[name]
    ticket = manager.start(failure.recipe(), 3, failure.change)
    until(manager, ticket, lambda s: s.diagnosis.name == failure.symptom)
    manager.command(ticket, Command("back", step=0, loss=failure.repaired_loss, change=failure.repair))
    until(manager, ticket, lambda s: s.previous_curves and s.hyper.r1_gamma == failure.repair["r1_gamma"])
    assert is_healthy(ticket)
    manager.command(ticket, Command("stop"))
