import gc
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import jax
import numpy as np
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.live.command import Command
from gan.live.manager import LIMITS, RunManager, Ticket
from gan.live.session import MAX_COMMANDS, Session
from gan.training import devices
from gan.ui import live_routes
from tests.conftest import make_tiny


@pytest.fixture
def manager(mnist):
    manager = make_manager(mnist)
    yield manager
    manager.close()


def make_manager(mnist, **limits):
    return RunManager(Dataset("mnist", mnist.images[:256], mnist.labels[:256]), LIMITS._replace(**limits))


@pytest.fixture
def limited(mnist):
    """A manager with limits of its own."""
    managers = []

    def make(**limits):
        managers.append(make_manager(mnist, **limits))
        return managers[-1]

    yield make
    for manager in managers:
        manager.close()


def wait(manager, ticket, is_so, seconds=240):
    deadline = time.monotonic() + seconds
    while not is_so(manager.snapshot(ticket.name)):
        assert time.monotonic() < deadline, manager.snapshot(ticket.name)[:6]
        time.sleep(0.01)
    return manager.snapshot(ticket.name)


def is_status(name):
    return lambda snapshot: snapshot.status == name


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
    manager.command(ticket, Command("run"))
    time.sleep(0.3)
    assert manager.snapshot(ticket.name).step == stopped.step, "stopped is for good"
    assert manager.visit(ticket.name).trainer is None, "and its memory is free"
    assert stopped.states == [stopped.step], "but for what can still be saved"


def part(manager, ticket, name):
    """Copies of the numbers of a part of the run's state: the run gives its buffers away."""
    return [
        np.array(leaf) for leaf in jax.tree.leaves(getattr(manager.visit(ticket.name).trainer.state, name))
    ]


def weights(manager, ticket, network):
    state = manager.visit(ticket.name).trainer.state
    return np.array(getattr(state, network)["params"]["Dense_0"]["kernel"])


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
    for _ in range(MAX_COMMANDS):
        run.command(Command("step", "both"))
    with pytest.raises(InputError, match="8 orders wait already"):
        run.command(Command("step", "both"))
    run.prepare()
    run.commands.pop()  # the step that it was begun with
    for done in range(1, 4):
        run.advance(0.1, 1000)
        assert run.snapshot.step == done, "one order a turn"
        assert len(run.commands) == MAX_COMMANDS - done
    run.command(Command("step", "both"))
    run.command(Command("stop"))
    run.advance(0.1, 1000)
    assert run.has_ended
    assert run.snapshot.step == 3


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


def test_other_runs_have_their_turns_between_the_orders_of_one(manager, tiny, monkeypatch):
    greedy, other = manager.start(tiny, 0, first_command="step"), manager.start(tiny, 1)
    wait(manager, greedy, lambda s: s.step == 1)
    wait(manager, other, lambda s: s.step > 0)
    turns, advance = [], Session.advance

    def watched(run, *arguments):
        turns.append(run)
        while len(turns) == 1 and len(manager.get(greedy.name).commands) < MAX_COMMANDS:
            time.sleep(0.01)  # until all orders have been given
        advance(run, *arguments)

    monkeypatch.setattr(Session, "advance", watched)
    while not turns:
        time.sleep(0.01)
    for _ in range(MAX_COMMANDS):
        manager.command(greedy, Command("step", "both"))
    wait(manager, greedy, lambda s: s.step == 1 + MAX_COMMANDS)
    monkeypatch.undo()
    names = ["greedy" if run is manager.get(greedy.name) else "other" for run in turns]
    assert names.count("greedy") == MAX_COMMANDS
    assert "greedy greedy" not in " ".join(names)


def test_numbers_are_moved_while_it_runs_and_leave_a_mark(manager, tiny):
    ticket = manager.start(tiny, 0)
    wait(manager, ticket, lambda s: s.step > 5)
    program = manager.visit(ticket.name).trainer._call
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
    assert program._cache_size() == 1


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


