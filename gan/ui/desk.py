"""Work that takes long: in threads of its own, a few pieces at a time, and refused at once when others wait.

Every static file needs a thread of the server's common pool of 40 for a moment. Whatever waited there for
seconds would hold up the whole site.
"""

from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio.to_thread import run_sync
from starlette.requests import ClientDisconnect, Request

Result = TypeVar("Result")


class Busy(Exception):
    """As many requests wait as may. Its text is the line for the visitor."""


class Desk:
    """A pool of threads with a short line before it. To be used from one event loop."""

    def __init__(self, at_once: int, waiting: int = 4):
        """`at_once`: pieces of work that are done at a time. `waiting`: how many more may wait."""
        self._threads = anyio.CapacityLimiter(at_once)
        self._places = at_once + waiting
        self._inside = 0

    async def do(self, request: Request, work: Callable[[], Result]) -> Result:
        """What `work` returns. A visitor who hangs up gives a place in the line back at once.

        Work that is being done when its visitor hangs up is done to its end: a thread cannot be stopped.

        Raises:
          Busy: `waiting` others wait already.
          ClientDisconnect: the visitor hung up before the work was begun.
        """
        if self._inside >= self._places:
            raise Busy("busy, try again in a moment")
        self._inside += 1
        results: list[Result] = []
        errors: list[Exception] = []
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_cancel_when_gone, request, tasks.cancel_scope)
                try:
                    results.append(await run_sync(work, limiter=self._threads))
                except Exception as error:  # raised below: a task group would wrap it
                    errors.append(error)
                tasks.cancel_scope.cancel()
        finally:
            self._inside -= 1
        if errors:
            raise errors[0]
        if not results:
            raise ClientDisconnect
        return results[0]


async def _cancel_when_gone(request: Request, scope: anyio.CancelScope) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
