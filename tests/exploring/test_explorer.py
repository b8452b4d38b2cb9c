import numpy as np
import pytest

from gan.errors import InputError
from gan.evaluation import nearest
from gan.exploring import latent_map
from gan.exploring.explorer import Explorer
from gan.networks import checkpoints
from gan.training.saved_state import model_of
from gan.training.state import init_state
from gan.ui import explore
from tests.conftest import make_tiny

pytestmark = pytest.mark.runs_long


@pytest.fixture(scope="module")
def explorer(tmp_path_factory):
    """Of an untrained tiny model, with a small latent map."""
    path = tmp_path_factory.mktemp("explorer") / "digits.safetensors"
    recipe = make_tiny(classes=10)
    checkpoints.save_model(path, model_of(recipe, init_state(recipe, 0), {"dataset": "mnist", "step": 0}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(latent_map, "FULL", latent_map.MapSize(4, 16, 120))
        made = Explorer(path)
        _ = made.latent_map
    return made


def test_a_latent_is_a_seed_moved(explorer):
    home = explorer.latent(3)
    np.testing.assert_allclose(explorer.latent(3, 0.5), home / 2, rtol=1e-6)
    moved = explorer.latent(3, 1.0, {2: 1.5})
    np.testing.assert_allclose(moved - home, 1.5 * explorer.latent_map.directions[2], atol=1e-5)
    np.testing.assert_allclose(explorer.latent(3, 1.0, None, {5: -2.0})[5], home[5] - 2, rtol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((-1,), "seed -1"),
        ((2**31,), "seed 2147483648"),
        ((0, 1.5), "truncation 1.5"),
        ((0, float("nan")), "truncation nan"),
        ((0, 1.0, {99: 0.0}), "shifts"),
        ((0, 1.0, {-1: 0.0}), "shifts"),
        ((0, 1.0, {0: float("nan")}), "shifts"),
        ((0, 1.0, {0: 1e9}), "shifts"),
        ((0, 1.0, None, {64: 1.0}), "edits"),
    ],
)
def test_latents_out_of_range_are_refused(explorer, arguments, word):
    with pytest.raises(InputError, match=word):
        explorer.latent(*arguments)


def test_a_logit_has_its_place_among_those_of_real_digits(explorer, mnist):
    images, labels = mnist.images[:200], mnist.labels[:200]
    logits = [explorer.discriminate(images[i : i + 1], int(labels[i]))[0] for i in range(200)]
    percentiles = [explorer.latent_map.logits[label] for label in labels]
    shares = [(of_real < logit).mean() for of_real, logit in zip(percentiles, logits, strict=True)]
    assert 0 <= min(shares) < 0.2, "real pictures spread over the whole scale"
    assert 0.8 < max(shares) <= 1
    assert 0.35 < np.mean(shares) < 0.65


def test_a_z_of_another_length_is_refused(explorer):
    short = explorer.latent(1)[:-1]
    with pytest.raises(InputError, match="z has 7 numbers, this model takes 8"):
        explorer.generate(short, 3)
    with pytest.raises(InputError, match="z: expected 1 × 8 numbers, not 7"):
        explore._draw(explorer, {"z": short, "digit": 3})
    with pytest.raises(InputError, match="z: expected 2 × 8 numbers, not 14"):
        explore._sheet(explorer, {"z": np.tile(short, 2), "digits": [1, 2]})
    with pytest.raises(InputError, match="knows the classes 0 to 9"):
        explore._sheet(explorer, {"z": np.zeros(16, np.float32), "digits": [1, 12]})


def test_the_page_is_told_no_more_of_a_model_than_it_needs(explorer):
    told = explore._load(explorer)
    words = {"singular": "digit", "plural": "digits", "kind": "drawings"}
    assert told["metadata"] == {"dataset": "mnist", "step": "0", **words}
    assert set(told) == {"config", "metadata", "latent_map"}


@pytest.mark.parametrize("path", ["slerp", "lerp"])
def test_a_way_leads_from_one_seed_to_the_other(explorer, path):
    pictures = explorer.interpolate(1, 2, 5, path, label=4)
    ends = [explorer.generate(explorer.latent(seed), 4)[0] for seed in (1, 2)]
    for found, wanted in zip((pictures[0], pictures[-1]), ends, strict=True):
        assert np.abs(found.astype(int) - wanted).max() <= 1
    with pytest.raises(InputError, match="frames 1"):
        explorer.interpolate(1, 2, 1, path)


def test_the_nearest_originals_of_a_training_digit_begin_with_itself(mnist):
    found = nearest.nearest_training_images(mnist.images[123])
    assert np.array_equal(found.images[0], mnist.images[123])
    assert found.labels[0] == mnist.labels[123]
    assert found.distances[0] == pytest.approx(0, abs=5e-3)
    assert list(found.distances) == sorted(found.distances)
    pixels = mnist.images.reshape(60_000, -1).astype(np.float32) / 255
    wanted = np.sort(np.linalg.norm(pixels - pixels[123], axis=1))[:5]
    np.testing.assert_allclose(found.distances, wanted, atol=5e-3)
