"""Convolutions with fewer multiplications, for float32 on a CPU, as Toom and Cook multiply polynomials.

Along a column of an image, a transposed convolution multiplies two polynomials: Σ y_i tⁱ, whose coefficients
are m pixels, and Σ k_a tᵃ, whose coefficients are the taps of the kernel. Written out, that is m · taps
products. But the result has m + taps − 1 coefficients, so its values at as many points t determine it, and
its value at a point is one product: that of the values of the two. For 7 pixels and 2 taps these are 8
products instead of 14. A product here is one of matrices, of channels; going to points and back is cheap
beside it.

    values of y and of the kernel:      Y = X y,  K = T k        X [points, m], T [points, taps]
    transposed convolution:             Z (K · Y)                Z [m + taps − 1, points]
    convolution, its adjoint:           Xᵀ (K · Zᵀ x)
    kernel gradient, the other one:     Tᵀ (Y · Zᵀ x)

Z interpolates: it is the inverse of the matrix that takes coefficients to values. The other axis of the image
is multiplied as in `gan.networks.conv`, by patches that hold the taps of a row. (Cook 1966, "On the minimum
computation time of functions"; for networks: Lavin & Gray 2015, arXiv 1509.09308.)

The results differ from exact ones by 1 to 4 millionths of their size, and plain sums in float32 by 0.2
millionths. bfloat16 would not bear the numbers, up to 4⁶, that go to points and back.
"""

import functools
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from gan.networks.patches import in_memory, padding, to_blocks

# Where polynomials are looked at; a last point is infinity, where the value is the highest coefficient.
POINTS = (0, 1, -1, 2, -2, 1 / 2, -1 / 2, 4)

Pair = tuple[jax.Array, jax.Array]
Forward = tuple[jax.Array, Pair]  # an output, and what its derivative needs


class Transforms(NamedTuple):
    """To points, as matrices whose rows are points: P of them. A column of h outputs is cut into tiles."""

    images: np.ndarray  # Zᵀ of each tile: [P · tiles · s, H], from the rows of an image
    outputs: np.ndarray  # X of each tile: [P · tiles, h], from the rows of an output
    kernel: np.ndarray  # T: [P, taps]


