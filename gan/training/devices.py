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


def describe() -> str:
    """The name of this machine's devices, for metadata and reports."""
    devices = jax.local_devices()
    if devices[0].platform != "cpu":
        return f"{len(devices)} × {devices[0].device_kind}"
    names = [
        line.split(":", 1)[1].strip() for line in _cpuinfo().splitlines() if line.startswith("model name")
    ]
    return f"{cpu_cores()} CPU cores, {names[0] if names else platform.processor() or platform.machine()}"


def describe_for_visitors() -> dict[str, Any]:
    """What the server trains on, for the page: a `name` of few words, and whether it is an accelerator."""
    devices = jax.local_devices()
    if devices[0].platform != "cpu":
        return {"name": f"({len(devices)} × {devices[0].device_kind})", "isFast": True}
    return {"name": f"({cpu_cores()} CPU cores)", "isFast": False}


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
