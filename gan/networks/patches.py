"""Images as rows of a matrix: the patches that a convolution multiplies, and how they are added up again."""

from collections.abc import Callable
from typing import Literal

import jax
import jax.numpy as jnp
from jax import lax

Precision = Literal["float32", "bfloat16"]


def padding(size: int, stride: int) -> tuple[int, int]:
    """How many zeros "same" padding puts before and after each axis, for a kernel of that size."""
    low = (size - stride) // 2
    return low, size - stride - low


def im2col_in_precision(x: jax.Array, size: int, stride: int, precision: Precision) -> jax.Array:
    """`im2col` of x in that precision.

    XLA:CPU can copy float32 numbers and plain integers, but no bfloat16 numbers. So the patches are made
    of the bits of these, as uint16.
    """
    if precision == "float32":
        return im2col(x, size, stride)
    bits = lax.bitcast_convert_type(x.astype(precision), jnp.uint16)
    return lax.bitcast_convert_type(im2col(bits, size, stride), jnp.bfloat16)


def im2col(x: jax.Array, size: int, stride: int) -> jax.Array:
    """Images [B, H, W, C] as the patch under each output: [B, H/s, W/s, taps² · s² · C].

    First, each block of s × s pixels becomes channels. Then a patch is taps² whole blocks, with
    taps = ceil(k / s): for a 4×4 kernel of stride 2 these are 4 slices instead of 16 strided ones.
    """
    batch, height, width, channels = x.shape
    taps = -(-size // stride)
    rows, columns = height // stride, width // stride
    low, _ = padding(size, stride)
    high = stride * (taps - 1) - low
    x = jnp.pad(x, ((0, 0), (low, high), (low, high), (0, 0)))
    x = x.reshape(batch, rows + taps - 1, stride, columns + taps - 1, stride, channels)
    x = x.transpose(0, 1, 3, 2, 4, 5).reshape(batch, rows + taps - 1, columns + taps - 1, -1)
    windows = jnp.empty((batch, rows, columns, taps * taps, x.shape[-1]), x.dtype)
    for a in range(taps):
        for b in range(taps):
            windows = windows.at[:, :, :, a * taps + b].set(x[:, a : a + rows, b : b + columns])
    return windows.reshape(batch, rows, columns, -1)


def col2im(patches: jax.Array, size: int, stride: int) -> jax.Array:
    """The transpose of `im2col`: patches [B, h, w, taps² · s² · C] are added up where they overlap.

    Returns [B, s·h, s·w, C].
    """
    batch, rows, columns, _ = patches.shape
    taps = -(-size // stride)
    tiles = patches.reshape(batch, rows, columns, taps, taps, -1)
    last = taps - 1
    blocks = sum(
        jnp.pad(tiles[:, :, :, a, b], ((0, 0), (a, last - a), (b, last - b), (0, 0)))
        for a in range(taps)
        for b in range(taps)
    )  # [B, h + taps − 1, w + taps − 1, s² · C]
    x = blocks.reshape(batch, rows + last, columns + last, stride, stride, -1).transpose(0, 1, 3, 2, 4, 5)
    x = x.reshape(batch, stride * (rows + last), stride * (columns + last), -1)
    low, _ = padding(size, stride)
    return x[:, low : low + stride * rows, low : low + stride * columns]


def in_memory(function: Callable[[jax.Array], jax.Array], x: jax.Array) -> jax.Array:
    """function(x), computed once and kept in memory.

    XLA:CPU would compute it again in each loop that reads it: five times for the second map of the article's
    generator, an eighth of a whole step's time. It fuses nothing into a conditional, so on a CPU the function
    is both branches of one. (XLA:CPU removes an optimization barrier before it fuses. On a GPU, the host
    would wait for the condition.)
    """
    if jax.default_backend() != "cpu":
        return function(x)
    return lax.cond(x[(0,) * x.ndim] < 0, function, function, x)


def to_blocks(kernel: jax.Array, stride: int) -> jax.Array:
    """A kernel [k, k, C, F] as [taps, s, taps, s, C, F], with zeros where k is no multiple of s."""
    size = kernel.shape[0]
    taps = -(-size // stride)
    extra = taps * stride - size  # 1 for a 7×7 kernel of stride 2
    kernel = jnp.pad(kernel, ((0, extra), (0, extra), (0, 0), (0, 0)))
    return kernel.reshape(taps, stride, taps, stride, *kernel.shape[2:])