def test_a_stranger_may_watch_and_not_touch(manager, tiny):
    mine, theirs = manager.start(tiny, 0), manager.start(tiny, 1)
    assert manager.snapshot(mine.name)
    for ticket in (Ticket(mine.name, ""), Ticket(mine.name, theirs.key), Ticket(mine.name, "ключ")):
        with pytest.raises(InputError, match="somebody else's"):
            manager.command(ticket, Command("stop"))
    with pytest.raises(InputError, match="over"):
        manager.command(Ticket("nobody", mine.key), Command("stop"))
    assert manager.snapshot("nobody") is None


def test_two_runs_share_fairly_and_do_not_mix(manager, tiny):
    tickets = [manager.start(tiny, seed) for seed in (0, 1)]
    for ticket in tickets:
        wait(manager, ticket, lambda s: s.step > 0)
    before = np.array([manager.snapshot(ticket.name).seconds for ticket in tickets])
    time.sleep(3)
    trained = np.array([manager.snapshot(ticket.name).seconds for ticket in tickets]) - before
    assert trained.min() > 0.7 * trained.max()
    samples = [manager.snapshot(ticket.name).samples.samples for ticket in tickets]
    assert not np.array_equal(*samples)


def test_others_wait_in_line_and_see_their_place(limited, tiny):
    manager = limited(training=1)
    first, second, third = (manager.start(tiny, seed) for seed in range(3))
    wait(manager, first, lambda s: s.step > 3)
    wait(manager, third, is_status("running"))
    assert [manager.queue_position(ticket.name) for ticket in (first, second, third)] == [0, 1, 2]
    assert manager.snapshot(second.name).step == 0
    manager.command(first, Command("pause"))
    wait(manager, second, lambda s: s.step > 3)
    assert manager.queue_position(third.name) == 1


def until(is_so, seconds=240):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def sleep_of(manager, ticket, other):
    """Waits until a run sleeps, which is while `other` trains and it does not; returns its step."""

    def is_asleep():
        step, now = manager.get(ticket.name).snapshot.step, manager.snapshot(other.name).step
        wait(manager, other, lambda s: s.step > now + 20)
        return manager.get(ticket.name).snapshot.step == step

    until(is_asleep)
    return manager.get(ticket.name).snapshot.step


def test_a_run_that_nobody_visits_sleeps_until_somebody_does(limited, tiny):
    manager = limited(sleep_seconds=0.2)
    ticket, other = manager.start(tiny, 0), manager.start(tiny, 1)
    wait(manager, ticket, lambda s: s.step > 3)
    asleep = sleep_of(manager, ticket, other)
    wait(manager, ticket, lambda s: s.step > asleep)


def test_nobody_looks_so_it_is_forgotten(limited, tiny):
    manager = limited(forget_seconds=2.0)
    ticket, begun = manager.start(tiny, 0), time.monotonic()
    wait(manager, ticket, lambda s: s.step > 3 and time.monotonic() > begun + 2.5)
    until(lambda: manager.get(ticket.name) is None)


def test_a_visitor_who_leaves_lets_the_run_sleep_at_once(limited, tiny):
    manager = limited()
    ticket, other = manager.start(tiny, 0), manager.start(tiny, 1)
    wait(manager, ticket, lambda s: s.step > 3)
    with pytest.raises(InputError, match="somebody else's"):
        manager.leave(ticket._replace(key="guess"))
    manager.leave(ticket)
    asleep = sleep_of(manager, ticket, other)
    wait(manager, ticket, lambda s: s.step > asleep)


def test_a_visitor_who_leaves_is_soon_forgotten_unless_the_page_comes_back(limited, tiny):
    manager = limited(left_seconds=1.0)
    ticket = manager.start(tiny, 0)
    wait(manager, ticket, lambda s: s.step > 3)
    manager.leave(ticket)
    assert manager.snapshot(ticket.name)
    time.sleep(1.2)
    assert manager.get(ticket.name), "it was found again"
    manager.leave(ticket)
    until(lambda: manager.get(ticket.name) is None)


