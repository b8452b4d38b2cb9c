"""What a server's owner, or what keeps the server running, asks it: is it well, and how much does it do?"""

import resource
import sys
import time
from collections import Counter
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from gan.live.manager import RunManager

ADDRESS = "healthz"


def build(manager: RunManager, refused: Counter[int]) -> list[BaseRoute]:
    """The route. `refused`: how many requests were answered with each status of 400 and more."""
    begin = time.monotonic()

    async def answer(request: Request) -> JSONResponse:
        runs, memory = manager.counts(), _memory()
        content = {
            "seconds": round(time.monotonic() - begin),  # since the start
            "runs": runs.kept,
            "training": runs.training,
            "waiting": runs.waiting,
            "asleep": runs.asleep,
            "stopped": runs.stopped,
            "visitors": runs.visitors,  # who have these runs
            "run_bytes": runs.nbytes,
            "memory_bytes": memory,
            "peak_memory_bytes": max(_peak_memory(), memory or 0),  # the system counts it a little behind
            "refused": {str(status): count for status, count in sorted(refused.items())},
        }
        return JSONResponse(content, headers={"Cache-Control": "no-store"})

    return [Route(f"/{ADDRESS}", answer)]


def _memory() -> int | None:
    """The memory, in bytes, that this process has now; None where the system does not tell."""
    try:
        resident = Path("/proc/self/statm").read_text().split()[1]
    except OSError:
        return None
    return int(resident) * resource.getpagesize()


def _peak_memory() -> int:
    """The most memory, in bytes, that this process has had at a time."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size if sys.platform == "darwin" else 1024 * size
