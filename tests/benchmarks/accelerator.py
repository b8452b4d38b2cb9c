"""What an accelerator makes of training: `python -m tests.benchmarks.accelerator [--out figures.json]`.

It measures, in this order, and writes one JSON object:

    agreement       20 steps on the accelerator beside the same 20 steps on this machine's CPU
    pmap            20 steps on all devices by pmap beside the same 20 on one by jit, where there are several
    rates           images a second of both recipes at several batch sizes, in float32 and bfloat16
    torch           the same networks and game in PyTorch on the same card, where PyTorch is installed
    idle            the share of a run's time in which the device waits for the next call
    largest_batch   the largest batch, by doubling, that still fits into memory

It takes at most --minutes: what is not begun by then is left out, and named under "left_out".
`--only idle largest_batch` measures these alone. On a machine without an accelerator it runs on the CPU;
`--small` trains tiny networks there, to prove the program.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from functools import cache, partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gan.cache import keep_compiled_programs
from gan.config import Recipe
from gan.data import datasets
from gan.recipes import RECIPES
from gan.training import devices
from gan.training.trainer import MAX_STEPS_PER_CALL, Trainer

MINUTES = 8.0
GROUPS = ("agreement", "pmap", "rates", "torch", "idle", "largest_batch")
STEPS, BATCH = 20, 64  # of a comparison
LARGEST = 2**19  # no larger batch is tried
PRECISIONS = ("float32", "bfloat16")
TINY = {"generator_channels": (8, 4), "discriminator_channels": (4, 8), "discriminator_hidden": 16}

Recipes = dict[str, Recipe]
Differences = dict[str, dict[str, float]]  # by recipe
Traces = dict[str, np.ndarray]  # of each recipe: "NAME/losses" and "NAME/weights"


def recipes(small: bool) -> Recipes:
    """Those that are measured: both of the project, or tiny networks."""
    return {"tiny": RECIPES["fast"].replace(**TINY)} if small else RECIPES


def trace(chosen: Recipes, precision: str, mnist: datasets.Dataset, count: int = 1) -> Traces:
    """The losses of the first steps of each recipe on `count` devices, and all weights afterwards."""
    arrays = {}
    for name, recipe in chosen.items():
        recipe = recipe.replace(precision=precision, batch_size=BATCH, dropout=0.0)
        trainer = Trainer(recipe, mnist, devices=count)
        losses = [chunk.metrics.discriminator_loss for chunk in trainer.run(STEPS)]
        arrays[f"{name}/losses"] = np.concatenate(losses)
        weights = jax.device_get((trainer.state.generator["params"], trainer.state.discriminator["params"]))
        arrays[f"{name}/weights"] = np.concatenate([leaf.ravel() for leaf in jax.tree.leaves(weights)])
    return arrays


def trace_on_cpu(small: bool, precision: str) -> Traces:
    """The same on one device of this machine's CPU, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cpu.npz"
        command = [sys.executable, "-m", "tests.benchmarks.accelerator", "--trace", precision, str(path)]
        command += ["--small"] if small else []
        subprocess.run(command, check=True, env=os.environ | {"JAX_PLATFORMS": "cpu"})
        return dict(np.load(path))


def differences(chosen: Recipes, here: Traces, there: Traces) -> Differences:
    """Largest differences of losses (absolute), and of all weights (relative to their norm)."""
    found = {}
    for name in chosen:
        losses = np.abs(here[f"{name}/losses"] - there[f"{name}/losses"])
        weights = here[f"{name}/weights"] - there[f"{name}/weights"]
        norm = np.linalg.norm(there[f"{name}/weights"])
        found[name] = {
            "first_loss": float(losses[0]),
            "any_loss": float(losses.max()),
            "weights": float(np.linalg.norm(weights) / norm),
        }
    return found


def rate(run: Callable[[int], None], batch_size: int, seconds: float) -> float:
    """Images a second: the best of three turns, after one that compiles and one that warms up."""
    run(3)
    start = time.perf_counter()
    run(30)
    steps = max(30, round(30 * seconds / (time.perf_counter() - start)))
    best = 0.0
    for _ in range(3):
        start = time.perf_counter()
        run(steps)
        best = max(best, batch_size * steps / (time.perf_counter() - start))
    return best


def rate_of(recipe: Recipe, mnist: datasets.Dataset, seconds: float) -> float:
    """Our images a second."""
    return rate(ours(recipe, mnist), recipe.train.batch_size, seconds)


def ours(recipe: Recipe, mnist: datasets.Dataset) -> Callable[[int], None]:
    """A function that trains so many steps more."""
    trainer = Trainer(recipe, mnist)

    def run(steps: int) -> None:
        for _ in trainer.run(steps):
            pass

    return run


