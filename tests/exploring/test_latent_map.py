"""What Explore knows of a model, and the file that keeps it beside the checkpoint."""

import shutil

import numpy as np
import pytest

from gan.data import datasets
from gan.exploring import latent_map
from gan.exploring.attributes import DRAWN, image_attributes
from gan.exploring.directions import COUNT
from gan.networks import checkpoints, latents, tensor_file
from gan.networks.sampler import Sampler
from tests.conftest import CHECKPOINTS

pytestmark = pytest.mark.runs_long

NAMES = [attribute.name for attribute in DRAWN]


@pytest.mark.parametrize("name", ["mnist", "mnist-digits"])
def test_the_shipped_maps_belong_to_the_shipped_models(name):
    path = CHECKPOINTS / f"{name}.safetensors"
    sampler = Sampler(checkpoints.load_model(path))

    def fail():
        raise AssertionError("the map that ships is of other weights")

    made = latent_map.load(path, sampler, fail)
    count = COUNT
    assert np.allclose(made.directions @ made.directions.T, np.eye(count), atol=1e-4)
    assert len({named["name"] for named in made.names()}) == count
    # A name is true on samples that were not measured.
    z = latents.stream(99, 200, sampler.config.z_dim)
    labels = np.arange(200) % 10
    for direction, named in zip(made.directions, made.names(), strict=True):
        if named["name"] in NAMES:
            low, high = (
                image_attributes(sampler.generate(z + s * direction, labels), True) for s in (-1.5, 1.5)
            )
            change = (high - low).mean(0)[NAMES.index(named["name"])]
            assert np.sign(change) == np.sign(float(named["effect"].split("°")[0].split(" ")[0]))


def test_a_map_is_kept_beside_its_checkpoint_and_made_anew_for_others(tiny_digits, tmp_path, monkeypatch):
    path = tmp_path / "model.safetensors"
    shutil.copy(tiny_digits, path)
    sampler = Sampler(checkpoints.load_model(path))
    monkeypatch.setattr(latent_map, "FULL", latent_map.MapSize(16, 20, 120))
    first = latent_map.load(path, sampler, datasets.load_dataset)
    beside = latent_map.path_beside(path)
    assert beside.name == "model.latent-map.safetensors"
    monkeypatch.setattr(latent_map, "make", None)
    again = latent_map.load(path, sampler, None)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    made = []
    monkeypatch.setattr(latent_map, "make", lambda *arguments: made.append(1) or first)
    beside.write_bytes(b"damaged")
    latent_map.load(path, sampler, lambda: None)
    latent_map.load(path, sampler, lambda: None)
    assert made == [1]


@pytest.mark.parametrize(("named", "rows"), [("letters", 10), ("other", 0)])
def test_real_pictures_at_a_path_are_known_by_its_last_part(tiny_digits, mnist, named, rows):
    """As a run on the server names what it learns from: nobody shall read whose folder it is."""
    model = checkpoints.load_model(tiny_digits)
    sampler = Sampler(model._replace(metadata={"dataset": named}))
    dataset = mnist._replace(
        name="/of/somebody/letters", images=mnist.images[:100], labels=mnist.labels[:100]
    )
    made = latent_map.make(sampler, dataset, latent_map.MapSize(16, 20, 120))
    assert made.logits.shape == (rows, 101)


def test_the_shipped_charts_know_their_points():
    made = tensor_file.read_arrays(latent_map.path_beside(CHECKPOINTS / "mnist-digits.safetensors"))[0]
    assert (made["digits"] == np.arange(latent_map.FULL.points) % 10).mean() > 0.98
    assert made["scores"].min() < 5 < made["scores"].mean() < 95 < made["scores"].max()


OLDER_NAMES = {"attribute_stds": "spreads", "probability_changes": "drifts", "positions": "places"}


@pytest.fixture(scope="module")
def shipped():
    path = CHECKPOINTS / "mnist.safetensors"
    return path, Sampler(checkpoints.load_model(path))


def test_a_map_that_an_older_version_wrote_is_read(tmp_path, shipped):
    path, sampler = shipped
    copy = tmp_path / "copy.safetensors"
    shutil.copy(path, copy)
    wanted = latent_map.load(path, sampler, None)
    latent_map.save(copy, wanted)
    arrays, metadata = tensor_file.read_arrays(latent_map.path_beside(copy))
    assert set(arrays) == set(latent_map.LatentMap._fields)
    latent_map.path_beside(copy).unlink()
    older = {OLDER_NAMES.get(name, name): array for name, array in arrays.items()}
    path = tmp_path / "copy.survey.safetensors"
    tensor_file.write_arrays(path, older, {**metadata, "format": "forger-survey"})
    found = latent_map.load(copy, sampler, None)
    assert all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))


WRONG_ARRAYS = {
    "directions": np.zeros((8, 3), np.float32),
    "effects": np.zeros((8, 5), np.float32),
    "attribute_stds": np.full(7, np.nan, np.float32),
    "probability_changes": np.float32(0),
    "logits": np.zeros((10, 101), np.float32),
    "positions": np.zeros((0, 2), np.float32),
    "digits": np.zeros(5, np.uint8),
    "scores": np.zeros(latent_map.FULL.points, np.int32),
}


@pytest.mark.parametrize("name", WRONG_ARRAYS)
def test_a_map_with_a_wrong_array_is_made_anew(tmp_path, shipped, monkeypatch, name):
    path, sampler = shipped
    copy = tmp_path / "copy.safetensors"
    shutil.copy(path, copy)
    good = latent_map.load(path, sampler, None)
    latent_map.save(copy, good._replace(**{name: WRONG_ARRAYS[name]}))
    monkeypatch.setattr(latent_map, "make", lambda *arguments: good)
    found = latent_map.load(copy, sampler, lambda: None)
    assert getattr(found, name) is getattr(good, name)
