"""Does every failure of the lab fail, and its repair repair it? `python -m tests.benchmarks.failures`.

Over five seeds: the step at which the diagnosis names the failure, and, after the repair, at which it
says that all is well; and after some hundred steps of each, what it says then, and the Fréchet
distance of 400 samples.
"""

import argparse
import time

from gan import cache
from gan.data import datasets
from gan.live.command import Command
from gan.live.failures import FAILURES
from gan.live.manager import RunManager
from gan.live.snapshot import Snapshot

SEEDS = range(10, 15)  # not those on which the thresholds of the diagnosis were set
STEPS = 700  # of the failure, and of its repair
PATIENCE = 120  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("failures", nargs="*", default=list(FAILURES), help="by name (default: all)")
    chosen = parser.parse_args().failures
    cache.keep_compiled_programs()
    studio = RunManager(datasets.load_dataset())
    for name in chosen:
        failure = FAILURES[name]
        for seed in SEEDS:
            ticket = studio.start(failure.recipe(), seed, failure.change)
            broken = watch(studio, ticket.name, failure.symptom)
            studio.command(ticket, Command("back", step=0, loss=failure.repaired_loss, change=failure.repair))
            mended = watch(studio, ticket.name, "healthy")
            studio.command(ticket, Command("stop"))
            print(
                f"{name:12} seed {seed}: {failure.symptom} at step {broken}; mended: well at step {mended}",
                flush=True,
            )
    studio.close()


def watch(studio: RunManager, name: str, wanted: str) -> str:
    """Trains STEPS steps: when it was first called `wanted`, its last name, and its distance."""
    first, last = None, None
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        snapshot: Snapshot = studio.snapshot(name)
        if snapshot.status == "running":
            last = snapshot.diagnosis.name
            if first is None and last == wanted:
                first = snapshot.step
            if snapshot.step >= STEPS and first is not None:
                break
        time.sleep(0.05)
    distance = f"{snapshot.qualities[-1].frechet_distance:.0f}" if snapshot.qualities else "?"
    return f"{first} (at {snapshot.step}: {last}, Fréchet {distance})"


if __name__ == "__main__":
    main()
