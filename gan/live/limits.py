"""What visitors may cost this server: one table, which its owner can change by environment variables."""

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass

from gan.errors import InputError

PREFIX = "FORGER_"  # FORGER_RUNS=8 sets `runs`


@dataclass(frozen=True)
class Limits:
    """The defaults are for 2 cores and 16 GB of memory. Sizes are in bytes, times in seconds.

    Each number is above 0. `from_environment` reads it from the variable FORGER_ and its name in capitals.
    """

    chunk_seconds: float = 0.1  # how long one run trains before the next has its turn
    training: int = 4  # runs that train at a time; others wait in a queue
    runs: int = 16  # that are kept, stopped ones too
    run_bytes: int = 1_600_000_000  # of all runs' states and pictures; the oldest stopped goes first
    seats: int = 2  # unfinished runs of one visitor: two, so that a visitor can let two games race
    address_seats: int = 8  # unfinished runs from one network address, which a class of visitors may share
    stopped: int = 4  # of one visitor that are kept; the page, too, offers no more to go on with
    orders: int = 8  # of a run that wait; each may cost a train step and a look at the run
    steps: int = 100_000  # of a run, after which it pauses by itself
    sleep_seconds: float = 60.0  # without a visit, after which a run does not train
    forget_seconds: float = 900.0  # without a visit, after which a run is forgotten
    left_seconds: float = 60.0  # the same, for a run whose visitor has closed the page
    idle_seconds: float = 20.0  # between two pieces of a request's body, after which the request is dropped
    body_bytes: int = 64 * 1024  # of a request's body, but for a model that a visitor opens
    download_bytes: int = 200_000_000  # of a published data set that visitors may have fetched; 1: of none
    api_waiting: int = 32  # requests of programs that wait in Gradio's queue

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            if not getattr(self, field.name) > 0:
                raise InputError(f"{PREFIX}{field.name.upper()}: expected a number above 0")

    @staticmethod
    def from_environment(environment: Mapping[str, str] = os.environ) -> "Limits":
        """The defaults, changed by the variables that are set.

        Raises:
          InputError: a value is no number of its kind, or not above 0.
        """
        changes = {}
        for field in dataclasses.fields(Limits):
            name = PREFIX + field.name.upper()
            if name in environment:
                kind = type(field.default)
                try:
                    changes[field.name] = kind(environment[name])
                except ValueError as error:
                    expected = "a whole number" if kind is int else "a number"
                    raise InputError(f"{name}={environment[name]}: expected {expected} above 0") from error
        return Limits(**changes)
