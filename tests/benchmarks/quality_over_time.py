"""Who draws well first? `python -m tests.benchmarks.quality_over_time [--out picture.svg]`.

Our `fast` recipe against the article's networks in PyTorch (Adam 2e-4, batch 64), one after the
other on the same processor: the Fréchet distance of 10,000 samples to the test set, over the wall
time of training alone. Needs torch and, for the picture, matplotlib.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from gan import cache
from gan.data import datasets
from gan.evaluation import sample_quality
from gan.networks import latents, sampler
from gan.recipes import RECIPES
from gan.training import devices
from gan.training.trainer import Trainer
from tests.benchmarks.torch_twin import MODES, Twin

SAMPLES = 10_000
Curve = list[tuple[float, float]]  # (seconds of training, Fréchet distance)


def follow(train: Callable[[float], None], draw: Callable[[], np.ndarray], marks: list[float]) -> Curve:
    """Trains from mark to mark, and draws and judges at each while the clock stands still.

    Args:
      train: goes on for about so many seconds.
    """
    curve, clock = [], 0.0
    for mark in marks:
        start = time.perf_counter()
        train(mark - clock)
        clock += time.perf_counter() - start
        curve.append((round(clock, 1), round(sample_quality.quick_metrics(draw()).frechet, 3)))
        print(f"  {clock:6.0f} s  {curve[-1][1]:8.3f}", flush=True)
    return curve


def ours(recipe_name: str, marks: list[float], seed: int) -> Curve:
    trainer = Trainer(RECIPES[recipe_name], datasets.load_dataset(), seed)
    trainer.compile()
    config = trainer.recipe.model
    z = latents.stream(1, SAMPLES, config.z_dim)

    def train(seconds: float) -> None:
        end = time.perf_counter() + seconds
        for _ in trainer.run(10**9):
            if time.perf_counter() >= end:
                return

    return follow(train, lambda: sampler.generate(config, trainer.state.generator_ema, z), marks)


def theirs(mode: str, marks: list[float], seed: int) -> Curve:
    recipe = RECIPES["article"].replace(batch_size=64)
    twin = Twin(recipe, datasets.load_dataset().images, mode, seed)
    twin.run(1)  # compiles, warms up

    def train(seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            twin.run(10)

    return follow(train, lambda: twin.generate(SAMPLES), marks)


def plot(curves: dict[str, Curve], out: Path) -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    for name, curve in curves.items():
        axes.plot(*zip(*curve, strict=True), marker="o", label=name)
    axes.set(xlabel="seconds of training", ylabel="Fréchet distance", xscale="log", yscale="log")
    axes.axhline(sample_quality.real_frechet(SAMPLES), color="grey", linestyle=":", label="real digits")
    axes.grid(alpha=0.3, which="both")
    axes.legend()
    figure.savefig(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--marks", type=float, nargs="+", default=[5, 10, 15, 30, 60, 120])
    parser.add_argument("--torch-marks", type=float, nargs="+", default=[15, 30, 60, 120, 240, 480, 600])
    parser.add_argument("--torch-mode", default="bfloat16", choices=MODES)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="draw both curves, as curves.svg or .png")
    arguments = parser.parse_args()
    cache.keep_compiled_programs()
    print(f"{devices.describe()}\nours, fast")
    curves = {"Forger, fast": ours("fast", arguments.marks, arguments.seed)}
    print(f"PyTorch, the article's networks, {arguments.torch_mode}")
    curves["PyTorch, the article's networks"] = theirs(
        arguments.torch_mode, arguments.torch_marks, arguments.seed
    )
    print(json.dumps(curves))
    if arguments.out:
        plot(curves, arguments.out)


if __name__ == "__main__":
    main()
