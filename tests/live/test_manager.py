import gc
import time
import weakref

import jax
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.live.manager import LIMITS, RunManager, Ticket
from gan.live.session import MOST_ORDERS, Session
from gan.ui import live_routes
from tests.conftest import make_tiny


@pytest.fixture
def studio(mnist):
    studio = make_studio(mnist)
    yield studio
    studio.close()


def make_studio(mnist, **limits):
    return RunManager(Dataset("mnist", mnist.images[:256], mnist.labels[:256]), LIMITS._replace(**limits))


@pytest.fixture
def limited(mnist):
    """A studio with limits of its own."""
    studios = []

    def make(**limits):
        studios.append(make_studio(mnist, **limits))
        return studios[-1]

    yield make
    for studio in studios:
        studio.close()


def wait(studio, ticket, is_so, seconds=60):
    deadline = time.monotonic() + seconds
    while not is_so(studio.look(ticket.name)):
        assert time.monotonic() < deadline, studio.look(ticket.name)[:6]
        time.sleep(0.01)
    return studio.look(ticket.name)


def is_status(name):
    return lambda snapshot: snapshot.status == name


def test_a_run_starts_pauses_steps_goes_on_and_stops(studio, tiny):
    ticket = studio.start(tiny, 0)
    running = wait(studio, ticket, lambda s: s.step > 5 and len(s.curve.step) and len(s.frames) > 1)
    assert running.status == "running"
    assert running.view.samples.shape == running.view.fakes.shape == (64, 28, 28, 1)
    assert running.view.fake_logits.shape == running.view.real_logits.shape == (64,)
    studio.order(ticket, "pause")
    paused = wait(studio, ticket, is_status("paused"))
    studio.order(ticket, "step", "both")
    stepped = wait(studio, ticket, lambda s: s.step > paused.step)
    time.sleep(0.3)
    assert studio.look(ticket.name).step == stepped.step == paused.step + 1
    assert studio.look(ticket.name).status == "paused"
    studio.order(ticket, "run")
    wait(studio, ticket, lambda s: s.status == "running" and s.step > stepped.step + 3)
    studio.order(ticket, "stop")
    stopped = wait(studio, ticket, is_status("stopped"))
    studio.order(ticket, "run")
    time.sleep(0.3)
    assert studio.look(ticket.name).step == stopped.step, "stopped is for good"
    assert studio.session(ticket.name).trainer is None, "and its memory is free"
    assert stopped.states == [stopped.step], "but for what can still be saved"


def part(studio, ticket, name):
    """Copies of the numbers of a part of the run's state: the run gives its buffers away."""
    return [
        np.array(leaf) for leaf in jax.tree.leaves(getattr(studio.session(ticket.name).trainer.state, name))
    ]


def weights(studio, ticket, network):
    state = studio.session(ticket.name).trainer.state
    return np.array(getattr(state, network)["params"]["Dense_0"]["kernel"])


@pytest.mark.parametrize(
    ("network", "moves", "rests"), [("D", "discriminator", "generator"), ("G", "generator", "discriminator")]
)
def test_one_network_alone_takes_a_step(studio, tiny, network, moves, rests):
    ticket = studio.start(tiny, 0, wish="step")
    wait(studio, ticket, lambda s: s.step == 1 and s.status == "paused")
    still = (rests, f"{rests}_opt", *(["generator_ema"] if rests == "generator" else []))
    before = weights(studio, ticket, moves), [part(studio, ticket, name) for name in still]
    studio.order(ticket, "step", network)
    wait(studio, ticket, lambda s: s.step == 2)
    time.sleep(0.1)
    assert not np.array_equal(weights(studio, ticket, moves), before[0])
    for name, numbers in zip(still, before[1], strict=True):
        jax.tree.map(np.testing.assert_array_equal, part(studio, ticket, name), numbers)


def test_three_quick_steps_are_three(studio, tiny):
    ticket = studio.start(tiny, 0, wish="step")
    studio.order(ticket, "step", "both")
    studio.order(ticket, "step", "both")
    wait(studio, ticket, lambda s: s.step == 3)
    time.sleep(0.3)
    assert studio.look(ticket.name).step == 3


