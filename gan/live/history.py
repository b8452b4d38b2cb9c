"""What is kept of a run, in a fixed amount of memory: curves, pictures, states to go back to.

A list that is full loses every second entry, and from then on takes every second new one. So a run of
any length stays evenly covered.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import numpy as np

from gan.training.state import TrainState
from gan.training.step import Metrics

MAX_POINTS = 400  # of a curve
MAX_FRAMES = 160  # pictures of the 64 samples, 50 KB each: 8 MB
MAX_STATES_BYTES = 96 * 2**20  # of all states together
MAX_QUALITIES, MAX_EVENTS, MAX_PREVIOUS_CURVES = 400, 50, 3


class Curve(NamedTuple):
    """The metrics over a run, at most MAX_POINTS points, each a mean over some steps."""

    step: np.ndarray  # float32 [P], the last step of each point
    metrics: Metrics  # each float32 [P]

    def array(self) -> np.ndarray:
        """float32 [1 + metrics, P], with rows in the order of CURVE_ROWS."""
        return np.array([self.step, *self.metrics], np.float32)


CURVE_ROWS = ("step", *Metrics._fields)
# The numbers of a History that say how much it is thinned.
THINNING = ("chunks_per_point", "frame_stride", "state_stride", "frames_offered", "states_offered")


class Quality(NamedTuple):
    """How good the averaged generator was at a step."""

    step: int
    seconds: float  # of training until then
    frechet_distance: float  # of the classifier's features of a few hundred samples
    digits: int  # how many of the ten digits it generates


class Event(NamedTuple):
    """Something that a visitor did, or that happened to the run, for the charts."""

    step: int
    text: str


def tree_bytes(tree: Any) -> int:
    """The memory, in bytes, of all arrays of a tree."""
    return sum(leaf.nbytes for leaf in jax.tree.leaves(tree))


def mean_metrics(metrics: Metrics) -> Metrics:
    """The mean of each metric [steps] of a chunk, a float32 []."""
    return Metrics(*(rows.mean() for rows in metrics))


class History:
    """What is kept of one run. Only the training thread writes to it.

    It needs no lock: each attribute is replaced by a new list or dict, and never changed in place.

    Attributes:
      frames: the samples by step, uint8 [64, 28, 28, 1].
      states: states on the host by step.
      qualities: from the first to the last.
      events: from the first to the last.
      previous_curves: the curves as they were each time before the run went back.
    """

    def __init__(self):
        self.frames: dict[int, np.ndarray] = {}
        self.states: dict[int, TrainState] = {}
        self.qualities: list[Quality] = []
        self.events: list[Event] = []
        self.previous_curves: list[Curve] = []
        self._rows: list[np.ndarray] = []  # points, in the order of CURVE_ROWS
        self._pending: list[np.ndarray] = []  # chunks that will be the next point
        self._chunks_per_point = 1
        self._frame_stride = self._state_stride = 1  # of so many offered, one is kept
        self._frames_offered = self._states_offered = 0

    @property
    def nbytes(self) -> int:
        """The memory, in bytes, of the pictures and states; the curves are small beside them.

        It is asked for at every turn of a run, so only one state is measured: all are of one size.
        """
        frames, states = list(self.frames.values()), list(self.states.values())
        return sum(frame.nbytes for frame in frames) + len(states) * tree_bytes(states[:1])

    def add_point(self, step: int, means: Metrics) -> None:
        """Adds the mean metrics of a chunk that ended with `step`."""
        self._pending.append(np.array([step, *means]))
        if len(self._pending) >= self._chunks_per_point:
            self._rows.append(np.array([step, *np.mean(self._pending, axis=0)[1:]]))
            self._pending = []
        if len(self._rows) >= MAX_POINTS:
            pairs = zip(self._rows[::2], self._rows[1::2], strict=True)
            self._rows = [np.array([b[0], *((a + b) / 2)[1:]]) for a, b in pairs]
            self._chunks_per_point *= 2

    def add_frame(self, step: int, samples: np.ndarray) -> None:
        """Keeps the samples of a step, unless frames are thinned and this one is left out."""
        if self._frames_offered % self._frame_stride == 0:
            self.frames = {**self.frames, step: samples}
        self._frames_offered += 1
        if len(self.frames) > MAX_FRAMES:
            self.frames = dict(list(self.frames.items())[::2])
            self._frame_stride *= 2

    def add_state(self, state: TrainState, always: bool = False) -> None:
        """Keeps a copy of a state, unless states are thinned and this one is left out.

        Args:
          always: this one is kept in any case.
        """
        state = jax.tree.map(np.array, state)  # a copy: the next train step reuses the buffers of `state`
        size = tree_bytes(state)
        if always or self._states_offered % self._state_stride == 0:
            self.states = {**self.states, int(state.step): state}
        self._states_offered += 1
        if len(self.states) > 2 and size * len(self.states) > MAX_STATES_BYTES:
            *older, newest = self.states.items()
            self.states = dict([*older[::2], newest])
            self._state_stride *= 2

    def add_first_state(self, state: TrainState) -> None:
        """Keeps a copy of the state of step 0, before all others."""
        self.states = {int(state.step): jax.tree.map(np.array, state), **self.states}

    def keep_only_last_state(self) -> None:
        """Frees all states but the last."""
        self.states = dict(list(self.states.items())[-1:])

    def add_quality(self, quality: Quality) -> None:
        self.qualities = [*self.qualities, quality][-MAX_QUALITIES:]

    def add_event(self, step: int, text: str) -> None:
        self.events = [*self.events, Event(step, text)][-MAX_EVENTS:]

    def curve(self) -> Curve:
        """The curve so far."""
        step, *metrics = np.array(self._rows, np.float32).reshape(-1, len(CURVE_ROWS)).T
        return Curve(step, Metrics(*metrics))

    def rewind(self, step: int) -> TrainState:
        """Drops what came after `step`, keeps its curve in `previous_curves`, and returns the state there.

        Raises KeyError if no state of that step is kept.
        """
        state = self.states[step]
        self.previous_curves = [*self.previous_curves, self.curve()][-MAX_PREVIOUS_CURVES:]
        self.forget_after(step)
        return state

    def forget_after(self, step: int) -> None:
        """Drops what came after `step`."""
        self._rows = [row for row in self._rows if row[0] <= step]
        self._pending = []
        self.frames = {at: frame for at, frame in self.frames.items() if at <= step}
        self.states = {at: kept for at, kept in self.states.items() if at <= step}
        self.qualities = [each for each in self.qualities if each.step <= step]

    # --- For files ----------------------------------------------------------------------------------

    def to_arrays(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """All but the states: arrays by name, and the rest for JSON. The inverse is `from_arrays`."""
        arrays = {
            "points": np.array(self._rows, np.float64).reshape(-1, len(CURVE_ROWS)),
            "pending": np.array(self._pending, np.float64).reshape(-1, len(CURVE_ROWS)),
            "qualities": np.array(self.qualities, np.float64).reshape(-1, len(Quality._fields)),
            "frame_steps": np.array(list(self.frames), np.int64),
        }
        if self.frames:
            arrays["frames"] = np.stack(list(self.frames.values()))  # uint8 [F, 64, H, W, C]
        arrays |= {f"past/{i}": curve.array() for i, curve in enumerate(self.previous_curves)}
        numbers = {name: getattr(self, f"_{name}") for name in THINNING}
        return arrays, {**numbers, "events": [list(event) for event in self.events]}

    @staticmethod
    def from_arrays(arrays: Mapping[str, np.ndarray], rest: Mapping[str, Any]) -> "History":
        """The history that `to_arrays` has packed, without its states.

        Raises KeyError, TypeError or ValueError where they are of another form.
        """
        history = History()
        history._rows = list(arrays["points"].reshape(-1, len(CURVE_ROWS)))
        history._pending = list(arrays["pending"].reshape(-1, len(CURVE_ROWS)))
        history.qualities = [
            Quality(int(step), float(seconds), float(distance), int(digits))
            for step, seconds, distance, digits in arrays["qualities"]
        ]
        steps = arrays["frame_steps"].tolist()
        history.frames = dict(zip(steps, arrays["frames"] if steps else [], strict=True))
        past = [arrays[f"past/{i}"] for i in range(MAX_PREVIOUS_CURVES) if f"past/{i}" in arrays]
        history.previous_curves = [Curve(rows[0], Metrics(*rows[1:])) for rows in past]
        history.events = [Event(int(step), str(text)) for step, text in rest["events"]]
        for name in THINNING:
            number = int(rest[name])
            if number < (0 if name.endswith("offered") else 1):  # the others divide
                raise ValueError(f"{name} is {number}")
            setattr(history, f"_{name}", number)
        return history
