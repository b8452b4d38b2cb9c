"""The failure lab: games that go wrong on purpose, each with its repair. All on the networks of `fast`.

That each does fail, and that its repair does repair it, was run over five seeds
(`python -m tests.benchmarks.failures`).
"""

from typing import NamedTuple

from gan.config import Recipe
from gan.recipes import RECIPES


class Failure(NamedTuple):
    """What is done wrong, what it shows, what mends it."""

    title: str
    loss: str
    change: dict[str, float]  # the numbers of Hyperparams that make it fail
    text: str
    symptom: str  # the diagnosis that is expected (gan.live.diagnosis)
    repaired_loss: str
    repair: dict[str, float]
    repair_text: str
    anew: bool  # the repair begins from step 0: what has died does not come back

    def recipe(self, loss: str | None = None) -> Recipe:
        return RECIPES["fast"].replace(loss=loss or self.loss)


LEVEL = {"r1_gamma": 10.0, "generator_lr": 2e-3, "discriminator_lr": 2e-3, "beta1": 0.0}

FAILURES = {
    "as-printed": Failure(
        "The article's loss, as printed",
        "as-printed",
        {},
        "The article prints L_G = −E log(1 − D(G(z))). The sign is wrong: G is rewarded for being caught.",
        "vanished",
        "non-saturating",
        LEVEL,
        "L_G = −E log D(G(z)), the non-saturating loss.",
        True,
    ),
    "frozen": Failure(
        "A judge that never learns",
        "non-saturating",
        {"discriminator_lr": 0.0},
        "In the article's code D is frozen: no gradient ever reaches it. G fools it, and learns nothing.",
        "asleep",
        "non-saturating",
        LEVEL,
        "D learns, as fast as G.",
        True,
    ),
    "overpowered": Failure(
        "An overpowered judge",
        "non-saturating",
        {"r1_gamma": 0.0, "generator_lr": 2e-4, "discriminator_lr": 2e-2},
        "D learns a hundred times as fast as G, and nothing holds it back.",
        "overpowered",
        "non-saturating",
        LEVEL,
        "Equal learning rates, and R1.",
        True,
    ),
    "saturated": Failure(
        "The game as first written",
        "minimax",
        {"r1_gamma": 0.0, "discriminator_lr": 1e-2},
        "Goodfellow's first loss, E log(1 − D(G(z))), is flat where D is sure; a quick D is sure at once.",
        "vanished",
        "non-saturating",
        LEVEL,
        "The non-saturating loss, equal rates, R1.",
        True,
    ),
    "rushed": Failure(
        "A high learning rate, and no normalisation",
        "non-saturating",
        {"r1_gamma": 0.0, "generator_lr": 5e-2, "discriminator_lr": 5e-2},
        "Steps 25 times as long, and nothing that keeps D's slope or a layer's scale in bounds.",
        "overpowered",
        "non-saturating",
        LEVEL,
        "Shorter steps, and R1.",
        True,
    ),
    "unbounded": Failure(
        "Wasserstein without clipping",
        "wasserstein",
        {"r1_gamma": 0.0},
        "The Wasserstein loss means a distance only while D's slope is bounded. Here nothing bounds it.",
        "exploding",
        "wasserstein",
        LEVEL,
        "R1 bounds the slope.",
        True,
    ),
}
