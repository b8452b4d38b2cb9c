"""A short visit to the exported page in Firefox; tests/benchmarks/browsers.py makes the whole visit."""

import pytest

from tests.benchmarks.browsers import Visit
from tests.benchmarks.drivers import Missing, firefox


@pytest.fixture
def driver():
    try:
        with firefox() as driver:
            yield driver
    except Missing as missing:
        pytest.skip(str(missing))


def test_firefox_opens_links_trains_and_finds_its_run_again(driver, served):
    _, address = served
    visitor = Visit(driver, f"{address}/", end_server=lambda: None)
    for step in (visitor.first_visit, visitor.follow_link, visitor.start, visitor.reload):
        step()
        assert not visitor.do("troubles()")
