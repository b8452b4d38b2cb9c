"""What command lines share: their arguments, progress bars, and how they end."""

import argparse
import shlex
import sys
from collections.abc import Callable
from typing import NoReturn

from jax.errors import JaxRuntimeError
from tqdm import tqdm

from gan import cache
from gan.cli.signals import hearing_what_is_dropped
from gan.cli.streams import check_all_printed, forgiving_streams, is_full
from gan.errors import InputError, require
from gan.networks import latents
from gan.older_files import RENAMED
from gan.training.trainer import ChunkResult, Trainer


class CommandLine(argparse.ArgumentParser):
    """An argument parser that raises InputError: what is wrong, in one line, without the usage."""

    def parse_args(self, arguments: list[str] | None = None) -> argparse.Namespace:
        """The parsed arguments, by default those of the process. Raises InputError; also for old names."""
        arguments = sys.argv[1:] if arguments is None else arguments
        for name in (word.partition("=")[0] for word in arguments):
            now = RENAMED.get(name) if name.startswith("--") else None
            require(now not in self._option_string_actions, f"{name} is called {now} now")
        return super().parse_args(arguments)

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}; see --help")


def run(parser: CommandLine, work: Callable[[argparse.Namespace], None], arguments: list[str] | None) -> int:
    """Does `work` with the parsed arguments, and tells in one line what ends it before its time.

    Returns:
      The exit status: 0; 1 where the memory or a disk is full; 2 for bad input; 130 after Ctrl-C.
    """
    cache.keep_compiled_programs()
    name = parser.prog.removeprefix("python -m ")
    with hearing_what_is_dropped(), forgiving_streams():
        try:
            work(parser.parse_args(arguments))
            check_all_printed()
        except InputError as error:
            print(f"{name}: error: {error}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            print(f"\n{name}: ended", file=sys.stderr)
            return 130
        except (MemoryError, JaxRuntimeError) as error:
            print(f"{name}: error: {why_no_memory(error)}", file=sys.stderr)
            return 1
        except OSError as error:
            if not is_full(error):
                raise  # an error of this program
            print(f"{name}: error: {error}; make room, or write to another place", file=sys.stderr)
            return 1
    return 0


def command(program: str, arguments: list[str] | None) -> str:
    """A command as it was typed, for metadata; `arguments` None: those of the process."""
    return shlex.join([*program.split(), *(sys.argv[1:] if arguments is None else arguments)])


def why_no_memory(error: Exception) -> str:
    """What to do where memory was short, in one line. Raises the error where it is another one."""
    if not isinstance(error, MemoryError) and not str(error).startswith("RESOURCE_EXHAUSTED"):
        raise error
    return "the memory of this machine is not enough; try a smaller batch, or fewer or smaller pictures"


def check_seed(seed: int) -> None:
    """Raises InputError unless this is a seed: a whole number from 0 to 2³¹ − 1."""
    require(0 <= seed <= latents.MAX_SEED, f"--seed {seed}: expected 0 to {latents.MAX_SEED}")


class ProgressBar(tqdm):
    """A bar of seconds if these are limited, else of steps; with images/s, losses and the time left."""

    def __init__(self, trainer: Trainer, max_seconds: float | None):
        """Begins where the trainer is; it ends at the recipe's last step, or after `max_seconds`."""
        self._batch_size, self._max_seconds = trainer.recipe.train.batch_size, max_seconds
        unit = "{n:.0f}/{total:.0f} s" if max_seconds else "{n_fmt}/{total_fmt} steps"
        super().__init__(
            total=max_seconds or trainer.recipe.train.steps,
            initial=0 if max_seconds else trainer.step,
            bar_format=f"{{l_bar}}{{bar}}| {unit}, {{remaining}} left{{postfix}}",
        )

    def show(self, chunk: ChunkResult, elapsed: float) -> None:
        """Shows how far the run is after a chunk, `elapsed` seconds after its first step."""
        rate = len(chunk.metrics[0]) * self._batch_size / chunk.seconds
        d_loss, g_loss = chunk.metrics.discriminator_loss[-1], chunk.metrics.generator_loss[-1]
        self.set_postfix_str(f"{rate:.0f} images/s, D {d_loss:.3f}, G {g_loss:.3f}", refresh=False)
        self.update((min(elapsed, self._max_seconds) if self._max_seconds else chunk.step) - self.n)


class ReadingBar(tqdm):
    """A bar of the data that are read, which shows itself only where that takes more than a second."""

    def __init__(self):
        super().__init__(bar_format="reading: {l_bar}{bar}| {remaining} left", delay=1, leave=False)

    def show(self, done: int, total: int) -> None:
        """Shows how much is done of how much there is to do: pictures, or bytes of a download."""
        if total != self.total:  # the next file of a download; reset() would show the bar at once
            self.total, self.n, self.last_print_n = total, 0, 0
        self.update(done - self.n)
