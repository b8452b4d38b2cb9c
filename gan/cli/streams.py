"""Standard output and standard error, where an error in writing does not end the work."""

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO


def is_full(error: OSError) -> bool:
    """Whether a disk has no room for what was to be written, or no more is allowed to this user."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class ForgivingStream:
    """A text stream. Letters that it lacks become question marks.

    What nobody reads any more is thrown away: of a terminal that is closed, or of a pipe whose reader has
    ended, as `tee` does at Ctrl-C and `head` after its lines. So is what does not fit on a full disk; `full`
    is the error then.
    """

    def __init__(self, stream: TextIO):
        self._stream, self.full = stream, None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        encoding = self._stream.encoding or "utf-8"
        with self._forgiven():
            self._stream.write(text.encode(encoding, "replace").decode(encoding))
        return len(text)

    def flush(self) -> None:
        with self._forgiven():
            self._stream.flush()

    @contextlib.contextmanager
    def _forgiven(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.full = error if is_full(error) else self.full
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())  # also for what is in the stream already
            os.close(nowhere)


def check_all_printed() -> None:
    """Raises OSError where standard output, a `ForgivingStream`, is a file on a disk that is full."""
    if sys.stdout:
        sys.stdout.flush()
        if sys.stdout.full:
            raise sys.stdout.full


@contextlib.contextmanager
def forgiving_streams() -> Iterator[None]:
    """Makes standard output and standard error `ForgivingStream`s until the end of the block.

    A program may lack such a stream; Python then has None for it, which stays None.
    """
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (stream and ForgivingStream(stream) for stream in before)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            if stream:
                stream.flush()
        sys.stdout, sys.stderr = before
