"""The train step of the page, in a real browser, against JAX's."""

import pytest

from tests.app import serving
from tests.conftest import ROOT
from tests.web.steps_in_jax import small, train_in_jax

STEPS = 3
COMPARE = """async ([folder, kernels, last]) => {
  const { compareSteps } = await import("/tests/web/compare_steps.mjs");
  const bytes = async (url) => (await fetch(url)).arrayBuffer();
  const read = (name) => bytes(`${folder}/${name}.safetensors`);
  return compareSteps({ kernels: await bytes(`/gan/web/engine/${kernels}`), read, last, mode: "each" });
}"""


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    folder = tmp_path_factory.mktemp("steps")
    train_in_jax(small("fast, told the class"), folder, STEPS)
    return folder


@pytest.mark.parametrize("kernels", ["kernels.wasm", "kernels-relaxed.wasm"])
def test_it_takes_the_steps_that_jax_takes(browser, steps, kernels):
    with serving(ROOT) as code, serving(steps, {"Access-Control-Allow-Origin": "*"}) as states:
        page = browser.new_page()
        page.goto(f"{code}/gan/web/engine/kernels.js")
        made = page.evaluate(COMPARE, [states, kernels, STEPS])
        page.close()
    gradients = {key: value for key, value in made["arrays"].items() if "/mu/" in key}
    weights = {key: value for key, value in made["kinds"].items() if key.endswith("/params")}
    assert max(gradients.values()) <= 2e-5, gradients
    assert max(weights.values()) <= 1e-5, weights
