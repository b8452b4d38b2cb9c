"""The Train page where the browser keeps nothing for it: a run that was started is shown all the same."""

import http.server
import threading

import pytest

from tests.app import launch_browser
from tests.browser.train_page import choose, open_tab, press, stop, wait_for_status, wait_for_step

REFUSED = """
Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("denied", "SecurityError"); },
});
"""
NONE = 'Object.defineProperty(window, "localStorage", { value: null });'
BROKEN = """localStorage.setItem("forger-run", '{"name": "half of');"""
STRANGE = """localStorage.setItem("forger-run", '{"name": "../../x", "key": 5}');"""
COLOURS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


@pytest.fixture
def outer():
    """The address of another site, localhost, whose page shows the address of its hash in a frame."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(
                b"<!doctype html><iframe id=f width=1250 height=780></iframe>"
                b"<script>f.src = location.hash.slice(1)</script>"
            )

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("script", "place"),
    [(REFUSED, "server"), (NONE, "server"), (BROKEN, "server"), (STRANGE, "server"), (REFUSED, "page")],
)
def test_a_run_is_shown_where_storage_is_refused_or_broken(open_page, script, place):
    page = open_tab(open_page(script=script), place)
    press(page, "Start")
    wait_for_step(page, 1)
    assert page.locator(".train").get_attribute("data-status") == "running"
    assert page.locator(".train .error").text_content() == ""
    page.wait_for_selector(".wall[aria-label*=forgeries]")
    assert page.locator(".wall").evaluate(COLOURS) > 20
    stop(page)
    wait_for_status(page, "Stopped")
    assert page.locator(".mine").is_visible() == (place == "server"), "what is kept nowhere is not offered"


@pytest.fixture(scope="module")
def whole_browser(playwright):
    """Chromium's smaller kind lets a frame of another site store."""
    browser = launch_browser(playwright)
    yield browser
    browser.close()


@pytest.mark.parametrize("place", ["server", "page", "an exported page"])
def test_a_run_is_shown_in_a_frame_of_another_site(whole_browser, address, served, outer, place):
    home = served[1] if place == "an exported page" else address
    context = whole_browser.new_context(viewport={"width": 1280, "height": 800})
    troubles = []
    try:
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(f"{outer}#{home}/?tab=Train")
        page.frame_locator("iframe").locator(".train .reals canvas >> visible=true").first.wait_for()
        frame = page.frames[1]
        refused = "() => { try { return !localStorage; } catch { return true; } }"
        assert frame.evaluate(refused), (
            "this browser lets a frame of another site store: the test shows nothing"
        )
        if home == address:
            choose(frame, place)
        press(frame, "Start")
        wait_for_step(frame, 1)
        assert frame.locator(".train").first.get_attribute("data-status") == "running"
        frame.wait_for_selector(".wall[aria-label*=forgeries]")
        assert frame.locator(".train .wall").first.evaluate(COLOURS) > 20
        if place != "server":
            assert "This browser keeps nothing" in frame.locator(".files").inner_text()
        stop(frame)
        wait_for_status(frame, "Stopped")
        assert frame.locator(".train .mine").first.is_visible() == (place == "server")
    finally:
        context.close()
    assert not troubles
