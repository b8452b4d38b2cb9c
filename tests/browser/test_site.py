"""The exported page: plain files behind a plain server."""

import functools
import http.server
import threading

import numpy as np
import pytest

from gan import originals, site
from gan.errors import InputError
from gan.explorer import Explorer
from tests.browser.test_accessibility import check
from tests.browser.test_draw import SEVEN, draw, verdict
from tests.browser.test_explore import same, settle, shown, slide
from tests.conftest import CHECKPOINTS


@pytest.fixture(scope="module")
def explorers():
    names = {"Pick the digit": "mnist-digits", "Any digit": "mnist"}
    return {title: Explorer(CHECKPOINTS / f"{name}.safetensors") for title, name in names.items()}


@pytest.fixture(scope="module")
def served(explorers, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "page"
    site.export(explorers, folder)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_exported_page_needs_no_python(browser, served, explorers, width, scheme):
    _, address = served
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, accept_downloads=True
    )
    page = context.new_page()
    troubles = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    page.on("requestfailed", lambda request: troubles.append(request.url))
    page.on(
        "request", lambda request: request.url.startswith((address, "data:")) or troubles.append(request.url)
    )
    page.goto(f"{address}/#model=mnist-digits&seed=5&digit=2")
    settle(page)
    explorer = explorers["Pick the digit"]
    assert same(shown(page), explorer.draw(explorer.place(5), 2)[0])
    slide(page, "Slant", 1)
    assert same(shown(page), explorer.draw(explorer.place(5, shifts={0: 1}), 2)[0])
    page.locator(".models").get_by_text("Any digit").click()
    other = explorers["Any digit"]
    assert same(shown(page), other.draw(other.place(5))[0])
    assert page.evaluate("document.documentElement.classList.contains('dark')") == (scheme == "dark")
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not troubles
    check(page, "the exported page")
    context.close()


def test_drawings_and_copies_are_looked_for_in_the_page(browser, served):
    _, address = served
    page = browser.new_page()
    page.goto(f"{address}/#model=mnist&seed=5&view=draw")
    settle(page)
    page.get_by_role("button", name="A stranger’s").click()
    assert "misses" in verdict(page)
    assert "Your hand is forged" in draw(page, SEVEN)
    page.get_by_text("Is it copying?").click()
    page.wait_for_function("document.querySelector('.originals figcaption')?.textContent")
    found = originals.nearest(shown(page).astype(np.uint8)[..., None])
    distances = [float(text) for text in page.locator(".originals figcaption").all_text_contents()]
    assert distances == pytest.approx(found.distances, abs=0.11)
    assert page.get_by_label(f"A real {found.labels[0]}").count() >= 1
    page.close()


def test_nothing_of_this_machine_is_in_it(served):
    folder, _ = served
    for path in folder.rglob("*"):
        if path.suffix in (".html", ".js", ".css"):
            assert str(CHECKPOINTS) not in path.read_text()


def test_a_folder_with_something_in_it_is_left_alone(explorers, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="something already"):
        site.export(explorers, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
