"""Trains a GAN: `python train.py --help`."""

import argparse
import contextlib
import dataclasses
import datetime
import shlex
import sys
import time
import zlib
from pathlib import Path

import jax
import numpy as np

from gan import cache
from gan.cli.console import CommandLine, ProgressBar, ReadingBar, interruptions, say
from gan.config import ModelConfig, TrainConfig
from gan.data import SIZES, datasets
from gan.data.treatment import POLARITIES
from gan.errors import InputError
from gan.evaluation.best import Interval, Validation
from gan.options import help_text
from gan.recipes import RECIPES
from gan.training import devices, hosts
from gan.training.run_folder import RunFolder
from gan.training.schedules import anneal
from gan.training.setup import Plan, TrainOptions, plan
from gan.training.trainer import Diverged, Trainer

AGAIN = "host 0 keeps what it saved last; start every host again with --resume"
READABLE = "a folder or a .zip of pictures, IDX files, .npz, .npy, a .csv of pixels, a .parquet of images"
EPILOG = f"""options of --set, with the defaults that a recipe may change: the two networks

{help_text(ModelConfig)}

how they are trained

{help_text(TrainConfig)}
"""


def parse(arguments: list[str] | None) -> TrainOptions:
    parser = CommandLine(
        prog="train.py",
        description="Train a GAN to forge handwritten digits.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--recipe", help=f"{' or '.join(RECIPES)} (default: fast)")
    add("--dataset", help=f"{', '.join(datasets.NAMES)}, or a path: {READABLE} (default: mnist)")
    add(
        "--size",
        type=int,
        choices=SIZES,
        help="pixels of each side (default: the pictures decide)",
    )
    add("--polarity", choices=POLARITIES, help="whether to invert the pictures at a path (default: auto)")
    add("--steps", type=int, help="stop at this step (default: the recipe's)")
    add(
        "--max-seconds",
        type=float,
        help="stop so many seconds after the first step; in the last fifth, rates fall to 0",
    )
    add("--batch-size", type=int, help="pictures a step, over all devices (default: the recipe's)")
    add("--seed", type=int, help="decides the weights, the order of the data and the noise (default: 0)")
    add("--devices", type=int, help="share each batch between so many devices, or cores (default: 1)")
    add("--coordinator", metavar="HOST:PORT", help="of host 0, where several machines train one run together")
    add(
        "--hosts",
        type=int,
        metavar="N",
        help="how many they are; start train.py on each, with the same options",
    )
    add("--host", type=int, metavar="K", help="which of them this is, from 0")
    add("--out", type=Path, help="the run's folder (default: runs/RECIPE-DATE)")
    add("--resume", action="store_true", help="go on with the run in --out, bit for bit")
    add("--init-from", type=Path, metavar="MODEL", help="begin with a trained model's weights and recipe")
    add("--conditional", action="store_true", help="train a model that is told which class to draw")
    add("--save-every", type=float, default=60, metavar="SECONDS", help="between two saves (default: 60)")
    add(
        "--evaluate-every",
        metavar="SECONDS|STEPS",
        help="compare samples with validation pictures so often, as 60s or 5000; keep the best model",
    )
    add(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME=VALUE",
        help="options of the recipe, as r1_gamma=1 loss=hinge; all of them are below",
    )
    return TrainOptions(**vars(parser.parse_args(arguments)))


def validate(options: TrainOptions, planned: Plan) -> Validation | None:
    """What measures the run while it trains, if that is asked for. It may train a feature network first."""
    if options.evaluate_every is None:
        return None
    interval, trainer = Interval.parse(options.evaluate_every), planned.trainer
    validation = Validation(interval, trainer.recipe.model, planned.dataset, planned.metadata, trainer.step)
    say(validation.network.describe())
    return validation


