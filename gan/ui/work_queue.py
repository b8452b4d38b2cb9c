"""Runs slow work in threads of its own, a few pieces at a time, and refuses more when the queue is full.

The server has one common pool of 40 threads, and every static file needs one of them for a moment. Slow
work in that pool would hold up the whole site.
"""

from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio.to_thread import run_sync
from starlette.requests import ClientDisconnect, Request

Result = TypeVar("Result")


class Busy(Exception):
    """The queue is full. The text of the exception is the line for the visitor."""


class WorkQueue:
    """A pool of threads with a short queue. All its calls must come from one event loop."""

    def __init__(self, threads: int, max_waiting: int = 4):
        """
        Args:
          threads: pieces of work that are done at a time.
          max_waiting: how many more may wait.
        """
        self._threads = anyio.CapacityLimiter(threads)
        self._max_inside = threads + max_waiting
        self._inside = 0

    async def run(self, request: Request, work: Callable[[], Result]) -> Result:
        """Calls `work` in a thread and returns what it returns.

        If the visitor hangs up while the work waits, it leaves the queue at once. Work that has begun is
        done to its end: a thread cannot be stopped.

        Args:
          request: the visitor's, whose body has been read.
        Raises:
          Busy: `max_waiting` others wait already.
          ClientDisconnect: the visitor hung up before the work was begun.
        """
        if self._inside >= self._max_inside:
            raise Busy("busy, try again in a moment")
        self._inside += 1
        results: list[Result] = []
        errors: list[Exception] = []
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_cancel_when_gone, request, tasks.cancel_scope)
                try:
                    results.append(await run_sync(work, limiter=self._threads))
                except Exception as error:  # it is raised below: a task group would wrap it
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
