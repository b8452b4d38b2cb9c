"""What the page finds out about a latent space, beside what Python does."""

import numpy as np
import pytest

from gan.evaluation import classifier
from gan.exploring import latent_map, page_model
from gan.exploring.leading_directions import leading_directions
from gan.networks import checkpoints, latents, real_logits
from gan.networks.sampler import Sampler
from gan.training.saved_state import model_of
from gan.training.state import init_state
from tests.conftest import CHECKPOINTS, ROOT, make_tiny
from tests.web import scripts

pytestmark = pytest.mark.runs_long

SEEDS, REALS = 6, 1000


@pytest.fixture(scope="module")
def made(mnist, tmp_path_factory):
    """The conditional model that ships, and the latent map that the page makes of it.

    The page looks at real pictures itself here: the logits of real pictures are taken out of the metadata.
    """
    model = checkpoints.load_model(CHECKPOINTS / "mnist-digits.safetensors")
    model = model._replace(metadata={k: v for k, v in model.metadata.items() if k != real_logits.KEY})
    told = told_by_the_page(
        tmp_path_factory.mktemp("map"), model, mnist.images[:REALS], mnist.labels[:REALS], classifier.PATH
    )
    return Sampler(model), *told


def told_by_the_page(folder, model, images, labels, reader=None):
    """The names of the directions, and the arrays of the latent map.

    Args:
      reader: the file of the classifier that reads the pictures.
    """
    contents = {
        "page": page_model.to_page_file(model, None),
        "images": images.tobytes(),
        "labels": labels.astype(np.uint8).tobytes(),
    }
    given = {"kernels": str(ROOT / "gan/web/engine/kernels.wasm")}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        given[name] = str(folder / name)
    if reader is not None:
        given["classifier"] = str(reader)
    config = model.recipe.model
    given |= {
        "classes": list(map(str, range(config.classes))),
        "channels": config.channels,
        "size": config.size,
    }
    told = scripts.run("map.mjs", given)
    arrays = {
        name: np.reshape(each["values"], each["shape"]) for name, each in told.items() if name != "names"
    }
    return told["names"], arrays


def test_the_directions_are_those_along_which_pictures_change_most(made):
    sampler, names, arrays = made
    z_dim = sampler.config.z_dim
    wanted = leading_directions(
        lambda z: sampler.generate(z, np.arange(len(z)) // (2 * z_dim) % 10), z_dim, 8, SEEDS
    )
    assert len(names) == len(arrays["directions"]) == 8
    np.testing.assert_allclose(arrays["directions"] @ arrays["directions"].T, np.eye(8), atol=1e-5)
    overlap = np.linalg.svd(arrays["directions"] @ wanted.T, compute_uv=False)
    assert overlap.min() > 0.98  # they span the same space,
    assert np.abs(np.sum(arrays["directions"][:4] * wanted[:4], axis=1)).min() > 0.98  # in the same order


def test_scores_are_ranks_among_real_logits(made, mnist, monkeypatch):
    sampler, _, arrays = made
    monkeypatch.setattr(latent_map, "REAL_COUNT", REALS)
    percentiles = latent_map._real_logit_percentiles(sampler, mnist)
    np.testing.assert_allclose(arrays["logits"], percentiles, atol=0.05)
    labels = np.arange(400) % 10
    pictures = sampler.generate(latents.from_seeds(np.arange(400), sampler.config.z_dim), labels)
    logits = sampler.discriminate(pictures, labels)
    ranks = [np.searchsorted(percentiles[i], logit) for i, logit in zip(labels, logits, strict=True)]
    assert np.abs(arrays["scores"] - np.minimum(ranks, 100)).mean() < 1
    assert (arrays["digits"] == classifier.predict(pictures).labels).mean() > 0.99


def test_alike_pictures_lie_side_by_side_on_the_chart(made):
    _, _, arrays = made
    places = arrays["positions"]
    assert places.shape == (400, 2)
    assert np.abs(places).max() == pytest.approx(1)
    distances = np.linalg.norm(places[:, None] - places[None], axis=-1)
    np.fill_diagonal(distances, np.inf)
    is_same = arrays["digits"][distances.argmin(axis=1)] == arrays["digits"]
    assert is_same.mean() > 0.3  # by chance it would be one of ten


@pytest.mark.parametrize(("size", "channels"), [(28, 1), (32, 3)])
def test_pictures_that_nobody_reads_have_a_chart_too(tmp_path, size, channels):
    recipe = make_tiny(classes=3, size=size, channels=channels)
    reals = np.random.default_rng(0).integers(0, 256, (30, size, size, channels), np.uint8)
    model = model_of(recipe, init_state(recipe, 0), {"dataset": "own", "step": "0"})
    _, arrays = told_by_the_page(tmp_path, model, reals, np.arange(30) % 3)
    assert arrays["positions"].shape == (400, 2)
    assert np.abs(arrays["positions"]).max() == pytest.approx(1)
    assert (arrays["digits"] == np.arange(400) % 3).all()
    assert len(arrays["scores"]) == 400
    z = latents.from_seeds(np.arange(400), recipe.model.z_dim)
    pictures = Sampler(model).generate(z, np.arange(400) % 3).reshape(400, -1).astype(float)
    left = arrays["positions"][:, 0].argsort()
    near, far = (np.abs(pictures[left] - pictures[np.roll(left, by)]).mean() for by in (1, 200))
    assert near < far, "pictures side by side are more alike than those half the chart apart"
