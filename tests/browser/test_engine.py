"""The networks in the page against the same networks in JAX, in a real Chromium."""

import base64
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gan.data import datasets
from gan.evaluation import classifier
from gan.exploring import inversion, page_model
from gan.networks import checkpoints, latents
from gan.networks.networks import Discriminator, Generator
from gan.networks.sampler import Sampler
from tests.conftest import CHECKPOINTS, ROOT
from tests.exploring.test_page_model import RESIDUAL, STAGES, odd_model

PREPARE = """async ([kernels, classifier, model]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
  const { Machine } = await import("/web/engine/machine.js");
  const { Model } = await import("/web/engine/model.js");
  const { Classifier } = await import("/web/engine/classifier.js");
  const program = kernels === null ? null : await WebAssembly.compile(bytes(kernels));
  const machine = await Machine.start(program);
  window.classifier = new Classifier(machine, bytes(classifier));
  window.model = new Model(machine, bytes(model));
}"""
# In Base64: Playwright takes seconds for as many numbers.
DRAW = """([z, digits]) => {
  const floats = new Float32Array(Uint8Array.from(atob(z), (letter) => letter.charCodeAt(0)).buffer);
  const pixels = model.generator.generate(floats, digits);
  return btoa(Array.from(pixels, (pixel) => String.fromCharCode(pixel)).join(""));
}"""
SCORE = """([pictures, digits]) => digits.map((digit, i) => {
  const picture = Uint8Array.from(pictures[i]);
  return [model.discriminator.logit(picture, digit), Array.from(model.discriminator.slopes(picture, digit)),
          picture.length === 784 ? Array.from(classifier.read(picture)) : null];
})"""


ODD = {"generator_channels": "12,6"}  # no multiples of eight


def encode(content):
    return base64.b64encode(content).decode()


@pytest.fixture(scope="module")
def blank(browser, address):
    """A page of the app's origin, with nothing in it."""
    page = browser.new_page()
    page.goto(f"{address}/web/engine/tensors.js")
    yield page
    page.close()


def load(page, model, kernels="kernels.wasm"):
    program = kernels and encode((ROOT / "gan/web/engine" / kernels).read_bytes())
    content = page_model.to_page_file(model, None)  # a latent map changes no picture
    page.evaluate(PREPARE, [program, encode(classifier.PATH.read_bytes()), encode(content)])


def drawn(page, z, labels):
    pictures = page.evaluate(DRAW, [encode(np.asarray(z, np.float32).tobytes()), labels.tolist()])
    return np.frombuffer(base64.b64decode(pictures), np.uint8)


SEARCH = """async ([picture, steps]) => {
  const { startSearch, continueSearch } = await import("/web/engine/inversion.js");
  let search = startSearch(model, Uint8Array.from(picture));
  const row = model.generator.row(search.z.slice(0, model.config.z_dim), search.digits[0]);
  const first = Array.from(model.gradient.slopes([row], search.picture));
  while (search.step < steps) search = continueSearch(model, search);
  return [first, search.digits, Array.from(search.z), search.errors];
}"""


@pytest.mark.parametrize(
    ("name", "kernels", "count"),
    [
        ("mnist", "kernels.wasm", 1000),
        ("mnist-digits", "kernels.wasm", 1000),
        ("mnist", "kernels-relaxed.wasm", 1000),
        ("mnist", None, 40),  # a browser without WebAssembly draws by plain JavaScript
    ],
)
def test_shipped_models_draw_the_same_pictures(blank, name, kernels, count):
    model = checkpoints.load_model(CHECKPOINTS / f"{name}.safetensors")
    load(blank, model, kernels)
    z = latents.stream(5, count, model.recipe.model.z_dim)
    labels = np.arange(count) % 10
    wanted = Sampler(model).generate(z, labels)
    difference = np.abs(drawn(blank, z, labels).reshape(wanted.shape).astype(int) - wanted)
    assert difference.max() <= 1
    assert difference.mean() < 0.05


