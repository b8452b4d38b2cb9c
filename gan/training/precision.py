"""Which precision the factors of products have where a recipe says "auto": the faster one, as measured here.

The measurement takes some tenths of a second, once: its result is kept in the cache folder. So a processor or
a card that nobody has listed is right too. Sums, weights and all else are float32 in either case.
"""

import contextlib
import functools
import json
import os
import threading
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from gan import cache
from gan.networks.tensor_file import write_atomically
from gan.training import devices

FILE = "precision.json"  # in the cache folder: what was measured, by machine
# Rows, inner, columns of the product that is measured: a third of a millisecond of a CPU. A GPU needs so
# little for it that starting it may hide the difference (float32 was chosen on an H100); hence a larger one.
SHAPE, SHAPE_ON_ACCELERATORS = (512, 256, 128), (8192, 1024, 1024)
GAIN = 1.1  # bfloat16 is chosen if it is so many times as fast: less is within the noise, and it rounds
SERIES, TURNS = 3, 30  # so many measurements, of the fastest of so many products each
# What is believed where the measurements disagree, as on a machine that is busy: processors with one of these
# flags have instructions for products of bfloat16.
FASTER_BFLOAT16 = {"amx_bf16", "avx512_bf16"}
_measuring = threading.Lock()  # the app asks in two threads at its start: they would measure each other too


def resolve_precision(precision: str) -> str:
    """What "auto" means on this machine, "bfloat16" or "float32"; another precision is returned as it is."""
    if precision != "auto":
        return precision
    with _measuring:
        return _fastest()


def measure_gains() -> list[float]:
    """How many times as fast as in float32 a product is with factors in bfloat16: SERIES measurements."""
    rows, inner, columns = SHAPE if jax.default_backend() == "cpu" else SHAPE_ON_ACCELERATORS
    random = np.random.default_rng(0)
    shapes = (rows, inner), (inner, columns)
    x, y = (jnp.asarray(random.standard_normal(shape), jnp.float32) for shape in shapes)

    @functools.partial(jax.jit, static_argnums=2)
    def product(x: jax.Array, y: jax.Array, dtype: str) -> jax.Array:
        factors = x.astype(dtype), y.astype(dtype)
        return jnp.dot(*factors, precision="highest", preferred_element_type=jnp.float32)

    def seconds(dtype: str) -> float:
        start = time.perf_counter()
        product(x, y, dtype).block_until_ready()
        return time.perf_counter() - start

    for dtype in ("float32", "bfloat16"):
        seconds(dtype)  # compiles
    gains = []
    for _ in range(SERIES):
        # They take turns, because machines drift; noise only ever adds time, so the least is the best.
        turns = [(seconds("float32"), seconds("bfloat16")) for _ in range(TURNS)]
        exact, rounded = map(min, zip(*turns, strict=True))
        gains.append(exact / rounded)
    return gains


@functools.cache
def _fastest() -> str:
    """The faster precision, from the cache folder if it has been measured before."""
    path, machine = cache.folder() / FILE, _machine()
    known = _read(path)
    if known.get(machine) in ("float32", "bfloat16"):
        return known[machine]
    gains = measure_gains()
    if min(gains) <= GAIN < max(gains):  # they disagree: not worth keeping
        is_listed = jax.default_backend() == "cpu" and devices.cpu_flags() & FASTER_BFLOAT16
        return "bfloat16" if is_listed else "float32"
    found = "bfloat16" if min(gains) > GAIN else "float32"
    with contextlib.suppress(OSError):  # without a cache it is measured at each start
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps({**known, machine: found}, indent=1).encode())
    return found


def _read(path: Path) -> dict[str, str]:
    """What is known already; nothing, if the file is missing or damaged."""
    try:
        known = json.loads(path.read_text())
        return known if isinstance(known, dict) else {}
    except (OSError, ValueError):
        return {}


def _machine() -> str:
    """What the measurement depends on."""
    return ", ".join([devices.describe(), f"jax {jax.__version__}", os.environ.get("XLA_FLAGS", "")])
