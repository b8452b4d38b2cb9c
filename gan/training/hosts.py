"""Several processes that train one run together, usually one a host, by `jax.distributed`.

Each has the whole data set and the whole state, and all of them take the same steps at the same time. What
must be decided, as how many steps come next, is decided together or by host 0, before it is done. Host 0
alone writes files and shows progress. With one process, which is the usual case, all of this does nothing.
"""

import contextlib
import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

import jax
import numpy as np
from jax.experimental import multihost_utils

from gan.errors import InputError, require
from gan.training.relay import open_relay
from gan.training.roll_call import answer_roll, call_roll

PATIENCE = 300  # seconds in which all hosts must have started
HEARTBEAT = 40  # seconds without a sign of life after which a host counts as ended
# Where a cluster says how many processes it has started, and JAX can find all else by itself.
PROCESS_COUNTS = ("SLURM_STEP_NUM_TASKS", "OMPI_COMM_WORLD_SIZE")


def join(
    coordinator: str | None, hosts: int | None, host: int | None, lost: Callable[[], None] = lambda: None
) -> None:
    """Makes this process one of several. Call it before JAX begins; in one process it does nothing.

    Args:
      coordinator: "HOST:PORT" of host 0, which listens there. None: the cluster says so, or there is none.
      hosts: how many processes there are; host: which of them this one is, from 0.
      lost: called in a thread where host 0, at a `coordinator` that was given, ends before this process.
    Raises:
      InputError: the numbers make no sense, or not all hosts came within PATIENCE.
    """
    asked = [coordinator, hosts, host]
    if asked == [None, None, None]:
        if not _is_one_of_several():
            return
    else:
        require(None not in asked, "--coordinator, --hosts and --host go together; give all three")
        require(hosts >= 1, f"--hosts {hosts}: expected at least 1")
        require(0 <= host < hosts, f"--host {host}: expected 0 to {hosts - 1}, as there are --hosts {hosts}")
        if host == 0:
            call_roll(coordinator, hosts, PATIENCE)
        else:
            answer_roll(coordinator, hosts, host, PATIENCE)
            coordinator = open_relay(coordinator, PATIENCE, lost)
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    try:
        jax.distributed.initialize(
            coordinator,
            hosts,
            host,
            cluster_detection_method="deactivate" if coordinator else None,
            initialization_timeout=PATIENCE,
            heartbeat_timeout_seconds=HEARTBEAT,
            shutdown_timeout_seconds=HEARTBEAT,
        )
    except (RuntimeError, ValueError) as error:  # JAX's own errors are RuntimeErrors
        reason = str(error).splitlines()[0][:120]
        raise InputError(
            f"JAX could not connect the hosts ({reason}); give --coordinator, --hosts and --host"
        ) from error
    if not coordinator and _is_alone_on_its_machine():  # JAX lets each process of a cluster see one card only
        jax.config.update("jax_cuda_visible_devices", "all")


def count() -> int:
    """How many processes train together."""
    return jax.process_count()


def index() -> int:
    """Which of them this one is, from 0."""
    return jax.process_index()


def is_first() -> bool:
    """Whether this is host 0, which alone writes and shows progress."""
    return index() == 0


class Bystander:
    """What the other hosts have in the place of host 0's files and bars: every method does nothing."""

    def __enter__(self) -> "Bystander":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: None


def on_first(make: Callable[[], Any]) -> Any:
    """What `make` makes on host 0, which alone calls it; a Bystander on the others."""
    return make() if is_first() else Bystander()


def gather(numbers: Sequence[float]) -> np.ndarray:
    """The numbers of every host, float32 [hosts, len(numbers)]. Waits until all hosts have called it."""
    mine = np.asarray(numbers, np.float32)
    return multihost_utils.process_allgather(mine) if count() > 1 else mine[None]


def of_first(number: float) -> float:
    """The number that host 0 calls this with, in float32. Waits until all hosts have called it."""
    return float(gather([number])[0, 0])


def any_wants(wish: bool) -> bool:
    """Whether any host calls this with True. Waits until all hosts have called it."""
    return bool(gather([wish]).any())


def wait_for_first() -> None:
    """Waits until all hosts have called it: the others wait here while host 0 writes its files."""
    gather([0])


def bytes_of_first(content: bytes) -> bytes:
    """The content that host 0 calls this with; what the others call it with does not matter."""
    if count() == 1:
        return content
    length = int(multihost_utils.broadcast_one_to_all(np.int32(len(content))))
    mine = np.frombuffer(content.ljust(length, b"\0")[:length], np.uint8)
    return np.asarray(multihost_utils.broadcast_one_to_all(mine)).astype(np.uint8).tobytes()


@contextlib.contextmanager
def together() -> Iterator[None]:
    """What each host does for itself within this block; where one of them is refused, all are.

    Raises:
      InputError: that of this host, or else one that names the host that was refused.
    """
    error = None
    try:
        yield
    except InputError as refused:
        error = refused
    refused_hosts = np.flatnonzero(gather([error is not None])[:, 0])
    if error is not None:
        raise error
    if len(refused_hosts):
        raise InputError(f"host {refused_hosts[0]} cannot begin; its own message says why")


def check_equal(things: Mapping[str, object]) -> None:
    """Raises InputError, on every host, where a thing is not the same as on host 0.

    Args:
      things: by what they are called in the message; they are compared by their `repr`.
    """
    digests = [hashlib.sha256(repr(thing).encode()).digest()[:3] for thing in things.values()]
    found = gather([int.from_bytes(each) for each in digests])  # 24 bits are exact in float32
    for name, column in zip(things, found.T, strict=True):
        others = np.flatnonzero(column != column[0])
        if len(others):
            raise InputError(f"host {others[0]} has not the same {name} as host 0; start all hosts alike")


def end(status: int) -> NoReturn:
    """Ends this process at once, without waiting for the others, as one that has failed should."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _is_one_of_several() -> bool:
    """Whether a cluster has started several processes, and JAX can find out all else."""
    sizes = (os.environ.get(name, "1") for name in PROCESS_COUNTS)
    return (
        any(size.isdigit() and int(size) > 1 for size in sizes)
        or "," in os.environ.get("TPU_WORKER_HOSTNAMES", "")  # of a TPU pod
        or "JOB_COMPLETION_INDEX" in os.environ  # of an indexed job of Kubernetes
    )


def _is_alone_on_its_machine() -> bool:
    """Whether the cluster has started no other process of this run on the same machine."""
    tasks, machines = (os.environ.get(f"SLURM_STEP_NUM_{name}") for name in ("TASKS", "NODES"))
    is_alone_in_slurm = tasks is not None and tasks == machines
    return is_alone_in_slurm or os.environ.get("OMPI_COMM_WORLD_LOCAL_SIZE") == "1"
