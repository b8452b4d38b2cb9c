"""Which runs are kept, whose they are, which of them is to train next, and which is to be forgotten.

It has no lock of its own: `gan.live.manager` holds one while it calls anything here.
"""

import dataclasses
import hashlib
import hmac
import secrets
import time
from typing import NamedTuple

from gan.errors import InputError
from gan.live.kept_run import Owner
from gan.live.limits import Limits
from gan.live.session import Session

OVER = "this run is over; start another"


class Full(InputError):
    """All runs that the server keeps are under way: it may have room in a few minutes."""


class Ticket(NamedTuple):
    """The right to command a run. The name alone is the right to watch it."""

    name: str
    key: str


class Visitor(NamedTuple):
    """Who starts a run. Nothing else is known of a visitor."""

    id: str  # the same for all runs of one browser, or of one address where the browser keeps no cookie
    address: str  # of the network that the request came from
    has_cookie: bool = True  # whether `id` comes from a cookie, and so says nothing of the address


class Counts(NamedTuple):
    """All runs together."""

    kept: int  # stopped ones too
    training: int
    waiting: int  # for others to end or pause
    asleep: int  # because nobody has visited them for a while
    stopped: int
    visitors: int  # who have started them
    nbytes: int  # of what they keep and of the states that they train


@dataclasses.dataclass(eq=False)
class Entry:
    """A run in the registry. All times are of `time.monotonic`, in seconds."""

    name: str
    session: Session
    key_digest: str
    visitor: Visitor | None  # None: no visitor is known, as of a run that this program has started
    last_visit: float
    left_at: float | None = None  # when its visitor closed the page; None: nobody has, or it was opened again
    last_turn: float = 0.0
    is_dormant: bool = False  # it was kept before a restart, and is prepared when somebody visits it

    def visit(self) -> None:
        self.last_visit, self.left_at = time.monotonic(), None

    def is_asleep(self, now: float, limits: Limits) -> bool:
        """Whether it does not train, because nobody has visited it for a while."""
        return self.left_at is not None or now - self.last_visit >= limits.sleep_seconds

    def is_to_be_forgotten(self, now: float, limits: Limits) -> bool:
        has_left = self.left_at is not None and now - self.left_at >= limits.left_seconds
        return has_left or now - self.last_visit >= limits.forget_seconds

    def wants_to_train(self, now: float, limits: Limits) -> bool:
        return self.session.is_training and not self.is_asleep(now, limits)


