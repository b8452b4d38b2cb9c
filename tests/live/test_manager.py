"""Many runs: they share the processor, wait for their turn, sleep, and are forgotten."""

import gc
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from gan.errors import InputError
from gan.live.command import Command
from gan.live.limits import Limits
from gan.live.registry import Ticket, Visitor
from gan.live.session import Session
from gan.training import devices
from tests.live.runs import is_status, until, wait

pytestmark = pytest.mark.runs_long


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
    before = np.array([manager.snapshot(ticket.name).step for ticket in tickets])
    until(lambda: sum(manager.snapshot(ticket.name).seconds for ticket in tickets) > 3)
    trained = np.array([manager.snapshot(ticket.name).step for ticket in tickets]) - before
    assert trained.min() > 0.4 * trained.max()
    samples = [manager.snapshot(ticket.name).samples.samples for ticket in tickets]
    assert not np.array_equal(*samples)


def test_the_orders_of_one_run_take_no_more_time_than_the_turns_of_another(manager, tiny, monkeypatch):
    greedy, other = manager.start(tiny, 0, first_command="step"), manager.start(tiny, 1)
    wait(manager, greedy, lambda s: s.step == 1)
    wait(manager, other, lambda s: s.step > 0)
    turns, advance = [], Session.advance

    def watched(run, *arguments):
        while len(manager.get(greedy.name).commands) < Limits().orders and not turns:
            time.sleep(0.01)  # until all orders have been given
        begin = time.monotonic()
        advance(run, *arguments)
        turns.append((run is manager.get(greedy.name), time.monotonic() - begin))

    monkeypatch.setattr(Session, "advance", watched)
    for _ in range(Limits().orders):
        manager.command(greedy, Command("step", "both"))
    wait(manager, greedy, lambda s: s.step == 1 + Limits().orders)
    until(lambda: [is_greedy for is_greedy, _ in turns].count(True) == Limits().orders)
    monkeypatch.undo()
    last = max(i for i, (is_greedy, _) in enumerate(turns) if is_greedy)
    seconds = [sum(took for is_greedy, took in turns[:last] if is_greedy == whose) for whose in (True, False)]
    longest = max(took for _, took in turns)
    assert seconds[0] <= seconds[1] + 2 * longest, "before its last turn it had no more than its share"


def test_a_newcomer_does_not_get_every_turn(manager, tiny):
    old = manager.start(tiny, 0)
    wait(manager, old, lambda s: s.step > 0)
    manager._registry.charge(manager._registry.get(old.name), 3600.0)  # as if it had trained for an hour
    new = manager.start(tiny, 1)
    wait(manager, new, lambda s: s.step > 0)
    before = manager.snapshot(old.name).step
    wait(manager, old, lambda s: s.step > before)


def test_a_visitor_has_two_seats_and_an_address_eight(limited, tiny):
    manager = limited(address_seats=3, sleep_seconds=3600.0)  # however slow this machine is
    ann, bob, cem = Visitor("ann", "10.0.0.1"), Visitor("bob", "10.0.0.1"), Visitor("cem", "10.0.0.1")
    first, second = (manager.start(tiny, seed, visitor=ann) for seed in (0, 1))
    with pytest.raises(InputError, match="you have 2 runs under way"):
        manager.start(tiny, 2, visitor=ann)
    manager.start(tiny, 2, visitor=bob)
    with pytest.raises(InputError, match="your network has 3 runs under way"):
        manager.start(tiny, 3, visitor=cem)
    manager.start(tiny, 3, visitor=Visitor("dee", "10.0.0.2"))
    manager.leave(first)
    manager.start(tiny, 4, visitor=ann)  # in the place of the run that she has left
    assert manager.get(first.name) is None
    wait(manager, second, lambda s: s.step > 0)
    manager.command(second, Command("stop"))
    manager.start(tiny, 5, visitor=ann)  # a run that is told to stop needs no seat
    wait(manager, second, is_status("stopped"))
    with pytest.raises(InputError, match="you have 2 runs under way"):
        manager.command(second, Command("run"))  # it would need one again


def test_a_run_that_is_over_needs_a_seat_to_go_on(limited, tiny, monkeypatch):
    manager = limited(sleep_seconds=3600.0)
    ann = Visitor("ann", "10.0.0.1")
    first = manager.start(tiny, 0, visitor=ann)
    wait(manager, first, lambda s: s.step > 0 and 0 in s.states)
    manager.get(first.name).fail("as if it had diverged")
    others = [manager.start(tiny, seed, visitor=ann) for seed in (1, 2)]
    with pytest.raises(InputError, match="you have 2 runs under way"):
        manager.command(first, Command("back", step=0))
    monkeypatch.setattr(Session, "advance", lambda *_: time.sleep(0.01))  # nothing is obeyed any more
    manager.command(others[0], Command("stop"))
    manager.command(first, Command("back", step=0))  # in the seat of the other
    with pytest.raises(InputError, match="you have 2 runs under way"):
        manager.command(others[0], Command("run"))  # which has not stopped yet


def test_a_visitor_keeps_the_newest_stopped_runs_and_takes_none_from_others(limited, tiny):
    manager = limited(stopped=1)

    def stopped_run_of(name):
        ticket = manager.start(tiny, 0, first_command="step", visitor=Visitor(name, name))
        wait(manager, ticket, lambda s: s.step == 1)
        manager.command(ticket, Command("stop"))
        wait(manager, ticket, is_status("stopped"))
        return ticket

    others, first, second = (stopped_run_of(name) for name in ("bob", "ann", "ann"))
    until(lambda: manager.get(first.name) is None)
    assert manager.get(others.name)
    session = manager.get(second.name)
    (state,) = session.history.states.values()
    assert session.snapshot.weights.generator is state.generator_ema, "it is not kept twice"


def test_stopped_runs_go_when_all_together_are_too_large(limited, tiny):
    manager = limited(run_bytes=1)
    tickets = []
    for seed in range(3):
        tickets.append(manager.start(tiny, seed))
        wait(manager, tickets[-1], lambda s: s.step > 0)
        manager.command(tickets[-1], Command("stop"))
        wait(manager, tickets[-1], is_status("stopped"))
    until(lambda: manager.counts().kept == 1)
    assert manager.get(tickets[-1].name), "the newest stays, to be saved"


def test_others_wait_in_line_and_see_their_queue_position(limited, tiny):
    manager = limited(training=1)
    first, second, third = (manager.start(tiny, seed) for seed in range(3))
    wait(manager, first, lambda s: s.step > 3)
    wait(manager, third, is_status("running"))
    assert [manager.queue_position(ticket.name) for ticket in (first, second, third)] == [0, 1, 2]
    assert manager.snapshot(second.name).step == 0
    manager.command(first, Command("pause"))
    wait(manager, second, lambda s: s.step > 3)
    assert manager.queue_position(third.name) == 1


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


def test_runs_that_are_forgotten_while_they_wait_to_be_compiled_cost_nothing(limited, tiny, held_up):
    go, came = held_up
    manager, visitor, sessions = limited(seats=1), Visitor("ann", "10.0.0.1"), []
    for seed in range(10):
        ticket = manager.start(tiny, seed, visitor=visitor)
        sessions.append(weakref.ref(manager.get(ticket.name)))
        until(lambda: came)
        if seed < 9:
            manager.leave(ticket)  # its seat is free for the next
    gc.collect()
    assert [session() is not None for session in sessions] == [True] + 8 * [False] + [True]
    go.set()
    wait(manager, ticket, lambda s: s.step > 0)
    assert came == [0, 9]


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
