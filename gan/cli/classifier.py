"""`python -m gan classifier`: trains the digit classifier, which figures of digits are measured with."""

import argparse
from pathlib import Path

from gan.cli import console
from gan.cli.console import CommandLine
from gan.errors import require
from gan.evaluation.classifier import PATH
from gan.evaluation.train_classifier import DIGIT_EPOCHS, train_and_write
from gan.networks.tensor_file import check_writable

MAX_EPOCHS = 10_000  # days


def main(arguments: list[str] | None = None) -> int:
    parser = CommandLine(prog="python -m gan classifier", description="Train the digit classifier on MNIST.")
    parser.add_argument("--out", type=Path, default=PATH, help=f"where to write it (default: {PATH.name})")
    parser.add_argument(
        "--epochs", type=int, default=DIGIT_EPOCHS, help=f"passes over the data (default: {DIGIT_EPOCHS})"
    )
    parser.add_argument("--seed", type=int, default=0, help="decides the weights and the order (default: 0)")

    command = console.command(parser.prog, arguments)

    def work(parsed: argparse.Namespace) -> None:
        console.check_seed(parsed.seed)
        require(parsed.epochs >= 1, f"--epochs {parsed.epochs}: expected a whole number from 1")
        require(parsed.epochs <= MAX_EPOCHS, f"--epochs {parsed.epochs}: expected at most {MAX_EPOCHS}")
        check_writable(parsed.out)
        train_and_write(parsed.out, parsed.epochs, parsed.seed, command)

    return console.run(parser, work, arguments)
