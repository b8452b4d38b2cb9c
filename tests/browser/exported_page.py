"""What tests of the exported page share."""

import pytest

SCREENS = pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])


def fits(page):
    return not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