def test_of_many_orders_few_wait_and_a_stop_is_always_taken(studio, tiny, mnist):
    run = Session(tiny, studio.dataset, 0, wish="step")
    for _ in range(MOST_ORDERS):
        run.order("step", "both")
    with pytest.raises(InputError, match="8 orders wait already"):
        run.order("step", "both")
    run.prepare()
    run.orders.pop()  # the step that it was begun with
    for done in range(1, 4):
        run.turn(0.1, 1000)
        assert run.snapshot.step == done, "one order a turn"
        assert len(run.orders) == MOST_ORDERS - done
    run.order("step", "both")
    run.order("stop")
    run.turn(0.1, 1000)
    assert run.has_ended
    assert run.snapshot.step == 3


def test_other_runs_have_their_turns_between_the_orders_of_one(studio, tiny, monkeypatch):
    greedy, other = studio.start(tiny, 0, wish="step"), studio.start(tiny, 1)
    wait(studio, greedy, lambda s: s.step == 1)
    wait(studio, other, lambda s: s.step > 0)
    turns, turn = [], Session.turn

    def watched(run, *arguments):
        turns.append(run)
        while len(turns) == 1 and len(studio.peek(greedy.name).orders) < MOST_ORDERS:
            time.sleep(0.01)  # until all orders have been given
        turn(run, *arguments)

    monkeypatch.setattr(Session, "turn", watched)
    while not turns:
        time.sleep(0.01)
    for _ in range(MOST_ORDERS):
        studio.order(greedy, "step", "both")
    wait(studio, greedy, lambda s: s.step == 1 + MOST_ORDERS)
    monkeypatch.undo()
    names = ["greedy" if run is studio.peek(greedy.name) else "other" for run in turns]
    assert names.count("greedy") == MOST_ORDERS
    assert "greedy greedy" not in " ".join(names)


def test_numbers_are_moved_while_it_runs_and_leave_a_mark(studio, tiny):
    ticket = studio.start(tiny, 0)
    wait(studio, ticket, lambda s: s.step > 5)
    program = studio.session(ticket.name).trainer._call
    studio.order(
        ticket, "set", {"generator_lr": 0.0, "r1_gamma": 3.0, "instance_noise": 0.2, "label_smoothing": 0.1}
    )
    moved = wait(studio, ticket, lambda s: s.marks)
    assert "generator_lr 0.002 → 0" in moved.marks[0].text
    assert moved.hyper.r1_gamma == 3.0
    wait(studio, ticket, lambda s: s.step > moved.step + 20)
    studio.order(ticket, "pause")
    paused = wait(studio, ticket, is_status("paused"))
    still = weights(studio, ticket, "generator")
    studio.order(ticket, "step", "both")
    wait(studio, ticket, lambda s: s.step > paused.step)
    time.sleep(0.1)
    np.testing.assert_array_equal(weights(studio, ticket, "generator"), still)
    assert studio.session(ticket.name).trainer._call is program, "nothing was compiled anew"
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
def test_senseless_numbers_are_refused_at_once(studio, tiny, change, words):
    ticket = studio.start(tiny, 0)
    with pytest.raises(InputError, match=words):
        studio.order(ticket, "set", change)
    with pytest.raises(InputError, match=words):
        studio.start(tiny, 0, change)
    with pytest.raises(InputError, match="can go back to"):
        studio.order(ticket, "back", (12345, {}))
    with pytest.raises(InputError, match="a run can"):
        studio.order(ticket, "dance")
    with pytest.raises(InputError, match="both, D or G"):
        studio.order(ticket, "step", "neither")


