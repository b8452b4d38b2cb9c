"""One run: it obeys its visitor's commands, and says what has become of it."""

import time

import jax
import numpy as np
import pytest

from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.live.command import Command
from gan.live.limits import Limits
from gan.live.manager import RunManager
from gan.live.registry import Visitor
from gan.live.session import Session
from tests.conftest import make_tiny
from tests.live.runs import is_status, until, wait

pytestmark = pytest.mark.runs_long


def part(manager, ticket, name):
    """Copies of the numbers of a part of the run's state: the run gives its buffers away."""
    return [
        np.array(leaf) for leaf in jax.tree.leaves(getattr(manager.visit(ticket.name).trainer.state, name))
    ]


def weights(manager, ticket, network):
    state = manager.visit(ticket.name).trainer.state
    return np.array(getattr(state, network)["params"]["Dense_0"]["kernel"])


def test_a_run_starts_pauses_steps_goes_on_and_stops(manager, tiny):
    ticket = manager.start(tiny, 0)
    running = wait(manager, ticket, lambda s: s.step > 5 and len(s.curve.step) and len(s.frames) > 1)
    assert running.status == "running"
    assert running.samples.samples.shape == running.samples.fakes.shape == (64, 28, 28, 1)
    assert running.samples.fake_logits.shape == running.samples.real_logits.shape == (64,)
    manager.command(ticket, Command("pause"))
    paused = wait(manager, ticket, is_status("paused"))
    manager.command(ticket, Command("step", "both"))
    stepped = wait(manager, ticket, lambda s: s.step > paused.step)
    time.sleep(0.3)
    assert manager.snapshot(ticket.name).step == stepped.step == paused.step + 1
    assert manager.snapshot(ticket.name).status == "paused"
    manager.command(ticket, Command("run"))
    wait(manager, ticket, lambda s: s.status == "running" and s.step > stepped.step + 3)
    manager.command(ticket, Command("stop"))
    stopped = wait(manager, ticket, is_status("stopped"))
    assert manager.visit(ticket.name).trainer is None, "its memory is free"
    assert stopped.states == [stopped.step], "but for what can still be saved"
    manager.command(ticket, Command("step", "both"))
    manager.command(ticket, Command("run"))
    again = wait(manager, ticket, lambda s: s.status == "running" and s.step > stopped.step)
    assert again.states == [0, stopped.step], "it can go back again, to its beginning too"
    assert len(again.curve.step) >= len(stopped.curve.step)


@pytest.mark.parametrize(
    ("network", "moves", "rests"), [("D", "discriminator", "generator"), ("G", "generator", "discriminator")]
)
def test_one_network_alone_takes_a_step(manager, tiny, network, moves, rests):
    ticket = manager.start(tiny, 0, first_command="step")
    wait(manager, ticket, lambda s: s.step == 1 and s.status == "paused")
    still = (rests, f"{rests}_opt", *(["generator_ema"] if rests == "generator" else []))
    before = weights(manager, ticket, moves), [part(manager, ticket, name) for name in still]
    manager.command(ticket, Command("step", network))
    wait(manager, ticket, lambda s: s.step == 2)
    time.sleep(0.1)
    assert not np.array_equal(weights(manager, ticket, moves), before[0])
    for name, numbers in zip(still, before[1], strict=True):
        jax.tree.map(np.testing.assert_array_equal, part(manager, ticket, name), numbers)


def test_three_quick_steps_are_three(manager, tiny):
    ticket = manager.start(tiny, 0, first_command="step")
    manager.command(ticket, Command("step", "both"))
    manager.command(ticket, Command("step", "both"))
    wait(manager, ticket, lambda s: s.step == 3)
    time.sleep(0.3)
    assert manager.snapshot(ticket.name).step == 3


def test_of_many_orders_few_wait_and_a_stop_is_always_taken(manager, tiny, mnist):
    run = Session(tiny, manager.dataset, 0, first_command="step")
    for _ in range(Limits().orders - 1):  # beside the step that it is begun with
        run.command(Command("step", "both"))
    with pytest.raises(InputError, match="8 orders wait already"):
        run.command(Command("step", "both"))
    run.prepare()
    for done in range(1, 4):
        run.advance(0.1, 1000)
        assert run.snapshot.step == done, "one order a turn"
        assert len(run.commands) == Limits().orders - done
    run.command(Command("step", "both"))
    run.command(Command("stop"))
    run.advance(0.1, 1000)
    assert run.has_ended
    assert run.snapshot.step == 3