def test_nobody_waits_while_memory_is_given_back(limited, tiny, monkeypatch):
    begun, go = threading.Event(), threading.Event()
    monkeypatch.setattr(devices, "give_memory_back", lambda: begun.set() or go.wait(60))
    manager = limited(forget_seconds=0.2)
    manager.start(tiny, 0)
    with ThreadPoolExecutor(1) as visitor:
        try:
            assert begun.wait(60), "a run is forgotten"
            assert visitor.submit(manager.get, "any").result(timeout=10) is None
        finally:
            go.set()


def test_too_many_runs_and_bad_seeds_are_refused(limited, tiny):
    manager = limited(runs=2, sleep_seconds=1.0)
    first, second = (manager.start(tiny, seed) for seed in (0, 1))
    with pytest.raises(InputError, match="2 runs are under way"):
        manager.start(tiny, 2)
    wait(manager, first, lambda s: s.step > 0)
    manager.command(first, Command("stop"))
    wait(manager, first, is_status("stopped"))
    manager.start(tiny, 2)
    with pytest.raises(InputError, match="seed -1"):
        manager.start(tiny, -1)
    time.sleep(1.2)
    manager.start(tiny, 3)  # in the place of one that nobody looks at
    assert manager.get(second.name) is None


def test_whoever_starts_and_stops_many_runs_leaves_few(limited, tiny):
    manager = limited(runs=3)
    tickets, sessions = [], []
    for seed in range(10):
        tickets.append(manager.start(tiny, seed, first_command="step"))
        sessions.append(weakref.ref(manager.get(tickets[-1].name)))
        wait(manager, tickets[-1], lambda s: s.step == 1)
        manager.command(tickets[-1], Command("stop"))
        wait(manager, tickets[-1], is_status("stopped"))
    kept = [manager.get(ticket.name) is not None for ticket in tickets]
    assert kept == [False] * 7 + [True] * 3, "the oldest go first"
    with pytest.raises(InputError, match="this run is over"):
        manager.command(tickets[0], Command("back", step=0))
    gc.collect()
    assert [session() is not None for session in sessions] == kept, "nothing else holds their networks"


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


def classes_of(manager, **asked):
    """How many classes the networks of a run know that the Train page has asked for so."""
    client = TestClient(FastAPI(routes=live_routes.build(manager)))
    answer = client.post("/live/start", json=asked)
    assert answer.status_code == 200, answer.text
    return manager.get(answer.json()["name"]).recipe.model.classes


def test_networks_are_told_the_class_unless_asked_otherwise(manager):
    assert classes_of(manager, recipe="fast") == 10
    assert classes_of(manager, recipe="fast", conditional=True) == 10
    assert classes_of(manager, recipe="fast", conditional=False) == 0
    assert classes_of(manager, recipe="article", first_command="step") == 10
    assert classes_of(manager, recipe="frozen") == 0
    assert classes_of(manager, recipe="autoencoder") == 0


def test_without_labels_no_class_is_told(mnist):
    manager = RunManager(Dataset("pictures", mnist.images[:64], None))
    assert classes_of(manager, recipe="fast") == classes_of(manager, recipe="fast", conditional=True) == 0
    manager.close()


def test_a_run_ends_by_itself(limited, tiny):
    manager = limited(steps=12)
    ticket = manager.start(tiny, 0)
    assert wait(manager, ticket, is_status("paused")).step == 12
    assert "12 steps" in manager.snapshot(ticket.name).message
    for order in ("run", "step"):
        manager.command(ticket, Command(order))
        time.sleep(0.3)
    version = manager.snapshot(ticket.name).version
    time.sleep(0.5)
    assert manager.snapshot(ticket.name).version == version, "and does not keep the thread busy"
