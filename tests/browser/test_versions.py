"""Addresses of the exported page: a second visit costs little, and code of two versions is never mixed."""

import re
import shutil
from contextlib import contextmanager

from gan.web import static_site
from tests.app import serving
from tests.browser.explore_page import SLANT, same, settle, shown, slide
from tests.browser.visitors import PATIENCE

KINDS = (".js", ".css", ".wasm")


def test_all_code_lies_in_one_folder_that_names_its_version(served, monkeypatch):
    folder, _ = served
    code = [path.relative_to(folder) for path in folder.rglob("*") if path.suffix in KINDS]
    assert {path.parts[:2] for path in code} == {("sw.js",), ("v", static_site.version())}
    named = re.findall(r'(?:src|href)="([^"]*?\.(?:js|css))"', (folder / "index.html").read_text())
    assert len(named) > 100
    assert all(name.startswith(static_site.versioned("")) for name in named)
    for path in code:
        imported = re.findall(r'(?:from|import\()\s*"(.*?\.js)"', (folder / path).read_text("latin-1"))
        assert all(name.startswith(".") for name in imported), path
    changed = {**static_site._scripts(), "web/shell/shell.js": folder / "index.html"}
    monkeypatch.setattr(static_site, "_scripts", lambda: changed)
    assert static_site.version.__wrapped__() != static_site.version()


@contextmanager
def moved(page):
    """The same page with another address of its code, as a newer version has; put in place when entered."""
    index = (page / "index.html").read_text()
    older, newer = static_site.version(), "0" * 16
    (page / "v" / older).rename(page / "v" / newer)
    (page / "index.html").write_text(index.replace(older, newer))
    try:
        yield f"/v/{newer}/"
    finally:
        (page / "v" / newer).rename(page / "v" / older)
        (page / "index.html").write_text(index)


def test_without_a_service_worker_a_second_visit_is_cheap_and_versions_are_not_mixed(
    served, browser, explorers, tmp_path
):
    folder = shutil.copytree(served[0], tmp_path / "page")  # others look at the one that is served
    explorer = explorers["mnist-digits"]
    context = browser.new_context(service_workers="block")
    context.set_default_timeout(PATIENCE)
    sent = []
    with serving(folder, sent=sent) as address:
        link = f"{address}/#model=mnist-digits&seed=5&digit=2"
        first, second, third = (context.new_page() for _ in range(3))
        first.goto(link)
        settle(first)
        slide(first, "Slant", 1)
        assert same(shown(first), explorer.generate(explorer.latent(5, shifts={SLANT: 1}), 2)[0])
        sent.clear()
        second.goto(link)
        settle(second)
        assert sum((folder / path[1:]).stat().st_size for path in sent) <= 300_000
        with moved(folder) as place:
            sent.clear()
            third.goto(link)
            third.reload()  # the browser may still take the document for a fresh one
            settle(third)
            third.get_by_role("tab", name="Train", exact=True).click()
            third.wait_for_selector(".in-page .reals canvas")
            code = [path for path in sent if path.endswith(KINDS)]
            assert len(code) > 100
            assert all(path.startswith(place) for path in code)
            loaded = third.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
            assert not [url for url in loaded if static_site.version() in url]
    context.close()
