"""`python -m gan record`: trains a run and records it, to be watched without a server."""

import argparse
from pathlib import Path

from gan.cli import console
from gan.cli.console import CommandLine
from gan.data import datasets
from gan.errors import InputError, require
from gan.exploring import latent_map
from gan.live.recorder import MAX_STEPS, STEPS, record
from gan.recipes import RECIPES


def main(arguments: list[str] | None = None) -> int:
    parser = CommandLine(prog="python -m gan record", description="Record a run, for the exported page.")
    parser.add_argument("folder", type=Path, help="a new folder to write it into")
    parser.add_argument("--steps", type=int, default=STEPS, help=f"of training (default: {STEPS})")
    parser.add_argument("--seed", type=int, default=0, help="of the run (default: 0)")
    command = console.command(parser.prog, arguments)

    def work(parsed: argparse.Namespace) -> None:
        console.check_seed(parsed.seed)
        if not 1 <= parsed.steps <= MAX_STEPS:
            raise InputError(f"--steps {parsed.steps}: expected 1 to {MAX_STEPS}")
        try:
            parsed.folder.mkdir(parents=True, exist_ok=True)
            is_empty = not any(parsed.folder.iterdir())
        except (OSError, ValueError) as error:
            raise InputError(f"{parsed.folder}: {error}; choose another folder") from error
        require(is_empty, f"{parsed.folder}: there is something already; choose a new folder")
        record(
            RECIPES["fast"],
            datasets.load_dataset(),
            parsed.seed,
            parsed.steps,
            parsed.folder,
            command,
            latent_map.QUICK,
        )

    return console.run(parser, work, arguments)
