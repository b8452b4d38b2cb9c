"""How fast this machine trains.

`measure` trains for a few seconds with our matrix-product layers and with XLA's convolutions, measures the
rate of one large matrix product, and reports which share of that rate training reaches.
"""

import math
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.extend.core
import jax.numpy as jnp

from gan.config import Recipe
from gan.data import datasets
from gan.networks.conv import Method, Precision, resolve
from gan.training import devices
from gan.training.batch import Data
from gan.training.precision import resolve_precision
from gan.training.state import init_state
from gan.training.step import build_step
from gan.training.trainer import MAX_STEPS_PER_CALL, build_train_chunk

SIZE = 2048  # of the square matrices


def images_per_second(recipe: Recipe, training_set: Data, method: Method, seconds: float) -> float:
    """The rate of whole training steps, after one that compiles and one that warms up."""
    call = build_train_chunk(recipe.static_config, method=method)
    state = init_state(recipe, 0)

    def run(steps: int) -> float:
        nonlocal state
        start = time.perf_counter()
        state, metrics = call(state, recipe.hyper, training_set, jnp.int32(steps))
        jax.block_until_ready(metrics)
        return time.perf_counter() - start

    run(1)
    once = run(1)
    if once > seconds:
        return recipe.train.batch_size / once
    steps = max(1, min(round(seconds / 3 / once), MAX_STEPS_PER_CALL))
    best = min(run(steps) for _ in range(3))  # noise only ever adds time
    return recipe.train.batch_size * steps / best


def matmul_gflops(precision: Precision = "float32", repeats: int = 20) -> float:
    """The best rate of a product of two SIZE × SIZE matrices, in 10⁹ operations a second.

    `precision` is that of the factors; the sums are float32.
    """
    a = jax.random.normal(jax.random.key(0), (SIZE, SIZE)).astype(precision)
    product = jax.jit(partial(jnp.dot, precision="highest", preferred_element_type=jnp.float32))
    product(a, a).block_until_ready()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        product(a, a).block_until_ready()
        times.append(time.perf_counter() - start)
    return 2 * SIZE**3 / min(times) / 1e9


def useful_flops(recipe: Recipe) -> float:
    """Operations of one step's matrix products and convolutions, per picture.

    Counted in the step's jaxpr with `lax` convolutions, two operations a multiply-add. Of a
    dilated convolution only the products with the pictures' own pixels count, not those with the
    zeros between them; nor does anything that our layers compute beyond the definition. What they save by
    points (`gan.networks.points`) counts, so the rate of useful operations may be above that of products.
    """
    state = jax.eval_shape(lambda: init_state(recipe, 0))
    batch, side, channels = recipe.train.batch_size, recipe.model.size, recipe.model.channels
    training_set = Data(jnp.zeros((1, side, side, channels), jnp.uint8), jnp.zeros((1,), jnp.int32))
    step = build_step(recipe.static_config, method="lax")
    jaxpr = jax.make_jaxpr(step)(state, recipe.hyper, training_set, jnp.arange(batch))
    return 2 * sum(_multiplications(equation) for equation in _equations(jaxpr.jaxpr)) / batch


def _equations(jaxpr: Any) -> Iterator[Any]:
    for equation in jaxpr.eqns:
        yield equation
        for inner in jax.extend.core.jaxprs_in_params(equation.params):
            yield from _equations(inner)


def _multiplications(equation: Any) -> float:
    shapes = [variable.aval.shape for variable in equation.invars]
    output = math.prod(equation.outvars[0].aval.shape)
    if equation.primitive.name == "dot_general":
        (contracted, _), _ = equation.params["dimension_numbers"]
        return output * math.prod(shapes[0][axis] for axis in contracted)
    if equation.primitive.name == "conv_general_dilated":
        features = shapes[1][equation.params["dimension_numbers"].rhs_spec[0]]
        return output * math.prod(shapes[1]) / features / math.prod(equation.params["lhs_dilation"])
    return 0


class Rates(NamedTuple):
    """How fast training is, beside one large matrix product, both with factors of one precision."""

    images: float  # a second
    gflops: float  # of the product, in 10⁹ operations a second
    useful: float  # of training, in 10⁹ useful operations a second

    def tell(self, precision: Precision, report: Callable[[str], None]) -> None:
        """Reports both rates of operations as lines."""
        report(f"matrix product {self.gflops:10.0f} GFLOP/s, {precision}")
        share = f"a share of {self.useful / self.gflops:.0%}"
        report(f"training step  {self.useful:10.0f} GFLOP/s that are useful, {share}")


def rates(recipe: Recipe, training_set: Data, precision: Precision) -> Rates:
    """The rates of training and of the product, in that precision."""
    recipe = recipe.replace(precision=precision)
    before = matmul_gflops(precision)
    ours = "matmul" if resolve("auto") == "lax" else "auto"
    images = images_per_second(recipe, training_set, ours, seconds=12)
    gflops = max(before, matmul_gflops(precision))  # before and after: these machines drift
    return Rates(images, gflops, images * useful_flops(recipe) / 1e9)


def measure(recipe: Recipe, report: Callable[[str], None]) -> dict[str, float | int | str]:
    """Rates in pictures a second and in 10⁹ operations a second, by name. `report` gets each as a line."""
    mnist = datasets.load_dataset()
    training_set = Data(jnp.asarray(mnist.images), jnp.asarray(mnist.labels))
    report(f"{recipe.name}, batch {recipe.train.batch_size}, {devices.describe()}")
    exact = rates(recipe, training_set, "float32")
    report(f"our layers     {exact.images:10.0f} images/s")
    lax = images_per_second(recipe.replace(precision="float32"), training_set, "lax", seconds=6)
    report(f"lax layers     {lax:10.0f} images/s, ours are {exact.images / lax:.1f} times as fast")
    exact.tell("float32", report)
    figures = {
        "recipe": recipe.name,
        "batch_size": recipe.train.batch_size,
        "device": devices.describe(),
        "images_per_second": exact.images,
        "lax_images_per_second": lax,
        "matmul_gflops": exact.gflops,
        "useful_gflops": exact.useful,
        "share": exact.useful / exact.gflops,
    }
    if resolve_precision("auto") == "bfloat16":
        mixed = rates(recipe, training_set, "bfloat16")
        report(f"with bfloat16  {mixed.images:10.0f} images/s, as train.py trains on this processor")
        mixed.tell("bfloat16", report)
        figures["bfloat16_images_per_second"] = mixed.images
        figures["bfloat16_share"] = mixed.useful / mixed.gflops
    return figures
