"""`python -m gan modes`: how many of stacked MNIST's 1000 modes a generator finds."""

import argparse
import json

from gan.cli import console
from gan.cli.console import CommandLine
from gan.data import datasets
from gan.errors import require
from gan.evaluation import classifier
from gan.evaluation.mode_coverage import MODES, SAMPLES, mode_coverage
from gan.networks import checkpoints, latents, sampler


def evaluate(arguments: argparse.Namespace) -> dict[str, float | int | str]:
    """The modes of samples, beside those of real digits. Raises InputError for a model of other pictures."""
    console.check_seed(arguments.seed)
    model = checkpoints.load_model(arguments.checkpoint)
    config = model.recipe.model
    trained_on = model.metadata.get("dataset", "")
    require(
        trained_on == datasets.STACKED and (config.size, config.channels, config.classes) == (28, 3, 0),
        f"{arguments.checkpoint}: was trained on {trained_on or 'unknown pictures'}, and modes are those of "
        f"{datasets.STACKED}; train a model by train.py --dataset {datasets.STACKED}, without --conditional",
    )
    z = latents.stream(arguments.seed, SAMPLES, config.z_dim)
    found = mode_coverage(sampler.generate(config, model.generator, z))
    floor = mode_coverage(datasets.load_dataset(datasets.STACKED, "test").images)
    return {
        "checkpoint": str(arguments.checkpoint),
        "modes": found.modes,
        "kl_divergence": found.kl_divergence,
        "real_modes": floor.modes,
        "real_kl_divergence": floor.kl_divergence,
        "samples": SAMPLES,
        "seed": arguments.seed,
        "steps": int(model.metadata.get("step", 0)),
        "classifier": classifier.load().hash,
    }


def report(figures: dict[str, float | int | str]) -> str:
    """The figures as a table for a terminal."""
    modes, floor = figures["modes"], figures["real_modes"]
    kl, kl_floor = figures["kl_divergence"], figures["real_kl_divergence"]
    return (
        f"{figures['checkpoint']}, step {figures['steps']}: {SAMPLES} samples of seed {figures['seed']}\n"
        f"measured with the classifier {figures['classifier']}\n"
        f"modes of {MODES}{modes:14d}      real digits {floor:6d}\n"
        f"KL to uniform, nats {kl:8.3f}      real digits {kl_floor:6.3f}"
    )


def main(arguments: list[str] | None = None) -> int:
    parser = CommandLine(prog="python -m gan modes", description="Count modes of stacked MNIST.")
    parser.add_argument("checkpoint", help="a model.safetensors trained on stacked-mnist")
    parser.add_argument("--seed", type=int, default=0, help="decides the samples (default: 0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a report")

    def work(parsed: argparse.Namespace) -> None:
        result = evaluate(parsed)
        print(json.dumps(result) if parsed.json else report(result))

    return console.run(parser, work, arguments)
