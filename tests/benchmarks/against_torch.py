"""Ours against PyTorch on the same CPU: `python -m tests.benchmarks.against_torch [--json]`.

Needs torch (`pip install torch`), which nothing else here does. The contenders take turns of a few
seconds within one run, because machines drift; the best turn of each counts, because noise only
ever adds time. Rates are whole training steps, with batches drawn and the average moved.

All of it takes 7 minutes on two cores; `--modes eager bfloat16 --seconds 3` 4, without PyTorch's compiler.
"""

import argparse
import json
import time
from collections.abc import Callable

import jax
import torch

from gan import cache
from gan.config import Recipe
from gan.data import datasets
from gan.recipes import RECIPES
from gan.training import devices
from gan.training.trainer import Trainer
from tests.benchmarks.torch_twin import MODES, Twin

PRECISIONS = ("float32", "bfloat16")

Contender = Callable[[int], None]  # takes so many steps


def ours(recipe: Recipe, mnist: datasets.Dataset, devices: int = 1) -> Contender:
    trainer = Trainer(recipe, mnist, devices=devices)

    def run(steps: int) -> None:
        for _ in trainer.run(steps):
            pass

    return run


def measure(
    contenders: dict[str, Contender], batch_size: int, seconds: float, turns: int
) -> dict[str, float]:
    """Images a second of each, the best of its turns."""
    steps = {}
    for name, run in contenders.items():
        run(3)  # compiles, warms up
        start = time.perf_counter()
        run(3)
        steps[name] = max(1, round(seconds * 3 / (time.perf_counter() - start)))
    best = dict.fromkeys(contenders, 0.0)
    for _ in range(turns):
        for name, run in contenders.items():
            start = time.perf_counter()
            run(steps[name])
            rate = batch_size * steps[name] / (time.perf_counter() - start)
            best[name] = max(best[name], rate)
    return best


def best_of_torch(rates: dict[str, float]) -> float:
    """The rate of PyTorch's fastest mode, which all are divided by."""
    return max(rate for name, rate in rates.items() if name.startswith("torch"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipes", nargs="+", default=list(RECIPES), choices=list(RECIPES))
    parser.add_argument("--modes", nargs="+", default=list(MODES), choices=MODES, help="of PyTorch")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=4, help="of a turn")
    parser.add_argument("--turns", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    cache.keep_compiled_programs()
    devices.make_cores_devices()
    mnist = datasets.load_dataset()
    figures = {"device": devices.describe(), "torch": torch.__version__, "jax": jax.__version__}
    for name in arguments.recipes:
        recipe = RECIPES[name].replace(batch_size=arguments.batch_size)
        contenders = {f"ours {p}": ours(recipe.replace(precision=p), mnist) for p in PRECISIONS}
        cores = jax.local_device_count()
        contenders |= {
            f"ours {p}, {cores} devices": ours(recipe.replace(precision=p), mnist, cores) for p in PRECISIONS
        }
        for mode in arguments.modes:
            contenders[f"torch {mode}"] = Twin(recipe, mnist.images, mode).run
        rates = measure(contenders, arguments.batch_size, arguments.seconds, arguments.turns)
        figures[name] = rates
        if not arguments.json:
            print(f"{name}, batch {arguments.batch_size}, {devices.describe()}")
            for contender, rate in rates.items():
                print(
                    f"  {contender:26} {rate:8.0f} images/s   {rate / best_of_torch(rates):5.2f}", flush=True
                )
    if arguments.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
