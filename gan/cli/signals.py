"""The end of the app by a signal: Ctrl-C, a closed terminal, or SIGTERM, which a Space sends."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from gan.cli.console import SECOND_WORD

GRACE_SECONDS = 3.0  # for an end in order; a Space's own patience is longer, an impatient owner's is 5 s


def on_sigterm(clean_up: Callable[[], None]) -> None:
    """Makes SIGTERM end the process as Ctrl-C does, and after GRACE_SECONDS in any case.

    SIGHUP, of a terminal that is closed, does the same, unless it is ignored as by nohup. Python waits for
    its threads, and one may compile for half a minute. Must be called in the main thread.

    Args:
      clean_up: what must be done even then, as deleting temporary files.
    """

    def end_now() -> None:
        clean_up()
        os._exit(0)

    def end(signal_number: int, frame: FrameType | None) -> None:
        timer = threading.Timer(GRACE_SECONDS, end_now)
        timer.daemon = True
        timer.start()
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)  # a second one would break off what the first has begun
        raise KeyboardInterrupt

    numbers = [signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # Windows has none
        numbers.append(signal.SIGHUP)
    for number in numbers:
        signal.signal(number, end)


def ignore_second_ctrl_c() -> None:
    """Lets one more Ctrl-C pass while runs are kept: often it is an impatient finger. A third ends that."""

    def pass_over(signal_number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with contextlib.suppress(OSError):  # `print` may be under way, and does not bear another
            os.write(2, SECOND_WORD.encode())

    signal.signal(signal.SIGINT, pass_over)


def leave(clean_up: Callable[[], None]) -> NoReturn:
    """Ends the process at once.

    Python's own end waits for all threads, of which one may compile for half a minute, and takes everything
    apart, which takes seconds on a busy machine. Nothing of this program needs that.
    """
    clean_up()
    sys.stdout.flush()
    os._exit(0)
