import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gan.networks import conv, points
from gan.recipes import RECIPES
from gan.training import trainer
from gan.training.batch import Data
from gan.training.state import init_state
from gan.training.trainer import build_train_chunk

SHAPES = [  # size, stride, rows and columns of the outputs, C, F
    (4, 2, (7, 7), 5, 3),
    (4, 2, (14, 5), 2, 3),  # two tiles
    (4, 2, (8, 8), 1, 6),  # nine points
    (3, 2, (6, 6), 2, 4),
    (3, 1, (7, 7), 4, 4),  # nine points
    (3, 1, (16, 3), 3, 2),
    (5, 2, (7, 7), 3, 2),  # three taps, of which the last half is zeros
]


@pytest.mark.parametrize(("size", "stride", "side", "channels", "features"), SHAPES)
def test_points_equal_plain_sums_to_the_second_derivative(size, stride, side, channels, features):
    keys = jax.random.split(jax.random.key(size), 3)
    x = jax.random.normal(keys[0], (2, stride * side[0], stride * side[1], channels))
    y = jax.random.normal(keys[1], (2, *side, features))
    kernel = jax.random.normal(keys[2], (size, size, channels, features))

    def results(convolve, transposed):
        def forms(x, y, kernel):
            """Σ sin of both operations: its derivatives use all three products, and theirs do again."""
            return jnp.sum(jnp.sin(convolve(x, kernel))) + jnp.sum(jnp.sin(transposed(y, kernel)))

        def penalty(*arguments):
            return sum(jnp.sum(gradient**2) for gradient in jax.grad(forms, (0, 1, 2))(*arguments))

        return jax.jit(
            lambda *arguments: (
                convolve(x, kernel),
                transposed(y, kernel),
                jax.grad(forms, (0, 1, 2))(*arguments),
                jax.grad(penalty, (0, 1, 2))(*arguments),
            )
        )(x, y, kernel)

    ours = results(
        lambda x, kernel: points.conv(x, kernel, stride),
        lambda y, kernel: points.conv_transpose(y, kernel, stride),
    )
    theirs = results(
        lambda x, kernel: conv._conv(x, kernel, stride, "float32"),
        lambda y, kernel: conv._conv_transpose(y, kernel, stride, "float32"),
    )
    for a, b in zip(*map(jax.tree.leaves, (ours, theirs)), strict=True):
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-4 * float(jnp.abs(b).max()))


def test_points_are_chosen_where_they_are_faster(monkeypatch):
    wide, narrow = jnp.zeros((4, 4, 64, 128)), jnp.zeros((4, 4, 16, 32))
    choose = conv._resolve_for
    assert choose("auto", "float32", 32, 7, wide, 2) == "points"
    assert choose("auto", "float32", 16, 7, wide, 2) == "matmul"  # too few images for a kernel's values
    assert choose("auto", "float32", 64, 7, narrow, 2) == "matmul"
    assert choose("points", "float32", 8, 7, narrow, 2) == "points"  # a core alone has nobody to wait for
    assert choose("points", "float32", 64, 1, jnp.zeros((1, 1, 64, 64)), 1) == "matmul"  # a dense layer
    assert choose("points", "float32", 64, 14, jnp.zeros((7, 7, 1, 128)), 2) == "matmul"  # four taps
    assert choose("points", "float32", 64, 11, wide, 2) == "matmul"  # 11 rows make no tiles
    for method in ("auto", "points"):
        assert choose(method, "bfloat16", 64, 7, wide, 2) == "matmul"
    for method in ("matmul", "lax"):
        assert choose(method, "float32", 64, 7, wide, 2) == method
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert choose("auto", "float32", 64, 7, wide, 2) == "matmul"


def test_cores_that_are_devices_go_to_points_by_themselves(monkeypatch):
    config = RECIPES["fast"].static_config
    methods = []
    for cores, devices in ((2, 2), (1, 1), (2, 1), (8, 2)):
        monkeypatch.setattr(trainer, "cpu_cores", lambda cores=cores: cores)
        build_train_chunk(config, devices, build_step=lambda *arguments: methods.append(arguments[2]))
    assert methods == ["points", "auto", "auto", "auto"]


@pytest.mark.parametrize(("name", "residual"), [("article", False), ("fast", True)])
def test_steps_by_points_are_those_by_plain_sums(mnist, name, residual):
    """With batch normalisation and dropout, and with R1, whose gradient is one of a gradient."""
    recipe = RECIPES[name].replace(
        batch_size=8, precision="float32", generator_residual=residual, discriminator_residual=residual
    )
    data = Data(jnp.asarray(mnist.images[:64]), jnp.asarray(mnist.labels[:64]))
    metrics = []
    for method in ("points", "matmul"):
        call = build_train_chunk(recipe.static_config, method=method)
        metrics.append(call(init_state(recipe, 0), recipe.hyper, data, jnp.int32(3))[1])
    for ours, theirs in zip(*metrics, strict=True):
        np.testing.assert_allclose(ours[:3], theirs[:3], rtol=1e-3, atol=1e-5)
