"""The layers that both networks are made of: convolution, dense layer, and dropout drawn per example."""

import math

import jax
import jax.numpy as jnp
from flax import linen as nn
from jax import lax

from gan.networks.conv import Method, Precision, convolve, convolve_transposed


class Conv(nn.Module):
    """A strided convolution with a bias: [B, H, W, in] to [B, H/s, W/s, features].

    A transposed one, also with a bias, goes from [B, H, W, in] to [B, s·H, s·W, features].
    """

    features: int
    size: int
    stride: int = 2
    transposed: bool = False
    method: Method = "auto"
    precision: Precision = "float32"
    kernel_init: nn.initializers.Initializer = nn.initializers.he_normal()

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        shape = (self.size, self.size, x.shape[-1], self.features)
        kernel = self.param("kernel", self.kernel_init, shape)
        bias = self.param("bias", nn.initializers.zeros_init(), (self.features,))
        operation = convolve_transposed if self.transposed else convolve
        return operation(x, kernel, self.stride, self.method, self.precision) + bias[None, None, None]


class Dense(nn.Module):
    """A matrix product with a bias, [B, in] to [B, features]: a convolution of images of one pixel."""

    features: int
    method: Method = "auto"
    precision: Precision = "float32"
    kernel_init: nn.initializers.Initializer = nn.initializers.he_normal()
    use_bias: bool = True

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        kernel = self.param("kernel", self.kernel_init, (x.shape[-1], self.features))
        x = convolve(x[:, None, None], kernel[None, None], 1, self.method, self.precision)[:, 0, 0]
        if self.use_bias:
            x = x + self.param("bias", nn.initializers.zeros_init(), (self.features,))[None]
        return x


def dropout(x: jax.Array, keys: jax.Array | None, rate: float) -> jax.Array:
    """x with some units set to 0 and the others divided by 1 − `rate`, so that the mean stays the same.

    Each example has a key of its own. So a batch draws the same masks on any number of devices. Two rounds of
    multiply and shift (as in lowbias32, a bijection of 32 bits) hash the number of each unit with the key
    of its example. XLA fuses them into one pass; with the bits of JAX's own generator, threefry, dropout
    took 5 % of the article's step.

    Args:
      x: [B, ...]
      keys: random keys [B], or None for no dropout.
      rate: the probability that a unit is set to 0.
    """
    if keys is None or not rate:
        return x
    shape = x.shape[1:]
    unit = lax.iota(jnp.uint32, math.prod(shape)).reshape(1, *shape)
    salt = jax.vmap(jax.random.bits)(keys).reshape(-1, *(1,) * len(shape))  # uint32 [B, 1, …]
    bits = unit * jnp.uint32(0x9E3779B9) ^ salt
    for shift, factor in ((16, 0x21F0AAAD), (15, 0xD35A2D97)):
        bits = (bits ^ bits >> shift) * jnp.uint32(factor)
    kept = bits >> 8 >= jnp.uint32(round(rate * 2**24))
    return jnp.where(kept, x / (1 - rate), 0)
