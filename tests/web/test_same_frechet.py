"""The page's Fréchet distance beside NumPy's."""

import numpy as np
import pytest

from gan.evaluation import metrics
from tests.web import scripts


def draw(random, count, size, rank):
    """Features of a low rank, as those of a classifier some of whose units are never active."""
    return (random.normal(size=(count, rank)) @ random.normal(size=(rank, size))).astype(np.float32)


@pytest.mark.parametrize(("count", "size", "rank"), [(400, 128, 128), (60, 128, 128), (200, 24, 6)])
def test_the_page_measures_the_distance_that_numpy_measures(count, size, rank):
    random = np.random.default_rng(0)
    real, fake = draw(random, count, size, rank), draw(random, count, size, rank) + 1
    wanted = metrics.frechet_distance(*map(metrics.fit_gaussian, (real, fake)))
    found = scripts.run("frechet.mjs", {"real": real.tolist(), "fake": fake.tolist()})
    assert found == pytest.approx(wanted, rel=1e-6)
    assert scripts.run("frechet.mjs", {"real": real.tolist(), "fake": real.tolist()}) < 1e-5 * wanted
