"""What is told of a training run: its state at one moment, which is never changed."""

from typing import Literal, NamedTuple

from gan.config import Hyperparams, Recipe
from gan.live.diagnosis import Diagnosis, diagnose
from gan.live.history import Curve, Event, History, Quality
from gan.live.monitor import Weights
from gan.live.probe import Samples

Status = Literal["compiling", "running", "paused", "stopped", "failed"]


class Snapshot(NamedTuple):
    """A run at one moment."""

    version: int  # the number of changes so far
    status: Status
    step: int  # train steps done
    seconds: float  # of training, waiting not included
    images_per_second: float  # real images that D has seen, a running mean
    message: str  # why the run failed or paused, or why a command was dropped; "" if there is nothing to say
    recipe: Recipe
    hyper: Hyperparams
    samples: Samples | None  # None before the first look, as `weights`
    curve: Curve
    previous_curves: list[Curve]  # those that the run left by going back
    qualities: list[Quality]
    events: list[Event]
    frames: list[int]  # the steps whose samples are kept
    states: list[int]  # the steps that the run can go back to
    weights: Weights | None
    diagnosis: Diagnosis
    dataset: str = "mnist"  # the name of what it learns from, as visitors may see it
    class_names: tuple[str, ...] = ()
    is_read: bool = True  # whether a classifier reads its pictures: digits and Fréchet distances are measured


def first_snapshot(recipe: Recipe, hyper: Hyperparams) -> Snapshot:
    """The snapshot of a run that has not been compiled yet."""
    return Snapshot(
        version=0,
        status="compiling",
        step=0,
        seconds=0.0,
        images_per_second=0.0,
        message="",
        recipe=recipe,
        hyper=hyper,
        samples=None,
        curve=History().curve(),
        previous_curves=[],
        qualities=[],
        events=[],
        frames=[],
        states=[],
        weights=None,
        diagnosis=diagnose([], None),
    )
