"""The exported page in Chromium, for the benchmarks that look at it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

import app
from gan.web import static_site
from tests.app import launch_browser, serving


@contextmanager
def exported_page() -> Iterator[tuple[Page, str]]:
    """An empty page of 1280×800 pixels, and the address at which a plain web server has the export."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder) / "site"
        static_site.export(app.load(None), site)
        with serving(site) as address:
            browser = launch_browser(playwright)
            yield browser.new_page(viewport={"width": 1280, "height": 800}), address
            browser.close()