@pytest.mark.parametrize(
    "options",
    [
        {"batch_norm": True, "spectral_norm": True, "generator_kernels": "4,7"},
        {
            "mapping_layers": 2,
            "mapping_width": 12,
            "classes": 10,
            "latent_prior": "uniform",
            "sampling_scale": 1.2,
            "sampling_contrast": 1.1,
        }
        | ODD,
        {"classes": 10, "discriminator_hidden": 0, "discriminator_channels": "6,12"} | ODD,
        {
            "latent_classes": 4,
            "latent_class_inverse_temperature": 3.0,
            "latent_prior": "uniform",
            "sampling_class_offsets": (0.5, -0.25, 0.125, -0.5),
            "sampling_scale": 1.2,
            "sampling_contrast": 1.1,
        }
        | ODD,
        {"latent_classes": 3, "mapping_layers": 1, "mapping_width": 12} | ODD,
        {"latent_classes": 3, "mapping_layers": 1, "mapping_width": 12} | RESIDUAL | ODD,
        {"packing": 2},
        {"size": 32, "channels": 3, "classes": 10, "batch_norm": True} | ODD,
        {"size": 64, "channels": 1, "discriminator_hidden": 0} | RESIDUAL | STAGES,
    ],
)
def test_every_kind_of_network_runs(blank, options):
    model = odd_model(**options)
    config = model.recipe.model
    load(blank, model)
    z = latents.stream(5, 37, config.z_dim)  # no multiple of a batch
    labels = np.arange(37) % 10
    wanted = Sampler(model).generate(z, labels)
    assert np.abs(drawn(blank, z, labels).reshape(wanted.shape).astype(int) - wanted).max() <= 1
    if config.packing > 1:
        assert blank.evaluate("model.discriminator === undefined")
        return

    def logit(x, label):
        labels = label[None] if config.classes else None
        return Discriminator(config).apply(model.discriminator, x[None], labels)[0]

    real = wanted / np.float32(127.5) - 1
    logits, slopes = jax.jit(jax.vmap(jax.value_and_grad(logit)))(jnp.asarray(real), jnp.asarray(labels))
    probabilities = classifier.predict(wanted).probabilities if wanted.shape[1:] == (28, 28, 1) else None
    found = blank.evaluate(SCORE, [wanted.reshape(37, -1).tolist(), labels.tolist()])
    for i, (found_logit, found_slopes, found_probabilities) in enumerate(found):
        assert found_logit == pytest.approx(float(logits[i]), rel=2e-3, abs=2e-3)
        scale = np.abs(slopes[i]).max()
        np.testing.assert_allclose(np.ravel(found_slopes) / scale, np.ravel(slopes[i]) / scale, atol=5e-3)
        if probabilities is not None:
            np.testing.assert_allclose(found_probabilities, probabilities[i], atol=2e-3)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {
            "mapping_layers": 2,
            "mapping_width": 12,
            "classes": 10,
            "latent_prior": "uniform",
            "sampling_scale": 1.2,
            "sampling_contrast": 1.1,
        }
        | ODD,
        {
            "latent_classes": 4,
            "latent_class_inverse_temperature": 3.0,
            "latent_prior": "uniform",
            "sampling_class_offsets": (0.5, -0.25, 0.125, -0.5),
            "sampling_scale": 1.2,
            "sampling_contrast": 1.1,
        }
        | ODD,
        {"classes": 10} | RESIDUAL | ODD,
        {"size": 64, "channels": 3} | RESIDUAL | STAGES,
    ],
)
def test_slopes_at_z_are_the_same(blank, options):
    model = odd_model(**options)
    config = model.recipe.model
    load(blank, model)
    (wanted,) = Sampler(model).generate(latents.stream(7, 1, config.z_dim), np.array([3]))
    slopes, (digit, *_), z, _ = blank.evaluate(SEARCH, [wanted.ravel().tolist(), 0])

    def miss(z):
        generate = partial(Generator(config).apply, sampling=True)
        pictures = (generate(model.generator, z[None], jnp.array([digit])) + 1) / 2
        return jnp.square(pictures[0] - wanted / 255).mean()

    expected = jax.jit(jax.grad(miss))(jnp.array(z[: config.z_dim], jnp.float32))
    np.testing.assert_allclose(slopes, expected, atol=2e-2 * np.abs(expected).max())


def test_the_page_finds_as_near_a_forgery_as_python(blank):
    model = checkpoints.load_model(CHECKPOINTS / "mnist-digits.safetensors")
    load(blank, model)
    for wanted in datasets.load_dataset("mnist", "test").images[:2]:
        _, digits, z, errors = blank.evaluate(SEARCH, [wanted.ravel().tolist(), 100])
        best = int(np.argmin(errors))
        z = np.array(z, np.float32).reshape(len(digits), -1)[best]
        (picture,) = Sampler(model).generate(z[None], np.array([digits[best]]))
        error = np.square(picture.astype(float) - wanted).sum() / np.square(wanted.astype(float)).sum()
        assert error == pytest.approx(errors[best], rel=0.02)
        assert error < 1.3 * inversion.invert(Sampler(model), wanted).errors[0] + 0.005


def test_a_seed_is_the_same_z(blank):
    seeds = [0, 1, 7, 2**31 - 1]
    find = """async (seeds) => {
      const { fromSeed } = await import("/web/engine/latents.js");
      return seeds.map((seed) => Array.from(fromSeed(seed, 64)));
    }"""
    np.testing.assert_allclose(
        blank.evaluate(find, seeds), latents.from_seeds(np.array(seeds), 64), atol=2e-6
    )


@pytest.mark.parametrize("latent_classes", [0, 10])
def test_a_truncated_z_is_the_same(blank, latent_classes):
    z = latents.from_seeds(np.array([3]), 64)[0]
    find = """async ([z, latentClasses]) => {
      const { truncate } = await import("/web/engine/latents.js");
      return [1, 0.3, 0].map((t) => Array.from(truncate(Float32Array.from(z), t, latentClasses)));
    }"""
    for t, found in zip((1, 0.3, 0), blank.evaluate(find, [z.tolist(), latent_classes]), strict=True):
        np.testing.assert_allclose(found, latents.truncate(z, t, latent_classes), atol=1e-6)


@pytest.mark.parametrize("path", ["slerp", "lerp"])
def test_a_way_is_the_same(blank, path):
    a, b = latents.from_seeds(np.array([3, 4]), 64)
    find = """async ([path, a, b]) => {
      const latents = await import("/web/engine/latents.js");
      return [0, 0.25, 1].map((t) => Array.from(latents[path](a, b, t)));
    }"""
    wanted = getattr(latents, path)(a, b, np.array([0, 0.25, 1]))
    np.testing.assert_allclose(blank.evaluate(find, [path, a.tolist(), b.tolist()]), wanted, atol=1e-5)
