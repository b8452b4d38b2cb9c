"""All that the Train page asks of the server. These are routes of their own and not Gradio's events.

So a snapshot is packed once for all who watch, and no request waits for another visitor's. Slow work is
done in threads of its own (`gan.ui.work_queue`).
"""

from typing import Any

from starlette.routing import BaseRoute

from gan.live.controls import OPTIONS, RANGES
from gan.live.failures import FAILURES
from gan.live.manager import RunManager
from gan.ui.run_files import RunFiles
from gan.ui.run_networks import RunNetworks
from gan.ui.run_routes import RunRoutes


def build(manager: RunManager) -> list[BaseRoute]:
    """FastAPI routes, for a FastAPI app such as Gradio's."""
    groups = RunRoutes(manager), RunFiles(manager), RunNetworks(manager)
    return [route for group in groups for route in group.router.routes]


def describe() -> dict[str, Any]:
    """What the page must know in advance: the ranges and labels of the numbers, and the failures."""
    failures = {name: failure._asdict() for name, failure in FAILURES.items()}
    labels = {name: option.label for name, option in OPTIONS.items()}
    return {"ranges": RANGES, "labels": labels, "failures": failures}