def test_a_run_that_is_about_to_stop_goes_on_if_it_is_told_to(manager, tiny, monkeypatch):
    run = Session(tiny, manager.dataset, 0)
    run.prepare()
    for order in ("stop", "run", "pause", "stop", "pause", "run"):
        assert not run.command(Command(order)), "nothing is to be prepared"
    while run.commands:
        run.advance(0.1, 1000)
        assert not run.has_ended
    assert run.is_training
    run.command(Command("stop"))
    keep = run.monitor.keep_only_last_state

    def told_meanwhile():
        keep()
        run.command(Command("run"))

    monkeypatch.setattr(run.monitor, "keep_only_last_state", told_meanwhile)
    run.advance(0.1, 1000)
    run.advance(0.1, 1000)
    assert run.is_training
    monkeypatch.undo()
    for order in ("stop", "run", "stop"):
        run.command(Command(order))
    run.advance(0.1, 1000)
    assert run.has_ended
    assert run.command(Command("run")), "it is to be prepared again"
    assert run.snapshot.status == "compiling"


def test_what_came_after_a_stop_is_not_obeyed_when_the_run_goes_on(manager, tiny):
    run = Session(tiny, manager.dataset, 0)
    run.prepare()
    for order in ("stop", "pause"):  # a page shows a run that trains until it asks again
        run.command(Command(order))
    run.advance(0.1, 1000)
    assert run.has_ended
    run.command(Command("run"))
    run.prepare()
    run.advance(0.1, 1000)
    assert run.is_training


def test_a_stopped_run_that_is_sent_back_takes_nobodys_seat(limited, tiny):
    manager, ann = limited(sleep_seconds=0.001), Visitor("ann", "10.0.0.1")
    stopped = manager.start(tiny, 0, visitor=ann)
    wait(manager, stopped, lambda s: s.step > 0)
    manager.command(stopped, Command("stop"))
    wait(manager, stopped, is_status("stopped"))
    asleep = [manager.start(tiny, seed, visitor=ann) for seed in (1, 2)]
    for step in manager.get(stopped.name).history.states:
        manager.command(stopped, Command("back", step=step))
    assert all(map(manager.get, [ticket.name for ticket in asleep]))


def test_a_run_that_goes_on_as_its_last_turn_ends_is_prepared_once(manager, tiny, monkeypatch):
    ticket = manager.start(tiny, 0)
    wait(manager, ticket, lambda s: s.step > 0)
    run, advance = manager.get(ticket.name), Session.advance
    first = run.trainer

    def told_as_it_ends(run, *arguments):
        advance(run, *arguments)
        if run.has_ended:  # and the turn is not yet over
            manager.command(ticket, Command("run"))

    monkeypatch.setattr(Session, "advance", told_as_it_ends)
    manager.command(ticket, Command("stop"))
    until(lambda: run.is_training and run.trainer is not first)
    trainer = run.trainer
    manager._compiler.submit(int).result()  # all that was to be prepared has been
    assert run.trainer is trainer, "it does not begin again where it had stopped"


def test_an_order_that_no_longer_makes_sense_is_dropped_with_a_message(manager, tiny):
    run = Session(tiny, manager.dataset, 0)
    run.prepare()
    run.command(Command("back", step=0, loss="hinge"))
    run.command(Command("set", change={"label_smoothing": 0.1}))  # it does make sense while it waits
    run.advance(0.1, 1000)
    run.prepare()
    run.advance(0.1, 1000)
    assert run.snapshot.message == "not done: label_smoothing: does not go with loss=hinge"
    assert run.snapshot.status == "running"
    assert run.snapshot.step > 0, "it goes on"
    assert run.snapshot.hyper.label_smoothing == 0
    with pytest.raises(InputError, match="does not go with"):
        run.command(Command("set", change={"label_smoothing": 0.1}))
    run.command(Command("set", change={"r1_gamma": 1.0}))
    run.advance(0.1, 1000)
    assert run.snapshot.message == ""


