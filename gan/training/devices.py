"""The machine that this process trains on."""

import contextlib
import ctypes
import math
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax

CPUINFO = Path("/proc/cpuinfo")
NVIDIA = Path("/proc/driver/nvidia/version")  # is there where a card's driver is
# A container's share of the processor, in microseconds of time a period: 200000 of 100000 are two cores.
# Linux says both in one file, or, with the older control groups, in two.
CPU_MAX = Path("/sys/fs/cgroup/cpu.max")
CPU_QUOTA_AND_PERIOD = (
    Path("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
    Path("/sys/fs/cgroup/cpu/cpu.cfs_period_us"),
)


def cpu_cores() -> int:
    """How many cores this process may use: a container or taskset may allow fewer than the machine has."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux has it
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError):
        files = [CPU_MAX] if CPU_MAX.exists() else CPU_QUOTA_AND_PERIOD
        quota, period = " ".join(file.read_text() for file in files).split()
        limit = math.ceil(int(quota) / int(period))  # a quota of "max" is no number; that and -1 are no limit
        cores = min(cores, limit) if int(quota) > 0 else cores
    return max(cores, 1)


def make_cores_devices() -> None:
    """Lets each core of a CPU be a device, so that `Trainer` can share a batch between cores.

    Call it before JAX begins. After that, or where XLA_FLAGS say how many devices there are, it does nothing.
    """
    if "host_platform_device_count" not in os.environ.get("XLA_FLAGS", ""):
        with contextlib.suppress(RuntimeError):
            jax.config.update("jax_num_cpu_devices", cpu_cores())


def default_count(batch: int, hosts: int = 1) -> int:
    """How many devices of this machine share a batch if nobody says: all accelerators that divide it evenly.

    Of a CPU it is one device, which uses every core within a product.

    Args:
      batch: what is shared: pictures, or packs of them where D scores several together.
      hosts: how many machines share it.
    """
    if jax.default_backend() == "cpu":
        return 1
    counts = range(jax.local_device_count(), 0, -1)
    return next((count for count in counts if batch % (count * hosts) == 0), 1)


def take_memory_as_needed() -> None:
    """Leaves the rest of a card to other programs: JAX would take three quarters of its memory at once.

    Call it before JAX begins; it changes nothing where the environment says how it is to be.
    """
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")


def describe() -> str:
    """The name of this machine's devices, for metadata and reports."""
    devices = jax.local_devices()
    if devices[0].platform != "cpu":
        return f"{len(devices)} × {devices[0].device_kind}"
    names = [
        line.split(":", 1)[1].strip() for line in _cpuinfo().splitlines() if line.startswith("model name")
    ]
    return f"{_cores()}, {names[0] if names else platform.processor() or platform.machine()}"


def unused_card() -> str:
    """A sentence about an NVIDIA card that JAX was not installed for; "" where there is none."""
    if jax.default_backend() != "cpu" or os.environ.get("JAX_PLATFORMS") or not NVIDIA.exists():
        return ""
    return 'This machine has an NVIDIA card, which JAX does not use; to use it: pip install "jax[cuda13]"'


def describe_for_visitors() -> dict[str, Any]:
    """What the server trains on, for the page: a `name` of few words, and whether it is an accelerator."""
    devices = jax.local_devices()
    if devices[0].platform != "cpu":
        return {"name": f"({len(devices)} × {devices[0].device_kind})", "isFast": True}
    return {"name": f"({_cores()})", "isFast": False}


def _cores() -> str:
    return "1 CPU core" if cpu_cores() == 1 else f"{cpu_cores()} CPU cores"


def cpu_flags() -> set[str]:
    """What the processor can do, as Linux names it: {"avx2", "amx_bf16", …}; elsewhere nothing."""
    lines = (line for line in _cpuinfo().splitlines() if line.startswith("flags"))
    return {flag for line in lines for flag in line.split()}


def versions() -> str:
    """The versions of the libraries that decide the numbers, for metadata."""
    return ", ".join(f"{name} {version(name)}" for name in ("jax", "flax", "optax"))


def give_memory_back() -> None:
    """Gives freed memory back to the system. glibc would keep it: about 100 MB after a run."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)


def _cpuinfo() -> str:
    return CPUINFO.read_text() if CPUINFO.exists() else ""
