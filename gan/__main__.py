"""The commands beside `train.py` and `app.py`: `python -m gan NAME --help`. Each is a module of `gan.cli`."""

import importlib
import sys

from gan.cli.streams import forgiving_streams

COMMANDS = {
    "sample": "make pictures with a trained model",
    "evaluate": "measure how good a model's samples are, beside real pictures",
    "modes": "count how many of stacked MNIST's 1000 modes a model finds",
    "benchmark": "measure how fast this machine trains",
    "record": "record a run that the page shows without a server",
    "classifier": "train the digit classifier, which figures of digits are measured with",
}


def main(arguments: list[str]) -> int:
    """Runs the command that is named first. Returns the exit status: 0, or 2 for bad input."""
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
    with forgiving_streams():
        print("\n".join(lines), file=sys.stdout if asked_for_help else sys.stderr)
    return 0 if asked_for_help else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