def test_numbers_are_moved_while_it_runs_and_leave_an_event(manager, tiny):
    ticket = manager.start(tiny, 0)
    wait(manager, ticket, lambda s: s.step > 5)
    program = manager.visit(ticket.name).trainer._call
    compiled = program._cache_size()  # for the data sets of other tests, too
    change = {"generator_lr": 0.0, "r1_gamma": 3.0, "instance_noise": 0.2, "label_smoothing": 0.1}
    manager.command(ticket, Command("set", change=change))
    moved = wait(manager, ticket, lambda s: s.events)
    assert "generator_lr 0.002 → 0" in moved.events[0].text
    assert moved.hyper.r1_gamma == 3.0
    wait(manager, ticket, lambda s: s.step > moved.step + 20)
    manager.command(ticket, Command("pause"))
    paused = wait(manager, ticket, is_status("paused"))
    still = weights(manager, ticket, "generator")
    manager.command(ticket, Command("step", "both"))
    wait(manager, ticket, lambda s: s.step > paused.step)
    time.sleep(0.1)
    np.testing.assert_array_equal(weights(manager, ticket, "generator"), still)
    assert manager.visit(ticket.name).trainer._call is program, "nothing was compiled anew"
    assert program._cache_size() == compiled


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"generator_lr": 1.0}, "expected 0 to 0.05"),
        ({"r1_gamma": float("nan")}, "expected 0 to 100"),
        ({"r1_gamma": "much"}, "expected 0 to 100"),
        ({"steps": 3}, "what can be moved is"),
    ],
)
def test_senseless_numbers_are_refused_at_once(manager, tiny, change, words):
    ticket = manager.start(tiny, 0)
    with pytest.raises(InputError, match=words):
        manager.command(ticket, Command("set", change=change))
    with pytest.raises(InputError, match=words):
        manager.start(tiny, 0, change)
    with pytest.raises(InputError, match="can go back to"):
        manager.command(ticket, Command("back", step=12345))
    with pytest.raises(InputError, match="a run can"):
        manager.command(ticket, Command("dance"))
    with pytest.raises(InputError, match="both, D or G"):
        manager.command(ticket, Command("step", "neither"))


def test_going_back_is_the_same_way_again_until_something_changes(manager, tiny):
    ticket = manager.start(tiny, 0)
    wait(manager, ticket, lambda s: s.step > 30)
    manager.command(ticket, Command("pause"))
    paused = wait(manager, ticket, is_status("paused"))
    assert paused.states == [0, paused.step], "a pause is a place to go back to"
    manager.command(ticket, Command("back", step=0))
    again = wait(manager, ticket, lambda s: s.previous_curves and len(s.curve.step))
    assert len(again.previous_curves[0].step) == len(paused.curve.step)
    np.testing.assert_array_equal(
        again.curve.metrics.discriminator_loss[0], paused.curve.metrics.discriminator_loss[0]
    )
    manager.command(ticket, Command("back", step=0, loss="hinge", change={"r1_gamma": 1.0}))
    other = wait(
        manager, ticket, lambda s: len(s.previous_curves) == 2 and s.step > 5 and s.status == "running"
    )
    assert other.recipe.train.loss == "hinge"
    assert other.events[-1].text == "went back, r1_gamma 1"


def test_a_run_that_breaks_says_so_leaves_the_others_and_goes_back(manager, tiny):
    good = manager.start(tiny, 0)
    bad = manager.start(make_tiny(generator_lr=1e38, discriminator_lr=1e38), 0)
    broken = wait(manager, bad, is_status("failed"))
    assert "not a finite number" in broken.message
    step = manager.snapshot(good.name).step
    wait(manager, good, lambda s: s.step > step)
    manager.command(bad, Command("back", step=0, change={"generator_lr": 1e-3, "discriminator_lr": 1e-3}))
    wait(manager, bad, lambda s: s.status == "running" and s.step > 5)


def test_a_recipe_that_cannot_be_trained_fails_politely(mnist):
    manager = RunManager(Dataset("pictures", mnist.images[:64], None))
    ticket = manager.start(make_tiny(classes=10), 0)
    assert "no labels" in wait(manager, ticket, is_status("failed")).message
    manager.close()


def test_a_conditional_run_draws_all_digits(manager):
    ticket = manager.start(make_tiny(classes=10), 0)
    wait(manager, ticket, lambda s: s.step > 0)


def test_a_run_ends_by_itself(limited, tiny):
    manager = limited(steps=12)
    ticket = manager.start(tiny, 0)
    assert wait(manager, ticket, is_status("paused")).step == 12
    assert "12 steps" in manager.snapshot(ticket.name).message
    for order in ("run", "step"):
        manager.command(ticket, Command(order))
        until(lambda: not manager.get(ticket.name).commands)

    def is_still():
        version = manager.snapshot(ticket.name).version
        time.sleep(0.5)
        return manager.snapshot(ticket.name).version == version

    until(is_still)  # it does not keep the thread busy
