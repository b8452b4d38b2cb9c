"""Where the exported page cannot run, static text says why, and what to do."""

import functools
import http.server
import threading
from contextlib import contextmanager

import pytest

from tests.browser.explore_page import settle

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
WHY = ".not-started .why"


@contextmanager
def serving_text(folder):
    """A server that sends scripts as text/plain, and forbids browsers to guess. Yields its address."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        extensions_map = {".js": "text/plain", ".css": "text/css", ".html": "text/html", "": "text/plain"}

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_from_the_disk_it_says_how_to_serve_it(unwatched, served):
    unwatched.goto((served[0] / "index.html").as_uri())
    unwatched.get_by_text("python -m http.server").wait_for()
    assert "The page cannot start." in unwatched.locator(WHY).text_content()


def test_scripts_that_are_sent_as_text_are_said(unwatched, served):
    with serving_text(served[0]) as address:
        unwatched.goto(address)
        unwatched.get_by_text("sends its program as “text/plain”").wait_for()


@pytest.mark.parametrize("module", ["shell/start.js", "shell/shell.js", "engine/tensors.js"])
def test_a_script_that_cannot_be_had_is_said(unwatched, served, module):
    unwatched.route(f"**/web/{module}", lambda route: route.abort())
    unwatched.goto(served[1])
    unwatched.get_by_text("The page cannot start. A part of its program could not be fetched").wait_for()


def test_without_javascript_it_says_so_at_once(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served[1])
    line = page.locator(".not-started noscript p")
    line.wait_for()
    assert "JavaScript is off" in line.inner_text()
    assert not page.locator(WHY).is_visible()
    context.close()


def test_a_page_that_waits_says_so_after_a_while_and_is_quiet_when_it_runs(unwatched, served):
    held = []
    unwatched.route("**/web/shell/shell.js", lambda route: held.append(route))
    unwatched.goto(served[1], wait_until="commit")
    unwatched.get_by_text("This page has not started yet").wait_for()
    for route in held:
        route.continue_()
    settle(unwatched)
    assert not unwatched.locator(".not-started").count()


@pytest.mark.parametrize("file", ["models/mnist-digits.safetensors", "models/classifier.safetensors"])
def test_a_pointer_of_git_in_place_of_a_model_is_said(unwatched, served, file):
    unwatched.route(f"**/{file}*", lambda route: route.fulfill(body=POINTER))
    unwatched.goto(served[1])
    unwatched.get_by_text("a Git LFS pointer lies in place of the file").wait_for()


def test_where_another_model_cannot_be_had_the_last_one_stays_and_it_is_said(unwatched, address):
    file = "**/fashion-mnist.safetensors*"
    unwatched.route(file, lambda route: route.abort())
    unwatched.goto(address)
    settle(unwatched)
    cards = unwatched.locator(".models label")
    cards.filter(has_text="Fashion-MNIST").click()
    unwatched.get_by_text("Fashion-MNIST cannot be loaded").wait_for()
    settle(unwatched)
    assert "model=mnist-digits" in unwatched.url or "#" not in unwatched.url
    assert "A forged 3" in unwatched.locator(".picture").get_attribute("aria-label")
    unwatched.unroute(file)
    cards.filter(has_text="Fashion-MNIST").click()
    unwatched.wait_for_function("location.hash.includes('model=fashion-mnist')")
    assert not unwatched.get_by_text("cannot be loaded").is_visible()
