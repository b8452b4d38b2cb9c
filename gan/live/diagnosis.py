"""Says in plain words how a run is doing and what to do about it, by rules on measured signals.

The rules are data, in diagnosis.json, because two programs read them: this one, and the page's own training
(`gan/web/training/diagnosis.js`). The first rule that fits is the diagnosis. A rule says

of      the runs that it is for: "autoencoder"; the name of a loss; or a group of losses. With "cross-entropy"
        σ(D) is a probability. With the others it is none, and only the difference of D's mean logits on real
        pictures and on fakes is read: it has a scale where the loss has a margin, which D wants to exceed
        ("margin"), and is a distance in the units of the pictures otherwise ("distance")
when    conditions that all hold, as ["mean", "real_score", ">", 0.9]: a statistic of a signal over the last
        signals ("every": all of them compare so; "last": the newest one does), and what it is compared with
text    what is seen, and what it is called. {last readable as percent} stands for a number
advice  what to do; change: the numbers of Hyperparams that one click sets
repair  "this_run", which goes on with these numbers, or "start_again" at step 0, perhaps with another `loss`

Where a rule changes R1 and the run has something else in its place, `in_place_of_r1` says what to do instead.
The bound on clipped weights cannot be moved while a run trains, so such a run gets advice and no click.

One unusual batch changes nothing: the last four signals must show a fault or, where the fault makes a signal
jump, their mean must show it. Exploding gradients jump up and down, so one small gradient among them is no
sign of health; their geometric mean is large all the same.

Nothing is called well without evidence: the digits that are read are compared with those of a healthy run of
`fast` at the same step (`healthy_run`), and where nobody reads the pictures, the text says so.

The thresholds were set on runs of the `fast` networks that go well and on the failures of
`gan.live.failures`; tests hold the rules to both. A healthy G has a gradient whose norm is 0.1 to 5, and a
strong D without a penalty makes hundreds of it.
"""

import functools
import json
import math
import operator
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from gan.live.probe import Signals

RULES: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
SIGNALS_THAT_AGREE: int = RULES["signals_that_agree"]
TINY = 1e-9  # in the place of a gradient of 0, which has no logarithm

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    ">=": operator.ge,
}


def _mean(values: list[float]) -> float:
    """Added up in order, so that it is rounded as in the page: `sum` and `fmean` are more exact."""
    return functools.reduce(operator.add, values) / len(values)


STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "last": lambda values: values[-1],
    "mean": _mean,
    "geometric_mean": lambda values: math.exp(_mean([math.log(max(each, TINY)) for each in values])),
}


class Diagnosis(NamedTuple):
    """What a run suffers from, if anything.

    `name` is "warming_up", "healthy", "behind" (slow, without a fault), or the fault: "vanishing_gradient",
    "frozen_discriminator", "discriminator_dominates", "exploding", "collapsed" or "no_progress".
    """

    name: str
    text: str  # what is seen, and what it is called
    advice: str = ""  # what to do; "" if nothing
    change: dict[str, float] = {}  # the numbers of Hyperparams that one click sets; {} if none
    repair: str = ""  # "this_run" if they repair the run as it is, "start_again" if it must begin again
    loss: str = ""  # with which it begins again; "" if the loss stays
    since: int = 0  # the step at which this diagnosis was first made


def diagnose(signals: Sequence[Signals], loss: str | None) -> Diagnosis:
    """The diagnosis of a run.

    Args:
      signals: of the run, from the oldest to the newest.
      loss: the name of the GAN's loss, or "weight-clip" where clipped weights bound D in the place of R1;
        None for an autoencoder.
    """
    recent = [_numbers(each) for each in signals[-SIGNALS_THAT_AGREE:]]
    groups = _groups(loss)
    rules = [rule for rule in RULES["rules"] if groups & set(rule["of"])]
    rule = rules[0]  # it says that it is too early to say
    if len(recent) == SIGNALS_THAT_AGREE:
        rule = next(rule for rule in rules if all(_holds(each, recent) for each in rule["when"]))
    text = re.sub(r"\{(\w+) (\w+)(?: as (\w+))?\}", lambda found: _say(*found.groups(), recent), rule["text"])
    advised = RULES["in_place_of_r1"].get(loss, rule) if "r1_gamma" in rule.get("change", {}) else rule
    change = dict(advised.get("change", {}))
    repair = rule.get("repair", "") if change else ""
    return Diagnosis(rule["name"], text, advised.get("advice", ""), change, repair, advised.get("loss", ""))


def _groups(loss: str | None) -> set[str]:
    """What the rules for a run with this loss are called."""
    if loss is None:
        return {"autoencoder"}
    return {loss} | {group for group, losses in RULES["losses"].items() if loss in losses}


def _numbers(signals: Signals) -> dict[str, Any]:
    """The signals by their names, and what follows from them.

    commonest_share: of the two commonest digits among the readable fakes
    healthy_digits: how many digits a healthy run of `fast` shows at this step; digits_share: `digits` ÷ that
    shortfall: by how much D's scores of fakes are above those of real pictures
    """
    commonest = sum(sorted(signals.shares)[-RULES["commonest_digits"] :])
    healthy = [each["digits"] for each in RULES["healthy_run"] if each["step"] <= signals.step][-1]
    return {
        **signals._asdict(),
        "commonest_share": commonest,
        "healthy_digits": healthy,
        "digits_share": signals.digits / healthy,
        "shortfall": -signals.logit_difference,
    }


def _holds(condition: list, recent: list[dict[str, Any]]) -> bool:
    statistic, signal, comparison, threshold = condition
    values = [each[signal] for each in recent]
    compare = COMPARISONS[comparison]
    if statistic == "every":
        return all(compare(value, threshold) for value in values)
    return compare(STATISTICS[statistic](values), threshold)


def _say(statistic: str, signal: str, form: str | None, recent: list[dict[str, Any]]) -> str:
    """What stands for {statistic signal as form} in a text."""
    if (statistic, signal) == ("commonest", "digits"):
        return _commonest_digits(recent[-1]["shares"])
    value = STATISTICS[statistic]([each[signal] for each in recent])
    if form == "percent":
        return f"{_round(100 * value)}%"
    if form == "decimal":
        return f"{_round(10 * value) / 10:.1f}"
    return f"{_round(value):,}" if form == "number" else _magnitude(value)


def _round(value: float) -> int:
    """The nearest whole number, halves upwards, as JavaScript rounds."""
    return math.floor(value + 0.5)


def _magnitude(value: float) -> str:
    """A number from 0 to 1 in one significant digit: "0.02", "3e-6"."""
    if value >= 1e-3 or value == 0:
        return f"{value:.1g}"
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def _commonest_digits(shares: Sequence[float]) -> str:
    """The one or two digits that make up nearly all readable fakes, as "1s and 7s"."""
    order = sorted(range(len(shares)), key=lambda digit: -shares[digit])
    is_one = shares[order[0]] > RULES["share_of_a_single_digit"]
    few = order[: 1 if is_one else RULES["commonest_digits"]]
    return " and ".join(f"{digit}s" for digit in sorted(few))
