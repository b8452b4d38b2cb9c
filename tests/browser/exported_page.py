"""What tests of the exported page share."""

import pytest

# In a page: the address of the folder of its scripts, which names their version.
SCRIPTS = "new URL('..', document.querySelector('script[src$=\"shell/start.js\"]').src)"
SCREENS = pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])


def fits(page):
    return not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