def pay(batch: int, rows: int, kernel: jax.Array, stride: int, cores_share: bool) -> bool:
    """Whether points make a convolution to so many rows of outputs, or a transposed one of so many, faster.

    Going to points and back is the work of one core. So where several share a device, it must save more.
    The limits are from an AMD EPYC (tests/benchmarks/README.md).
    Args:
      batch: how many images there are.
      kernel: of the convolution, or of the one whose transpose it is: [k, k, C, F].
      cores_share: whether several cores of a processor work on one device.
    """
    size, _, channels, features = kernel.shape
    taps = -(-size // stride)
    if jax.default_backend() != "cpu" or taps not in (2, 3):
        return False
    tile = _tile(rows, taps)
    if tile < 4 or batch * rows < (224 if cores_share else 56):
        return False
    # Of each output: multiplications saved, and numbers that go to points.
    saved = taps * stride**2 * channels * features * (taps - (tile + taps - 1) / tile)
    moved = stride**2 * channels + features
    return not cores_share or saved > 100 * moved


@functools.partial(jax.custom_vjp, nondiff_argnums=(2,))
def conv(x: jax.Array, kernel: jax.Array, stride: int) -> jax.Array:
    """The convolution of x [B, H, W, C] with kernel [k, k, C, F]: [B, H/s, W/s, F]."""
    size, rows = kernel.shape[0], x.shape[1] // stride
    patches = _image_values(x, size, stride)  # [P, B · tiles, W/s, K]
    values = jnp.einsum("pbwk,pfk->pbwf", patches, _kernel_values(kernel, rows, stride))
    return _from_output_values(values, x.shape[0], rows, size, stride)


@functools.partial(jax.custom_vjp, nondiff_argnums=(2,))
def conv_transpose(y: jax.Array, kernel: jax.Array, stride: int) -> jax.Array:
    """The adjoint of `conv` in x: y [B, h, w, F] and kernel [k, k, C, F] to [B, s·h, s·w, C]."""
    batch, rows = y.shape[:2]
    values = _output_values(y, kernel.shape[0], stride)  # [P, B · tiles, w, F]
    patches = jnp.einsum("pbwf,pfk->pbwk", values, _kernel_values(kernel, rows, stride))
    return _from_image_values(patches, batch, rows, kernel.shape[0], stride)


@functools.partial(jax.custom_vjp, nondiff_argnums=(2, 3))
def kernel_gradient(x: jax.Array, y: jax.Array, size: int, stride: int) -> jax.Array:
    """The adjoint of `conv` in its kernel: x [B, H, W, C] and y [B, H/s, W/s, F] to [k, k, C, F]."""
    values = _output_values(y, size, stride)
    matrix = jnp.einsum("pbwf,pbwk->pfk", values, _image_values(x, size, stride))
    return _from_kernel_values(matrix, y.shape[1], size, stride)


# --- Their derivatives. For L = Σ g · output, each gradient of L is one of the other two products ----


def _conv_fwd(x: jax.Array, kernel: jax.Array, stride: int) -> Forward:
    return conv(x, kernel, stride), (x, kernel)


def _conv_bwd(stride: int, residuals: Pair, g: jax.Array) -> Pair:
    x, kernel = residuals
    return conv_transpose(g, kernel, stride), kernel_gradient(x, g, kernel.shape[0], stride)


def _conv_transpose_fwd(y: jax.Array, kernel: jax.Array, stride: int) -> Forward:
    return conv_transpose(y, kernel, stride), (y, kernel)


def _conv_transpose_bwd(stride: int, residuals: Pair, g: jax.Array) -> Pair:
    y, kernel = residuals
    return conv(g, kernel, stride), kernel_gradient(g, y, kernel.shape[0], stride)


def _kernel_gradient_fwd(x: jax.Array, y: jax.Array, size: int, stride: int) -> Forward:
    return kernel_gradient(x, y, size, stride), (x, y)


def _kernel_gradient_bwd(size: int, stride: int, residuals: Pair, g: jax.Array) -> Pair:
    x, y = residuals
    return conv_transpose(y, g, stride), conv(x, g, stride)


conv.defvjp(_conv_fwd, _conv_bwd)
conv_transpose.defvjp(_conv_transpose_fwd, _conv_transpose_bwd)
kernel_gradient.defvjp(_kernel_gradient_fwd, _kernel_gradient_bwd)


# --- To points and back -----------------------------------------------------------------------------


def _tile(rows: int, taps: int) -> int:
    """The most rows that divide `rows` and need no more points than there are."""
    return max(m for m in range(1, len(POINTS) + 3 - taps) if rows % m == 0)


@functools.cache
def _transforms(rows: int, size: int, stride: int) -> Transforms:
    """For a column of so many outputs, and a kernel of that size and stride."""
    taps = -(-size // stride)
    m = _tile(rows, taps)
    tiles, length = rows // m, m + taps - 1
    interpolation = np.linalg.inv(_powers(length, length))  # [length, P]
    low, _ = padding(size, stride)
    images = np.zeros((length, tiles, stride, stride * rows))
    outputs = np.zeros((length, tiles, rows))
    for tile in range(tiles):
        outputs[:, tile, tile * m : (tile + 1) * m] = _powers(length, m)
        for block in range(length):
            for phase in range(stride):
                row = stride * (tile * m + block) + phase - low
                if 0 <= row < stride * rows:  # others are padding
                    images[:, tile, phase, row] = interpolation[block]
    matrices = images.reshape(-1, stride * rows), outputs.reshape(-1, rows), _powers(length, taps)
    return Transforms(*(matrix.astype(np.float32) for matrix in matrices))


def _powers(points: int, count: int) -> np.ndarray:
    """[points, count]: takes the coefficients of a polynomial to its values; the last point is infinity."""
    powers = np.vander(POINTS[: points - 1], count, increasing=True)
    return np.vstack([powers, np.eye(count)[-1]])


def _along_rows(matrix: np.ndarray, x: jax.Array) -> jax.Array:
    """matrix [p, r] applied to the rows of x [B, r, w, C]: [B, p, w, C].

    One product for each image: the rows of an image lie as they must for it, those of a batch do not.
    """
    batch, rows, width, channels = x.shape
    matrices = jnp.broadcast_to(matrix, (batch, *matrix.shape))
    values = jnp.einsum("bpr,brk->bpk", matrices, x.reshape(batch, rows, -1))
    return values.reshape(batch, -1, width, channels)


def _image_values(x: jax.Array, size: int, stride: int) -> jax.Array:
    """Images [B, H, W, C] as patches at points: [P, B · tiles, W/s, taps · s² · C]."""
    batch, height, width, channels = x.shape
    taps, rows, columns = -(-size // stride), height // stride, width // stride
    transforms = _transforms(rows, size, stride)
    points = len(transforms.kernel)
    low, _ = padding(size, stride)
    high = stride * (taps - 1) - low
    x = in_memory(lambda x: jnp.pad(x, ((0, 0), (0, 0), (low, high), (0, 0))), x)
    values = _along_rows(transforms.images, x)
    values = values.reshape(batch, points, -1, stride, columns + taps - 1, stride * channels)
    values = values.transpose(1, 0, 2, 4, 3, 5)  # [P, B, tiles, W/s + taps − 1, s, s · C]
    windows = jnp.stack([values[:, :, :, b : b + columns] for b in range(taps)], axis=4)
    return windows.reshape(points, -1, columns, taps * stride * stride * channels)


def _from_image_values(patches: jax.Array, batch: int, rows: int, size: int, stride: int) -> jax.Array:
    """The transpose of `_image_values`: patches [P, B · tiles, w, taps · s² · C] to [B, s·h, s·w, C]."""
    points, _, columns, width = patches.shape
    taps = -(-size // stride)
    channels, last = width // (taps * stride * stride), taps - 1

    def add_up(patches: jax.Array) -> jax.Array:
        blocks = patches.reshape(points, batch, -1, columns, taps, stride, stride * channels)
        blocks = blocks.transpose(4, 1, 0, 2, 5, 3, 6)  # [taps, B, P, tiles, s, w, s · C]
        return sum(
            jnp.pad(blocks[b], ((0, 0),) * 4 + ((b, last - b), (0, 0))) for b in range(taps)
        )  # [B, P, tiles, s, w + taps − 1, s · C]

    values = in_memory(add_up, patches).reshape(batch, -1, stride * (columns + last), channels)
    x = _along_rows(_transforms(rows, size, stride).images.T, values)  # [B, s·h, s·(w + taps − 1), C]
    low, _ = padding(size, stride)
    return x[:, :, low : low + stride * columns]


def _output_values(y: jax.Array, size: int, stride: int) -> jax.Array:
    """Outputs [B, h, w, F] at points: [P, B · tiles, w, F]."""
    batch, rows, columns, features = y.shape
    transforms = _transforms(rows, size, stride)
    points = len(transforms.kernel)
    values = _along_rows(transforms.outputs, y).reshape(batch, points, -1, columns, features)
    return values.swapaxes(0, 1).reshape(points, -1, columns, features)


def _from_output_values(values: jax.Array, batch: int, rows: int, size: int, stride: int) -> jax.Array:
    """The transpose of `_output_values`: [P, B · tiles, w, F] to [B, h, w, F]."""
    points, _, columns, features = values.shape
    values = values.reshape(points, batch, -1, columns, features).swapaxes(0, 1)
    outputs = _transforms(rows, size, stride).outputs.T
    return _along_rows(outputs, values.reshape(batch, -1, columns, features))


def _kernel_values(kernel: jax.Array, rows: int, stride: int) -> jax.Array:
    """A kernel [k, k, C, F] at points: [P, F, taps · s² · C]."""
    matrix = _transforms(rows, kernel.shape[0], stride).kernel
    blocks = to_blocks(kernel, stride).transpose(0, 5, 2, 1, 3, 4)  # [taps, F, taps, s, s, C]
    values = matrix @ blocks.reshape(len(blocks), -1)
    return values.reshape(len(matrix), kernel.shape[3], -1)


def _from_kernel_values(values: jax.Array, rows: int, size: int, stride: int) -> jax.Array:
    """The transpose of `_kernel_values`: [P, F, taps · s² · C] to [k, k, C, F]."""
    points, features, _ = values.shape
    taps = -(-size // stride)
    blocks = _transforms(rows, size, stride).kernel.T @ values.reshape(points, -1)
    blocks = blocks.reshape(taps, features, taps, stride, stride, -1).transpose(0, 3, 2, 4, 5, 1)
    kernel = blocks.reshape(taps * stride, taps * stride, -1, features)
    return kernel[:size, :size]
