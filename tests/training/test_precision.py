"""float32 is float32 on every machine: no card rounds a product's factors unasked. "auto" is measured."""

import threading
from concurrent.futures import ThreadPoolExecutor

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.extend import core

from gan import cache
from gan.networks.networks import Generator
from gan.training import devices, precision, state, step
from gan.training.batch import Data
from gan.training.trainer import Trainer
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


@pytest.fixture
def measures(monkeypatch, tmp_path):
    """Starts a program, whose machine measures what the test says; the list of all that was measured."""
    monkeypatch.setattr(cache, "folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(devices, "CPUINFO", tmp_path / "cpuinfo")
    measured = []

    def starts(*gains):
        precision._fastest.cache_clear()
        monkeypatch.setattr(precision, "measure_gains", lambda: measured.append(gains) or gains)
        return measured

    yield starts
    precision._fastest.cache_clear()


def test_threads_that_ask_at_once_measure_once(measures, monkeypatch):
    measured = measures()
    has_begun, both_ask = threading.Event(), threading.Event()

    def measure():
        has_begun.set()
        both_ask.wait(60)
        measured.append("again")
        return [2.0]

    monkeypatch.setattr(precision, "measure_gains", measure)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(precision.resolve_precision, "auto") for _ in range(2)]
        has_begun.wait(60)
        has_begun.clear()
        assert not has_begun.wait(0.2), "the second waits for the first"
        both_ask.set()
    assert [each.result() for each in asked] == ["bfloat16"] * 2
    assert measured == ["again"]


@pytest.mark.parametrize(("gain", "chosen"), [(2.0, "bfloat16"), (1.05, "float32"), (0.1, "float32")])
def test_auto_is_what_is_faster_here_and_is_measured_once(gain, chosen, measures, mnist):
    measures(gain, gain)
    assert Trainer(make_tiny(precision="auto"), mnist).recipe.train.precision == chosen, "a run says which"
    measured = measures(1 / gain)
    assert precision.resolve_precision("auto") == chosen
    assert precision.resolve_precision("float32") == "float32"
    assert measured == [(gain, gain)]


@pytest.mark.parametrize(
    ("flags", "chosen"),
    [
        ("flags: fpu avx512f amx_bf16 amx_tile", "bfloat16"),
        ("flags: fpu avx512f avx512_bf16", "bfloat16"),
        ("flags: fpu avx512_vnni avx512_bf16x", "float32"),
        ("model name: avx512_bf16", "float32"),
    ],
)
def test_where_measurements_disagree_the_processors_list_decides_and_nothing_is_kept(flags, chosen, measures):
    devices.CPUINFO.write_text(f"model name: A Processor\n{flags}\n")
    for _ in range(2):
        measured = measures(0.5, 1.5)
        assert precision.resolve_precision("auto") == chosen
    assert len(measured) == 2


@pytest.mark.parametrize("content", ["", "[]", "{", '{"another machine": "float32"}'])
def test_a_cache_that_is_damaged_or_anothers_is_not_believed(content, measures):
    cache.folder().mkdir()
    (cache.folder() / precision.FILE).write_text(content)
    measures(3.0)
    assert precision.resolve_precision("auto") == "bfloat16"


def test_what_is_measured_are_ratios():
    gains = precision.measure_gains()
    assert len(gains) == precision.SERIES
    assert all(0.001 < gain < 1000 for gain in gains)


def test_an_accelerator_is_given_a_larger_product(monkeypatch):
    assert np.prod(precision.SHAPE_ON_ACCELERATORS) > 100 * np.prod(precision.SHAPE)
    monkeypatch.setattr(precision.jax, "default_backend", lambda: "gpu")
    monkeypatch.setattr(precision, "SHAPE_ON_ACCELERATORS", (8, 8, 8))
    monkeypatch.setattr(precision, "SHAPE", None)
    assert len(precision.measure_gains()) == precision.SERIES
