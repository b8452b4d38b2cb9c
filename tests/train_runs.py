"""Small runs of train.py, in this process or in one of their own."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time

from safetensors import safe_open

from tests.conftest import ROOT, TINY

SMALL = [
    f"{name}={','.join(map(str, value)) if isinstance(value, tuple) else value}"
    for name, value in TINY.items()
]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def slurm(count):
    """What `srun` sets for each of `count` tasks, one a machine: an environment each. All run here."""
    first = 2**16 - 2**12  # JAX takes this port, plus the job's number modulo 2¹²
    for job in range(2**12):
        with contextlib.suppress(OSError), socket.create_server(("", first + job)):
            break
    of_all = {
        "SLURM_JOB_ID": str(job),
        "SLURM_STEP_NODELIST": "localhost",
        "SLURM_STEP_NUM_NODES": str(count),
        "SLURM_STEP_NUM_TASKS": str(count),
        "SLURM_NTASKS": str(count),
        "SLURM_LOCALID": "0",
    }
    return [{**os.environ, **of_all, "SLURM_PROCID": str(task)} for task in range(count)]


def arguments(out, *more):
    return ["--out", str(out), "--set", *SMALL, *more]


@contextlib.contextmanager
def process(*more):
    """A run of train.py, which is killed if it is still there at the end of the block."""
    command = [sys.executable, "train.py", *map(str, more)]
    ours = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)}
    for number in ours:
        signal.signal(number, lambda *_: None)  # it must not ignore what we may have been told to ignore
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for number, handler in ours.items():
        signal.signal(number, handler)
    with running:
        try:
            yield running
        finally:
            running.kill()


def rows(out):
    return [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]


def wait_until(is_so, running):
    """Waits for a condition, while the process runs."""
    while not is_so():
        assert running.poll() is None, running.communicate()
        time.sleep(0.05)


def wait_for(path, running):
    wait_until(lambda: path.exists() and path.stat().st_size, running)


def saved_step(out):
    """The step of the last state that a run has saved; -1 if there is none."""
    path = out / "state.safetensors"
    if not path.exists():
        return -1
    with safe_open(path, framework="numpy") as file:
        return int(file.metadata()["step"])