def test_going_back_is_the_same_way_again_until_something_changes(studio, tiny):
    ticket = studio.start(tiny, 0)
    wait(studio, ticket, lambda s: s.step > 30)
    studio.order(ticket, "pause")
    paused = wait(studio, ticket, is_status("paused"))
    assert paused.states == [0, paused.step], "a pause is a place to go back to"
    studio.order(ticket, "back", (0, {}))
    again = wait(studio, ticket, lambda s: s.past and len(s.curve.step))
    assert len(again.past[0].step) == len(paused.curve.step)
    np.testing.assert_array_equal(again.curve.discriminator_loss[0], paused.curve.discriminator_loss[0])
    studio.order(ticket, "back", (0, {"loss": "hinge", "change": {"r1_gamma": 1.0}}))
    other = wait(studio, ticket, lambda s: len(s.past) == 2 and s.step > 5 and s.status == "running")
    assert other.recipe.train.loss == "hinge"
    assert other.marks[-1].text == "went back, r1 1"


def test_a_stranger_may_watch_and_not_touch(studio, tiny):
    mine, theirs = studio.start(tiny, 0), studio.start(tiny, 1)
    assert studio.look(mine.name)
    for ticket in (Ticket(mine.name, ""), Ticket(mine.name, theirs.key), Ticket(mine.name, "ключ")):
        with pytest.raises(InputError, match="somebody else's"):
            studio.order(ticket, "stop")
    with pytest.raises(InputError, match="over"):
        studio.order(Ticket("nobody", mine.key), "stop")
    assert studio.look("nobody") is None


def test_two_runs_share_fairly_and_do_not_mix(studio, tiny):
    tickets = [studio.start(tiny, seed) for seed in (0, 1)]
    for ticket in tickets:
        wait(studio, ticket, lambda s: s.step > 0)
    before = np.array([studio.look(ticket.name).seconds for ticket in tickets])
    time.sleep(3)
    trained = np.array([studio.look(ticket.name).seconds for ticket in tickets]) - before
    assert trained.min() > 0.7 * trained.max()
    samples = [studio.look(ticket.name).view.samples for ticket in tickets]
    assert not np.array_equal(*samples)


def test_others_wait_in_line_and_see_their_place(limited, tiny):
    studio = limited(training=1)
    first, second, third = (studio.start(tiny, seed) for seed in range(3))
    wait(studio, first, lambda s: s.step > 3)
    wait(studio, third, is_status("running"))
    assert [studio.place(ticket.name) for ticket in (first, second, third)] == [0, 1, 2]
    assert studio.look(second.name).step == 0
    studio.order(first, "pause")
    wait(studio, second, lambda s: s.step > 3)
    assert studio.place(third.name) == 1


def test_nobody_looks_so_it_sleeps_and_is_forgotten(limited, tiny):
    studio = limited(sleep_seconds=0.2, forget_seconds=1.5)
    ticket = studio.start(tiny, 0)
    wait(studio, ticket, lambda s: s.step > 3)
    time.sleep(0.6)
    asleep = studio.peek(ticket.name).snapshot.step  # without looking
    time.sleep(0.4)
    assert studio.peek(ticket.name).snapshot.step == asleep
    wait(studio, ticket, lambda s: s.step > asleep)
    time.sleep(1.8)
    studio.start(tiny, 1)
    time.sleep(0.3)
    assert studio.peek(ticket.name) is None


def test_a_visitor_who_leaves_is_soon_forgotten_unless_the_page_comes_back(limited, tiny):
    studio = limited(left_seconds=0.5)
    ticket = studio.start(tiny, 0)
    wait(studio, ticket, lambda s: s.step > 3)
    with pytest.raises(InputError, match="somebody else's"):
        studio.leave(ticket._replace(key="guess"))
    studio.leave(ticket)
    time.sleep(0.2)
    asleep = studio.peek(ticket.name).snapshot.step
    time.sleep(0.2)
    assert studio.peek(ticket.name).snapshot.step == asleep, "it waits at once"
    wait(studio, ticket, lambda s: s.step > asleep)
    time.sleep(0.6)
    assert studio.peek(ticket.name), "it was found again"
    studio.leave(ticket)
    time.sleep(0.6)
    studio.start(tiny, 1)
    time.sleep(0.3)
    assert studio.peek(ticket.name) is None


