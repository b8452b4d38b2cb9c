"""The models of digits that ship are as good as their card says (checkpoints/README.md)."""

import re

import numpy as np
import pytest

from gan.data.held_out import load_splits
from gan.evaluation import feature_networks, metrics
from gan.evaluation.comparison import Comparison
from gan.networks import checkpoints, latents, sampler
from tests.conftest import CHECKPOINTS

pytestmark = pytest.mark.runs_long

SEED, COUNT = 1000, 10_000  # the first seed of `python -m gan evaluate`, and its samples
FIGURE = r"(\d+\.\d+)(?: %)? ± (\d+\.\d+)"


def column(model: str, row: str) -> tuple[float, float]:
    """What the card says of a model in that row: the mean of five seeds, and their standard deviation."""
    lines = (CHECKPOINTS / "README.md").read_text().splitlines()
    tables = [i for i, line in enumerate(lines) if line.startswith("| | best |") and f"`{model}`" in line]
    (head,) = tables
    place = [cell.strip() for cell in lines[head].split("|")].index(f"`{model}`")
    line = next(line for line in lines[head:] if line.startswith(f"| {row} |"))
    return tuple(float(number) for number in re.match(FIGURE, line.split("|")[place].strip()).groups())


@pytest.mark.parametrize("name", ["mnist-digits", "mnist"])
def test_a_shipped_model_is_as_near_to_the_test_set_as_its_card_says(name):
    model = checkpoints.load_model(CHECKPOINTS / f"{name}.safetensors")
    splits = load_splits("mnist")
    comparison = Comparison(splits, feature_networks.load(splits), "test")
    config = model.recipe.model
    labels = comparison.labels_for(COUNT, SEED) if config.classes else None
    z = latents.stream(SEED, COUNT, config.z_dim)
    found = comparison.network.predict(sampler.generate(config, model.generator, z, labels))
    mean, deviation = column(name, "Fréchet distance to the test set")
    distance = metrics.frechet_distance(metrics.fit_gaussian(found.features), comparison.gaussian)
    assert abs(distance - mean) < 4 * deviation + 0.001
    if labels is not None:
        percent, deviation = column(name, "the class read is the class asked for")
        assert abs(100 * np.mean(found.labels == labels) - percent) < 4 * deviation + 0.1