class Registry:
    """The runs that are kept, within the limits."""

    def __init__(self, limits: Limits):
        self._limits = limits
        self._entries: dict[str, Entry] = {}  # by name, in the order in which they were started
        self._trained_seconds: dict[str, float] = {}  # turns that each visitor's runs have had, by visitor id

    def add(self, session: Session, visitor: Visitor | None) -> tuple[Ticket, bool]:
        """Keeps a new run.

        Returns:
          The ticket, and whether another run was forgotten for it: the oldest stopped one; if none is
          stopped, the sleeping one whose visitor has left, or that nobody has visited for longest.
        Raises:
          InputError: the visitor, or the server, has as many runs as fit, and none may be forgotten.
        """
        is_one_forgotten = self._forget(self._stopped_beyond_their_visitors_limit())
        is_one_forgotten |= visitor is not None and self._free_a_seat(visitor)
        if len(self._entries) >= self._limits.runs or self._bytes() > self._limits.run_bytes:
            self._make_room()
            is_one_forgotten = True
        ticket = Ticket(secrets.token_urlsafe(9), secrets.token_urlsafe(12))
        digest = _digest(ticket.key)
        self._entries[ticket.name] = Entry(ticket.name, session, digest, visitor, time.monotonic())
        return ticket, is_one_forgotten

    def restore(self, name: str, owner: Owner, session: Session) -> None:
        """Keeps a run that was kept before a restart. It sleeps until somebody visits it."""
        visitor = Visitor(owner.visitor, "") if owner.visitor else None
        asleep_since = time.monotonic() - self._limits.sleep_seconds
        is_dormant = session.snapshot.status == "compiling"
        entry = Entry(name, session, owner.key_digest, visitor, asleep_since, is_dormant=is_dormant)
        self._entries[name] = entry

    def owned_sessions(self) -> dict[str, tuple[Owner, Session]]:
        """All runs by their names, and whose they are. Of a visitor without a cookie nothing is told."""
        return {name: (_owner_of(entry), entry.session) for name, entry in self._entries.items()}

    def get(self, name: str) -> Entry | None:
        return self._entries.get(name)

    def owned(self, ticket: Ticket) -> Entry:
        """The run of a ticket. Raises InputError if it is over or somebody else's."""
        entry = self._entries.get(ticket.name)
        if entry is None:
            raise InputError(OVER)
        if not hmac.compare_digest(entry.key_digest, _digest(ticket.key)):
            raise InputError("this is somebody else's run: you can watch it, and start your own")
        return entry

    def seat_again(self, entry: Entry) -> bool:
        """Makes sure that a run that is over may go on. Returns, and raises, as `_free_a_seat` does."""
        return entry.visitor is not None and _is_over(entry) and self._free_a_seat(entry.visitor)

    def counts(self) -> Counts:
        """How many runs there are, and how large they are."""
        now, entries = time.monotonic(), list(self._entries.values())
        wanting = sum(e.wants_to_train(now, self._limits) for e in entries)
        return Counts(
            kept=len(entries),
            training=min(wanting, self._limits.training),
            waiting=max(0, wanting - self._limits.training),
            asleep=sum(e.is_asleep(now, self._limits) and not e.session.has_ended for e in entries),
            stopped=len(self._stopped()),
            visitors=len({e.visitor.id for e in entries if e.visitor}),
            nbytes=self._bytes(),
        )

    def queue_position(self, name: str) -> int:
        """How many runs must end or pause before this one trains; 0 if it trains, or does not want to."""
        now = time.monotonic()
        queue = [other for other, entry in self._entries.items() if entry.wants_to_train(now, self._limits)]
        return max(0, queue.index(name) - self._limits.training + 1) if name in queue else 0

    # --- Turns --------------------------------------------------------------------------------------

    def next_entry(self) -> Entry | None:
        """Of the runs that train or have a command to obey, one of the visitor who has trained least.

        Of several runs of that visitor it is the one that has waited longest. So a visitor with two runs gets
        no more of the machine than a visitor with one.
        """
        now, entries = time.monotonic(), self._entries.values()
        ready = [e for e in entries if e.wants_to_train(now, self._limits)][: self._limits.training]
        ready += [e for e in entries if e.session.commands and e.session.can_obey and e not in ready]
        if not ready:
            return None
        self._count_newcomers_from_now(ready)
        entry = min(ready, key=lambda e: (self._trained_seconds[_account(e)], e.last_turn))
        entry.last_turn = now
        return entry

    def charge(self, entry: Entry, seconds: float) -> None:
        """Adds the length of a turn to what the run's visitor has had."""
        self._trained_seconds[_account(entry)] = self._trained_seconds.get(_account(entry), 0.0) + seconds

    def _count_newcomers_from_now(self, ready: list[Entry]) -> None:
        """Whoever comes, or comes back, has had as much as the one who has had least of those who stayed.

        Otherwise a newcomer would get every turn until all that the others have had was caught up with.
        """
        accounts = {_account(entry) for entry in ready}
        stayed = [seconds for account, seconds in self._trained_seconds.items() if account in accounts]
        least = min(stayed, default=0.0)
        self._trained_seconds = {account: self._trained_seconds.get(account, least) for account in accounts}

    # --- Forgetting ---------------------------------------------------------------------------------

    def forget_unvisited(self) -> bool:
        """Forgets the runs that nobody has visited for long. Returns whether there were any."""
        now = time.monotonic()
        return self._forget(
            [name for name, e in self._entries.items() if e.is_to_be_forgotten(now, self._limits)]
        )

    def forget_stopped_beyond_limit(self) -> bool:
        """Forgets stopped runs, the oldest first, until they keep within the limits.

        A visitor keeps `Limits.stopped`, and all runs together `Limits.run_bytes`. The newest run that has
        stopped stays, however large it is: its visitor may be about to save it. Returns whether any was
        forgotten.
        """
        is_one_forgotten = self._forget(self._stopped_beyond_their_visitors_limit())
        excess = self._bytes() - self._limits.run_bytes
        names = []
        for name in self._stopped()[:-1]:
            if excess <= 0:
                break
            excess -= self._entries[name].session.nbytes
            names.append(name)
        return self._forget(names) or is_one_forgotten

    def _stopped_beyond_their_visitors_limit(self) -> list[str]:
        by_visitor: dict[str, list[str]] = {}
        for name in self._stopped():
            if visitor := self._entries[name].visitor:
                by_visitor.setdefault(visitor.id, []).append(name)
        return [name for names in by_visitor.values() for name in names[: -self._limits.stopped]]

    def _free_a_seat(self, visitor: Visitor) -> bool:
        """Makes sure that a visitor may start one more run, for which a sleeping one of theirs is forgotten.

        Returns whether one was. Raises InputError if the visitor's runs are all awake.
        """
        now = time.monotonic()
        unfinished = {name: e for name, e in self._entries.items() if e.visitor and not _is_over(e)}
        own = [name for name, e in unfinished.items() if e.visitor.id == visitor.id]
        near = [name for name, e in unfinished.items() if e.visitor.address == visitor.address]
        for names, seats, whose in (
            (own, self._limits.seats, "you have"),
            (near, self._limits.address_seats, "your network has"),
        ):
            if len(names) >= seats:
                asleep = [name for name in names if self._entries[name].is_asleep(now, self._limits)]
                if not asleep:
                    raise InputError(
                        f"{whose} {len(names)} runs under way, as many as fit; stop one or train in this page"
                    )
                return self._forget([min(asleep, key=self._order_of_forgetting)])
        return False

    def _make_room(self) -> None:
        """Forgets one run. Raises InputError if there is none that may be forgotten."""
        now = time.monotonic()
        stopped = self._stopped()
        asleep = [name for name, entry in self._entries.items() if entry.is_asleep(now, self._limits)]
        if not stopped and not asleep:
            raise Full(f"{len(self._entries)} runs are under way, as many as fit; try again in a few minutes")
        del self._entries[stopped[0] if stopped else min(asleep, key=self._order_of_forgetting)]

    def _forget(self, names: list[str]) -> bool:
        for name in names:
            del self._entries[name]
        return bool(names)

    def _stopped(self) -> list[str]:
        """Also those that are told to stop: they may wait long for a turn, or for what others compile."""
        sessions = {name: entry.session for name, entry in self._entries.items()}
        return [name for name, each in sessions.items() if each.has_ended or each.commands.is_to_stop]

    def _bytes(self) -> int:
        return sum(entry.session.nbytes for entry in self._entries.values())

    def _order_of_forgetting(self, name: str) -> tuple[bool, float]:
        """Runs whose visitors have left come first, then those with the oldest visit."""
        entry = self._entries[name]
        return entry.left_at is None, entry.last_visit


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _owner_of(entry: Entry) -> Owner:
    visitor = entry.visitor
    return Owner(entry.key_digest, visitor.id if visitor and visitor.has_cookie else "")


def _account(entry: Entry) -> str:
    """Whose training time a turn counts to: the visitor's, or the run's own if no visitor has started it."""
    return entry.visitor.id if entry.visitor else f"run {id(entry)}"


def _is_over(entry: Entry) -> bool:
    """Whether it has stopped or failed, or is told to; and is not told to go on after that."""
    status, waiting = entry.session.snapshot.status, entry.session.commands
    return not waiting.is_to_go_on and (status in ("stopped", "failed") or waiting.is_to_stop)
