"""The app: Gradio serves the page, its files, the endpoints for programs and the routes of live runs."""

import os
from collections import Counter
from collections.abc import Mapping

from gan import temporary

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read when gradio is imported
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
# After each request of a program, Gradio would make a table of the last 10,000, which nobody reads here.
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000000")
os.environ.setdefault(
    "GRADIO_TEMP_DIR", temporary.folder()
)  # so that nothing of Gradio's stays behind either

import gradio as gr  # after what it reads from the environment
from fastapi.exceptions import RequestValidationError
from gradio.route_utils import CustomCORSMiddleware, FnIndexInferError
from gradio.utils import LRUCache
from starlette.middleware import Middleware

from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.exploring.explorer import Explorer
from gan.live import description
from gan.live.manager import RunManager
from gan.training import devices
from gan.ui import (
    api,
    explore,
    health,
    live_routes,
    run_routes,
    theme,
    upload_routes,
    visitors,
)
from gan.ui.body_limit import BodyLimit
from gan.ui.caching import Caching
from gan.ui.front_door import FrontDoor, known_hosts
from gan.ui.page_head import PageHead
from gan.ui.replies import refuse_malformed, refuse_senseless
from gan.ui.static_files import StaticFiles
from gan.ui.watching import Watching
from gan.web import static_site

LARGE_BODIES = tuple(
    f"/{path}" for path in (upload_routes.ADDRESS, run_routes.OWN_ADDRESS, run_routes.STATE_ADDRESS)
)
# Where programs send what they ask for. Gradio keeps each request for a while, so it must be short.
QUEUE = ("/gradio_api/queue/", "/gradio_api/call/", "/queue/", "/call/")
MAX_STATES = 100  # that Gradio keeps of pages; nothing of this app is in them
# What Gradio's routes raise where a request names a function or a part that the app does not have.
SENSELESS = (FnIndexInferError, LookupError, TypeError, ValueError)
START = f"""
import(new URL("{static_site.versioned("shell/shell.js")}", document.baseURI))
  .then(({{ mountPage }}) => mountPage(element, {{ ...props, server }}))
  .catch((error) => (element.querySelector(".error").textContent = `The page cannot start: ${{error}}`));
"""


def build(explorers: dict[str, Explorer], datasets: Mapping[str, Dataset] | None = None) -> gr.Blocks:
    """The page, which is one component, and the endpoints.

    Args:
      explorers: the models to choose from, by name; the first is shown first.
      datasets: what runs on this server may learn from, by name; None: MNIST alone.
    """
    with gr.Blocks(title="Forger", analytics_enabled=False, delete_cache=(600, 1800)) as demo:
        gr.HTML(
            value="",
            html_template=static_site.body(static_site.LIVE),
            js_on_load=START,
            server_functions=explore.functions(explorers),
            models=static_site.describe(explorers),
            classifier=static_site.CLASSIFIER,
            data=static_site.DATA,
            opening=upload_routes.describe(),
            training=description.describe(),
            device=devices.describe_for_visitors(),
            features=static_site.REAL_FEATURES,
            datasets=list(datasets or []),
            meanwhile=static_site.RUN,
            apply_default_css=False,
        )
        api.build(explorers)
    api.refuse_in_one_line(demo)
    return demo


def launch(
    demo: gr.Blocks,
    explorers: dict[str, Explorer],
    manager: RunManager,
    host: str = "127.0.0.1",
    port: int = 7860,
    is_behind_proxy: bool = False,
) -> str:
    """Serves the app in a thread; returns its address.

    Args:
      explorers: those that `demo` was built with.
      manager: where visitors' runs are trained.
      host, port: where to listen.
      is_behind_proxy: whether every request comes through a proxy, which names the visitor's address. Of a
        Space this is known.
    Raises:
      InputError: the port has been taken by now, or the server did not start within Gradio's five seconds.
    """
    limits, refused = manager.limits, Counter()
    os.environ["FORWARDED_ALLOW_IPS"] = visitors.trusted_proxies(is_behind_proxy, os.environ)  # for uvicorn
    # Programs ask through the queue, which has a limit: nobody passes it by.
    demo.queue(default_concurrency_limit=4, max_size=limits.api_waiting, api_open=False)
    forget_old_requests(demo)
    try:
        app, address, _ = demo.launch(
            server_name=f"[{host}]" if ":" in host else host,  # as an address of the web has an IPv6 one
            server_port=port,
            theme=theme.theme(),
            css=static_site.styles() + static_site.read("shell/gradio.css"),
            footer_links=["api"],
            run_history=False,
            allowed_paths=[temporary.folder()],
            max_file_size=limits.body_bytes,
            state_session_capacity=MAX_STATES,
            enable_monitoring=False,
            app_kwargs={
                "exception_handlers": {
                    RequestValidationError: refuse_malformed,
                    **dict.fromkeys(SENSELESS, refuse_senseless),
                },
                "routes": [
                    *upload_routes.build(),
                    *live_routes.build(manager),
                    *health.build(manager, refused),
                ],
                "middleware": [
                    Middleware(FrontDoor, counts=refused, hosts=known_hosts(host)),
                    Middleware(Watching, manager=manager),
                    Middleware(Caching),
                    Middleware(StaticFiles, explorers=explorers),
                    Middleware(PageHead, models=static_site.describe(explorers)),
                    Middleware(
                        BodyLimit,
                        max_bytes=limits.body_bytes,
                        idle_seconds=limits.idle_seconds,
                        free=LARGE_BODIES,
                        short=QUEUE,
                    ),
                ],
            },
            ssr_mode=False,
            quiet=True,
            prevent_thread_lock=True,
        )
    except OSError as error:
        raise InputError(
            f"the server did not start on {host}:{port}; choose another --port or, if this machine is very "
            "busy, start it again"
        ) from error
    close_to_other_sites(app)
    return address


def forget_old_requests(demo: gr.Blocks) -> None:
    """Lets Gradio forget the oldest requests whose answers nobody has fetched, as it forgets the answers.

    Without this, it would keep the name of each such program, and the number of each such request, until the
    server ends.
    """
    queue = demo._queue
    queue.pending_event_ids_session = LRUCache(queue.pending_messages_per_session.max_size)


def close_to_other_sites(app: gr.routes.App) -> None:
    """Takes out what lets pages of any other site use the routes, with headers of their choice.

    Gradio puts it around all routes, those of runs too. Without it, a browser that asks whether such a page
    may send JSON here is not told that it may: `gan.ui.requests` relies on that.
    """
    app.user_middleware = [each for each in app.user_middleware if each.cls is not CustomCORSMiddleware]
    app.middleware_stack = app.build_middleware_stack()
