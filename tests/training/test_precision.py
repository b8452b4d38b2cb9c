"""float32 is float32 on every machine: no card may round the factors of a product unasked."""

import jax
import jax.numpy as jnp
import pytest
from jax.extend import core

from gan.networks.networks import Generator
from gan.training import state, step
from gan.training.batch import Data
from tests.conftest import make_tiny

PRODUCTS = ("dot_general", "conv_general_dilated")


def products(jaxpr):
    """Every product of a program, those of its inner programs included."""
    for equation in jaxpr.eqns:
        if equation.primitive.name in PRODUCTS:
            yield equation
        for inner in jax.tree.leaves(
            equation.params, is_leaf=lambda leaf: isinstance(leaf, core.ClosedJaxpr | core.Jaxpr)
        ):
            if isinstance(inner, core.ClosedJaxpr | core.Jaxpr):
                yield from products(getattr(inner, "jaxpr", inner))


def is_exact(equation):
    precision = equation.params["precision"]
    both = precision if isinstance(precision, tuple) else (precision, precision)
    return all(each == jax.lax.Precision.HIGHEST for each in both)


@pytest.mark.parametrize("method", ["matmul", "lax"])
def test_no_float32_product_of_a_step_is_rounded(method):
    recipe = make_tiny(classes=10)
    data = Data(jnp.zeros((4, 28, 28, 1), jnp.uint8), jnp.zeros(4, jnp.int32))
    take = step.build_step(recipe.static_config, method=method)
    program = jax.make_jaxpr(take)(state.init_state(recipe, 0), recipe.hyper, data, jnp.arange(16))
    found = [each for each in products(program.jaxpr) if each.invars[0].aval.dtype == jnp.float32]
    assert len(found) > 10
    assert all(map(is_exact, found))


def test_nor_of_a_generator_in_use():
    recipe = make_tiny()
    weights = state.init_state(recipe, 0).generator
    program = jax.make_jaxpr(Generator(recipe.model).apply)(weights, jnp.zeros((1, 8)))
    found = list(products(program.jaxpr))
    assert found
    assert all(map(is_exact, found))
