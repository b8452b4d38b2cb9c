"""Visitors, each with a browser context of its own, whom one test after another uses.

To open a page in a new context takes about a third more processor time than in one that has its files in the
cache. So a visitor is kept, and forgets between two tests what the page or the test may have left.
"""

from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

# The small films beside the models' names never rest: an open page would take a twentieth of a core.
WITHOUT_FILMS = """addEventListener("DOMContentLoaded", () => {
  const style = document.createElement("style");
  style.textContent = ".explore .reel { animation: none !important }";
  document.documentElement.append(style);
});"""
PATIENCE = 120_000  # ms that a condition may take, on a machine several times slower than ours


class Visitors:
    """As many as the test needs that has the most at the same time."""

    def __init__(self, browser: Browser, patience: float) -> None:
        """Patience is how long a condition may take in their pages, in ms."""
        self._browser = browser
        self._patience = patience
        self._resting: list[Page] = []

    def borrow(self, width: int, height: int, **media: str) -> Page:
        """An empty page of a visitor who remembers nothing.

        Args:
          width, height: of the window, in pixels.
          media: `color_scheme` and `reduced_motion`, as the page asks for them.
        """
        page = self._resting.pop() if self._resting else self.new_page(service_workers="block")
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(**{"color_scheme": "light", "reduced_motion": "no-preference", **media})
        return page

    def new_page(self, **options: object) -> Page:
        """A page in a new context with these options, for what a kept one cannot have."""
        context = self._browser.new_context(**options)
        context.set_default_timeout(self._patience)
        context.add_init_script(WITHOUT_FILMS)
        return context.new_page()

    def give_back(self, page: Page) -> None:
        """Makes the visitor forget everything but the files of the page."""
        for other in page.context.pages:
            if other != page:
                other.close()
        page.unroute_all(behavior="ignoreErrors")
        page.evaluate("sessionStorage.clear()")
        addresses = [urlsplit(frame.url) for frame in page.frames if frame.url.startswith("http")]
        origins = {f"{address.scheme}://{address.netloc}" for address in addresses}
        page.goto("about:blank")  # which ends the page's Workers
        page.mouse.move(0, 0)
        page.context.clear_cookies()
        page.context.clear_permissions()
        devtools = page.context.new_cdp_session(page)
        for origin in origins:
            devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        devtools.detach()
        self._resting.append(page)
