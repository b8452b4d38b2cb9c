"""Runs of 2 and 4 hosts, as processes of this machine: `python -m tests.benchmarks.hosts [CHECK …]`.

Each check prints what was found, and `failed` where that is not as it should be. The networks are tiny ones,
and the parameters of a run are compared with those of the same run of one process: as the distance between
the two, relative to how far the one process has moved from its first weights.
"""

import argparse
import contextlib
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import jax
import numpy as np

from gan.training import saved_state
from gan.training.state import init_state
from tests.conftest import ROOT, make_tiny
from tests.train_runs import SMALL, free_port, saved_step, slurm

STEPS = 40
# Small rates keep the differences of rounding small, which a GAN makes larger from step to step.
ALIKE = ["--set", *SMALL, "generator_lr=1e-5", "discriminator_lr=1e-5"]
ENDLESS = ["--steps", "100000000", "--save-every", "0"]
# What cannot begin need not be waited for as long as machines that boot.
IMPATIENT = "import sys, train; from gan.training import hosts; hosts.PATIENCE = 20; sys.exit(train.main())"


@contextlib.contextmanager
def launch(
    *commands: list[str], environments: list[dict] | None = None, impatient: bool = False
) -> Iterator[list[subprocess.Popen]]:
    """Processes of train.py with these arguments, which are killed at the end of the block."""
    program = ["-c", IMPATIENT] if impatient else ["train.py"]
    running = [
        subprocess.Popen(
            [sys.executable, *program, *map(str, command)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environments[i] if environments else None,
        )
        for i, command in enumerate(commands)
    ]
    try:
        yield running
    finally:
        for each in running:
            each.kill()
            each.communicate()


def together(count: int, out: Path, *more: str) -> list[list[str]]:
    """The arguments of so many hosts. Only host 0 is given the folder; the others must not make theirs."""
    address = f"127.0.0.1:{free_port()}"
    return [
        ["--out", str(out if host == 0 else f"{out}-of-host-{host}"), *more,
         "--coordinator", address, "--hosts", str(count), "--host", str(host)]
        for host in range(count)
    ]  # fmt: skip


def end(running: list[subprocess.Popen], seconds: float = 1800) -> list[tuple[int, str]]:
    """The exit status and the errors of each, once all have ended."""
    errors = [each.communicate(timeout=seconds)[1] for each in running]
    return [(each.returncode, words) for each, words in zip(running, errors, strict=True)]


def train(count: int, out: Path, *more: str) -> None:
    """Trains on so many hosts to the end; one is train.py without other hosts. Raises if one fails."""
    commands = [["--out", str(out), *more]] if count == 1 else together(count, out, *more)
    with launch(*commands) as running:
        for status, errors in end(running):
            assert status == 0, errors


def parameters(out: Path) -> np.ndarray:
    """All parameters of a run's two networks, in a row."""
    return _flat(saved_state.load_state(out / "state.safetensors")[1])


def _flat(state: saved_state.TrainState) -> np.ndarray:
    networks = state.generator["params"], state.discriminator["params"]
    return np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(jax.device_get(networks))])


def distance(out: Path, alone: Path) -> float:
    """Of the parameters of two runs, relative to how far `alone` has come."""
    found, wanted, begun = parameters(out), parameters(alone), _flat(init_state(make_tiny(), 0))
    return float(np.linalg.norm(found - wanted) / np.linalg.norm(wanted - begun))


def told(errors: str) -> list[str]:
    """The lines that train.py has written itself: JAX writes others where a process dies."""
    return [line for line in errors.splitlines() if line.startswith("train.py:")]


def check_equal(folder: Path) -> bool:
    """2 and 4 hosts give the parameters of one process."""
    length = ["--steps", str(STEPS), *ALIKE]
    train(1, folder / "alone", *length)
    found = {}
    for name, count, more in (("2", 2, []), ("4", 4, []), ("2 × 2 devices", 2, ["--devices", "2"])):
        out = folder / f"of-{name.replace(' ', '')}"
        train(count, out, *length, *more)
        found[name] = distance(out, folder / "alone")
        print(f"  {name} hosts beside one process after {STEPS} steps: {found[name]:.1e}")
    return max(found.values()) < 1e-3 and not list(folder.glob("*-of-host-*"))


def check_resume(folder: Path) -> bool:
    """A run goes on from 2 hosts to 1 to 4."""
    train(1, folder / "alone", "--steps", str(3 * STEPS), *ALIKE)
    out = folder / "run"
    train(2, out, "--steps", str(STEPS), *ALIKE)
    train(1, out, "--resume", "--steps", str(2 * STEPS))
    train(4, out, "--resume", "--steps", str(3 * STEPS))
    found = distance(out, folder / "alone")
    print(f"  2 → 1 → 4 hosts beside one process after {3 * STEPS} steps: {found:.1e}")
    return found < 1e-3 and saved_step(out) == 3 * STEPS


