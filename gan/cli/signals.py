"""The end of a program by a signal: Ctrl-C, a closed terminal, or SIGTERM, which a Space sends."""

import _thread
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import NoReturn

FIRST_WORD = "\nfinishing this step and saving; twice more ends it without\n"
SECOND_WORD = "\nstill saving; once more ends it without\n"
GRACE_SECONDS = 3.0  # for an end in order; a Space's own patience is longer, an impatient owner's is 5 s
DROPPED_SECONDS = 0.05  # by then the function that dropped an interrupt has ended


@contextlib.contextmanager
def hearing_what_is_dropped() -> Iterator[None]:
    """Raises KeyboardInterrupt once more where Python has dropped it.

    A signal can come while Python calls a `__del__`, or JAX's own function in a search for garbage. What is
    raised there is only printed, and the program goes on as if nobody had pressed Ctrl-C.
    """
    before = sys.unraisablehook

    def hear(dropped: "sys.UnraisableHookArgs") -> None:
        if dropped.exc_type is not KeyboardInterrupt:
            before(dropped)
            return
        again = threading.Timer(DROPPED_SECONDS, _press_ctrl_c)
        again.daemon = True
        again.start()

    sys.unraisablehook = hear
    try:
        yield
    finally:
        sys.unraisablehook = before


def _press_ctrl_c() -> None:
    if hasattr(signal, "pthread_kill"):  # ends a `sleep` of the main thread too
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    else:  # on Windows
        _thread.interrupt_main()


@contextlib.contextmanager
def interruptions() -> Iterator[Callable[[], bool]]:
    """Ctrl-C, a polite kill, or a terminal that is closed lets the steps under way finish, and says so.

    A second one is often an impatient finger: it is ignored. A third one is not caught. A program that was
    told to ignore the end of its terminal, as by `nohup`, goes on ignoring it.

    Yields a function that says whether one has come.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # Windows has none
        before[signal.SIGHUP] = signal.getsignal(signal.SIGHUP)
    received: list[int] = []

    def handle(number: int, frame: object) -> None:
        received.append(number)
        with contextlib.suppress(OSError):  # `print` may be under way, and does not bear another
            os.write(2, (FIRST_WORD if len(received) == 1 else SECOND_WORD).encode())
        if len(received) > 1:
            for each, handler in before.items():
                signal.signal(each, handler)

    for number in before:
        signal.signal(number, handle)
    try:
        yield lambda: bool(received)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
