from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from gan.exploring.explorer import Explorer
from gan.web import static_site
from tests.app import launch_browser, serving
from tests.browser.train_page import open_tab, press, stop, wait_for_status, wait_for_step
from tests.conftest import CHECKPOINTS

PATIENCE = 120_000  # ms that a condition may take, on a machine several times slower than ours


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = launch_browser(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def explorers():
    """The models that ship, in Python."""
    names = ("mnist-digits", "mnist")
    return {name: Explorer(CHECKPOINTS / f"{name}.safetensors") for name in names}


@pytest.fixture
def open_page(browser, address):
    """Opens the app as a visitor of its own; afterwards, nothing may have gone wrong or outside."""
    visitors, troubles = [], []

    def open_page(width=1280, height=800, theme="light", link=None, script="", prepare=None):
        context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        context.set_default_timeout(PATIENCE)
        visitors.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
        page.on("request", lambda request: troubles.append(request.url) if is_outside(request.url) else None)
        page.add_init_script(script)
        if prepare:
            prepare(page)
        page.goto(link if link and link.startswith("http") else f"{address}{link or f'/?__theme={theme}'}")
        page.wait_for_function("document.querySelector('.words')?.textContent.includes('of 100 real')")
        return page

    def is_outside(url):
        return not url.startswith((address, "data:", "blob:", address.replace("http", "ws")))

    yield open_page
    for context in visitors:
        context.close()
    assert not troubles


@pytest.fixture
def started(open_page):
    """A page with a run of its own under way; stopped at the end."""
    page = open_tab(open_page())
    press(page, "Start")
    wait_for_step(page, 10)
    yield page
    if page.get_by_role("button", name="Stop", exact=True).is_enabled():
        stop(page)
        wait_for_status(page, "Stopped")


# --- The exported page ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def titled(explorers):
    """The models that ship, by the titles that visitors of the exported page see."""
    return {"Choose a digit": explorers["mnist-digits"], "Any digit": explorers["mnist"]}


@pytest.fixture(scope="session")
def served(titled, tmp_path_factory):
    """The folder of the exported page, and the address of a plain server of it."""
    folder = tmp_path_factory.mktemp("site") / "page"
    static_site.export(titled, folder)
    with serving(folder) as address:
        yield folder, address


@pytest.fixture
def visit(browser, served):
    """Opens the exported page; afterwards, nothing may have gone wrong, been missing or come from outside."""
    _, address = served
    contexts, troubles = [], []

    def visit(path="/", width=1280, scheme="light", heard=lambda path: None, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            accept_downloads=True,
            service_workers="block",  # test_offline.py has them
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
        page.on("requestfailed", lambda request: troubles.append(request.url))
        page.on("request", lambda request: is_inside(request.url) or troubles.append(request.url))
        page.on("request", lambda request: heard(urlsplit(request.url).path))
        page.goto(f"{address}{path}")
        return page

    def is_inside(url):
        return url.startswith((address, "data:", "blob:"))

    yield visit
    for context in contexts:
        context.close()
    assert not troubles