def check_interrupt(folder: Path) -> bool:
    """Ctrl-C on one of 4 hosts stops them all, at one step, which is saved."""
    out = folder / "run"
    with launch(*together(4, out, *ENDLESS, *ALIKE)) as running:
        _wait_for_step(out, 10, running)
        running[2].send_signal(signal.SIGINT)
        began = time.monotonic()
        ended = end(running)
        seconds = time.monotonic() - began
    statuses = [status for status, _ in ended]
    print(f"  all ended {seconds:.1f} s after it with {statuses}; saved at step {saved_step(out)}")
    return statuses == [0] * 4 and saved_step(out) >= 10


def check_killed(folder: Path) -> bool:
    """One of 4 hosts is killed with -9: the others end within 60 s, with one line, and the save is whole."""
    out = folder / "run"
    with launch(*together(4, out, *ENDLESS, *ALIKE)) as running:
        _wait_for_step(out, 10, running)
        running[3].kill()
        began = time.monotonic()
        ended = end(running)[:3]
        seconds = time.monotonic() - began
    print(f"  the others ended {seconds:.1f} s after it, saying:")
    for status, errors in ended:
        print(f"    {status}: {' | '.join(told(errors))}")
    parameters(out)  # raises if the file is not whole
    return seconds < 60 and all(status == 1 and len(told(errors)) == 1 for status, errors in ended)


def check_refused(folder: Path) -> bool:
    """A wrong port, a host too many, a number that two have, other options, other pictures: one line each."""
    out = folder / "run"
    wrong_port = together(2, out, *ENDLESS, *ALIKE)
    wrong_port[1][wrong_port[1].index("--coordinator") + 1] = f"127.0.0.1:{free_port()}"
    other_count, other_options, other_pictures = (together(2, out, *ENDLESS, *ALIKE) for _ in range(3))
    other_count[1][-3:] = ["3", "--host", "2"]
    same_number = together(3, out, *ENDLESS, *ALIKE)
    same_number[2] = same_number[1]
    other_options[1] += ["--seed", "5"]
    other_pictures[1] += ["--dataset", str(_drawings(folder / "pictures"))]
    cases = {
        "a wrong port": wrong_port,
        "a host too many": other_count,
        "one number twice": same_number,
        "other options": other_options,
        "other pictures": other_pictures,
    }
    is_well = True
    for name, commands in cases.items():
        with launch(*commands, impatient=True) as running:
            ended = end(running)
        print(f"  {name}:")
        for status, errors in ended:
            print(f"    {status}: {' | '.join(errors.strip().splitlines())}")
            is_well &= status == 2 and errors.count("\n") == 1
    return is_well and not out.exists()


def check_late(folder: Path) -> bool:
    """A host that comes when the run has begun is refused in one line, and the run goes on."""
    out = folder / "run"
    commands = together(2, out, *ENDLESS, *ALIKE)
    with launch(*commands) as running:
        _wait_for_step(out, 10, running)
        with launch(commands[1], impatient=True) as late:
            ((status, errors),) = end(late)
        print(f"  {status}: {' | '.join(errors.strip().splitlines())}")
        _wait_for_step(out, saved_step(out) + 10, running)
        running[0].send_signal(signal.SIGTERM)
        ended = end(running)
    return status == 2 and errors.count("\n") == 1 and [each for each, _ in ended] == [0, 0]


def check_slurm(folder: Path) -> bool:
    """Where Slurm has started the processes, train.py needs no more."""
    out, alone = folder / "run", folder / "alone"
    more = ["--steps", str(STEPS), *ALIKE]
    train(1, alone, *more)
    commands = [["--out", str(out if host == 0 else f"{out}-of-host-{host}"), *more] for host in range(2)]
    with launch(*commands, environments=slurm(2)) as running:
        for status, errors in end(running):
            assert status == 0, errors
    metadata = saved_state.load_state(out / "state.safetensors")[2]
    print(f"  {metadata.get('hosts')} hosts; beside one process: {distance(out, alone):.1e}")
    return metadata.get("hosts") == "2" and distance(out, alone) < 1e-3


def _wait_for_step(out: Path, step: int, running: list[subprocess.Popen]) -> None:
    while saved_step(out) < step:
        for each in running:
            assert each.poll() is None, each.communicate()
        time.sleep(0.1)


def _drawings(folder: Path) -> Path:
    """Another data set: sixteen pictures of noise."""
    from PIL import Image

    folder.mkdir()
    for i, pixels in enumerate(np.random.default_rng(0).integers(0, 256, (16, 28, 28), dtype=np.uint8)):
        Image.fromarray(pixels).save(folder / f"{i}.png")
    return folder


CHECKS: dict[str, Callable[[Path], bool]] = {
    "equal": check_equal,
    "resume": check_resume,
    "interrupt": check_interrupt,
    "killed": check_killed,
    "refused": check_refused,
    "late": check_late,
    "slurm": check_slurm,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checks", nargs="*", default=list(CHECKS), help="by name (default: all)")
    failed = []
    for name in parser.parse_args().checks:
        print(f"{name}: {CHECKS[name].__doc__}", flush=True)
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            is_well = CHECKS[name](Path(folder))
        print(
            f"  {'as it should be' if is_well else 'failed'} ({time.monotonic() - began:.0f} s)", flush=True
        )
        failed += [] if is_well else [name]
    return len(failed) > 0


if __name__ == "__main__":
    sys.exit(main())
