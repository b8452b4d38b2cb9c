"""An accelerator trains as the CPU does, and several train as one. The benchmark measures more of this."""

import jax
import pytest

from tests.benchmarks import accelerator

pytestmark = pytest.mark.accelerator
# Of 20 steps of both recipes: the largest difference of the first loss, and that of the weights. The rates of
# `fast` are large, so small differences grow; bfloat16 rounds each factor to 8 bits.
BOUNDS = {"float32": (1e-4, 0.03), "bfloat16": (0.05, 0.3)}


@pytest.mark.parametrize("precision", accelerator.PRECISIONS)
def test_an_accelerator_agrees_with_the_cpu(precision, mnist):
    chosen = accelerator.recipes(small=False)
    here = accelerator.trace(chosen, precision, mnist)
    there = accelerator.trace_on_cpu(False, precision)
    first_loss, weights = BOUNDS[precision]
    for name, found in accelerator.differences(chosen, here, there).items():
        assert found["first_loss"] < first_loss, name
        assert found["weights"] < weights, name


def test_all_devices_agree_with_one(mnist):
    count = jax.local_device_count()
    if count == 1 or accelerator.BATCH % count:
        pytest.skip(f"{count} devices share no batch of {accelerator.BATCH}")
    chosen = accelerator.recipes(small=False)
    one, all_of_them = (accelerator.trace(chosen, "float32", mnist, each) for each in (1, count))
    for name, found in accelerator.differences(chosen, all_of_them, one).items():
        assert found["first_loss"] < 1e-4, name
        assert found["weights"] < 0.03, name


def test_a_card_is_not_kept_idle(mnist):
    recipe = accelerator.RECIPES["fast"].replace(batch_size=4096)
    assert accelerator.idle_share(recipe, mnist, 1.0) < 0.5
