"""The file of a run that TensorBoard reads.

tensorboardX's SummaryWriter writes in a thread of its own. On a full disk that thread dies, and then the next
events wait for it for ever. So its events are written here, by the thread that trains, which sees the error.
"""

import time
from pathlib import Path

import numpy as np
from tensorboardX import summary
from tensorboardX.event_file_writer import EventsWriter
from tensorboardX.proto.event_pb2 import Event, SessionLog


class EventFile:
    """Scalars and pictures over steps. Every method raises OSError if the disk is full."""

    def __init__(self, folder: Path, first_step: int):
        """
        Args:
          first_step: TensorBoard forgets what earlier files of the folder say of it and of later steps; 0: of
            none.
        """
        self._writer = EventsWriter(str(folder / "events"))
        if first_step:
            self._write(first_step, session_log=SessionLog(status=SessionLog.START))

    def add_scalar(self, tag: str, value: float, step: int) -> None:
        """Adds a number to the curve of this name."""
        self._write(step, summary=summary.scalar(tag, value))

    def add_image(self, tag: str, pixels: np.ndarray, step: int) -> None:
        """Adds a picture, uint8 [height, width, 3]."""
        self._write(step, summary=summary.image(tag, pixels, dataformats="HWC"))

    def flush(self) -> None:
        """Lets TensorBoard see all that was added."""
        self._writer.flush()

    def close(self) -> None:
        """Nothing can be added any more."""
        self._writer.close()

    def _write(self, step: int, **content: object) -> None:
        self._writer.write_event(Event(wall_time=time.time(), step=step, **content))
