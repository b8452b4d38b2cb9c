"""The app behind a reverse proxy: in a folder of another server, which passes on whole answers only."""

import http.client
import http.server
import threading
from urllib.parse import urlsplit

import pytest

from tests.browser.explore_page import DIGITS, SLANT, same, settle, shown, slide
from tests.browser.train_page import choose, open_tab, press, stop, wait_for_step

FOLDER = "/some/app"
OURS = ("Host", "Connection", "Accept-Encoding")  # headers that a proxy does not pass on


@pytest.fixture
def proxy(address):
    """The address of a server with the app in FOLDER, without a slash; and the paths that it did not find."""
    app = urlsplit(address).netloc
    missed = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def pass_on(self):
            path = self.path.removeprefix(FOLDER)
            if path == self.path:
                missed.append(path)
                return self.send_error(404)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name not in OURS}
            connection = http.client.HTTPConnection(app)
            connection.request(self.command, path if path[:1] == "/" else f"/{path}", body, headers)
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            return None

        do_GET = do_POST = do_HEAD = pass_on

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # a browser that goes to another address hangs up
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{FOLDER}", missed
    server.shutdown()


def test_the_app_works_at_an_address_without_a_slash(browser, proxy, explorers):
    proxy, missed = proxy
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.add_init_script("delete window.Worker;")  # the server draws
    page.goto(f"{proxy}?__theme=light#model={DIGITS}&seed=5&digit=2")
    page.wait_for_url(f"{proxy}/?__theme=light#model=**")
    settle(page)
    slide(page, "Slant", 1)
    explorer = explorers[DIGITS]
    assert same(shown(page), explorer.generate(explorer.latent(5, shifts={SLANT: 1}), 2)[0])
    open_tab(page)
    choose(page, "server")
    press(page, "Start")
    wait_for_step(page, 1)
    stop(page)
    context.close()
    parent = f"{FOLDER.rpartition('/')[0]}/"  # where Gradio's files are looked for until the slash is there
    assert not [path for path in missed if not path.startswith(parent)]
    ours = [path for path in missed if path.endswith(".js") and "/assets/" not in path]
    assert not ours, "scripts of the page were looked for at a wrong place"
