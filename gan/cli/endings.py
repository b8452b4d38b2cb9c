"""How a run of `train.py` ends: its exit status, and one line that says what is wrong and what is left."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import NoReturn

from jax.errors import JaxRuntimeError

from gan.cli.console import why_no_memory
from gan.cli.signals import hearing_what_is_dropped
from gan.cli.streams import forgiving_streams
from gan.errors import InputError
from gan.training import hosts
from gan.training.run_folder import RunFolder
from gan.training.trainer import Diverged

PATIENCE = 10.0  # seconds after which a process ends that waits for a host 0 that has ended
ENDS = Diverged, OSError, KeyboardInterrupt, MemoryError, JaxRuntimeError  # OSError: a full disk, say
AGAIN = "host 0 keeps what it saved last; start every host again, with --resume if it has saved"


class EndedEarly(Exception):
    """A run has ended before its time. The message says why, and what is left of it; `status` is for exit."""

    def __init__(self, message: str, status: int):
        self.status = status
        super().__init__(message)


@contextlib.contextmanager
def early_end(folder: RunFolder) -> Iterator[None]:
    """Raises EndedEarly where the steps diverge, are interrupted, have no memory, or cannot be saved."""
    try:
        yield
    except ENDS as error:
        why = str(error) or "ended"
        if isinstance(error, MemoryError | JaxRuntimeError):
            why = why_no_memory(error)  # or it is another error, which is raised
        kept = AGAIN
        if hosts.is_first():
            kept = "the last good checkpoint is kept"
            if not folder.is_there:
                kept = (
                    "its folder is gone; if you have renamed it, go on with --resume --out and the new name"
                )
            elif not folder.has_checkpoint:
                kept = "there is no checkpoint yet; start the run again"
        status = 130 if isinstance(error, KeyboardInterrupt) else 1
        raise EndedEarly(f"{why}; {kept}", status) from error


def end_without_first() -> NoReturn:
    """Ends this host after host 0; not at once, as mostly an exchange breaks off soon, and that says more."""
    time.sleep(PATIENCE)
    print(f"\ntrain.py: host 0 has ended, or cannot be reached; {AGAIN}", file=sys.stderr)
    hosts.end(1)


def exit_status(work: Callable[[], None]) -> int:
    """Does `work`, and tells in one line what ends it before its time.

    One of several hosts that has failed ends its process at once, so that it waits for no other.

    Returns:
      The exit status: 0; 1 for a run that failed; 2 for bad input; 130 after a third Ctrl-C, or after one
      before the first step.
    """
    with hearing_what_is_dropped(), forgiving_streams():
        return _exit_status(work)


def _exit_status(work: Callable[[], None]) -> int:
    try:
        work()
    except InputError as error:
        print(f"train.py: error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:  # while the data are read
        print("\ntrain.py: ended before the first step", file=sys.stderr)
        return 130 if hosts.count() == 1 else hosts.end(130)
    except EndedEarly as error:
        print(f"\ntrain.py: {error}", file=sys.stderr)
        return error.status if hosts.count() == 1 else hosts.end(error.status)
    except (JaxRuntimeError, ValueError, MemoryError) as error:  # what JAX raises as an exchange breaks off
        if hosts.count() == 1:
            print(f"\ntrain.py: {why_no_memory(error)}", file=sys.stderr)
            return 1
        reason = str(error).splitlines()[0][:120]
        print(
            f"\ntrain.py: another host has ended, or cannot be reached ({reason}); {AGAIN}", file=sys.stderr
        )
        return hosts.end(1)
    return 0