def idle_share(recipe: Recipe, mnist: datasets.Dataset, seconds: float) -> float:
    """The share of a run's time in which the device has nothing to do, 0 to 1.

    How long the device computes a step is the difference between a long call and one of half its steps, in
    which all that happens once a call cancels out. The rest of a run's time is waiting.
    """
    trainer = Trainer(recipe, mnist)

    def call(steps: int) -> float:
        start = time.perf_counter()
        trainer.state, metrics = trainer._call(trainer.state, trainer.hyper, trainer._data, jnp.int32(steps))
        jax.block_until_ready(metrics)
        return time.perf_counter() - start

    call(2)
    half = max(1, min(MAX_STEPS_PER_CALL // 2, round(seconds / 2 / call(1))))
    busy = min((call(2 * half) - call(half)) / half for _ in range(3))
    start, before = time.perf_counter(), trainer.step
    for _ in trainer.run(4 * half):
        pass
    wall = (time.perf_counter() - start) / (trainer.step - before)
    return float(np.clip(1 - busy / wall, 0, 1))


def largest_batch(recipe: Recipe, mnist: datasets.Dataset, first: int, limit: int) -> int:
    """The largest double of `first`, which fits into memory, of which a step does too. At most `limit`."""
    size = first
    while size < limit:
        try:
            ours(recipe.replace(batch_size=2 * size), mnist)(1)
        except Exception as error:  # XLA has an error of its own for memory that runs out
            print(f"{recipe.name}, batch {2 * size}: {str(error).splitlines()[0][:120]}", flush=True)
            break
        size *= 2
    return size


def torch_rate(recipe: Recipe, mode: str, mnist: datasets.Dataset, seconds: float) -> float | None:
    """PyTorch's rate on the same card; None where it is not installed or sees no card."""
    try:
        import torch
    except ImportError:
        return None
    if not torch.cuda.is_available():
        return None
    from tests.benchmarks.torch_twin import Twin

    torch.backends.cudnn.allow_tf32 = False  # our float32 is exact on every machine, so its float32 is too
    twin = Twin(recipe, mnist.images, mode, device="cuda")

    def run(steps: int) -> None:
        twin.run(steps)
        torch.cuda.synchronize()

    return rate(run, recipe.train.batch_size, seconds)


class Figures:
    """What has been measured, of some groups, while there is time."""

    def __init__(self, groups: Collection[str], minutes: float):
        self.found: dict[str, Any] = {"left_out": []}
        self._groups = groups
        self._deadline = time.monotonic() + 60 * minutes

    def take(self, group: str, key: str, measurement: Callable[[], Any]) -> None:
        """Measures one thing, if its group is wanted, and prints it; names it where time is up."""
        if group not in self._groups:
            return
        if time.monotonic() > self._deadline:
            self.found["left_out"].append(f"{group}/{key}")
            return
        figure = measurement()
        self.found.setdefault(group, {})[key] = figure
        print(f"{group}, {key}: {json.dumps(figure)}", flush=True)


def measure(small: bool, groups: Collection[str] = GROUPS, minutes: float = MINUTES) -> dict[str, Any]:
    """All figures of some groups by their names, the most important ones first."""
    figures = Figures(groups, minutes)
    figures.found |= {"device": devices.describe(), "versions": devices.versions()}
    mnist, chosen = datasets.load_dataset(), recipes(small)
    batch_sizes, seconds, limit = ([BATCH], 0.05, BATCH) if small else ([64, 512, 4096], 1.0, LARGEST)
    precisions = PRECISIONS[:1] if small else PRECISIONS
    compare(figures, chosen, precisions, mnist)
    runs = {
        f"{name}/{batch_size}/{precision}": recipe.replace(batch_size=batch_size, precision=precision)
        for name, recipe in chosen.items()
        for batch_size in batch_sizes
        for precision in precisions
    }
    for key, recipe in runs.items():
        figures.take("rates", key, partial(rate_of, recipe, mnist, seconds))
    for key, recipe in runs.items():
        mode = "eager" if recipe.train.precision == "float32" else "bfloat16"
        figures.take("torch", key, partial(torch_rate, recipe, mode, mnist, seconds))
    for key, recipe in runs.items():
        if recipe.train.precision == "float32":
            figures.take("idle", key, partial(idle_share, recipe, mnist, seconds))
    for name, recipe in chosen.items():
        exact = recipe.replace(precision="float32")
        figures.take("largest_batch", name, partial(largest_batch, exact, mnist, batch_sizes[-1], limit))
    return figures.found


def compare(figures: Figures, chosen: Recipes, precisions: tuple[str, ...], mnist: datasets.Dataset) -> None:
    """The accelerator beside the CPU, and all of its devices beside one."""
    count = jax.local_device_count()
    for precision in precisions:
        here = cache(partial(trace, chosen, precision, mnist))

        def beside_cpu(precision: str = precision, here: Callable[[], Traces] = here) -> Differences:
            return differences(chosen, here(), trace_on_cpu("tiny" in chosen, precision))

        def beside_one(precision: str = precision, here: Callable[[], Traces] = here) -> Differences:
            return differences(chosen, trace(chosen, precision, mnist, count), here())

        figures.take("agreement", precision, beside_cpu)
        if count > 1 and BATCH % count == 0:
            figures.take("pmap", precision, beside_one)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="a file for the JSON")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="at most (default: %(default)g)")
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=GROUPS, help="what to measure")
    parser.add_argument("--small", action="store_true", help="tiny networks, short turns")
    parser.add_argument("--trace", nargs=2, metavar=("PRECISION", "FILE"), help="used by the program itself")
    arguments = parser.parse_args()
    keep_compiled_programs()
    if arguments.trace:
        precision, path = arguments.trace
        np.savez(path, **trace(recipes(arguments.small), precision, datasets.load_dataset()))
        return
    figures = measure(arguments.small, arguments.only, arguments.minutes)
    print(json.dumps(figures, indent=1))
    if arguments.out:
        arguments.out.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
