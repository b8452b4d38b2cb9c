"""`python -m gan classifier`: trains the digit classifier that all figures are read off."""

import argparse
import shlex
import sys
from pathlib import Path

from gan.cli import console
from gan.cli.console import CommandLine
from gan.errors import InputError
from gan.evaluation.classifier import PATH
from gan.evaluation.train_classifier import EPOCHS, train_and_write


def main(arguments: list[str] | None = None) -> int:
    parser = CommandLine(prog="python -m gan classifier", description="Train the judge on MNIST.")
    parser.add_argument("--out", type=Path, default=PATH, help=f"where to write it (default: {PATH.name})")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=0)

    def work(parsed: argparse.Namespace) -> None:
        console.check_seed(parsed.seed)
        if parsed.epochs < 1:
            raise InputError(f"--epochs {parsed.epochs}: expected 1 or more")
        if not parsed.out.parent.is_dir():
            raise InputError(f"--out {parsed.out}: no folder {parsed.out.parent}")
        command = shlex.join(["python", "-m", "gan", "classifier", *(arguments or sys.argv[1:])])
        train_and_write(parsed.out, parsed.epochs, parsed.seed, command)

    return console.run(parser, work, arguments)
