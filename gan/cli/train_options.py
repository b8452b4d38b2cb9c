"""The command line of `train.py`."""

import argparse
from pathlib import Path

from gan.cli.console import CommandLine
from gan.config import ModelConfig, TrainConfig
from gan.data import SIZES, datasets
from gan.data.treatment import POLARITIES
from gan.options import help_text
from gan.recipes import RECIPES
from gan.training.setup import TrainOptions

READABLE = "a folder or a .zip of pictures, IDX files, .npz, .npy, a .csv of pixels, a .parquet of images"
EPILOG = f"""options of --set, with the defaults that a recipe may change: the two networks

{help_text(ModelConfig)}

how they are trained

{help_text(TrainConfig)}
"""


def parse(arguments: list[str] | None) -> TrainOptions:
    """What `train.py` is asked for. Raises InputError for words that it does not know.

    Args:
      arguments: the words after `train.py`; None: those of this process.
    """
    parser = CommandLine(
        prog="train.py",
        description="Train a GAN to forge pictures: handwritten digits, another classic set, or your own.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data(parser)
    add_training(parser)
    add_machines(parser)
    add_folder(parser)
    return TrainOptions(**vars(parser.parse_args(arguments)))


def add_data(parser: CommandLine) -> None:
    """What the run learns from."""
    add = parser.add_argument
    add("--dataset", help=f"{', '.join(datasets.NAMES)}, or a path: {READABLE} (default: mnist)")
    add(
        "--size",
        type=int,
        choices=SIZES,
        help="pixels of each side (default: the pictures decide)",
    )
    add("--polarity", choices=POLARITIES, help="whether to invert the pictures at a path (default: auto)")
    add(
        "--hold-out",
        action="store_true",
        help="do not learn from validation pictures, so that figures beside them are of unseen pictures",
    )
    add("--conditional", action="store_true", help="train a model that is told which class to draw")


def add_training(parser: CommandLine) -> None:
    """The networks, and how long and by which options they are trained."""
    add = parser.add_argument
    add("--recipe", help=f"{' or '.join(RECIPES)} (default: fast)")
    add("--init-from", type=Path, metavar="MODEL", help="begin with a trained model's weights and recipe")
    add("--steps", type=int, help="stop at this step (default: the recipe's)")
    add("--max-seconds", type=float, help="stop so many seconds after the first step")
    add("--anneal", action="store_true", help="let the rates fall to 0 in the last fifth of --max-seconds")
    add("--batch-size", type=int, help="pictures a step, over all devices (default: the recipe's)")
    add("--seed", type=int, help="decides the weights, the order of the data and the noise (default: 0)")
    add(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME=VALUE",
        help="options of the recipe, as r1_gamma=1 loss=hinge; all of them are below",
    )


def add_machines(parser: CommandLine) -> None:
    """The devices, and the hosts, that share the work."""
    add = parser.add_argument
    add(
        "--devices",
        type=int,
        help="share each batch between so many, GPUs, TPU or CPU cores (default: all; on a CPU, 1)",
    )
    add("--coordinator", metavar="HOST:PORT", help="of host 0, where several machines train one run together")
    add(
        "--hosts",
        type=int,
        metavar="N",
        help="how many they are; start train.py on each, with the same options",
    )
    add("--host", type=int, metavar="K", help="which of them this is, from 0")


def add_folder(parser: CommandLine) -> None:
    """Where the run is written, and how often."""
    add = parser.add_argument
    add("--out", type=Path, help="the run's folder (default: runs/RECIPE-DATE)")
    add("--resume", action="store_true", help="go on with the run in --out, bit for bit")
    add("--save-every", type=float, default=60, metavar="SECONDS", help="between two saves (default: 60)")
    add(
        "--evaluate-every",
        metavar="SECONDS|STEPS",
        help="compare samples with validation pictures so often, as 60s or 5000; keep the best model",
    )
