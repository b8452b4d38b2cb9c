"""What a run leaves behind, in a fixed amount of memory: curves, pictures to scrub, states to go back to.

Whatever is full is thinned by half, so that a run of any length stays evenly covered.
"""

from typing import Any, NamedTuple

import jax
import numpy as np

POINTS = 400  # of a curve
FRAMES = 160  # pictures of the 64 z: 8 MB
STATES_BYTES = 96 * 2**20  # of whole states


class Curve(NamedTuple):
    """Means over steps, float32 arrays of the same length, at most POINTS. `step`: the last one's."""

    step: np.ndarray
    discriminator_loss: np.ndarray
    generator_loss: np.ndarray
    penalty: np.ndarray
    real_score: np.ndarray
    fake_score: np.ndarray
    discriminator_gradient: np.ndarray
    generator_gradient: np.ndarray


def means_of(metrics: Any) -> np.ndarray:
    """Of a chunk's metrics (`gan.training.step`), float [7], in the order of Curve."""
    return np.array([getattr(metrics, name).mean() for name in Curve._fields[1:]])


class Mark(NamedTuple):
    """Something that a visitor did."""

    step: int
    text: str


class History:
    """Of one run. Not locked: the training thread writes, and what it hands out is never changed."""

    def __init__(self):
        self.frames: dict[int, np.ndarray] = {}  # by step: uint8 [64, 28, 28, 1]
        self.states: dict[int, Any] = {}  # by step: a TrainState, on the host
        self.judgements: list[tuple[int, float, float, int]] = []  # step, seconds, Fréchet distance, digits
        self.marks: list[Mark] = []
        self.past: list[Curve] = []  # lines that were left by going back
        self._rows: list[np.ndarray] = []
        self._pending: list[np.ndarray] = []
        self._stride = 1  # chunks a point
        self._frame_stride = self._state_stride = 1
        self._frames_seen = self._states_seen = 0

    def add_point(self, step: int, means: np.ndarray) -> None:
        """`means`: float [7], in the order of Curve."""
        self._pending.append(np.array([step, *means]))
        if len(self._pending) >= self._stride:
            self._rows.append(np.array([step, *np.mean(self._pending, axis=0)[1:]]))
            self._pending = []
        if len(self._rows) >= POINTS:
            pairs = zip(self._rows[::2], self._rows[1::2], strict=True)
            self._rows = [np.array([b[0], *((a + b) / 2)[1:]]) for a, b in pairs]
            self._stride *= 2

    def add_frame(self, step: int, pictures: np.ndarray) -> None:
        if self._frames_seen % self._frame_stride == 0:
            self.frames = {**self.frames, step: pictures}
        self._frames_seen += 1
        if len(self.frames) > FRAMES:
            self.frames = dict(list(self.frames.items())[::2])
            self._frame_stride *= 2

    def add_state(self, state: Any, always: bool = False) -> None:
        """`state`: a TrainState; a copy of it is kept, unless states are thinned and this one falls out."""
        state = jax.tree.map(np.array, state)  # the run gives its own buffers away
        size = sum(leaf.nbytes for leaf in jax.tree.leaves(state))
        if always or self._states_seen % self._state_stride == 0:
            self.states = {**self.states, int(state.step): state}
        self._states_seen += 1
        if len(self.states) > 2 and size * len(self.states) > STATES_BYTES:
            *older, newest = self.states.items()
            self.states = dict([*older[::2], newest])
            self._state_stride *= 2

    def keep_last_state(self) -> None:
        """Forgets the others."""
        self.states = dict(list(self.states.items())[-1:])

    def mark(self, step: int, text: str) -> None:
        self.marks = [*self.marks, Mark(step, text)][-50:]

    def curve(self) -> Curve:
        return Curve(*np.array(self._rows, np.float32).reshape(-1, len(Curve._fields)).T)

    def go_back(self, step: int) -> Any:
        """Forgets what came after `step`, except for the line of the charts; returns the state there.

        Raises KeyError if no state of that step is kept.
        """
        state = self.states[step]
        self.past = [*self.past, self.curve()][-3:]
        self._rows = [row for row in self._rows if row[0] <= step]
        self._pending = []
        self.frames = {at: frame for at, frame in self.frames.items() if at <= step}
        self.states = {at: kept for at, kept in self.states.items() if at <= step}
        self.judgements = [each for each in self.judgements if each[0] <= step]
        return state
