"""The exported folder: in a folder of any server, under strict headers, and without a connection."""

import json
import re
import shutil
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Error

from gan.web import static_site
from tests.app import serving
from tests.browser.explore_page import SLANT, same, settle, shown, slide
from tests.browser.exported_page import SCRIPTS
from tests.browser.test_map import CHART, INK
from tests.browser.train_page import stop, wait_for_step
from tests.browser.visitors import PATIENCE
from tests.conftest import CHECKPOINTS

ISOLATED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
MISSING = "models/none.safetensors"
FIRST_DATA = """async () => {
  const { loadDataset } = await import(new URL("training/datasets.js", SCRIPTS));
  const { images, labels } = await loadDataset("mnist", new URL("data", document.baseURI).href);
  return [images.count, labels.length];
}""".replace("SCRIPTS", SCRIPTS)
CACHED = """async () => Promise.all((await caches.keys()).map(async (name) => {
  const requests = await (await caches.open(name)).keys();
  return [name, requests.map(({ url }) => url)];
}))"""


@pytest.fixture(scope="module")
def explorer(explorers):
    return explorers["mnist-digits"]


@pytest.fixture(scope="module")
def exported(served, tmp_path_factory):
    """A folder with the exported page in a folder of it."""
    root = tmp_path_factory.mktemp("server")
    shutil.copytree(served[0], root / "some/page")
    return root


@pytest.fixture
def visitor(browser):
    """Opens addresses as one visitor; afterwards, nothing may have gone wrong."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(120_000)
    troubles = []
    context.on("weberror", lambda error: troubles.append(str(error.error)))
    context.on("console", lambda line: troubles.append(line.text) if is_trouble(line) else None)
    yield context
    context.close()
    assert not troubles


def is_trouble(line):
    """Whether a line of a browser's console says that something is wrong with the page."""
    return line.type == "error" and MISSING not in line.location["url"]


def open_at(visitor, address):
    page = visitor.new_page()
    page.goto(address)
    return page


def draws_as_python_does(page, explorer):
    settle(page)
    slide(page, "Slant", 1)
    return same(shown(page), explorer.generate(explorer.latent(5, shifts={SLANT: 1}), 2)[0])


def wait_until_kept(page):
    """Until the page is the service worker's, which has then fetched what it needs.

    A function: an expression is evaluated again and again, which a strict server's policy forbids.
    """
    page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'")


def metadata(text):
    """The front matter of a Space's README, as far as it needs no YAML."""
    lines = text.split("---\n")[1].splitlines()
    return dict(line.strip().split(": ", 1) for line in lines if ": " in line)


def test_a_space_takes_the_folder_as_it_is(exported):
    values = metadata((exported / "some/page/README.md").read_text())
    assert values["sdk"] == "static"
    assert (exported / "some/page" / values["app_file"]).is_file()
    assert values["cross-origin-opener-policy"] == "same-origin"
    assert values["cross-origin-embedder-policy"] == "require-corp"
    assert len(values["short_description"]) <= 60, "Hugging Face takes no longer one"
    ours = metadata((CHECKPOINTS.parent / "README.md").read_text())
    assert values["license"] == ours["license"]


def test_no_file_is_too_large_for_a_space(exported):
    assert max(path.stat().st_size for path in exported.rglob("*") if path.is_file()) < 10 * 2**20


def test_its_icons_are_of_their_sizes(exported):
    folder = exported / "some/page"
    for icon in json.loads((folder / "manifest.webmanifest").read_text())["icons"]:
        with Image.open(folder / icon["src"]) as picture:
            assert icon["sizes"] == "{}x{}".format(*picture.size)
            assert len(picture.getcolors(2**20)) > 20, "a digit is drawn on it"


def test_after_the_first_visit_it_can_be_installed_and_needs_no_connection(exported, visitor, explorer):
    with serving(exported) as address:
        page = open_at(visitor, f"{address}/some/page/")
        settle(page)
        wait_until_kept(page)
        devtools = visitor.new_cdp_session(page)
        found = devtools.send("Page.getAppManifest")
        assert found["url"] == f"{address}/some/page/manifest.webmanifest"
        assert not found["errors"]
        errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
        assert {error["errorId"] for error in errors} <= {"in-incognito"}, "every visitor of a test is"

        # What was used is kept, and what failed is not.
        page.locator(".models").get_by_text("Any digit").click()
        page.wait_for_function("document.querySelector('.explore').ariaBusy === 'false'")
        settle(page)
        assert page.evaluate(f"fetch('{MISSING}').then(({{ status }}) => status)") == 404
        ((_, kept),) = page.evaluate(CACHED)
        assert [url for url in kept if url.startswith(f"{address}/some/page/models/mnist.safetensors?v=")]
        assert f"{address}/some/page/{MISSING}" not in kept
        assert not [url for url in kept if "/step-" in url], "nobody has used these"
    visitor.set_offline(True)
    page.goto(f"{address}/some/page/?tab=learn")
    page.get_by_role("heading", name="Two networks, one game").wait_for()
    page.goto(f"{address}/some/page/#model=mnist-digits&seed=5&digit=2")
    assert draws_as_python_does(page, explorer)
    trained_on = page.evaluate(FIRST_DATA)
    assert trained_on == [10_000, 10_000]