def train(options: TrainOptions, command: str) -> int:
    """Trains until the steps or the seconds are up, or Ctrl-C. Returns the exit status.

    Where several hosts train together, host 0 alone writes files and says what happens.
    """
    own = {"out": None, "dataset": None, "host": None}  # what may differ between hosts
    hosts.check_equal({"options": dataclasses.replace(options, **own)})
    with hosts.together(), ReadingBar() as reading:  # what can be refused is refused here: nothing is written
        planned = plan(options, reading.show if hosts.is_first() else None)
    check_hosts(planned)
    recipe = planned.trainer.recipe
    out = options.out or Path("runs") / f"{recipe.name}-{datetime.datetime.now():%Y%m%d-%H%M%S-%f}"
    with hosts.together():
        validation = validate(options, planned) if hosts.is_first() else None
        folder = RunFolder(out, planned, command) if hosts.is_first() else None
    if folder:
        say(f"{datasets.public_name(planned.dataset.name)}: {planned.dataset.summary}")
        for remark in planned.remarks:
            say(remark)
    try:
        take_steps(options, planned.trainer, folder, validation)
    except (Diverged, OSError, KeyboardInterrupt) as error:  # OSError: a full disk, say
        tell_end(str(error) or "ended", folder)
        return leave(130 if isinstance(error, KeyboardInterrupt) else 1)
    if folder:
        step = planned.trainer.step
        print(f"step {step}: the model is {folder.model_path}; also in {out}: samples/, metrics.jsonl,")
        print(f"events (tensorboard --logdir {out}), and the state that --resume --out {out} goes on from")
    return 0


def check_hosts(planned: Plan) -> None:
    """Raises InputError unless all hosts would begin with the same data, recipe and weights."""
    if hosts.count() == 1:
        return
    weights = jax.tree.leaves(jax.device_get(planned.trainer.state))
    hosts.check_equal(
        {
            "pictures": planned.dataset.fingerprint(),
            "recipe": planned.trainer.recipe,
            "number of devices": planned.metadata["devices"],
            "weights": [zlib.crc32(np.ascontiguousarray(each)) for each in weights],
        }
    )


def tell_end(why: str, folder: RunFolder | None) -> None:
    """Says why a run ended before its time, and what is left of it."""
    kept = AGAIN
    if folder:
        kept = "the last good checkpoint is kept"
        if not folder.has_checkpoint:
            kept = "there is no checkpoint yet; start the run again"
    print(f"\ntrain.py: {why}; {kept}", file=sys.stderr)


def leave(status: int) -> int:
    """The exit status of a run that has failed. One of several hosts ends at once: it waits for no other."""
    return status if hosts.count() == 1 else hosts.end(status)


def take_steps(
    options: TrainOptions, trainer: Trainer, folder: RunFolder | None, validation: Validation | None
) -> None:
    """Trains, and writes into the folder, which host 0 alone has. All hosts stop at the same step.

    Raises Diverged, OSError or KeyboardInterrupt; JaxRuntimeError or ValueError if another host has ended.
    """
    first, last, limit = trainer.step, trainer.recipe.train.steps, options.max_seconds or float("inf")
    nothing = contextlib.nullcontext()
    with interruptions() as interrupted:
        seconds = trainer.compile()
        bar = None
        if folder:
            print(f"compiling … {seconds:.1f} s")
            bar = ProgressBar(first, last, trainer.recipe.train.batch_size, options.max_seconds)
        with folder or nothing, bar or nothing:
            start = saved = time.monotonic()
            for chunk in trainer.run(last - first):
                elapsed = time.monotonic() - start
                if folder:
                    folder.record(chunk)
                    bar.show(chunk, elapsed)
                if validation and validation.is_due(chunk.step, elapsed):
                    folder.record_figures(validation.figures(trainer.state.generator_ema))
                if hosts.any_wants(interrupted() or elapsed >= limit):
                    break
                if options.max_seconds and not trainer.recipe.train.decay_steps:
                    trainer.hyper = anneal(trainer.recipe.hyper, hosts.of_first(elapsed / limit))
                if folder and time.monotonic() - saved > options.save_every:
                    folder.save()
                    saved = time.monotonic()
            if folder:
                folder.save()
            if validation:
                folder.record_figures(validation.figures(trainer.state.generator_ema))
    hosts.of_first(0)  # the others wait until host 0 has saved


def main(arguments: list[str] | None = None) -> int:
    command = shlex.join(["python", "train.py", *(sys.argv[1:] if arguments is None else arguments)])
    cache.keep_compiled_programs()
    devices.make_cores_devices()
    try:
        options = parse(arguments)
        hosts.join(options.coordinator, options.hosts, options.host)
        return train(options, command)
    except InputError as error:
        print(f"train.py: error: {error}", file=sys.stderr)
        return 2
    except (jax.errors.JaxRuntimeError, ValueError) as error:  # what JAX raises as an exchange breaks off
        if hosts.count() == 1:
            raise
        reason = str(error).splitlines()[0][:120]
        print(
            f"\ntrain.py: another host has ended, or cannot be reached ({reason}); {AGAIN}", file=sys.stderr
        )
        return hosts.end(1)


if __name__ == "__main__":
    sys.exit(main())
