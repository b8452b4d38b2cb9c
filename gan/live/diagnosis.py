"""Says in plain words how a run is doing and what to do about it, by rules on measured signals.

The thresholds were set on runs of the `fast` networks that go well and on the failures of
`gan.live.failures`; tests hold the rules to both. A rule looks at the last `SIGNALS_THAT_AGREE` signals,
so that one unusual batch changes nothing: all of them must show the fault, or, where the fault makes the
signals jump, their mean must show it.
"""

import statistics
from collections.abc import Callable
from typing import NamedTuple

from gan.live.probe import Signals

SIGNALS_THAT_AGREE = 4
WARM_UP_STEPS = 60  # before this step the signals say nothing yet
SURE_OF_REAL, SURE_OF_FAKE = 0.9, 0.1  # E σ(D): beyond both, D tells real from fake nearly always
MIN_GRADIENT = 0.02  # norm of G's gradient, below which G hardly learns; healthy runs have 0.1 to 5
MAX_GRADIENT = 60.0  # mean norm of G's gradient; a strong D without a penalty makes hundreds
MAX_FAKE_SCORE = 0.9  # E σ(D(fake)); above it D believes fakes that are no digits
COLLAPSED_DIGITS, COLLAPSED_SHARE = 2, 0.85  # a collapse: two digits are 85 % of the readable fakes
COLLAPSE_STEPS = 250  # before this step few digits are no sign of a collapse


class Diagnosis(NamedTuple):
    """What a run suffers from, if anything.

    `name` is "warming_up", "healthy", or the fault: "vanishing_gradient", "frozen_discriminator",
    "discriminator_dominates", "exploding" or "collapsed".
    """

    name: str
    text: str  # what is seen, and what it is called
    advice: str = ""  # what to do; "" if nothing
    change: dict[str, float] = {}  # the numbers of Hyperparams that one click sets; {} if none
    since: int = 0  # the step at which this diagnosis was first made


def diagnose(signals: list[Signals], loss: str | None) -> Diagnosis:
    """The diagnosis of a run.

    Args:
      signals: of the run, from the oldest to the newest.
      loss: the name of the GAN's loss; None for an autoencoder.
    """
    recent = signals[-SIGNALS_THAT_AGREE:]
    if len(recent) < SIGNALS_THAT_AGREE or recent[-1].step < WARM_UP_STEPS:
        return Diagnosis("warming_up", "Too early to say: the first digits take a few hundred steps.")
    now = recent[-1]
    if loss is None:
        text = f"Nobody to fool: {now.digits} of 10 digits, {now.readable:.0%} of its pictures can be read."
        return Diagnosis("healthy", text)
    fault = None
    if not loss.startswith("wasserstein"):  # its scores are no probabilities
        fault = _fault_of_discriminator(recent)
    return fault or _fault_of_generator(recent) or Diagnosis("healthy", _progress(now))


def _fault_of_discriminator(recent: list[Signals]) -> Diagnosis | None:
    """A fault that D's probabilities show."""
    now = recent[-1]
    if _all(recent, lambda s: s.fake_score < SURE_OF_FAKE and s.generator_gradient < MIN_GRADIENT):
        return Diagnosis(
            "vanishing_gradient",
            f"D is sure of every fake ({now.fake_score:.0%} believed), and no gradient is left for G "
            f"({now.generator_gradient:.1g}): it cannot learn any more.",
            "A non-saturating loss keeps a gradient where D is sure. Start anew with it, and with R1.",
        )
    if _all(recent, lambda s: s.fake_score > MAX_FAKE_SCORE):
        return Diagnosis(
            "frozen_discriminator",
            f"D believes {now.fake_score:.0%} of the fakes, yet they are no digits: it does not learn, and G "
            "has nothing to learn from it.",
            "Give D a learning rate like G's.",
            {"discriminator_lr": 2e-3},
        )
    real = statistics.fmean(each.real_score for each in recent)
    fake = statistics.fmean(each.fake_score for each in recent)
    if real > SURE_OF_REAL and fake < SURE_OF_FAKE:
        return Diagnosis(
            "discriminator_dominates",
            f"D has run ahead: it believes {real:.0%} of real digits, {fake:.0%} of fakes. It tells G that "
            "the fakes are bad, and not how to improve them.",
            "R1 holds D back, and equal learning rates.",
            {"r1_gamma": 10.0, "generator_lr": 2e-3, "discriminator_lr": 2e-3},
        )
    return None


def _fault_of_generator(recent: list[Signals]) -> Diagnosis | None:
    """A fault that G's gradients or pictures show."""
    # Exploding gradients jump up and down, so one small gradient among them is no sign of health. The
    # geometric mean is large all the same.
    gradient = statistics.geometric_mean(max(each.generator_gradient, 1e-9) for each in recent)
    if gradient > MAX_GRADIENT:
        return Diagnosis(
            "exploding",
            f"G's gradient has a norm of {gradient:,.0f}: nothing bounds D's slope, and G is thrown about.",
            "R1 keeps D's slope small.",
            {"r1_gamma": 10.0, "generator_lr": 2e-3, "discriminator_lr": 2e-3},
        )
    if _all(recent, _is_collapsed):
        return Diagnosis(
            "collapsed",
            f"G makes hardly anything but {_commonest(recent[-1])}: mode collapse.",
            "R1, and a little noise on what D sees, make the easy forgery easy to catch.",
            {"r1_gamma": 10.0, "instance_noise": 0.1},
        )
    return None


def _all(signals: list[Signals], shows_fault: Callable[[Signals], bool]) -> bool:
    return all(shows_fault(each) for each in signals)


def _is_collapsed(signals: Signals) -> bool:
    commonest = sum(sorted(signals.shares)[-COLLAPSED_DIGITS:])
    return signals.step > COLLAPSE_STEPS and signals.readable > 0.3 and commonest > COLLAPSED_SHARE


def _commonest(now: Signals) -> str:
    """The one or two digits that make up nearly all readable fakes, as "1s and 7s"."""
    order = sorted(range(10), key=lambda digit: -now.shares[digit])
    few = order[: 1 if now.shares[order[0]] > COLLAPSED_SHARE else COLLAPSED_DIGITS]
    return " and ".join(f"{digit}s" for digit in sorted(few))


def _progress(now: Signals) -> str:
    if now.digits < 4 or now.readable < 0.2:
        return f"G and D are evenly matched; strokes come first, digits later ({now.digits} of 10 so far)."
    return f"All is well: {now.digits} of 10 digits, {now.readable:.0%} of the fakes can be read."
