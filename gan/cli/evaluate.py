"""`python -m gan evaluate`: how good a model's samples are, each figure beside that of real digits."""

import argparse
import json

from gan.cli import console
from gan.cli.console import CommandLine
from gan.errors import InputError
from gan.evaluation import classifier
from gan.evaluation.sample_quality import DESCRIPTIONS, MAX_COUNT, MIN_COUNT, evaluate_model, real_reference
from gan.networks import checkpoints


def evaluate(arguments: argparse.Namespace) -> dict:
    """The figures of a model of MNIST, and how they were measured. Raises InputError for other models."""
    if not MIN_COUNT <= arguments.count <= MAX_COUNT:
        raise InputError(
            f"--count {arguments.count}: expected {MIN_COUNT} to {MAX_COUNT}, the size of the test set"
        )
    console.check_seed(arguments.seed)
    model = checkpoints.load_model(arguments.checkpoint)
    config = model.recipe.model
    is_shaped = (config.size, config.channels) == (28, 1) and config.classes in (0, 10)
    if not is_shaped or model.metadata.get("dataset") != "mnist":
        raise InputError(
            f"{arguments.checkpoint}: trained on {model.metadata.get('dataset')}; the figures are of MNIST's "
            "digits only (of stacked ones: python -m gan modes)"
        )
    if arguments.slow and not config.classes:
        raise InputError("--slow needs a conditional model: a classifier is trained on labels")
    return {
        "checkpoint": str(arguments.checkpoint),
        "step": int(model.metadata.get("step", 0)),
        "count": arguments.count,
        "seed": arguments.seed,
        "classifier": classifier.load().hash,
        "figures": evaluate_model(model, arguments.count, arguments.seed, arguments.slow),
        "real": real_reference(arguments.count),
    }


def report(result: dict) -> str:
    """The figures as a table for a terminal."""
    lines = [
        f"{result['checkpoint']}, step {result['step']}: {result['count']} samples of seed {result['seed']}",
        f"measured with the classifier {result['classifier']}",
        f"{'':42}{'samples':>9}{'real':>9}",
    ]
    for name, value in result["figures"].items():
        lines.append(f"{DESCRIPTIONS[name]:42}{value:9.4f}{result['real'][name]:9.4f}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = CommandLine(prog="python -m gan evaluate", description="Measure how good a model's samples are.")
    parser.add_argument("checkpoint", help="a model.safetensors trained on mnist")
    parser.add_argument("--count", type=int, default=MAX_COUNT, help="number of samples (default: 10000)")
    parser.add_argument("--seed", type=int, default=0, help="decides the samples (default: 0)")
    parser.add_argument(
        "--slow", action="store_true", help="also train a classifier on samples; takes minutes"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a report")

    def work(parsed: argparse.Namespace) -> None:
        result = evaluate(parsed)
        print(json.dumps(result) if parsed.json else report(result))

    return console.run(parser, work, arguments)
