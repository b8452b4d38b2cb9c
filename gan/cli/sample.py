"""`python -m gan sample`: pictures from a trained model."""

import argparse
import os
import re
from pathlib import Path

import numpy as np

from gan.cli import console
from gan.cli.console import CommandLine
from gan.config import ModelConfig
from gan.errors import InputError, require
from gan.networks import checkpoints, class_names, images, latents
from gan.networks.sampler import Sampler
from gan.networks.tensor_file import check_writable, open_atomically, write_atomically

MAX_COUNT = 1_000_000  # 784 MB
MAX_GRID = 40_000  # pictures in one


def build_parser() -> CommandLine:
    parser = CommandLine(prog="python -m gan sample", description="Make pictures with a trained model.")
    parser.add_argument("checkpoint", type=Path, help="a model.safetensors")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--seeds", help="one picture for each seed, as 0-63 or 3,5,8 (default: 0-63)")
    which.add_argument("--count", type=int, help="so many pictures, all from one --seed")
    parser.add_argument("--seed", type=int, help="the seed of --count (default: 0)")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--class", dest="class_name", metavar="NAME",
        help="which class, of a conditional model, by its name: 7, or \"T-shirt/top\" (default: all in turn)",
    )  # fmt: skip
    which.add_argument("--digit", type=int, help="the same by its number, from 0")
    parser.add_argument(
        "--truncation",
        type=float,
        default=1.0,
        help="from 0, the most typical, to 1, the most varied (default: 1)",
    )
    parser.add_argument(
        "--out", type=Path, help="write all in one picture (default: samples.png, unless there is --npy)"
    )
    parser.add_argument(
        "--npy",
        type=Path,
        help="write a NumPy array, uint8 [N, size, size], or [N, size, size, 3] of colours",
    )
    return parser


def parse_seeds(text: str) -> np.ndarray:
    """ "0-3,7" to [0, 1, 2, 3, 7]. Raises InputError for anything else."""
    ranges = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,10})\s*(?:-\s*(\d{1,10})\s*)?", part, re.ASCII)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not first <= last <= latents.MAX_SEED:
            raise InputError(f"--seeds {text[:60]}: expected 0-63 or 3,5,8, from 0 to {latents.MAX_SEED}")
        ranges.append(range(first, last + 1))
    if sum(map(len, ranges)) > MAX_COUNT:
        raise InputError(f"--seeds {text}: more than {MAX_COUNT} pictures")
    return np.concatenate(ranges)


def generate(arguments: argparse.Namespace) -> np.ndarray:
    """The pictures asked for, uint8 [N, size, size, channels]. Raises InputError for bad input."""
    if not 0 <= arguments.truncation <= 1:
        raise InputError(f"--truncation {arguments.truncation}: expected 0 to 1")
    if arguments.count is not None and not 1 <= arguments.count <= MAX_COUNT:
        raise InputError(f"--count {arguments.count}: expected 1 to {MAX_COUNT}")
    if arguments.seed is not None and arguments.count is None:
        raise InputError("--seed goes with --count; --seeds names single pictures")
    console.check_seed(arguments.seed or 0)
    sampler = Sampler(checkpoints.load_model(arguments.checkpoint))
    z_dim = sampler.config.z_dim
    if arguments.count is not None:
        z = latents.stream(arguments.seed or 0, arguments.count, z_dim)
    else:
        z = latents.from_seeds(parse_seeds("0-63" if arguments.seeds is None else arguments.seeds), z_dim)
    labels = _labels(arguments, sampler, len(z))
    if arguments.out:
        _check_grid(arguments.out, len(z), sampler.config)
    return sampler.generate(latents.truncate(z, arguments.truncation, sampler.config.latent_classes), labels)


def _labels(arguments: argparse.Namespace, sampler: Sampler, count: int) -> np.ndarray:
    """The class of each picture, [count]: the one that is asked for, or all in turn."""
    classes, wanted = sampler.config.classes, arguments.digit
    if arguments.class_name is not None:
        try:
            wanted = class_names.find(sampler.class_names, arguments.class_name)
        except InputError as error:
            raise InputError(f"{arguments.checkpoint}: {error}") from error
    if wanted is None:
        return np.arange(count) % max(classes, 1)
    if not 0 <= wanted < classes:
        is_told = f"knows the classes 0 to {classes - 1}"
        knows = is_told if classes else "is unconditional: it cannot be told a class"
        raise InputError(f"--digit {wanted}: {arguments.checkpoint} {knows}")
    return np.full(count, wanted)


def _check_grid(out: Path, count: int, config: ModelConfig) -> None:
    """Raises InputError where so many pictures are too many, or `out` names no kind of picture for them."""
    require(count <= MAX_GRID, f"a grid of {count} is more than {MAX_GRID}; write them with --npy alone")
    blank = np.zeros((1, config.size, config.size, config.channels), np.uint8)
    images.encoded(images.grid(blank), out.suffix)


def check_places(checkpoint: Path, out: Path | None, npy: Path | None) -> None:
    """Raises InputError where no file can be written, or where one would overwrite another."""
    for path in filter(None, [out, npy]):
        check_writable(path)
    if npy:
        file = os.path.realpath(npy)
        require(file != os.path.realpath(checkpoint), f"--npy {npy} is the model itself; give another name")
        is_kept = Path(file).suffix == ".safetensors" and os.path.exists(file)  # such as a run's state
        require(not is_kept, f"--npy {npy} would overwrite a checkpoint; give another name")
        require(
            out is None or file != os.path.realpath(out),
            f"--out and --npy are both {npy}, and one would overwrite the other; give two names",
        )


def write(pictures: np.ndarray, out: Path | None, npy: Path | None) -> None:
    """Writes the pictures as a grid, as an array, or both. Raises InputError if they cannot be written."""
    written = "1 picture" if len(pictures) == 1 else f"{len(pictures)} pictures"
    try:
        if npy:
            with open_atomically(npy) as file:  # np.save would add an ending to a bare name
                np.save(file, pictures[..., 0] if pictures.shape[-1] == 1 else pictures)
            print(f"{written} in {npy}")
        if out:
            write_atomically(out, images.encoded(images.grid(pictures), out.suffix))
            print(f"{written} in {out}")
    except OSError as error:  # a full disk
        raise InputError(f"cannot write: {error}") from error


def main(arguments: list[str] | None = None) -> int:
    def work(parsed: argparse.Namespace) -> None:
        if parsed.npy is None:
            parsed.out = parsed.out or Path("samples.png")
        check_places(parsed.checkpoint, parsed.out, parsed.npy)
        write(generate(parsed), parsed.out, parsed.npy)

    return console.run(build_parser(), work, arguments)
