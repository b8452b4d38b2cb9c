"""The programs of the page's kernels and their source, kernels.wat."""

import pytest

from tests.web import build_kernels


@pytest.mark.parametrize("name", ["kernels.wasm", "kernels-relaxed.wasm"])
def test_the_kernels_are_made_of_their_source(name):
    """After a change to kernels.wat: `python -m tests.web.build_kernels`."""
    assert (build_kernels.ENGINE / name).read_bytes() == build_kernels.programs()[name]
