"""The rules of the diagnosis are data: Python and the page must read them alike."""

import numpy as np

from gan.live.diagnosis import RULES, diagnose
from gan.live.probe import Signals
from tests.web import scripts

LOSSES = ("non-saturating", "as-printed", "dragan", "hinge", "least-squares", "wasserstein", "wasserstein-gp")
LOSSES = (*LOSSES, "weight-clip", None)
FIELDS = ("name", "text", "advice", "change", "repair", "loss")
EDGES = {  # of each signal, values around the thresholds of its rules
    "step": (10, 59, 60, 250, 251, 900, 999, 1000, 20_000),
    "diversity": (0.05, 0.0999, 0.1, 0.8),
    "readable": (0.0, 0.125, 0.2, 0.3, 0.31, 1.0),
    "real_score": (0.4, 0.9, 0.91, 0.99),
    "fake_score": (0.01, 0.0999, 0.1, 0.5, 0.9, 0.901),
    "logit_difference": (-12.0, -0.501, -0.5, 0.0, 0.25, 0.8, 0.81, 4.4, 4.41),
    "generator_gradient": (0.0, 3e-9, 1.5e-4, 0.004, 0.0199, 0.02, 0.5, 59.9, 60.1, 12345.0),
}
SHARES = (
    (0.1,) * 10,
    (0, 0.95, *[0.05 / 8] * 8),
    (0, 0.5, *[0.02] * 5, 0.4, 0, 0),
    (0.45, 0, 0, 0.45, 0.1, 0, 0, 0, 0, 0),
    (0, 0.5, 0.5, *[0] * 7),
    (0,) * 10,
)


def draw_signals(random: np.random.Generator) -> Signals:
    numbers = {name: values[random.integers(len(values))] for name, values in EDGES.items()}
    shares = SHARES[random.integers(len(SHARES))]
    return Signals(
        digits=int(np.count_nonzero(shares)),
        shares=shares,
        discriminator_gradient=random.random(),
        **numbers,
    )


def draw_case(random: np.random.Generator) -> tuple[list[Signals], str | None]:
    """Signals that mostly agree, as those of a run do, because most rules want them to."""
    first = draw_signals(random)
    others = [first if random.random() < 0.9 else draw_signals(random) for _ in range(random.integers(6))]
    return [first, *others], LOSSES[random.integers(len(LOSSES))]


def test_both_languages_say_the_same_of_the_same_signals():
    random = np.random.default_rng(0)
    cases = [draw_case(random) for _ in range(8000)]
    wanted = [diagnose(signals, loss) for signals, loss in cases]
    sent = [{"signals": [each._asdict() for each in signals], "loss": loss} for signals, loss in cases]
    found = scripts.run("diagnose.mjs", {"rules": RULES, "cases": sent})
    for case, python, page in zip(cases, wanted, found, strict=True):
        assert page == {name: getattr(python, name) for name in FIELDS}, case
    names = [each.name for each in wanted]
    for rule in RULES["rules"]:
        assert names.count(rule["name"]) > 10, rule["name"]
