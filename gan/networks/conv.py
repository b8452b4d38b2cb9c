"""Convolutions written as matrix products.

XLA's CPU backend turns the gradients of strided and transposed convolutions into naive loops, more
than ten times slower than the same sums as one matrix product (`python -m gan benchmark` measures
both). On an NVIDIA H200 whole train steps are 1.3 to 8 times as fast by products as by its convolutions
(tests/benchmarks/README.md). So we write three operations as one product each:

    convolution        out[i]          = Σ_a x[s·i + a − low] · kernel[a]
    its transpose      out[s·i+a−low] += y[i] · kernel[a]
    kernel gradient    out[a]          = Σ_i x[s·i + a − low] ⊗ y[i]

They are the three derivatives of one trilinear form, Σ y · convolution(x, kernel). So the gradient of
each is made of the other two, and so are the gradients of those, which penalties such as R1 need.
TPUs were not measured, and use their own convolutions. On a CPU in float32, larger layers need fewer
multiplications by points (`gan.networks.points`). `_resolve_for` is the one place that chooses; all agree in
values, gradients and gradients of gradients.

All images are [B, H, W, C]. The padding is "same": a convolution of stride s turns the height H into
H / s, and its transpose turns it back into s · H.
"""

from functools import partial
from typing import Literal

import jax
import jax.numpy as jnp
from jax import lax

from gan.networks import points
from gan.networks.patches import Precision, col2im, im2col_in_precision, in_memory, padding, to_blocks

Method = Literal["auto", "points", "matmul", "lax"]
Pair = tuple[jax.Array, jax.Array]
Forward = tuple[jax.Array, Pair]  # an output, and what its derivative needs


def resolve(method: Method) -> Method:
    """The method that is meant: "auto" is "lax" on a TPU and "matmul" elsewhere."""
    if method != "auto":
        return method
    return "lax" if jax.default_backend() == "tpu" else "matmul"


def _resolve_for(
    method: Method, precision: Precision, batch: int, rows: int, kernel: jax.Array, stride: int
) -> Method:
    """What computes one layer, whose columns have so many outputs: "points", "matmul" or "lax".

    Both "auto" and "points" mean points where these are faster. "points" also says that each device is one
    core, for which they are faster more often.
    """
    if method == "points" or (method == "auto" and resolve(method) == "matmul"):
        pay = precision == "float32" and points.pay(batch, rows, kernel, stride, method == "auto")
        return "points" if pay else "matmul"
    return resolve(method)


