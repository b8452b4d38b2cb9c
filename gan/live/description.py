"""What a page must know of live runs in advance, whether a server trains them or the page itself."""

import dataclasses
from typing import Any

import numpy as np
from safetensors.numpy import save

from gan.combinations import BCE_LOSSES, GP_LOSSES
from gan.config import LOSSES
from gan.evaluation import sample_quality
from gan.live.controls import OPTIONS, RANGES
from gan.live.diagnosis import RULES
from gan.live.failures import FAILURES
from gan.live.monitor import QUALITY_SAMPLES
from gan.recipes import RECIPES
from gan.training import vae


def describe() -> dict[str, Any]:
    """For JSON: the numbers that can be moved, the failures of the lab, the recipes, and the diagnosis."""
    recipes = {**RECIPES, vae.RECIPE.name: vae.RECIPE}
    return {
        "ranges": RANGES,
        "labels": {name: option.label for name, option in OPTIONS.items()},
        "failures": {name: failure._asdict() for name, failure in FAILURES.items()},
        "recipes": {name: dataclasses.asdict(recipe) for name, recipe in recipes.items()},
        "losses": {"all": LOSSES, "bce": BCE_LOSSES, "gp": GP_LOSSES},
        "diagnosis": RULES,
    }


def real_features() -> bytes:
    """What a page measures its runs on MNIST against, so that its Fréchet distances are the server's.

    A safetensors file of the normal distribution of the test digits' features: `mean` [128] and `covariance`
    [128, 128], both float32. `real_frechet` [1] is the distance of as many real digits as a page measures.
    """
    real = sample_quality.real_gaussian()
    arrays = {
        "mean": real.mean,
        "covariance": real.covariance,
        "real_frechet": np.array([sample_quality.real_frechet(QUALITY_SAMPLES)]),
    }
    return save({name: array.astype(np.float32) for name, array in arrays.items()})
