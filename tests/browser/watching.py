"""Pages that are watched: nothing may go wrong in them, and nothing may be asked of another address."""

from playwright.sync_api import Page

from tests.browser.visitors import Visitors


class Watch:
    """Gives pages and notes their troubles.

    Attributes:
      troubles: what has gone wrong in the pages since they were opened.
    """

    def __init__(self, visitors: Visitors) -> None:
        self.troubles: list[str] = []
        self._visitors = visitors
        self._pages: list[tuple[Page, dict, bool]] = []

    def open(self, address, width, height, misses_nothing=False, context=None, **media) -> Page:
        """A kept visitor's page, or in a new context with these options.

        Args:
          address: where all that is asked for must come from.
          width, height: of the window, in pixels.
          misses_nothing: whether a request that fails is a trouble too.
          media: `color_scheme` and `reduced_motion`, as the page asks for them.
        """
        inside = (address, "data:", "blob:", address.replace("http", "ws"))

        def ask(request):
            if not request.url.startswith(inside):
                self.troubles.append(request.url)

        def fail(request):
            if request.failure != "net::ERR_ABORTED":  # so ends what is on its way when a page is left
                self.troubles.append(request.url)

        hears = {
            "pageerror": lambda error: self.troubles.append(f"error: {error}"),
            "console": lambda line: self.troubles.append(line.text) if line.type == "error" else None,
            "request": ask,
        }
        if misses_nothing:
            hears["requestfailed"] = fail
        if context is None:
            page = self._visitors.borrow(width, height, **media)
        else:
            viewport = {"width": width, "height": height}
            page = self._visitors.new_page(viewport=viewport, **media, **context)
        for name, hear in hears.items():
            page.on(name, hear)
        self._pages.append((page, hears, context is None))
        return page

    def close(self) -> None:
        """Gives the pages back."""
        for page, hears, is_kept in self._pages:
            for name, hear in hears.items():
                page.remove_listener(name, hear)
            if is_kept and not page.is_closed():
                self._visitors.give_back(page)
            else:
                page.context.close()
