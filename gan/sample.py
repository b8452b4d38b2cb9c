"""Pictures from a checkpoint: `python -m gan.sample CHECKPOINT --help`."""

import argparse
import sys
from pathlib import Path

import numpy as np

from gan import cache, checkpoints, latents, rendering
from gan.console import CommandLine
from gan.errors import InputError
from gan.sampler import Sampler


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = CommandLine(prog="python -m gan.sample", description="Draw pictures with a trained model.")
    parser.add_argument("checkpoint", type=Path)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--seeds", help="a picture for each seed: 0-63, or 3,5,8 (default: 0-63)")
    which.add_argument("--count", type=int, help="so many pictures from one --seed")
    parser.add_argument("--seed", type=int, default=0, help="with --count (default: 0)")
    parser.add_argument("--digit", type=int, help="of a conditional model (default: all in turn)")
    parser.add_argument(
        "--truncation", type=float, default=1.0, help="0 (typical) to 1 (all there is; the default)"
    )
    parser.add_argument(
        "--out", type=Path, help="write a grid as a picture (default: samples.png, without --npy)"
    )
    parser.add_argument("--npy", type=Path, help="write uint8 [N, 28, 28] as a NumPy array")
    return parser.parse_args(arguments)


def parse_seeds(text: str) -> np.ndarray:
    """ "0-3,7" to [0, 1, 2, 3, 7]. Raises InputError for anything else."""
    seeds: list[int] = []
    try:
        for part in text.split(","):
            first, _, last = part.partition("-")
            seeds.extend(range(int(first), int(last or first) + 1))
    except ValueError:
        raise InputError(f"--seeds {text}: expected numbers and ranges, as 0-63 or 3,5,8") from None
    if not seeds or min(seeds) < 0 or max(seeds) > latents.MAX_SEED:
        raise InputError(f"--seeds {text}: expected seeds from 0 to {latents.MAX_SEED}, smaller ones first")
    return np.array(seeds)


def draw(arguments: argparse.Namespace) -> np.ndarray:
    """The pictures asked for, uint8 [N, 28, 28, channels]."""
    if not 0 <= arguments.truncation <= 1:
        raise InputError(f"--truncation {arguments.truncation}: expected 0 to 1")
    if arguments.count is not None and not 1 <= arguments.count <= 1_000_000:
        raise InputError(f"--count {arguments.count}: expected 1 to 1000000")
    if not 0 <= arguments.seed <= latents.MAX_SEED:
        raise InputError(f"--seed {arguments.seed}: expected 0 to {latents.MAX_SEED}")
    sampler = Sampler(checkpoints.load_model(arguments.checkpoint))
    classes, z_dim = sampler.config.classes, sampler.config.z_dim
    if arguments.count is not None:
        z = latents.stream(arguments.seed, arguments.count, z_dim)
    else:
        z = latents.from_seeds(parse_seeds(arguments.seeds or "0-63"), z_dim)
    if arguments.digit is not None and not 0 <= arguments.digit < classes:
        knows = (
            f"knows the digits 0 to {classes - 1}"
            if classes
            else "is unconditional: it cannot be told a digit"
        )
        raise InputError(f"--digit {arguments.digit}: {arguments.checkpoint} {knows}")
    labels = (
        np.full(len(z), arguments.digit)
        if arguments.digit is not None
        else np.arange(len(z)) % max(classes, 1)
    )
    return sampler.generate(latents.truncate(z, arguments.truncation), labels)


def write(pictures: np.ndarray, out: Path | None, npy: Path | None) -> None:
    try:
        if npy:
            np.save(npy, pictures[..., 0] if pictures.shape[-1] == 1 else pictures)
            print(f"{len(pictures)} pictures in {npy}")
        if out or not npy:
            out = out or Path("samples.png")
            rendering.grid(pictures).save(out)
            print(f"{len(pictures)} pictures in {out}")
    except (OSError, ValueError) as error:  # no such folder; no such kind of picture
        raise InputError(f"cannot write: {error}") from error


def main(arguments: list[str] | None = None) -> int:
    cache.keep_compiled_programs()
    try:
        parsed = parse(arguments)
        write(draw(parsed), parsed.out, parsed.npy)
    except InputError as error:
        print(f"gan.sample: error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