def convolve(
    x: jax.Array, kernel: jax.Array, stride: int, method: Method = "auto", precision: Precision = "float32"
) -> jax.Array:
    """A strided convolution: out[i] = Σ_a x[s·i + a − low] · kernel[a], along both axes of the images.

    Args:
      x: [B, H, W, in], H and W divisible by `stride`.
      kernel: [k, k, in, out], k ≥ stride.
      precision: of the factors of products. Sums are float32; with the method "lax" and bfloat16, they are
        bfloat16 once, before they become float32.
    Returns:
      [B, H/s, W/s, out], float32
    """
    batch, height, width, _ = x.shape
    method = _resolve_for(method, precision, batch, height // stride, kernel, stride)
    if method == "points":
        return points.conv(x, kernel, stride)
    if method == "matmul":
        if kernel.shape[:2] == (3, 3) and stride == 1 and height % 2 == width % 2 == 0:
            return _conv_of_blocks(x, kernel, precision)
        return _conv(x, kernel, stride, precision)
    return lax.conv_general_dilated(
        x.astype(precision),
        kernel.astype(precision),
        (stride, stride),
        [padding(kernel.shape[0], stride)] * 2,
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    ).astype(jnp.float32)


def convolve_transposed(
    x: jax.Array, kernel: jax.Array, stride: int, method: Method = "auto", precision: Precision = "float32"
) -> jax.Array:
    """A transposed convolution: out[s·i + a − low] += x[i] · kernel[a], along both axes of the images.

    Args:
      x: [B, H, W, in]
      kernel: [k, k, in, out], k ≥ stride.
      precision: of the factors of products. Sums are float32; with the method "lax" and bfloat16, they are
        bfloat16 once, before they become float32.
    Returns:
      [B, s·H, s·W, out], float32
    """
    adjoint = kernel.swapaxes(2, 3)  # the kernel of the convolution that this is the transpose of
    method = _resolve_for(method, precision, *x.shape[:2], adjoint, stride)
    if method == "points":
        return points.conv_transpose(x, adjoint, stride)
    if method == "matmul":
        return _conv_transpose(x, adjoint, stride, precision)
    size = kernel.shape[0]
    low, high = padding(size, stride)
    return lax.conv_general_dilated(
        x.astype(precision),
        kernel[::-1, ::-1].astype(precision),
        (1, 1),
        [(size - 1 - low, size - 1 - high)] * 2,
        lhs_dilation=(stride, stride),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    ).astype(jnp.float32)


# --- The three products. Kernels are those of the convolution: [k, k, C, F] ------------------------

# XLA:CPU multiplies bfloat16 on the processor's matrix unit only if the result is float32 and the
# operands stand row by row, [M, K] [K, N]. A two-dimensional transpose would be folded into the
# product and lose that; a transpose of more axes is carried out first. That is why the products are
# einsums over images, and why kernels are laid out by one transpose of all their axes.


@partial(jax.custom_vjp, nondiff_argnums=(2, 3))
def _conv(x: jax.Array, kernel: jax.Array, stride: int, precision: Precision) -> jax.Array:
    """The convolution of x [B, H, W, C] with kernel [k, k, C, F]: [B, H/s, W/s, F]."""
    patches = im2col_in_precision(
        x, kernel.shape[0], stride, precision
    )  # [B, H/s, W/s, K], K = taps² · s² · C
    blocks = to_blocks(kernel.astype(precision), stride)  # [taps, s, taps, s, C, F]
    matrix = blocks.transpose(0, 2, 1, 3, 4, 5).reshape(-1, kernel.shape[3])  # [K, F]
    return _product("bhwk,kf->bhwf", patches, matrix)


@partial(jax.custom_vjp, nondiff_argnums=(2, 3))
def _conv_transpose(y: jax.Array, kernel: jax.Array, stride: int, precision: Precision) -> jax.Array:
    """The adjoint of `_conv` in x: y [B, h, w, F] and kernel [k, k, C, F] to [B, s·h, s·w, C]."""
    blocks = to_blocks(kernel.astype(precision), stride)  # [taps, s, taps, s, C, F]
    matrix = blocks.transpose(5, 0, 2, 1, 3, 4).reshape(kernel.shape[3], -1)  # [F, K]
    patches = _product("bhwf,fk->bhwk", y.astype(precision), matrix)  # [B, h, w, K]
    return in_memory(partial(col2im, size=kernel.shape[0], stride=stride), patches)


@partial(jax.custom_vjp, nondiff_argnums=(2, 3, 4))
def _kernel_gradient(x: jax.Array, y: jax.Array, size: int, stride: int, precision: Precision) -> jax.Array:
    """The adjoint of `_conv` in its kernel: x [B, H, W, C] and y [B, H/s, W/s, F] to [k, k, C, F]."""
    patches = im2col_in_precision(x, size, stride, precision)  # [B, H/s, W/s, K]
    y = y.astype(precision)
    taps, channels, features = -(-size // stride), x.shape[3], y.shape[3]
    blocks = (taps, taps, stride, stride, channels)
    width = patches.shape[3]
    # Either the patches are transposed, or y and the product are. We choose what moves fewer numbers.
    if patches.size < y.size + width * features:
        matrix = _product("bhwk,bhwf->kf", patches, y)
        kernel = matrix.reshape(*blocks, features).transpose(0, 2, 1, 3, 4, 5)
    else:
        matrix = _product("bhwf,bhwk->fk", y, patches)
        kernel = matrix.reshape(features, *blocks).transpose(1, 3, 2, 4, 5, 0)
    return kernel.reshape(taps * stride, taps * stride, channels, features)[:size, :size]


def _product(axes: str, a: jax.Array, b: jax.Array) -> jax.Array:
    return jnp.einsum(axes, a, b, preferred_element_type=jnp.float32)


def _conv_of_blocks(x: jax.Array, kernel: jax.Array, precision: Precision) -> jax.Array:
    """A 3×3 convolution of stride 1 that makes 2×2 pixels at once, from the 4×4 that they need.

    [B, H, W, C] with kernel [3, 3, C, F] to [B, H, W, F], H and W even. There are 16/9 of the operations,
    but the patches hold 4 numbers for each of x, instead of 9. On a core of an AMD EPYC, whole steps of
    networks with residual layers take 8 to 15 % less time so.
    """
    batch, height, width, _ = x.shape
    shifted = [jnp.pad(kernel, ((a, 1 - a), (b, 1 - b), (0, 0), (0, 0))) for a in (0, 1) for b in (0, 1)]
    y = _conv(x, jnp.concatenate(shifted, axis=3), 2, precision)  # [B, H/2, W/2, 4 · F]
    y = y.reshape(batch, height // 2, width // 2, 2, 2, -1).transpose(0, 1, 3, 2, 4, 5)
    return y.reshape(batch, height, width, -1)


# --- Their derivatives. For L = Σ g · output, each gradient of L is one of the other two products ----


def _conv_fwd(x: jax.Array, kernel: jax.Array, stride: int, precision: Precision) -> Forward:
    return _conv(x, kernel, stride, precision), (x, kernel)


def _conv_bwd(stride: int, precision: Precision, residuals: Pair, g: jax.Array) -> Pair:
    """∂L/∂x and ∂L/∂kernel, where g is ∂L/∂output [B, H/s, W/s, F]."""
    x, kernel = residuals
    x_gradient = _conv_transpose(g, kernel, stride, precision)
    kernel_gradient = _kernel_gradient(x, g, kernel.shape[0], stride, precision)
    return x_gradient, kernel_gradient


def _conv_transpose_fwd(y: jax.Array, kernel: jax.Array, stride: int, precision: Precision) -> Forward:
    return _conv_transpose(y, kernel, stride, precision), (y, kernel)


def _conv_transpose_bwd(stride: int, precision: Precision, residuals: Pair, g: jax.Array) -> Pair:
    """∂L/∂y and ∂L/∂kernel, where g is ∂L/∂output [B, s·h, s·w, C]."""
    y, kernel = residuals
    y_gradient = _conv(g, kernel, stride, precision)
    kernel_gradient = _kernel_gradient(g, y, kernel.shape[0], stride, precision)
    return y_gradient, kernel_gradient


def _kernel_gradient_fwd(x: jax.Array, y: jax.Array, size: int, stride: int, precision: Precision) -> Forward:
    return _kernel_gradient(x, y, size, stride, precision), (x, y)


def _kernel_gradient_bwd(size: int, stride: int, precision: Precision, residuals: Pair, g: jax.Array) -> Pair:
    """∂L/∂x and ∂L/∂y, where g is ∂L/∂output [k, k, C, F]."""
    x, y = residuals
    x_gradient = _conv_transpose(y, g, stride, precision)
    y_gradient = _conv(x, g, stride, precision)
    return x_gradient, y_gradient


_conv.defvjp(_conv_fwd, _conv_bwd)
_conv_transpose.defvjp(_conv_transpose_fwd, _conv_transpose_bwd)
_kernel_gradient.defvjp(_kernel_gradient_fwd, _kernel_gradient_bwd)