def test_too_many_runs_and_bad_seeds_are_refused(limited, tiny):
    studio = limited(runs=2, sleep_seconds=1.0)
    first, second = (studio.start(tiny, seed) for seed in (0, 1))
    with pytest.raises(InputError, match="2 runs are under way"):
        studio.start(tiny, 2)
    wait(studio, first, lambda s: s.step > 0)
    studio.order(first, "stop")
    wait(studio, first, is_status("stopped"))
    studio.start(tiny, 2)
    with pytest.raises(InputError, match="seed -1"):
        studio.start(tiny, -1)
    time.sleep(1.2)
    studio.start(tiny, 3)  # in the place of one that nobody looks at
    assert studio.peek(second.name) is None


def test_whoever_starts_and_stops_many_runs_leaves_few(limited, tiny):
    studio = limited(runs=3)
    tickets, sessions = [], []
    for seed in range(10):
        tickets.append(studio.start(tiny, seed, wish="step"))
        sessions.append(weakref.ref(studio.peek(tickets[-1].name)))
        wait(studio, tickets[-1], lambda s: s.step == 1)
        studio.order(tickets[-1], "stop")
        wait(studio, tickets[-1], is_status("stopped"))
    kept = [studio.peek(ticket.name) is not None for ticket in tickets]
    assert kept == [False] * 7 + [True] * 3, "the oldest go first"
    with pytest.raises(InputError, match="this run is over"):
        studio.order(tickets[0], "back", (0, {}))
    gc.collect()
    assert [session() is not None for session in sessions] == kept, "nothing else holds their networks"


def test_a_run_that_breaks_says_so_leaves_the_others_and_goes_back(studio, tiny):
    good = studio.start(tiny, 0)
    bad = studio.start(make_tiny(generator_lr=1e38, discriminator_lr=1e38), 0)
    broken = wait(studio, bad, is_status("failed"))
    assert "not a finite number" in broken.message
    step = studio.look(good.name).step
    wait(studio, good, lambda s: s.step > step)
    studio.order(bad, "back", (0, {"change": {"generator_lr": 1e-3, "discriminator_lr": 1e-3}}))
    wait(studio, bad, lambda s: s.status == "running" and s.step > 5)


def test_a_recipe_that_cannot_be_trained_fails_politely(mnist):
    studio = RunManager(Dataset("pictures", mnist.images[:64], None))
    ticket = studio.start(make_tiny(classes=10), 0)
    assert "no labels" in wait(studio, ticket, is_status("failed")).message
    studio.close()


def test_a_conditional_run_draws_all_digits(studio):
    ticket = studio.start(make_tiny(classes=10), 0)
    wait(studio, ticket, lambda s: s.step > 0)


def classes_of(studio, **asked):
    """How many classes the networks of a run know that the Train page has asked for so."""
    client = TestClient(Starlette(routes=live_routes.build(studio)))
    answer = client.post("/live/start", json=asked)
    assert answer.status_code == 200, answer.text
    return studio.peek(answer.json()["name"]).recipe.model.classes


def test_networks_are_told_the_class_unless_asked_otherwise(studio):
    assert classes_of(studio, recipe="fast") == 10
    assert classes_of(studio, recipe="fast", digits=True) == 10
    assert classes_of(studio, recipe="fast", digits=False) == 0
    assert classes_of(studio, recipe="article", wish="step") == 10
    assert classes_of(studio, recipe="frozen") == 0
    assert classes_of(studio, recipe="autoencoder") == 0


def test_without_labels_no_class_is_told(mnist):
    studio = RunManager(Dataset("pictures", mnist.images[:64], None))
    assert classes_of(studio, recipe="fast") == classes_of(studio, recipe="fast", digits=True) == 0
    studio.close()


def test_a_run_ends_by_itself(limited, tiny):
    studio = limited(steps=12)
    ticket = studio.start(tiny, 0)
    assert wait(studio, ticket, is_status("paused")).step == 12
    assert "12 steps" in studio.look(ticket.name).message
    for order in ("run", "step"):
        studio.order(ticket, order, "both")
        time.sleep(0.3)
    version = studio.look(ticket.name).version
    time.sleep(0.5)
    assert studio.look(ticket.name).version == version, "and does not keep the thread busy"
