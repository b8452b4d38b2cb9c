"""Convolutions written as matrix products, and dropout that is drawn per example.

XLA's CPU backend turns the gradients of strided and transposed convolutions into naive loops, more
than ten times slower than the same sums as one matrix product (`python -m gan benchmark` measures
both). So on a CPU we write three operations as one product each:

    convolve           out[i]          = Σ_a x[s·i + a − low] · kernel[a]
    its adjoint        out[s·i+a−low] += y[i] · kernel[a]          (a transposed convolution)
    kernel_gradient    out[a]          = Σ_i x[s·i + a − low] ⊗ y[i]

They are the three derivatives of one trilinear form Σ y · convolve(x, kernel). So the gradient of
each is made of the other two, and so are the gradients of those, which penalties such as R1 need.
GPUs and TPUs have good convolutions and use them. `resolve` is the one place that chooses; the two
agree in values, gradients and gradients of gradients.

All pictures are [B, H, W, C]; the padding is "same": stride s maps H to H / s, and transposed back
to s · H.
"""

from functools import partial
from typing import Literal

import jax
import jax.numpy as jnp
from jax import lax

Method = Literal["auto", "matmul", "lax"]
Precision = Literal["float32", "bfloat16"]


def resolve(method: Method) -> Method:
    """ "matmul" on a CPU and "lax" elsewhere, unless one is asked for."""
    if method != "auto":
        return method
    return "matmul" if jax.default_backend() == "cpu" else "lax"


def convolve(
    x: jax.Array, kernel: jax.Array, stride: int, method: Method = "auto", precision: Precision = "float32"
) -> jax.Array:
    """Strided convolution: out[i] = Σ_a x[s·i + a − low] · kernel[a], in both directions.

    Args:
      x: [B, H, W, in], H and W divisible by `stride`.
      kernel: [k, k, in, out], k ≥ stride.
      precision: of the factors; sums are float32 (of "lax", rounded to it once).
    Returns:
      [B, H/s, W/s, out], float32
    """
    if resolve(method) == "matmul":
        return _convolve(x, kernel, stride, precision)
    return lax.conv_general_dilated(
        x.astype(precision),
        kernel.astype(precision),
        (stride, stride),
        [_padding(kernel.shape[0], stride)] * 2,
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    ).astype(jnp.float32)


def convolve_transposed(
    x: jax.Array, kernel: jax.Array, stride: int, method: Method = "auto", precision: Precision = "float32"
) -> jax.Array:
    """The adjoint of `convolve`: out[s·i + a − low] += x[i] · kernel[a], in both directions.

    Args:
      x: [B, H, W, in]
      kernel: [k, k, in, out], k ≥ stride.
      precision: of the factors; sums are float32 (of "lax", rounded to it once).
    Returns:
      [B, s·H, s·W, out], float32
    """
    if resolve(method) == "matmul":
        return _adjoint(x, kernel.swapaxes(2, 3), stride, precision)
    size = kernel.shape[0]
    low, high = _padding(size, stride)
    return lax.conv_general_dilated(
        x.astype(precision),
        kernel[::-1, ::-1].astype(precision),
        (1, 1),
        [(size - 1 - low, size - 1 - high)] * 2,
        lhs_dilation=(stride, stride),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    ).astype(jnp.float32)


def _padding(size: int, stride: int) -> tuple[int, int]:
    low = (size - stride) // 2
    return low, size - stride - low


# --- The three products. Kernels are those of the convolution: [k, k, C, F] ------------------------

# XLA:CPU multiplies bfloat16 on the processor's matrix unit only if the result is float32 and the
# operands stand row by row, [M, K] [K, N]. A two-dimensional transpose would be folded into the
# product and lose that; one that moves more axes is carried out first. Hence the einsums over
# pictures, and kernels that are laid out in one go.


@partial(jax.custom_vjp, nondiff_argnums=(2, 3))
def _convolve(x: jax.Array, kernel: jax.Array, stride: int, precision: Precision) -> jax.Array:
    """x [B, H, W, C], kernel [k, k, C, F] to [B, H/s, W/s, F]."""
    patches = _patches(x, kernel.shape[0], stride, precision)
    flat = _blocks(kernel.astype(precision), stride).transpose(0, 2, 1, 3, 4, 5)
    return _product("bhwk,kf->bhwf", patches, flat.reshape(-1, kernel.shape[3]))


