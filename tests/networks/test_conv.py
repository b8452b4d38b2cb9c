import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gan.networks import conv
from gan.networks.layers import convolve, convolve_transposed, dropout

SHAPES = [
    (4, 2, 28, 1, 8),
    (4, 2, 14, 3, 5),
    (7, 2, 14, 6, 1),
    (3, 1, 7, 2, 3),
    (3, 1, 8, 3, 5),
    (5, 2, 8, 2, 2),
    (2, 2, 4, 1, 1),
    (1, 1, 1, 9, 4),
]


@pytest.mark.parametrize("operation", [convolve, convolve_transposed])
@pytest.mark.parametrize(("size", "stride", "side", "inputs", "outputs"), SHAPES)
def test_matrix_products_equal_lax_to_the_second_derivative(operation, size, stride, side, inputs, outputs):
    keys = jax.random.split(jax.random.key(size), 3)
    x = jax.random.normal(keys[0], (2, side, side, inputs))
    kernel = jax.random.normal(keys[1], (size, size, inputs, outputs))

    def results(method):
        def value(x, kernel):
            return operation(x, kernel, stride, method)

        def loss(x, kernel):
            return jnp.sum(jnp.sin(value(x, kernel)))

        def penalty(x, kernel):  # as R1: a function of the gradient at the input
            return jnp.sum(jax.grad(loss)(x, kernel) ** 2)

        def all_of_them(x, kernel):
            return value(x, kernel), jax.grad(loss, (0, 1))(x, kernel), jax.grad(penalty, (0, 1))(x, kernel)

        return jax.jit(all_of_them)(x, kernel)  # one program, not one for each operation

    for ours, theirs in zip(*map(jax.tree.leaves, (results("matmul"), results("lax"))), strict=True):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=2e-4 * float(jnp.abs(theirs).max()))


@pytest.mark.parametrize("operation", [convolve, convolve_transposed])
@pytest.mark.parametrize("method", ["matmul", "lax"])
def test_bfloat16_rounds_the_factors(operation, method):
    keys = jax.random.split(jax.random.key(0), 2)
    x, kernel = (
        jax.random.normal(key, shape).astype(jnp.bfloat16).astype(jnp.float32)
        for key, shape in zip(keys, ((2, 14, 14, 32), (4, 4, 32, 5)), strict=True)
    )

    def results(precision):
        def loss(x, kernel):
            return jnp.sum(operation(x, kernel, 2, method, precision) ** 2)

        def both(x, kernel):
            return operation(x, kernel, 2, method, precision), jax.grad(loss, (0, 1))(x, kernel)

        return jax.jit(both)(x, kernel)

    exact, mixed = jax.tree.leaves(results("float32")), jax.tree.leaves(results("bfloat16"))
    for a, b in zip(exact, mixed, strict=True):
        assert b.dtype == jnp.float32
        np.testing.assert_allclose(a, b, rtol=0, atol=0.01 * float(jnp.abs(a).max()))
    if method == "matmul":  # the factors are bfloat16 already, so that only the order of sums differs
        np.testing.assert_allclose(exact[0], mixed[0], atol=1e-4)


@pytest.mark.parametrize("method", ["matmul", "lax"])
def test_transposed_is_the_adjoint(method):
    keys = jax.random.split(jax.random.key(0), 3)
    x = jax.random.normal(keys[0], (2, 14, 14, 3))
    y = jax.random.normal(keys[1], (2, 7, 7, 5))
    kernel = jax.random.normal(keys[2], (4, 4, 3, 5))
    forwards = jnp.vdot(convolve(x, kernel, 2, method), y)
    backwards = jnp.vdot(x, convolve_transposed(y, kernel.swapaxes(2, 3), 2, method))
    np.testing.assert_allclose(forwards, backwards, rtol=1e-4)


def test_one_place_chooses_by_backend(monkeypatch):
    for backend, method in (("cpu", "matmul"), ("gpu", "matmul"), ("tpu", "lax")):
        monkeypatch.setattr(jax, "default_backend", lambda backend=backend: backend)
        assert conv.resolve("auto") == method
        assert conv.resolve("lax") == "lax"


def test_dropout_keeps_the_mean_and_belongs_to_the_example():
    keys = jax.random.split(jax.random.key(0), 4)
    x = jnp.ones((4, 100, 100))
    y = dropout(x, keys, 0.3)
    np.testing.assert_allclose(jnp.mean(y == 0), 0.3, atol=0.01)
    np.testing.assert_allclose(jnp.mean(y), 1.0, atol=0.02)
    np.testing.assert_array_equal(dropout(x[2:], keys[2:], 0.3), y[2:])
    kept = np.asarray(y > 0, float).reshape(4, -1) - 0.7
    for other in (kept[1], np.roll(kept[0], 1), np.roll(kept[0], 100)):  # examples and neighbours
        assert abs(np.mean(kept[0] * other)) < 0.21 * 4 / 100  # four standard deviations
    np.testing.assert_array_equal(dropout(x, None, 0.3), x)
