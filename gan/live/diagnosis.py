"""How a run is doing, in plain words, and what to do about it: rules on measured signals.

The thresholds were set on runs of the `fast` networks that go well and on those of
`gan.live.failures`, which do not; tests hold them to both. A verdict looks at the last SPAN signals, so
that one odd batch says nothing: all must show it, or, where what is wrong makes signals leap, their mean.
"""

import statistics
from collections.abc import Callable
from typing import NamedTuple

from gan.live.probe import Signals

SPAN = 4  # signals that must agree
YOUNG = 60  # steps; before them everything is noise
SURE_OF_REAL, SURE_OF_FAKE = 0.9, 0.1  # E σ(D): D tells the two apart nearly always
DEAD = 0.02  # gradient norm of G, below which it hardly learns: of healthy runs it is 0.1 to 5
EXPLODING = 60.0  # mean gradient norm of G; a strong D without a penalty reaches hundreds
FOOLED = 0.9  # E σ(D(fake)), while the fakes are none: D does not look
FEW, COLLAPSED = 2, 0.85  # so many digits are so large a share of the readable fakes


class Diagnosis(NamedTuple):
    name: str
    text: str  # what is seen, and what it is called
    advice: str  # what to do; "" if nothing
    change: dict[str, float]  # the numbers of Hyperparams that one click sets; {} if none
    since: int = 0  # the step at which it was first said


def diagnose(signals: list[Signals], loss: str | None) -> Diagnosis:
    """Of a run's signals, oldest first. `loss`: of the game; None: there is none."""
    recent = signals[-SPAN:]
    if len(recent) < SPAN or recent[-1].step < YOUNG:
        return Diagnosis("young", "Too early to say: the first digits take a few hundred steps.", "", {})
    now = recent[-1]
    if loss is None:
        text = f"Nobody to fool: {now.digits} of 10 digits, {now.readable:.0%} of its pictures can be read."
        return Diagnosis("well", text, "", {})
    probabilities = not loss.startswith("wasserstein")

    def always(test: Callable[[Signals], bool]) -> bool:
        return all(test(each) for each in recent)

    if probabilities and always(lambda s: s.fake_score < SURE_OF_FAKE and s.generator_gradient < DEAD):
        return Diagnosis(
            "vanished",
            f"D is sure of every fake ({now.fake_score:.0%} believed), and no gradient is left for G "
            f"({now.generator_gradient:.1g}): it cannot learn any more.",
            "A non-saturating loss keeps a gradient where D is sure. Start anew with it, and with R1.",
            {},
        )
    if probabilities and always(lambda s: s.fake_score > FOOLED):
        return Diagnosis(
            "asleep",
            f"D believes {now.fake_score:.0%} of the fakes, yet they are no digits: it does not learn, and G "
            "has nothing to learn from it.",
            "Give D a learning rate like G's.",
            {"discriminator_lr": 2e-3},
        )
    real, fake = (
        statistics.fmean(getattr(each, name) for each in recent) for name in ("real_score", "fake_score")
    )
    if probabilities and real > SURE_OF_REAL and fake < SURE_OF_FAKE:
        return Diagnosis(
            "overpowered",
            f"D has run ahead: it believes {real:.0%} of real digits, {fake:.0%} of fakes. What it tells G "
            "is a verdict, not a direction.",
            "R1 holds D back, and equal learning rates.",
            {"r1_gamma": 10.0, "generator_lr": 2e-3, "discriminator_lr": 2e-3},
        )
    # The geometric mean: where gradients explode they leap, and a small one now and then is no peace.
    gradient = statistics.geometric_mean(max(each.generator_gradient, 1e-9) for each in recent)
    if gradient > EXPLODING:
        return Diagnosis(
            "exploding",
            f"G's gradient has a norm of {gradient:,.0f}: nothing bounds D's slope, and G is thrown about.",
            "R1 keeps D's slope small.",
            {"r1_gamma": 10.0, "generator_lr": 2e-3, "discriminator_lr": 2e-3},
        )
    if always(lambda s: s.step > 250 and s.readable > 0.3 and sum(sorted(s.shares)[-FEW:]) > COLLAPSED):
        return Diagnosis(
            "collapsed",
            f"G makes hardly anything but {_commonest(now)}: mode collapse.",
            "R1, and a little noise on what D sees, make the easy forgery easy to catch.",
            {"r1_gamma": 10.0, "instance_noise": 0.1},
        )
    return Diagnosis("well", _progress(now), "", {})


def _commonest(now: Signals) -> str:
    """The digit, or the two, that make up nearly all that can be read: "1s and 7s"."""
    order = sorted(range(10), key=lambda digit: -now.shares[digit])
    few = order[: 1 if now.shares[order[0]] > COLLAPSED else FEW]
    return " and ".join(f"{digit}s" for digit in sorted(few))


def _progress(now: Signals) -> str:
    if now.digits < 4 or now.readable < 0.2:
        return f"G and D are evenly matched; strokes come first, digits later ({now.digits} of 10 so far)."
    return f"All is well: {now.digits} of 10 digits, {now.readable:.0%} of the fakes can be read."
