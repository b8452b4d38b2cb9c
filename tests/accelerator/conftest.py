"""These tests need a GPU or a TPU. Elsewhere they are skipped; asked for by name, as below, they fail.

JAX_PLATFORMS=cuda,cpu pytest -n0 -m accelerator
"""

import jax
import pytest


def pytest_collection_modifyitems(config, items):
    mine = [item for item in items if "accelerator" in item.keywords]
    if not mine or jax.default_backend() != "cpu":
        return
    if config.getoption("-m") == "accelerator":
        raise pytest.UsageError("there is no accelerator here: JAX sees a CPU (see JAX_PLATFORMS)")
    for item in mine:
        item.add_marker(pytest.mark.skip(reason="needs an accelerator"))
