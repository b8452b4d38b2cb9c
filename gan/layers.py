"""Convolutions written as matrix products, and dropout that is drawn per example.

XLA's CPU backend turns the gradients of strided and transposed convolutions into naive loops, more
than ten times slower than the same sums as one matrix product (`python -m gan.benchmark` measures
both). So on a CPU a convolution unfolds its input into patches and multiplies once. A transposed
convolution is by definition the adjoint of a convolution, and is written as that: one product,
then the transpose of unfolding. GPUs and TPUs have good convolutions and use them. `resolve` is
the one place that chooses; the two agree in values, gradients and gradients of gradients.

All pictures are [B, H, W, C]; kernels are [k, k, in, out]; the padding is "same": stride s maps
H to H / s, and transposed back to s · H.
"""

from typing import Literal

import jax
import jax.numpy as jnp
from flax import linen as nn
from jax import lax

Method = Literal["auto", "matmul", "lax"]


def resolve(method: Method) -> Method:
    """ "matmul" on a CPU and "lax" elsewhere, unless one is asked for."""
    if method != "auto":
        return method
    return "matmul" if jax.default_backend() == "cpu" else "lax"


def convolve(x: jax.Array, kernel: jax.Array, stride: int, method: Method = "auto") -> jax.Array:
    """Strided convolution: out[i] = Σ_a x[s·i + a − low] · kernel[a], in both directions.

    Args:
      x: [B, H, W, in], H and W divisible by `stride`.
      kernel: [k, k, in, out], k ≥ stride.
    Returns:
      [B, H/s, W/s, out]
    """
    size = kernel.shape[0]
    if resolve(method) == "lax":
        return lax.conv_general_dilated(
            x,
            kernel,
            (stride, stride),
            [_padding(size, stride)] * 2,
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
        )
    return _unfold(x, size, stride) @ _flatten_kernel(kernel, stride)


def convolve_transposed(x: jax.Array, kernel: jax.Array, stride: int, method: Method = "auto") -> jax.Array:
    """The adjoint of `convolve`: out[s·i + a − low] += x[i] · kernel[a], in both directions.

    Args:
      x: [B, H, W, in]
      kernel: [k, k, in, out], k ≥ stride.
    Returns:
      [B, s·H, s·W, out]
    """
    batch, height, width, _ = x.shape
    size, features = kernel.shape[0], kernel.shape[-1]
    if resolve(method) == "lax":
        low, high = _padding(size, stride)
        return lax.conv_general_dilated(
            x,
            kernel[::-1, ::-1],
            (1, 1),
            [(size - 1 - low, size - 1 - high)] * 2,
            lhs_dilation=(stride, stride),
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
        )
    patches = x @ _flatten_kernel(kernel.swapaxes(2, 3), stride).T  # [B, H, W, taps² · s² · out]
    picture = jax.ShapeDtypeStruct((batch, stride * height, stride * width, features), x.dtype)
    fold = jax.linear_transpose(lambda y: _unfold(y, size, stride), picture)
    return fold(patches)[0]


def _padding(size: int, stride: int) -> tuple[int, int]:
    low = (size - stride) // 2
    return low, size - stride - low


def _unfold(x: jax.Array, size: int, stride: int) -> jax.Array:
    """[B, H, W, C] to the patch under each output: [B, H/s, W/s, taps² · s² · C].

    Blocks of s × s pixels become channels first, so that a patch is taps² = ceil(k/s)² whole
    blocks: 4 slices for a 4×4 kernel of stride 2 instead of 16 strided ones.
    """
    batch, height, width, channels = x.shape
    taps = -(-size // stride)
    rows, columns = height // stride, width // stride
    low, _ = _padding(size, stride)
    high = stride * (taps - 1) - low
    x = jnp.pad(x, ((0, 0), (low, high), (low, high), (0, 0)))
    x = x.reshape(batch, rows + taps - 1, stride, columns + taps - 1, stride, channels)
    x = x.transpose(0, 1, 3, 2, 4, 5).reshape(batch, rows + taps - 1, columns + taps - 1, -1)
    return jnp.concatenate(
        [x[:, a : a + rows, b : b + columns] for a in range(taps) for b in range(taps)], axis=-1
    )


def _flatten_kernel(kernel: jax.Array, stride: int) -> jax.Array:
    """[k, k, in, out] to [taps² · s² · in, out], in the order of `_unfold`."""
    size, _, inputs, outputs = kernel.shape
    taps = -(-size // stride)
    extra = taps * stride - size  # a 7×7 kernel of stride 2 gets a row and a column of zeros
    kernel = jnp.pad(kernel, ((0, extra), (0, extra), (0, 0), (0, 0)))
    kernel = kernel.reshape(taps, stride, taps, stride, inputs, outputs)
    return kernel.transpose(0, 2, 1, 3, 4, 5).reshape(-1, outputs)


class Conv(nn.Module):
    """A strided convolution, or a transposed one, with a bias."""

    features: int
    size: int
    stride: int = 2
    transposed: bool = False
    method: Method = "auto"
    kernel_init: nn.initializers.Initializer = nn.initializers.he_normal()

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        shape = (self.size, self.size, x.shape[-1], self.features)
        kernel = self.param("kernel", self.kernel_init, shape)
        bias = self.param("bias", nn.initializers.zeros_init(), (self.features,))
        operation = convolve_transposed if self.transposed else convolve
        return operation(x, kernel, self.stride, self.method) + bias[None, None, None]


def dropout(x: jax.Array, keys: jax.Array | None, rate: float) -> jax.Array:
    """Zeroes units with probability `rate` (to the nearest 1/256) and scales the others up.

    Each example has a key of its own, so that a batch draws the same masks on however many
    devices it is spread. Bytes, not floats, are drawn: a quarter of the random bits.

    Args:
      x: [B, ...]
      keys: [B], or None for no dropout.
    """
    drop = round(256 * rate)
    if keys is None or drop == 0:
        return x
    bits = jax.vmap(lambda key: jax.random.bits(key, x.shape[1:], "uint8"))(keys)
    return jnp.where(bits >= drop, x * (256 / (256 - drop)), 0)
