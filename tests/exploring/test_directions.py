import shutil

import numpy as np
import pytest

from gan.data import datasets
from gan.exploring import directions, tsne
from gan.exploring.directions import ATTRIBUTES, Survey
from gan.networks import checkpoints, latents, tensor_file
from gan.networks.sampler import Sampler
from tests.conftest import CHECKPOINTS

NAMES = [attribute.name for attribute in ATTRIBUTES]


def measured(picture):
    return dict(zip(NAMES, directions.measure(picture[None, ..., None])[0], strict=True))


def bar(top=4, bottom=24, left=12, right=16, shear=0.0):
    """A straight stroke, leaning to the right by `shear` pixels a pixel."""
    y, x = np.mgrid[:28, :28]
    x = x + shear * (y - 13.5)
    inside = (y >= top) & (y < bottom) & (x >= left) & (x < right)
    return (255 * inside).astype(np.uint8)


def test_the_attributes_measure_what_they_are_called():
    upright = measured(bar())
    assert abs(upright["Slant"]) < 1
    assert measured(bar(shear=0.5))["Slant"] == pytest.approx(np.degrees(np.arctan(0.5)), abs=2)
    assert upright["Stroke"] == pytest.approx(4, rel=0.25)  # its ends are edges too
    assert measured(bar(left=10, right=18))["Stroke"] > 1.5 * upright["Stroke"]
    assert measured(bar(left=10, right=18))["Width"] == pytest.approx(2 * upright["Width"], rel=0.05)
    assert measured(bar(left=10, right=18, shear=0.4))["Width"] == pytest.approx(
        2 * upright["Width"], rel=0.1
    )
    assert measured(bar(top=9, bottom=19))["Height"] == pytest.approx(0.5 * upright["Height"], rel=0.05)
    assert measured(bar(4, 24, 4, 24))["Roundness"] == pytest.approx(1, abs=0.01)
    assert upright["Roundness"] < 0.3
    roof = np.maximum(bar(), bar(4, 8, 6, 22))
    assert measured(roof)["Top-heavy"] > 0.1 > -0.1 > measured(roof[::-1])["Top-heavy"]
    spine = np.maximum(bar(left=6, right=9), bar(13, 15, 6, 22))
    assert measured(spine)["Left-heavy"] > 0.1 > -0.1 > measured(spine[:, ::-1])["Left-heavy"]


def test_names_say_what_a_direction_does_most_and_differ():
    effects = np.zeros((5, len(ATTRIBUTES)))
    effects[0, NAMES.index("Slant")] = 20
    effects[1, NAMES.index("Slant")] = 10
    effects[1, NAMES.index("Width")] = 6
    effects[2, NAMES.index("Stroke")] = -2
    spreads = np.full(len(ATTRIBUTES), 2.0)
    drifts = np.zeros((5, 10))
    drifts[3, 4], drifts[3, 9] = -0.4, 0.5
    made = Survey(np.eye(5, 8), effects, spreads, drifts, np.zeros((0, 101)), None, None, None).names()
    assert [named["name"] for named in made] == ["Slant", "Slant and width", "Stroke", "4 to 9", "Style 1"]
    assert [named["effect"] for named in made] == ["+20°", "+10°", "-2 px", "50%", ""]


@pytest.mark.parametrize("name", ["mnist", "mnist-digits"])
def test_the_shipped_surveys_belong_to_the_shipped_models(name):
    path = CHECKPOINTS / f"{name}.safetensors"
    sampler = Sampler(checkpoints.load_model(path))

    def fail():
        raise AssertionError("the survey that ships is of other weights")

    made = directions.load(path, sampler, fail)
    count = directions.COUNT
    assert np.allclose(made.directions @ made.directions.T, np.eye(count), atol=1e-4)
    assert len({named["name"] for named in made.names()}) == count
    # A name is true on samples that the survey has not seen.
    z = latents.stream(99, 200, sampler.config.z_dim)
    labels = np.arange(200) % 10
    for direction, named in zip(made.directions, made.names(), strict=True):
        if named["name"] in NAMES:
            low, high = (directions.measure(sampler.generate(z + s * direction, labels)) for s in (-1.5, 1.5))
            change = (high - low).mean(0)[NAMES.index(named["name"])]
            assert np.sign(change) == np.sign(float(named["effect"].split("°")[0].split(" ")[0]))


def test_a_survey_is_kept_beside_its_checkpoint_and_made_anew_for_others(tiny_digits, tmp_path, monkeypatch):
    path = tmp_path / "model.safetensors"
    shutil.copy(tiny_digits, path)
    sampler = Sampler(checkpoints.load_model(path))
    monkeypatch.setattr(directions, "FULL", directions.Effort(16, 20, 120))
    first = directions.load(path, sampler, datasets.load_dataset)
    beside = directions.path_beside(path)
    assert beside.name == "model.survey.safetensors"
    monkeypatch.setattr(directions, "make", None)
    again = directions.load(path, sampler, None)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    made = []
    monkeypatch.setattr(directions, "make", lambda *arguments: made.append(1) or first)
    beside.write_bytes(b"damaged")
    directions.load(path, sampler, lambda: None)
    directions.load(path, sampler, lambda: None)
    assert made == [1]


def test_a_chart_puts_alike_beside_alike(mnist):
    images, labels = mnist.images[:600], mnist.labels[:600]
    places = tsne.embed(images.reshape(600, -1) / 255)
    assert [places.min(), places.max()] == [-1, 1]
    distances = np.linalg.norm(places[:, None] - places[None], axis=-1)
    nearest = np.argsort(distances, axis=1)[:, 1:6]
    assert (labels[nearest] == labels[:, None]).mean() > 0.75  # by chance: 0.1
    assert np.array_equal(places, tsne.embed(images.reshape(600, -1) / 255))


def test_the_shipped_charts_know_their_points():
    made = tensor_file.read_arrays(directions.path_beside(CHECKPOINTS / "mnist-digits.safetensors"))[0]
    assert (made["digits"] == np.arange(directions.FULL.points) % 10).mean() > 0.98
    assert made["scores"].min() < 5 < made["scores"].mean() < 95 < made["scores"].max()
