"""The failure lab: runs that go wrong on purpose, each with its repair, on the networks of `fast`.

`python -m tests.benchmarks.failures` runs each failure and its repair over five seeds.
"""

from typing import NamedTuple

from gan.config import Recipe
from gan.recipes import RECIPES


class Failure(NamedTuple):
    """A way of training that fails, and how to repair it. The page shows the texts."""

    title: str
    loss: str
    change: dict[str, float]  # the numbers of Hyperparams that make the run fail
    text: str
    symptom: str  # the name of the diagnosis that the run gets (gan.live.diagnosis)
    repaired_loss: str
    repair: dict[str, float]  # the numbers of Hyperparams that repair it
    repair_text: str
    anew: bool  # the repair starts from step 0, because the spoilt networks do not recover

    def recipe(self) -> Recipe:
        """The recipe that fails, without `change`."""
        return RECIPES["fast"].replace(loss=self.loss)


EQUAL_RATES_AND_R1 = {"r1_gamma": 10.0, "generator_lr": 2e-3, "discriminator_lr": 2e-3, "beta1": 0.0}

FAILURES = {
    "as-printed": Failure(
        title="The article's loss, as printed",
        loss="as-printed",
        change={},
        text="The article prints L_G = −E log(1 − D(G(z))). The sign is wrong: G is rewarded for "
        "being caught.",
        symptom="vanishing_gradient",
        repaired_loss="non-saturating",
        repair=EQUAL_RATES_AND_R1,
        repair_text="L_G = −E log D(G(z)), the non-saturating loss.",
        anew=True,
    ),
    "frozen": Failure(
        title="A discriminator that never learns",
        loss="non-saturating",
        change={"discriminator_lr": 0.0},
        text="In the article's code D is frozen: no gradient ever reaches it. G fools it, and learns "
        "nothing.",
        symptom="frozen_discriminator",
        repaired_loss="non-saturating",
        repair=EQUAL_RATES_AND_R1,
        repair_text="D learns, as fast as G.",
        anew=True,
    ),
    "overpowered": Failure(
        title="An overpowered discriminator",
        loss="non-saturating",
        change={"r1_gamma": 0.0, "generator_lr": 2e-4, "discriminator_lr": 2e-2},
        text="D learns a hundred times as fast as G, and nothing holds it back.",
        symptom="discriminator_dominates",
        repaired_loss="non-saturating",
        repair=EQUAL_RATES_AND_R1,
        repair_text="Equal learning rates, and R1.",
        anew=True,
    ),
    "saturated": Failure(
        title="The minimax loss of the first paper",
        loss="minimax",
        change={"r1_gamma": 0.0, "discriminator_lr": 1e-2},
        text="Goodfellow's first loss, E log(1 − D(G(z))), is flat where D is sure; a quick D is sure "
        "at once.",
        symptom="vanishing_gradient",
        repaired_loss="non-saturating",
        repair=EQUAL_RATES_AND_R1,
        repair_text="The non-saturating loss, equal rates, R1.",
        anew=True,
    ),
    "rushed": Failure(
        title="A high learning rate, and no normalisation",
        loss="non-saturating",
        change={"r1_gamma": 0.0, "generator_lr": 5e-2, "discriminator_lr": 5e-2},
        text="Steps 25 times as long, and nothing that keeps D's slope or a layer's scale in bounds.",
        symptom="discriminator_dominates",
        repaired_loss="non-saturating",
        repair=EQUAL_RATES_AND_R1,
        repair_text="Shorter steps, and R1.",
        anew=True,
    ),
    "unbounded": Failure(
        title="Wasserstein without clipping",
        loss="wasserstein",
        change={"r1_gamma": 0.0},
        text="The Wasserstein loss means a distance only while D's slope is bounded. Here nothing bounds it.",
        symptom="exploding",
        repaired_loss="wasserstein",
        repair=EQUAL_RATES_AND_R1,
        repair_text="R1 bounds the slope.",
        anew=True,
    ),
}
