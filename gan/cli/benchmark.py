"""`python -m gan benchmark`: how fast this machine trains, beside its rate of plain matrix products."""

import argparse
import json

from gan.cli import console
from gan.cli.console import CommandLine
from gan.recipes import RECIPES, get_recipe
from gan.training.throughput import measure


def main(arguments: list[str] | None = None) -> int:
    parser = CommandLine(prog="python -m gan benchmark", description="Measure how fast this machine trains.")
    parser.add_argument("--recipe", default="article", help=f"{' or '.join(RECIPES)} (default: article)")
    parser.add_argument("--batch-size", type=int, default=64, help="pictures a step (default: 64)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a report")

    def work(parsed: argparse.Namespace) -> None:
        recipe = get_recipe(parsed.recipe).replace(batch_size=parsed.batch_size)
        figures = measure(recipe, (lambda line: None) if parsed.json else print)
        if parsed.json:
            print(json.dumps(figures))

    return console.run(parser, work, arguments)
