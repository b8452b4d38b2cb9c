"""All that the Train page asks of the server, but for the news of runs (`gan.ui.watching`).

These are routes of their own and not Gradio's events. So no request waits for another visitor's: slow work is
done in threads of its own (`gan.ui.work_queue`).
"""

from starlette.routing import BaseRoute

from gan.live.manager import RunManager
from gan.ui.library_routes import LibraryRoutes
from gan.ui.run_files import RunFiles
from gan.ui.run_networks import RunNetworks
from gan.ui.run_routes import RunRoutes


def build(manager: RunManager) -> list[BaseRoute]:
    """FastAPI routes, for a FastAPI app such as Gradio's."""
    groups = RunRoutes(manager), RunFiles(manager), RunNetworks(manager), LibraryRoutes(manager)
    return [route for group in groups for route in group.router.routes]
