"""Does a generator find all modes? `python -m gan.stacked CHECKPOINT [--seed 0] [--json]`.

Stacked MNIST, as in PacGAN (arXiv 1712.04086 §4.2.1) and VEEGAN: 26,000 samples of a generator of
three channels, each channel read by the digit classifier. A mode is one of the 1000 triples of
digits; it is found if one sample shows it. KL is that of the samples' modes from the uniform
distribution, in nats. The floor is what as many stacks of real test digits get.
"""

import argparse
import json
import sys
from typing import NamedTuple

import numpy as np

from gan import checkpoints, classifier, console, data, latents, metrics, sampler
from gan.console import CommandLine
from gan.errors import InputError

SAMPLES = 26_000
MODES = 1000


class Count(NamedTuple):
    modes: int  # of 1000
    divergence: float  # KL(samples ‖ uniform), nats; empty modes count nothing


def count_modes(pictures: np.ndarray) -> Count:
    """Of stacks uint8 [N, 28, 28, 3]."""
    digits = [classifier.read(pictures[..., channel : channel + 1]).digits for channel in range(3)]
    modes = 100 * digits[0] + 10 * digits[1] + digits[2]
    uniform = np.full(MODES, 1 / MODES)
    return Count(len(np.unique(modes)), metrics.divergence(metrics.shares(modes, MODES), uniform))


def evaluate(arguments: argparse.Namespace) -> dict[str, float | int | str]:
    console.check_seed(arguments.seed)
    model = checkpoints.load_model(arguments.checkpoint)
    config = model.recipe.model
    if config.channels != 3:
        raise InputError(
            f"{arguments.checkpoint}: draws pictures of {config.channels} channel, stacks have 3; "
            f"train one by train.py --dataset {data.STACKED}"
        )
    z = latents.stream(arguments.seed, SAMPLES, config.z_dim)
    found = count_modes(sampler.generate(config, model.generator, z))
    floor = count_modes(data.load(data.STACKED, "test").images)
    return {
        "checkpoint": str(arguments.checkpoint),
        "modes": found.modes,
        "divergence": found.divergence,
        "floor_modes": floor.modes,
        "floor_divergence": floor.divergence,
        "samples": SAMPLES,
        "seed": arguments.seed,
        "steps": int(model.about.get("step", 0)),
        "classifier": classifier.load().hash,
    }


def report(figures: dict[str, float | int | str]) -> str:
    modes, floor = figures["modes"], figures["floor_modes"]
    kl, kl_floor = figures["divergence"], figures["floor_divergence"]
    return (
        f"{figures['checkpoint']}, step {figures['steps']}: {SAMPLES} samples of seed {figures['seed']}\n"
        f"read by the classifier {figures['classifier']}\n"
        f"modes of {MODES}{modes:14d}      real digits {floor:6d}\n"
        f"KL to uniform, nats {kl:8.3f}      real digits {kl_floor:6.3f}"
    )


def main(arguments: list[str] | None = None) -> int:
    parser = CommandLine(prog="python -m gan.stacked", description="Count the modes of stacked digits.")
    parser.add_argument("checkpoint", help="a model.safetensors trained on stacked-mnist")
    parser.add_argument("--seed", type=int, default=0, help="of the samples (default: 0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a report")

    def work(parsed: argparse.Namespace) -> None:
        result = evaluate(parsed)
        print(json.dumps(result) if parsed.json else report(result))

    return console.run(parser, work, arguments)


if __name__ == "__main__":
    sys.exit(main())
