"""`python -m gan evaluate`: how good a model's samples are, each figure beside that of real pictures."""

import argparse
import json
from pathlib import Path

import numpy as np

from gan.cli import console
from gan.cli.console import CommandLine
from gan.data import datasets
from gan.errors import require
from gan.evaluation import feature_networks, model_data
from gan.evaluation.comparison import (
    DESCRIPTIONS,
    MAX_COUNT,
    MIN_COUNT,
    SPLITS,
    Comparison,
    compared_pictures,
    require_labels,
)
from gan.networks import checkpoints
from gan.training.data_of_run import HELD_OUT

SEEDS = {"test": 5, "validation": 1}
FIRST_SEEDS = {"test": 1000, "validation": 0}  # apart, so that nothing was chosen by the test's samples
MAX_LISTED = 12  # classes whose frequencies are printed


def evaluate(arguments: argparse.Namespace) -> dict:
    """The figures of a model, and how they were measured. Raises InputError for bad input."""
    path, split = arguments.checkpoint, arguments.split
    seeds = SEEDS[split] if arguments.seeds is None else arguments.seeds
    first = FIRST_SEEDS[split] if arguments.seed is None else arguments.seed
    console.check_seed(first)
    require(1 <= seeds <= 100, f"--seeds {seeds}: expected 1 to 100")
    require(arguments.count >= MIN_COUNT, f"--count {arguments.count}: expected at least {MIN_COUNT}")
    require(arguments.dataset != "", "--dataset is empty; give it a name or a path, or leave it out")
    model = checkpoints.load_model(path)
    config = model.recipe.model
    require(
        not arguments.slow or config.classes > 0,
        "--slow needs a conditional model: a classifier is trained on labels",
    )
    with console.ReadingBar() as reading:
        splits = model_data.splits_of(model, path, arguments.dataset, reading.show)
    compared_pictures(splits, split)  # refuses too few before a network is trained
    if arguments.slow:
        require_labels(splits, split)
    network = feature_networks.load(splits, progress=True)
    comparison = Comparison(splits, network, split)
    count = min(arguments.count, comparison.max_count)
    found = [comparison.figures_of(model, count, first + i) for i in range(seeds)]
    rows = {name: [each.values[name] for each in found if name in each.values] for name in DESCRIPTIONS}
    rows = {name: values for name, values in rows.items() if values}  # no path has a length if all are alike
    if arguments.slow:
        rows["cas"] = [comparison.classification_accuracy_score(model, first, progress=True)]
    real = comparison.real_figures(count)
    is_apart = split == "test" or splits.has_own_validation or HELD_OUT in model.metadata
    return {
        "checkpoint": str(path),
        "step": int(model.metadata.get("step", 0)),
        "dataset": datasets.public_name(splits.train.name),
        "split": split,
        "count": count,
        "seeds": [first + i for i in range(seeds)],
        "has_seen_them": not is_apart,
        "feature_network": network.describe(),
        "figures": {name: float(np.mean(values)) for name, values in rows.items()},
        "std": {name: float(np.std(values, ddof=1)) for name, values in rows.items() if len(values) > 1},
        "real": {name: real.values[name] for name in rows if name in real.values},
        "class_names": list(splits.train.class_names),
        "class_frequencies": _mean([each.class_frequencies for each in found]),
        "real_class_frequencies": _mean([real.class_frequencies]),
    }


def _mean(rows: list[np.ndarray | None]) -> list[float] | None:
    return None if rows[0] is None else np.mean(rows, axis=0).tolist()


def report(result: dict) -> str:
    """The figures as a table for a terminal."""
    seeds = result["seeds"]
    told = f"{len(seeds)} seeds from {seeds[0]}" if len(seeds) > 1 else f"seed {seeds[0]}"
    lines = [
        f"{result['checkpoint']}, step {result['step']}: {result['count']:,} samples, {told}, "
        f"beside the {result['split']} pictures of {result['dataset']}",
        result["feature_network"],
        f"{'':42}{'samples':>9}{'std':>9}{'real':>9}",
    ]
    if result["has_seen_them"]:
        lines.insert(1, "the model has learned from these pictures too; train.py --hold-out keeps them apart")
    for name, value in result["figures"].items():
        std = f"{result['std'][name]:9.4f}" if name in result["std"] else f"{'':9}"
        real = f"{result['real'][name]:9.4f}" if name in result["real"] else ""
        lines.append(f"{DESCRIPTIONS[name]:42}{value:9.4f}{std}{real}".rstrip())
    frequencies, names = result["class_frequencies"], result["class_names"]
    if frequencies and len(frequencies) <= MAX_LISTED:
        real = result["real_class_frequencies"]
        lines.append("frequencies of the classes that the network reads")
        for i, frequency in enumerate(frequencies):
            name = names[i] if names else str(i)
            lines.append(f"  {name[:38]:40}{frequency:9.4f}{'':9}{real[i]:9.4f}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = CommandLine(prog="python -m gan evaluate", description="Measure how good a model's samples are.")
    parser.add_argument("checkpoint", type=Path, help="a model.safetensors")
    parser.add_argument("--dataset", help="the data set it was trained on: a name or a path, if it has moved")
    parser.add_argument(
        "--split",
        choices=SPLITS,
        default="test",
        help="what to compare with: test, once, at the end (default); validation, to choose something",
    )
    parser.add_argument("--count", type=int, default=MAX_COUNT, help="samples of a seed (default: 10000)")
    parser.add_argument("--seeds", type=int, help="how many seeds (default: 5; for validation 1)")
    parser.add_argument("--seed", type=int, help="the first of them (default: 1000; for validation 0)")
    parser.add_argument(
        "--slow", action="store_true", help="also train a classifier on samples of one seed; takes minutes"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a report")

    def work(parsed: argparse.Namespace) -> None:
        result = evaluate(parsed)
        if parsed.json:
            print(json.dumps(result))
        else:
            print(report(result))

    return console.run(parser, work, arguments)
