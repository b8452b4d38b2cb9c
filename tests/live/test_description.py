import json

import numpy as np
from safetensors.numpy import load

from gan.config import Recipe
from gan.evaluation import metrics, sample_quality
from gan.live import description
from gan.live.monitor import QUALITY_SAMPLES


def test_a_page_is_told_what_json_can_hold():
    told = json.loads(json.dumps(description.describe()))
    for recipe in told["recipes"].values():
        assert json.loads(Recipe.from_json(json.dumps(recipe)).to_json()) == recipe
    symptoms = {failure["symptom"] for failure in told["failures"].values()}
    assert symptoms <= {rule["name"] for rule in told["diagnosis"]["rules"]}


def test_real_features_are_those_that_a_server_measures_against(mnist):
    arrays = load(description.real_features())
    told = metrics.Gaussian(arrays["mean"].astype(np.float64), arrays["covariance"].astype(np.float64))
    assert metrics.frechet_distance(told, sample_quality.real_gaussian()) < 1e-4
    assert arrays["real_frechet"][0] == np.float32(sample_quality.real_frechet(QUALITY_SAMPLES))
