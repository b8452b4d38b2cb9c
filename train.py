"""Trains a GAN on pictures: `python train.py --help`.

This file follows the data from a folder of pictures to a saved model. Where several hosts train one run
together, each of them takes this way at the same time, and host 0 alone writes files and says what happens.
"""

import sys
import time

from gan import cache
from gan.cli import console
from gan.cli.console import ProgressBar, ReadingBar
from gan.cli.endings import early_end, end_without_first, exit_status
from gan.cli.signals import interruptions
from gan.cli.train_options import parse
from gan.data import datasets
from gan.evaluation.best import Validation, validation_of
from gan.training import devices, hosts, run_folder
from gan.training.agreement import plan_together
from gan.training.run_folder import RunFolder
from gan.training.schedules import anneal
from gan.training.setup import Plan, TrainOptions
from gan.training.trainer import Trainer


def train(options: TrainOptions, command: str) -> None:
    """Trains until the steps or the seconds are up, or Ctrl-C, and saves the model.

    Args:
      command: what was typed, for the metadata of the model's file.
    Raises:
      InputError: something that is asked for cannot be; nothing has been written.
      EndedEarly: the run began, and could not be trained or saved to its end.
    """
    hosts.join(options.coordinator, options.hosts, options.host, end_without_first)
    # The data set becomes one array of pictures, uint8 [N, H, W, C]. The recipe is made to fit it: it says
    # what the two networks G and D look like, and how a step trains them. A trainer holds all of these.
    with ReadingBar() as reading:
        planned = plan_together(options, reading.show)
    out = options.out or run_folder.new_path(planned.trainer.recipe.name)
    with hosts.together():
        validation = hosts.on_first(lambda: validation_of(options.evaluate_every, planned))
        folder = hosts.on_first(lambda: RunFolder(out, planned, command))
    if hosts.is_first():
        introduce(planned, validation)
    with early_end(folder):
        take_steps(options, planned.trainer, folder, validation)
    if hosts.is_first():
        step = planned.trainer.step
        print(f"step {step}: the model is {folder.model_path}; also in {out}: samples/, metrics.jsonl,")
        print(f"events (tensorboard --logdir {out}), and the state that --resume --out {out} goes on from")


def introduce(planned: Plan, validation: Validation | None) -> None:
    """Says where the run trains, what it learns from, and what it is measured with."""
    print(f"on {devices.describe()}")
    print(f"{datasets.public_name(planned.dataset.name)}: {planned.dataset.summary}")
    for remark in filter(None, [devices.unused_card(), *planned.remarks]):
        print(remark)
    if validation:
        print(validation.network.describe())


def take_steps(
    options: TrainOptions, trainer: Trainer, folder: RunFolder, validation: Validation | None
) -> None:
    """Takes the run's steps and writes what comes of them. All hosts stop at the same step.

    Raises:
      Diverged, OSError, KeyboardInterrupt: no more can be trained, or saved.
      JaxRuntimeError, ValueError: another host has ended.
    """
    steps = trainer.recipe.train.steps - trainer.step
    limit = options.max_seconds or float("inf")
    with interruptions() as interrupted, trainer.compiling() as compiled, folder:
        seconds = compiled.result()
        if hosts.is_first():
            print(f"compiling … {seconds:.1f} s")
        with hosts.on_first(lambda: ProgressBar(trainer, options.max_seconds)) as bar:
            start = saved = time.monotonic()
            # In each step D learns from a batch of real pictures and one of G's, and then G learns from D:
            # see gan/training/step.py. A chunk is as many steps as fit into a second, or a 60th of the time.
            for chunk in trainer.run(steps, min(1, limit / 60)):
                seconds = time.monotonic() - start
                folder.record(chunk)
                bar.show(chunk, seconds)
                if validation and validation.is_due(chunk.step, seconds):
                    folder.record_figures(validation.figures(trainer.state.generator_ema))
                if hosts.any_wants(interrupted() or seconds >= limit):
                    break
                if options.anneal:
                    trainer.hyper = anneal(trainer.recipe.hyper, hosts.of_first(seconds / limit))
                if time.monotonic() - saved > options.save_every:
                    folder.save()
                    saved = time.monotonic()
            folder.save()
            if validation and not validation.has_measured(trainer.step):
                folder.record_figures(validation.figures(trainer.state.generator_ema))
    hosts.wait_for_first()  # which has saved by then


def main(arguments: list[str] | None = None) -> int:
    command = console.command("python train.py", arguments)
    cache.keep_compiled_programs()
    devices.make_cores_devices()
    return exit_status(lambda: train(parse(arguments), command))


if __name__ == "__main__":
    sys.exit(main())
