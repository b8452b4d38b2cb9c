"""Does each failure of the lab fail, and do its repairs repair it? `python -m tests.benchmarks.failures`.

Three figures of each failure and seed, in steps: when the diagnosis names it; when it says that all is well
after the lab's repair, which starts again; and how long after its own advice it says so of the run as it is,
where it says that this run can be repaired. A run is looked at every 20 steps, so no figure depends on the
speed of a machine.
"""

import argparse
import statistics

from gan import cache
from gan.config import Recipe
from gan.live.failures import FAILURES, Failure
from gan.recipes import RECIPES
from tests.benchmarks.watched import WatchedRun

SEEDS = range(10, 15)  # the thresholds of the diagnosis were set on 0 to 4
FAILS_FOR = 300  # steps at least, before anybody repairs it: a visitor reads what it suffers from
PATIENCE = 800  # steps, in which a failure must be named, and a repair must help


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("failures", nargs="*", default=list(FAILURES), help="by name (default: all)")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    arguments = parser.parse_args()
    cache.keep_compiled_programs()
    well = [start_again(RECIPES["fast"], seed) for seed in arguments.seeds]
    print(f"{'fast, nothing wrong':20} well at {summary(well)}", flush=True)
    for name in arguments.failures:
        failure = FAILURES[name]
        named, again, repaired = [], [], []
        for seed in arguments.seeds:
            at, advised = fail_and_repair(failure, seed)
            named.append(at)
            repaired.append(advised)
            if failure.repaired_loss == "non-saturating":
                continue  # the repaired run is `fast` with nothing wrong, to the number
            again.append(start_again(failure.recipe(), seed, failure.repair))
        print(f"{name:20} named at {summary(named)}; start again: well at {summary(again or well)}")
        if any(each is not None for each in repaired):
            print(f"{'':20} repaired as it is: well after {summary(repaired)}", flush=True)


def start_again(recipe: Recipe, seed: int, change: dict[str, float] | None = None) -> int | None:
    """The step at which a run is called well."""
    return WatchedRun(recipe, seed, change).train_until(PATIENCE, "healthy")


def fail_and_repair(failure: Failure, seed: int) -> tuple[int | None, int | None]:
    """The step at which it is named, and how many steps after its advice the same run is called well.

    None: it did not happen within PATIENCE; or, of the advice, it says that the run must begin again.
    """
    run = WatchedRun(failure.recipe(), seed, failure.change)
    named = run.train_until(PATIENCE, failure.symptom)
    run.train_until(FAILS_FOR)
    if named is None or run.diagnosis.repair != "this_run":
        return named, None
    before, change = run.step, run.diagnosis.change
    run.change(change)
    well = run.train_until(before + PATIENCE, "healthy")
    frechet, digits = run.quality()
    print(
        f"  seed {seed}: at step {before} {change}; at step {run.step} {run.diagnosis.name}, "
        f"{digits} digits, Fréchet {frechet:.0f}",
        flush=True,
    )
    return named, None if well is None else well - before


def summary(steps: list[int | None]) -> str:
    """The median and the extremes of those that happened, and how many did not."""
    happened = [step for step in steps if step is not None]
    if not happened:
        return "no step"
    missing = f", and {len(steps) - len(happened)} not" if len(happened) < len(steps) else ""
    median = f"{statistics.median(happened):.0f}"
    return f"{median} ({min(happened)} to {max(happened)}{missing}) of {len(steps)}"


if __name__ == "__main__":
    main()
