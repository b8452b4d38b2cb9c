"""Visitors' training runs, which share one machine fairly.

One thread trains all runs, a short chunk of each in turn: XLA already uses every core, so more threads
would only slow each other down. A second thread compiles.
"""

import threading
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from gan.config import Recipe
from gan.data.datasets import Dataset, public_name
from gan.errors import InputError
from gan.live.command import Command
from gan.live.keeper import Keeper
from gan.live.library import fetched_before
from gan.live.limits import Limits
from gan.live.opened_state import OpenedState
from gan.live.registry import Counts, Entry, Registry, Ticket, Visitor
from gan.live.run_store import RunStore
from gan.live.session import FirstCommand, Session
from gan.live.snapshot import Snapshot
from gan.networks import latents
from gan.training import devices
from gan.training.trainer import GAN, Algorithm

MAX_WAIT_SECONDS = 5  # of the training thread, before it looks again whether a run is to be forgotten


class RunManager:
    """The registry of all runs, and the threads that compile and train them. Any thread may call it."""

    def __init__(
        self,
        dataset: Dataset,
        limits: Limits | None = None,
        others: Sequence[Dataset] = (),
        store: RunStore | None = None,
    ):
        """
        Args:
          dataset: what runs learn from where nothing else is asked for.
          limits: the defaults, if left out.
          others: what they may learn from too.
          store: where runs are kept, and found again now; None: they end with this process.
        """
        self.dataset, self.limits = dataset, limits or Limits()
        self.datasets = {public_name(each.name): each for each in (dataset, *others)}
        if store:  # whose runs may learn from sets that visitors had fetched
            self.datasets |= fetched_before(store.datasets() - self.datasets.keys())
        self._registry = Registry(self.limits)
        self._keeper = Keeper(store) if store else None
        found = store.read(self.datasets, self.limits.runs, self.limits.orders) if store else {}
        for name, (owner, session) in found.items():
            self._registry.restore(name, owner, session)
        self._changed = threading.Condition()  # held to read or change the registry, and never for long
        self._compiler = ThreadPoolExecutor(1, "compile")
        self._is_closing = False
        self._thread = threading.Thread(target=self._train, name="trainer", daemon=True)
        self._thread.start()

    def halt(self) -> None:
        """Ends the training within the turn that is on, and keeps the runs if there is a store."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join()
        if self._keeper:
            self._keeper.keep_all(self._registry.owned_sessions())

    def close(self) -> None:
        """Ends all runs and waits for the threads: Python must not exit while they compute."""
        self.halt()
        self._compiler.shutdown(cancel_futures=True)
        if self._keeper:
            self._keeper.close()

    def warm_up(self, recipe: Recipe) -> None:
        """Compiles a recipe in the background, so that its first visitor need not wait."""
        self._compiler.submit(Session(recipe, self.dataset, 0).warm_up)

    # --- For visitors -------------------------------------------------------------------------------

    def start(
        self,
        recipe: Recipe,
        seed: int,
        change: dict[str, float] | None = None,
        first_command: FirstCommand = "run",
        game: Algorithm = GAN,
        visitor: Visitor | None = None,
        dataset: Dataset | None = None,
    ) -> Ticket:
        """Starts a run. If as many as fit are kept already, one is forgotten: see `Registry.add`.

        Args:
          seed: 0 to 2147483647.
          change: numbers that differ from the recipe's, by their names in `controls.RANGES`.
          first_command: "run", or "step" to take one train step and pause.
          game: a GAN or an autoencoder.
          visitor: who starts it; None if no visitor does.
          dataset: what it learns from, which is forgotten with it; None: the manager's own.
        Raises:
          InputError: no run may be forgotten for this one, or the seed or a number is out of its range.
        """
        if not 0 <= seed <= latents.MAX_SEED:
            raise InputError(f"seed {seed}: expected 0 to {latents.MAX_SEED}")
        session = Session(
            recipe,
            dataset or self.dataset,
            seed,
            change,
            first_command,
            game,
            max_commands=self.limits.orders,
        )
        return self._add(session, visitor)

    def go_on(self, opened: OpenedState, visitor: Visitor | None = None) -> Ticket:
        """Starts a run that goes on from a state which its visitor had saved.

        Raises InputError if no other run may be forgotten for this one.
        """
        return self._add(opened.session(self.limits.orders), visitor)

    def _add(self, session: Session, visitor: Visitor | None) -> Ticket:
        with self._changed:
            ticket, is_one_forgotten = self._registry.add(session, visitor)
        if is_one_forgotten:
            devices.give_memory_back()
        self._compiler.submit(self._prepare, ticket.name)
        return ticket

    def command(self, ticket: Ticket, command: Command) -> None:
        """Gives a command to one's own run. A run that has stopped, or is about to, goes on if it is told to.

        Raises InputError if the run is over or somebody else's, if its visitor has as many others as fit, or
        as `Session.command` does.
        """
        with self._changed:
            entry = self._registry.owned(ticket)
            has_ended = entry.session.has_ended  # then it can run, and does nothing else that it is told
            goes_on = command.kind == "run" or (command.kind == "back" and not has_ended)
            is_one_forgotten = goes_on and self._registry.seat_again(entry)
            if entry.session.command(command):
                self._compiler.submit(self._prepare, entry.name)
            self._wake(entry)
        if is_one_forgotten:
            devices.give_memory_back()

    def leave(self, ticket: Ticket) -> None:
        """Says that the visitor has closed the page of one's own run, or loads it again.

        The run sleeps at once and is forgotten after `Limits.left_seconds`, unless somebody visits it.
        Raises InputError if the run is over or somebody else's.
        """
        with self._changed:
            self._registry.owned(ticket).left_at = time.monotonic()

    def visit(self, name: str) -> Session | None:
        """The run of this name, to be read only, which stays awake; None if it is over.

        It waits for no lock where the run is awake, so that watching costs little.
        """
        entry = self._registry.get(name)
        if entry is None:
            return None
        if entry.is_dormant or entry.is_asleep(time.monotonic(), self.limits):
            with self._changed:
                self._wake(entry)
        else:
            entry.visit()
        return entry.session

    def snapshot(self, name: str) -> Snapshot | None:
        """The snapshot of a run, which stays awake; None if the run is over."""
        session = self.visit(name)
        return session and session.snapshot

    def get(self, name: str) -> Session | None:
        """As `visit`, but this does not keep the run awake."""
        with self._changed:
            entry = self._registry.get(name)
            return entry and entry.session

    def queue_position(self, name: str) -> int:
        """How many runs must end or pause before this one trains; 0 if it trains, or does not want to."""
        with self._changed:
            return self._registry.queue_position(name)

    def counts(self) -> Counts:
        """How many runs there are, and how large they are."""
        with self._changed:
            return self._registry.counts()

    def _wake(self, entry: Entry) -> None:
        """Somebody visits a run. The lock is held."""
        entry.visit()
        if entry.is_dormant:
            entry.is_dormant = False
            self._compiler.submit(self._prepare, entry.name)
        self._changed.notify()

    # --- The two threads ----------------------------------------------------------------------------

    def _prepare(self, name: str) -> None:
        """Compiles a run, unless it was forgotten while it waited.

        What waits is its name alone. So whoever starts runs and leaves them takes neither time nor memory
        from others.
        """
        session = self.get(name)
        if session is None:
            return
        try:
            session.prepare()
        except InputError as error:
            session.fail(str(error))
        except Exception as error:  # an error of this program: the visitor must not wait for ever
            traceback.print_exc()
            session.fail(str(error))
        with self._changed:
            self._changed.notify()

    def _train(self) -> None:
        while not self._is_closing:
            self._keep_one_due()
            self._take_turn()

    def _keep_one_due(self) -> None:
        if self._keeper:
            with self._changed:
                runs = self._registry.owned_sessions()
            self._keeper.keep_one_due(runs)

    def _take_turn(self) -> None:
        """Lets one run have its turn, if there is one that wants it before long.

        This is a function of its own so that the thread holds no run while it waits for the next turn.
        """
        entry = self._next_turn()
        if entry is None:
            return
        session, begin = entry.session, time.monotonic()
        try:
            session.advance(self.limits.chunk_seconds, self.limits.steps)
        except Exception as error:  # an error of this program: the other runs must go on
            traceback.print_exc()
            session.fail(str(error))
        with self._changed:
            self._registry.charge(entry, time.monotonic() - begin)
            is_one_forgotten = self._registry.forget_stopped_beyond_limit()
        if session.snapshot.status == "compiling":  # it went back
            self._compiler.submit(self._prepare, entry.name)
        elif session.has_ended or is_one_forgotten:
            devices.give_memory_back()

    def _next_turn(self) -> Entry | None:
        """A run that wants its turn. If none does, it waits until something has changed, and returns None."""
        with self._changed:
            is_one_forgotten = self._registry.forget_unvisited()
            entry = self._registry.next_entry()
            if entry is None and not is_one_forgotten and not self._is_closing:
                self._changed.wait(MAX_WAIT_SECONDS)
        if is_one_forgotten:
            devices.give_memory_back()  # it takes a while: nobody may wait for the lock meanwhile
        return entry
