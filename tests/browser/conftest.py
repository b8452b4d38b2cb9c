import fcntl
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from gan.exploring.explorer import Explorer
from gan.web import static_site
from tests.app import launch_browser, serving
from tests.browser.explore_page import START, follow_link
from tests.browser.train_page import open_tab, press, stop, wait_for_status, wait_for_step
from tests.browser.visitors import PATIENCE, Visitors
from tests.browser.watching import Watch
from tests.conftest import CHECKPOINTS


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright):
    browser = launch_browser(playwright, may_be_small=True)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def visitors(browser):
    return Visitors(browser, PATIENCE)


@pytest.fixture
def watched(visitors):
    """Opens pages as `Watch.open` does; afterwards, nothing may have gone wrong in them."""
    watch = Watch(visitors)
    yield watch.open
    watch.close()
    assert not watch.troubles


@pytest.fixture
def unwatched(visitors):
    """A page where things may go wrong: what is refused or missing is an error in its console."""
    page = visitors.borrow(1280, 800)
    yield page
    visitors.give_back(page)


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


@pytest.fixture(scope="module")
def explore_tab(visitors, address):
    """A tab of the app that shows Explore, for all tests of a file; and the watch over it."""
    watch = Watch(visitors)
    page = watch.open(address, 1280, 800)
    page.goto(f"{address}/?__theme=light")
    yield page, watch
    watch.close()


@pytest.fixture
def follow(explore_tab):
    """Follows a link of Explore where Explore is open already, which takes a tenth of the time of a new page.

    What no link says stays as the test before has left it: the steps that can be undone, and the shelf.
    """
    page, watch = explore_tab

    def follow(link=START):
        follow_link(page, link)
        return page

    yield follow
    page.unroute_all(behavior="ignoreErrors")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(reduced_motion="no-preference")
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")
    troubles, watch.troubles = watch.troubles, []
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
def exported_folder(titled, tmp_path_factory, worker_id):
    """The folder of the exported page, which the first worker that needs it makes for all: it takes 10 s."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "exported"
    with open(folder.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            static_site.export(titled, base / "page")
            (base / "page").rename(folder)
    return folder


@pytest.fixture(scope="session")
def served(exported_folder):
    """The folder of the exported page, and the address of a plain server of it."""
    kept = {"Cache-Control": "max-age=3600"}  # a visitor who comes again need not ask again
    with serving(exported_folder, kept) as address:
        yield exported_folder, address


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
