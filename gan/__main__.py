"""The commands beside `train.py` and `app.py`: `python -m gan NAME --help`. Each is a module of `gan.cli`."""

import importlib
import sys

COMMANDS = {
    "sample": "pictures from a checkpoint",
    "evaluate": "how good a model's samples are, beside real digits",
    "modes": "how many of stacked MNIST's 1000 modes a generator finds",
    "benchmark": "how fast this machine trains",
    "record": "a run to be watched without a server",
    "classifier": "train the digit classifier that all figures are read off",
}


def main(arguments: list[str]) -> int:
    """Runs the command that is named first. Returns its exit status: 0, or 2 for what cannot be used."""
    if arguments and arguments[0] in COMMANDS:
        return importlib.import_module(f"gan.cli.{arguments[0]}").main(arguments[1:])
    lines = [
        "usage: python -m gan NAME [--help]",
        "",
        *(f"  {name:12}{text}" for name, text in COMMANDS.items()),
    ]
    asked_for_help = not arguments or arguments[0] in ("-h", "--help")
    if not asked_for_help:
        lines.insert(0, f"gan: error: no command {arguments[0]!r}")
    print("\n".join(lines), file=sys.stdout if asked_for_help else sys.stderr)
    return 0 if asked_for_help else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
