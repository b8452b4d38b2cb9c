"""What an accelerator makes of training: `python -m tests.benchmarks.accelerator [--out figures.json]`.

It measures, in this order, and writes one JSON object:

    agreement   20 steps on the accelerator beside the same 20 steps on this machine's CPU
    rates       images a second of both recipes at several batch sizes, in float32 and bfloat16
    torch       the same networks and game in PyTorch on the same card, where PyTorch is installed
    largest     the largest batch, by doubling, that still fits into memory

On a machine without an accelerator it runs on the CPU; `--small` makes that take a minute.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np

from gan.data import datasets
from gan.recipes import RECIPES
from gan.training import devices
from gan.training.trainer import Trainer

STEPS = 20  # of the agreement
LARGEST = 65_536  # no larger batch is tried


def trace(precision: str, mnist: datasets.Dataset) -> dict[str, np.ndarray]:
    """The losses of the first steps of each recipe, and its generator's weights afterwards, by name."""
    arrays = {}
    for name, recipe in RECIPES.items():
        trainer = Trainer(recipe.replace(precision=precision, batch_size=64, dropout=0.0), mnist)
        losses = [progress.metrics.discriminator_loss for progress in trainer.run(STEPS)]
        arrays[f"{name}/losses"] = np.concatenate(losses)
        weights = jax.tree.leaves(jax.device_get(trainer.state.generator["params"]))
        arrays[f"{name}/weights"] = np.concatenate([leaf.ravel() for leaf in weights])
    return arrays


def agreement(precision: str, mnist: datasets.Dataset) -> dict[str, dict[str, float]]:
    """Largest differences of losses (absolute) and of weights (relative to the weights' own norm)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cpu.npz"
        command = [sys.executable, "-m", "tests.benchmarks.accelerator", "--trace", precision, str(path)]
        subprocess.run(command, check=True, env=os.environ | {"JAX_PLATFORMS": "cpu"})
        there = dict(np.load(path))
    here = trace(precision, mnist)
    found = {}
    for name in RECIPES:
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


def ours(name: str, precision: str, batch_size: int, mnist: datasets.Dataset) -> Callable[[int], None]:
    trainer = Trainer(RECIPES[name].replace(precision=precision, batch_size=batch_size), mnist)

    def run(steps: int) -> None:
        for _ in trainer.run(steps):
            pass

    return run


def torch_rates(batch_sizes: list[int], mnist: datasets.Dataset, seconds: float) -> dict[str, float] | None:
    """PyTorch's eager rates on the same card; None where it is not installed or sees no card."""
    try:
        import torch
    except ImportError:
        return None
    if not torch.cuda.is_available():
        return None
    from tests.benchmarks.torch_twin import Twin

    found = {}
    for name, recipe in RECIPES.items():
        for batch_size in batch_sizes:
            for mode in ("eager", "bfloat16"):
                twin = Twin(recipe.replace(batch_size=batch_size), mnist.images, mode, device="cuda")

                def run(steps: int, twin: Any = twin) -> None:
                    twin.run(steps)
                    torch.cuda.synchronize()

                found[f"{name}/{batch_size}/{mode}"] = rate(run, batch_size, seconds)
    return found


def largest_batch(name: str, mnist: datasets.Dataset, limit: int) -> int:
    """The largest power of two, up to `limit`, of which a step fits into memory."""
    size = 64
    while size < limit:
        try:
            ours(name, "float32", 2 * size, mnist)(1)
        except Exception as error:  # XLA has an error of its own for memory that runs out
            print(f"{name}, batch {2 * size}: {str(error).splitlines()[0][:120]}", flush=True)
            break
        size *= 2
    return size


def measure(batch_sizes: list[int], seconds: float, limit: int) -> dict[str, Any]:
    mnist = datasets.load_dataset()
    figures: dict[str, Any] = {"device": devices.describe(), "versions": devices.versions()}
    precisions = ("float32", "bfloat16")
    figures["agreement"] = {precision: agreement(precision, mnist) for precision in precisions}
    print(json.dumps(figures), flush=True)
    figures["rates"] = {}
    for name in RECIPES:
        for batch_size in batch_sizes:
            for precision in precisions:
                found = rate(ours(name, precision, batch_size, mnist), batch_size, seconds)
                figures["rates"][f"{name}/{batch_size}/{precision}"] = found
                print(f"{name}, batch {batch_size}, {precision}: {found:.0f} images/s", flush=True)
    figures["torch"] = torch_rates(batch_sizes, mnist, seconds)
    print(json.dumps(figures["torch"]), flush=True)
    figures["largest_batch"] = {name: largest_batch(name, mnist, limit) for name in RECIPES}
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="a file for the JSON")
    parser.add_argument("--small", action="store_true", help="one small batch size, short turns")
    parser.add_argument("--trace", nargs=2, metavar=("PRECISION", "FILE"), help="used by the program itself")
    arguments = parser.parse_args()
    if arguments.trace:
        precision, path = arguments.trace
        np.savez(path, **trace(precision, datasets.load_dataset()))
        return
    figures = measure([16], 0.1, 64) if arguments.small else measure([64, 512, 4096], 1.0, LARGEST)
    print(json.dumps(figures, indent=1))
    if arguments.out:
        arguments.out.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