@partial(jax.custom_vjp, nondiff_argnums=(2, 3))
def _adjoint(y: jax.Array, kernel: jax.Array, stride: int, precision: Precision) -> jax.Array:
    """y [B, h, w, F], kernel [k, k, C, F] to [B, s·h, s·w, C]."""
    flat = _blocks(kernel.astype(precision), stride).transpose(5, 0, 2, 1, 3, 4)
    patches = _product("bhwf,fk->bhwk", y.astype(precision), flat.reshape(kernel.shape[3], -1))
    return _col2im(patches, kernel.shape[0], stride)


@partial(jax.custom_vjp, nondiff_argnums=(2, 3, 4))
def _kernel_gradient(x: jax.Array, y: jax.Array, size: int, stride: int, precision: Precision) -> jax.Array:
    """x [B, H, W, C], y [B, H/s, W/s, F] to [k, k, C, F]."""
    patches, y = _patches(x, size, stride, precision), y.astype(precision)
    taps, channels, features = -(-size // stride), x.shape[3], y.shape[3]
    blocks = (taps, taps, stride, stride, channels)
    width = patches.shape[3]
    # Either the patches are transposed, or y and the product are: whichever moves less.
    if patches.size < y.size + width * features:
        flat = _product("bhwk,bhwf->kf", patches, y)
        kernel = flat.reshape(*blocks, features).transpose(0, 2, 1, 3, 4, 5)
    else:
        flat = _product("bhwf,bhwk->fk", y, patches)
        kernel = flat.reshape(features, *blocks).transpose(1, 3, 2, 4, 5, 0)
    return kernel.reshape(taps * stride, taps * stride, channels, features)[:size, :size]


def _product(axes: str, a: jax.Array, b: jax.Array) -> jax.Array:
    return jnp.einsum(axes, a, b, preferred_element_type=jnp.float32)


_convolve.defvjp(
    lambda x, kernel, stride, precision: (_convolve(x, kernel, stride, precision), (x, kernel)),
    lambda stride, precision, saved, slope: (
        _adjoint(slope, saved[1], stride, precision),
        _kernel_gradient(saved[0], slope, saved[1].shape[0], stride, precision),
    ),
)
_adjoint.defvjp(
    lambda y, kernel, stride, precision: (_adjoint(y, kernel, stride, precision), (y, kernel)),
    lambda stride, precision, saved, slope: (
        _convolve(slope, saved[1], stride, precision),
        _kernel_gradient(slope, saved[0], saved[1].shape[0], stride, precision),
    ),
)
_kernel_gradient.defvjp(
    lambda x, y, size, stride, precision: (_kernel_gradient(x, y, size, stride, precision), (x, y)),
    lambda size, stride, precision, saved, slope: (
        _adjoint(saved[1], slope, stride, precision),
        _convolve(saved[0], slope, stride, precision),
    ),
)


def _patches(x: jax.Array, size: int, stride: int, precision: Precision) -> jax.Array:
    """`_im2col` of x in that precision. XLA:CPU moves no bfloat16, only float32 or plain bits."""
    if precision == "float32":
        return _im2col(x, size, stride)
    bits = lax.bitcast_convert_type(x.astype(precision), jnp.uint16)
    return lax.bitcast_convert_type(_im2col(bits, size, stride), jnp.bfloat16)


def _im2col(x: jax.Array, size: int, stride: int) -> jax.Array:
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
    windows = jnp.empty((batch, rows, columns, taps * taps, x.shape[-1]), x.dtype)
    for a in range(taps):
        for b in range(taps):
            windows = windows.at[:, :, :, a * taps + b].set(x[:, a : a + rows, b : b + columns])
    return windows.reshape(batch, rows, columns, -1)


def _col2im(patches: jax.Array, size: int, stride: int) -> jax.Array:
    """The transpose of `_im2col`: [B, h, w, taps² · s² · C] to [B, s·h, s·w, C], sums of what overlaps."""
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
    low, _ = _padding(size, stride)
    return x[:, low : low + stride * rows, low : low + stride * columns]


def _blocks(kernel: jax.Array, stride: int) -> jax.Array:
    """[k, k, C, F] to [taps, s, taps, s, C, F]."""
    size = kernel.shape[0]
    taps = -(-size // stride)
    extra = taps * stride - size  # a 7×7 kernel of stride 2 gets a row and a column of zeros
    kernel = jnp.pad(kernel, ((0, extra), (0, extra), (0, 0), (0, 0)))
    return kernel.reshape(taps, stride, taps, stride, *kernel.shape[2:])
