"""The commands that wait for one run. Visitors' requests put them in; the training thread takes them out."""

import collections
from collections.abc import Iterator
from contextlib import contextmanager

from gan.errors import InputError
from gan.live.command import Command


class CommandQueue:
    """The commands from the first to the last. Any thread may put one in; one thread takes them.

    `limit` is how many may wait; each may cost a train step and a look at the run.
    """

    def __init__(self, limit: int):
        self._limit = limit
        self._commands: collections.deque[Command] = collections.deque()

    def __len__(self) -> int:
        return len(self._commands)

    def put(self, command: Command) -> None:
        """Adds a command. A "stop" is always taken, and drops those that wait before it.

        Raises InputError if as many as may wait do so already.
        """
        if command.kind == "stop":
            self._commands = collections.deque([command])  # a new one: `first` may hold the old
        elif len(self._commands) >= self._limit:
            raise InputError(f"{self._limit} orders wait already; give the next when some are carried out")
        else:
            self._commands.append(command)

    def clear(self) -> None:
        """Drops all commands. They would be obeyed later, by a run that goes on."""
        self._commands = collections.deque()  # a new one: `first` may hold the old

    @contextmanager
    def first(self) -> Iterator[Command]:
        """The command to be obeyed. It stays until then, so that a run told to stop takes no seat."""
        commands = self._commands
        try:
            yield commands[0]
        finally:
            commands.popleft()

    @property
    def is_to_stop(self) -> bool:
        """Whether the run is told to stop, and not to go on after that."""
        return self._last_wish == "stop"

    @property
    def is_to_go_on(self) -> bool:
        """Whether the run is told to run, or to go on from an earlier state, and not to stop after that."""
        return self._last_wish in ("run", "back")

    @property
    def _last_wish(self) -> str:
        """The last command that decides whether the run goes on; "" if none waits."""
        wishes = [each.kind for each in tuple(self._commands) if each.kind in ("run", "back", "stop")]
        return wishes[-1] if wishes else ""
