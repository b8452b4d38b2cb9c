from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from gan.exploring.explorer import Explorer
from gan.web import static_site
from tests.app import launch_browser, serving
from tests.browser.train_page import open_tab, press, stop, wait_for_status, wait_for_step
from tests.browser.visitors import Visitors
from tests.conftest import CHECKPOINTS

PATIENCE = 120_000  # ms that a condition may take, on a machine several times slower than ours


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = launch_browser(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def visitors(browser):
    return Visitors(browser, PATIENCE)


@pytest.fixture
def watched(visitors):
    """Gives pages; afterwards, nothing may have gone wrong in them or been asked of another address."""
    troubles, pages = [], []

    def watched(address, width, height, misses_nothing=False, context=None, **media):
        """A kept visitor's page, or in a new context with these options."""
        inside = (address, "data:", "blob:", address.replace("http", "ws"))

        def ask(request):
            if not request.url.startswith(inside):
                troubles.append(request.url)

        hears = {
            "pageerror": lambda error: troubles.append(f"error: {error}"),
            "console": lambda line: troubles.append(line.text) if line.type == "error" else None,
            "request": ask,
        }
        if misses_nothing:
            hears["requestfailed"] = lambda request: troubles.append(request.url)
        if context is None:
            page = visitors.borrow(width, height, **media)
        else:
            page = visitors.new_page(viewport={"width": width, "height": height}, **media, **context)
        for name, hear in hears.items():
            page.on(name, hear)
        pages.append((page, hears, context is None))
        return page

    yield watched
    for page, hears, is_kept in pages:
        for name, hear in hears.items():
            page.remove_listener(name, hear)
        visitors.give_back(page) if is_kept and not page.is_closed() else page.context.close()
    assert not troubles


@pytest.fixture(scope="session")
def explorers():
    """The models that ship, in Python."""
    names = ("mnist-digits", "mnist")
    return {name: Explorer(CHECKPOINTS / f"{name}.safetensors") for name in names}


@pytest.fixture
def open_page(watched, address):
    """Opens the app as a visitor of its own; afterwards, nothing may have gone wrong or outside."""

    def open_page(width=1280, height=800, theme="light", link=None, script="", prepare=None):
        page = watched(address, width, height, context={} if script else None)
        if script:  # which a page cannot lose again
            page.add_init_script(script)
        if prepare:
            prepare(page)
        page.goto(link if link and link.startswith("http") else f"{address}{link or f'/?__theme={theme}'}")
        page.wait_for_function("document.querySelector('.words')?.textContent.includes('of 100 real')")
        return page

    return open_page


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
def visit(watched, served):
    """Opens the exported page; afterwards, nothing may have gone wrong, been missing or come from outside.

    Its service worker is blocked: test_offline.py has it.
    """
    _, address = served

    def visit(path="/", width=1280, scheme="light", heard=None, reduced_motion="no-preference", **context):
        needs_own = heard or context  # what is heard is the first visit
        page = watched(
            address,
            width,
            800,
            misses_nothing=True,
            context={"service_workers": "block", **context}
            if needs_own
            else None,  # test_offline.py has them
            color_scheme=scheme,
            reduced_motion=reduced_motion,
        )
        if heard:
            page.on("request", lambda request: heard(urlsplit(request.url).path))
        page.goto(f"{address}{path}")
        return page

    return visit
