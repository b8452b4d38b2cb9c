"""Receives a large body in pieces; its bytes, its time and how many come at once have limits."""

from collections.abc import Iterator
from contextlib import contextmanager

import anyio
from starlette.requests import ClientDisconnect, Request

from gan.ui.replies import Refused

RECEIVE_SECONDS = 120  # that a body may take to come


class Seats:
    """How many bodies may come, or wait, at a time."""

    def __init__(self, count: int, busy: str):
        """`busy`: what a visitor reads for whom there is no seat."""
        self._free, self._busy = count, busy

    @contextmanager
    def seat(self) -> Iterator[None]:
        """A seat while the block runs. Raises Refused if none is free."""
        if self._free <= 0:
            raise Refused(503, self._busy)
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1


async def receive(request: Request, max_bytes: int, name: str, too_large: str) -> bytes:
    """The body of a request.

    Args:
      name: what it is, for messages.
      too_large: what a visitor reads if it has more than `max_bytes`.
    Raises:
      Refused: it is too large, takes too long, or does not come whole.
    """
    content = bytearray()
    try:
        with anyio.fail_after(RECEIVE_SECONDS):
            async for part in request.stream():
                content += part
                if len(content) > max_bytes:
                    raise Refused(413, too_large)
    except TimeoutError as error:
        raise Refused(408, f"{name} took too long to come; try again") from error
    except ClientDisconnect as error:
        raise Refused(400, f"{name} did not come whole; try again") from error
    return bytes(content)