@contextmanager
def newer(exported, tmp_path):
    """The same page with another title, and a worker that knows its version; put in place when entered."""
    page = exported / "some/page"
    shutil.copytree(page, tmp_path / "kept")
    worker, index = page / "sw.js", page / "index.html"
    try:
        worker.write_text(worker.read_text().replace('"version": "', '"version": "newer-'))
        index.write_text(index.read_text().replace("<title>Forger</title>", "<title>Newer</title>"))
        yield
    finally:
        for path in (worker, index):
            shutil.copy(tmp_path / "kept" / path.name, path)


def test_a_newer_version_replaces_the_older(exported, visitor, tmp_path):
    with serving(exported) as address:
        page = open_at(visitor, f"{address}/some/page/")
        settle(page)
        wait_until_kept(page)
        ((older, _),) = page.evaluate(CACHED)
        page.evaluate("caches.open('forger of somebody else')")
        with newer(exported, tmp_path):
            page.reload()
            settle(page)
            assert page.title() == "Forger", "the page that is open keeps its version"
            page.wait_for_function(
                "async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)"
            )
            other = open_at(visitor, f"{address}/some/page/")
            settle(other)
            assert other.title() == "Forger", "two pages are open: neither is changed"
            other.close()
            for _ in range(20):  # for a moment a busy browser still counts the page that was closed
                with suppress(Error):  # the page loads itself anew too, once its worker changes
                    page.reload()
                settle(page)
                if page.title() == "Newer":
                    break
            assert page.title() == "Newer"
            names = [name for name, _ in page.evaluate(CACHED)]
            assert older not in names
            assert len(names) == 2
            assert "forger of somebody else" in names


@pytest.mark.parametrize("headers", [{}, ISOLATED])
def test_it_needs_nothing_that_a_strict_server_forbids(exported, visitor, explorer, headers):
    policy = next(
        line.strip().removeprefix("Content-Security-Policy: ")
        for line in (exported / "some/page/README.md").read_text().splitlines()
        if "Content-Security-Policy" in line
    )
    assert "unsafe-inline" not in policy
    with serving(exported, {"Content-Security-Policy": policy, **headers}) as address:
        page = open_at(visitor, f"{address}/some/page/#model=mnist-digits&seed=5&digit=2")
        assert draws_as_python_does(page, explorer)
        assert page.evaluate("crossOriginIsolated") == bool(headers)
        page.get_by_role("tab", name="Train", exact=True).click()
        if not headers:
            page.get_by_role("button", name="Start", exact=True).click()
            wait_for_step(page, 1)
            page.get_by_role("button", name="Open in Explore").click()
            page.wait_for_selector(".explore.follows[aria-busy=false]")
            assert page.locator(".explore .error").text_content() == ""
            page.get_by_role("tab", name="Train", exact=True).click()
            stop(page)
        page.get_by_role("button", name="Watch a recorded run first").click()
        page.wait_for_selector(".recorded .replay:enabled")
        page.get_by_role("tab", name="Learn", exact=True).click()
        page.get_by_role("heading", name="Two networks, one game").wait_for()
        wait_until_kept(page)


def test_where_webassembly_is_forbidden_the_page_draws_in_javascript(exported, browser, explorer):
    context = browser.new_context(service_workers="block")
    context.set_default_timeout(PATIENCE)
    with serving(exported, {"Content-Security-Policy": "default-src 'self'"}) as address:
        page = open_at(context, f"{address}/some/page/#model=mnist-digits&seed=5&digit=2")
        assert draws_as_python_does(page, explorer)
        page.locator(".hand label").nth(8).click()
        assert same(shown(page), explorer.generate(explorer.latent(5, shifts={SLANT: 1}), 8)[0])
        page.locator(".views").get_by_text("Map").click()
        while not page.evaluate(f"({INK})(document.querySelector('{CHART}')) > 1000"):
            page.wait_for_timeout(200)  # until the first of thousands of pictures are there
        page.locator(".views").get_by_text("Morph").click()
        settle(page)
        assert page.locator(".explore .error").text_content() == ""
        page.get_by_role("tab", name="Train", exact=True).click()
        page.get_by_role("button", name="Start", exact=True).click()
        page.get_by_text("This browser cannot train").first.wait_for()
    context.close()


def test_less_than_four_megabytes_come_before_train_works(exported, browser):
    folder = exported / "some/page"
    context = browser.new_context(service_workers="block")
    context.set_default_timeout(PATIENCE)
    fetched = set()
    with serving(folder) as address:
        page = context.new_page()
        context.on("request", lambda request: fetched.add(urlsplit(request.url).path[1:] or "index.html"))
        page.goto(f"{address}/?embed=train")
        page.get_by_role("button", name="Start", exact=True).click()
        wait_for_step(page, 1)
        needed = set(fetched)
        page.get_by_role("button", name="Watch a recorded run first").click()
        page.wait_for_selector(".recorded .replay:enabled")
    context.close()
    assert "data/mnist/train-images-0.gz" in needed
    assert static_site.RUN not in needed, "it is fetched when it is asked for"
    assert static_site.RUN in fetched
    assert {path for path in needed if path.startswith("models/")} == {
        static_site.CLASSIFIER,
        static_site.REAL_FEATURES,
    }
    # The other pictures come while it trains.
    later = {path for path in needed if re.fullmatch(r"data/mnist/train-\w+-[1-9].gz", path)}
    sizes = {path: (folder / path).stat().st_size for path in needed - later if (folder / path).is_file()}
    assert sum(sizes.values()) < 4_000_000
