import dataclasses

import jax
import numpy as np
import pytest

from gan.cli import sample
from gan.errors import InputError
from gan.evaluation import classifier
from gan.networks import checkpoints, images, latents
from gan.networks.networks import Generator
from gan.networks.sampler import Sampler, _generate, generate
from tests.conftest import CHECKPOINTS
from tests.networks.compiled import apply

pytestmark = pytest.mark.runs_long


def test_batches_of_any_size_agree_and_compile_few_programs(tiny_model):
    sampler = Sampler(checkpoints.load_model(tiny_model))
    z = latents.stream(0, 600, sampler.config.z_dim)
    everything = sampler.generate(z)
    assert everything.shape == (600, 28, 28, 1)
    assert everything.dtype == np.uint8
    compiled = _generate._cache_size()
    for count in (1, 2, 16, 17, 63, 64, 65, 256, 257):
        pictures = sampler.generate(z[:count])
        assert np.abs(pictures.astype(int) - everything[:count]).max() <= 1  # a rounding of 8 bits
    assert _generate._cache_size() <= compiled + 3


def test_digits_are_chosen_and_checked(tiny_digits):
    sampler = Sampler(checkpoints.load_model(tiny_digits))
    z = np.repeat(latents.stream(0, 1, sampler.config.z_dim), 10, axis=0)
    pictures = sampler.generate(z, np.arange(10))
    assert len({picture.tobytes() for picture in pictures}) == 10
    assert sampler.discriminate(pictures, np.arange(10)).shape == (10,)
    with pytest.raises(InputError, match="choose a class"):
        sampler.generate(z)
    with pytest.raises(InputError, match="classes 0 to 9"):
        sampler.generate(z, np.full(10, 10))
    for unknown in (1.5, np.nan, -1, 2**40, "seven"):
        with pytest.raises(InputError, match="classes 0 to 9"):
            sampler.generate(z, [unknown] * 10)


def test_z_is_any_rows_of_finite_numbers(tiny_model):
    sampler = Sampler(checkpoints.load_model(tiny_model))
    z = latents.stream(0, 2, sampler.config.z_dim)
    np.testing.assert_array_equal(sampler.generate(z.tolist()), sampler.generate(z))
    for broken in (np.nan, np.inf):
        with pytest.raises(InputError, match="z holds values that are not finite numbers"):
            sampler.generate(np.full_like(z, broken))


@pytest.mark.parametrize(
    ("z", "labels", "words"),
    [
        (np.zeros((2, 7), np.float32), np.zeros(2, int), "z has 7 numbers, this model takes 8"),
        (np.zeros(8, np.float32), np.zeros(8, int), r"z has the shape \[8\]; give one row of 8 for each"),
        (np.zeros((2, 4, 2), np.float32), np.zeros(2, int), r"z has the shape \[2, 4, 2\]"),
        (np.zeros((0, 8), np.float32), np.zeros(0, int), "at least one"),
        (np.zeros((2, 8), np.float32), np.zeros(3, int), "3 classes for 2 pictures"),
    ],
)
def test_wrong_shapes_are_refused_in_one_line(tiny_digits, z, labels, words):
    sampler = Sampler(checkpoints.load_model(tiny_digits))
    with pytest.raises(InputError, match=words) as error:
        sampler.generate(z, labels)
    assert "\n" not in str(error.value)


def test_other_pictures_than_the_models_are_refused(tiny_model):
    sampler = Sampler(checkpoints.load_model(tiny_model))
    for asked in (sampler.discriminate, sampler.logit_gradients):
        with pytest.raises(InputError, match="pictures of 28×27×1, this model takes 28×28×1"):
            asked(np.zeros((2, 28, 27, 1), np.uint8))
        with pytest.raises(InputError, match="pictures of float32; give uint8"):
            asked(np.zeros((2, 28, 28, 1), np.float32))


@pytest.mark.parametrize("name", ["mnist", "mnist-digits"])
def test_the_sampler_uses_the_recipes_scale_and_contrast(name):
    """Those of a model that ships, and some that would be noticed at once."""
    model = checkpoints.load_model(CHECKPOINTS / f"{name}.safetensors")
    z, labels = latents.stream(0, 16, model.recipe.model.z_dim), np.arange(16) % 10
    for changes in ({}, {"sampling_scale": 1.2}, {"sampling_contrast": 1.2}):
        config = dataclasses.replace(model.recipe.model, **changes)

        @jax.jit
        def expected(z, labels, config=config):
            generated = Generator(config).apply(model.generator, z, labels, sampling=True)
            return images.denormalize_images(generated)

        found = generate(config, model.generator, z, labels).astype(int)
        assert np.abs(found - expected(z, labels)).max() <= 1, "but for rounding"
        plain = apply(Generator(config), model.generator, z, labels)
        assert np.abs(found - images.denormalize_images(plain)).max() > 10


def test_images_become_numbers_and_images_again():
    grey = np.arange(256, dtype=np.uint8)
    numbers = images.normalize_images(grey)
    assert [float(numbers.min()), float(numbers.max())] == [-1, 1]
    np.testing.assert_array_equal(images.denormalize_images(numbers), grey)


def test_sample_writes_a_grid_and_an_array(tiny_model, tmp_path, capsys):
    npy, png = tmp_path / "bare", tmp_path / "x.png"
    assert sample.main([str(tiny_model), "--count", "300", "--npy", str(npy)]) == 0
    pictures = np.load(npy)
    assert pictures.shape == (300, 28, 28)
    assert pictures.dtype == np.uint8
    assert sample.main([str(tiny_model), "--seeds", "0-3,9", "--out", str(png)]) == 0
    assert png.stat().st_size > 100
    assert "5 pictures" in capsys.readouterr().out


def test_an_array_that_does_not_fit_on_the_disk_leaves_the_old_one(tiny_model, tmp_path, monkeypatch, capsys):
    npy = tmp_path / "x.npy"
    npy.write_bytes(b"old")

    def fail(file, pictures):
        file.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(sample.np, "save", fail)
    assert sample.main([str(tiny_model), "--seeds", "0", "--npy", str(npy)]) == 2
    assert "cannot write: disk full" in capsys.readouterr().err
    assert npy.read_bytes() == b"old"
    assert sample.main([str(tiny_model), "--npy", str(tmp_path / "nowhere" / "x.npy")]) == 2
    assert "in a folder that exists" in capsys.readouterr().err


def test_sample_of_one_digit(tiny_digits, tmp_path):
    arrays = []
    for digit in (3, 8):
        npy = tmp_path / f"{digit}.npy"
        arguments = [str(tiny_digits), "--seeds", "0-1", "--digit", str(digit), "--npy", str(npy)]
        assert sample.main(arguments) == 0
        arrays.append(np.load(npy))
    assert not np.array_equal(*arrays)


def unsure(pictures):
    """The share of pictures that the classifier reads with less than 0.9."""
    return np.mean(classifier.predict(pictures).probabilities.max(axis=1) < 0.9)


@pytest.mark.parametrize("truncation", ["0", "0.1", "0.3"])
def test_truncated_pictures_of_hidden_classes_are_digits(truncation, tmp_path):
    """If the numbers that choose the class shrank too, a tenth would be unsure at 0.3, and all at 0."""
    shares = []
    for each in ("1", truncation):
        npy = tmp_path / f"{each}.npy"
        arguments = ["--count", "500", "--truncation", each, "--npy", str(npy)]
        assert sample.main([str(CHECKPOINTS / "mnist.safetensors"), *arguments]) == 0
        shares.append(unsure(np.load(npy)[..., None]))
    assert shares[1] <= shares[0] < 0.1


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--seeds", "a-b"], "expected 0-63"),
        (["--seeds", "9-3"], "expected 0-63"),
        (["--seeds", "5-"], "expected 0-63"),
        (["--seeds", "-4"], "expected 0-63"),
        (["--seeds", "0-2000000000"], "more than 1000000"),
        (["--seed", "5"], "--seed goes with --count"),
        (["--count", "50000"], "a grid of 50000"),
        (["--count", "0"], "--count 0"),
        (["--count", "5", "--seed", "-1"], "--seed -1"),
        (["--digit", "3"], "unconditional"),
        (["--truncation", "2"], "--truncation 2"),
        (["--truncation", "nan"], "--truncation nan"),
        (["--out", "nowhere/x.png"], "a folder that exists"),
        (["--out", "x.nonsense"], "cannot write"),
    ],
)
def test_sample_refuses_in_one_line_before_it_makes_pictures(
    tiny_model, arguments, word, capsys, monkeypatch
):
    monkeypatch.delattr(Sampler, "generate")
    assert sample.main([str(tiny_model), *arguments]) == 2
    printed = capsys.readouterr().err
    assert word in printed
    assert printed.count("\n") == 1


def test_sample_without_a_checkpoint(capsys):
    assert sample.main(["nothing.safetensors"]) == 2
    assert "no such file" in capsys.readouterr().err


def test_grids_keep_every_pixel():
    digits = np.random.default_rng(0).integers(0, 256, (5, 28, 28, 1), dtype=np.uint8)
    grid = np.asarray(images.grid(digits, columns=3, scale=1))
    assert grid.shape == (2 + 2 * 30, 2 + 3 * 30)
    np.testing.assert_array_equal(grid[32:60, 32:60], digits[4, :, :, 0])


def test_a_gif_has_a_frame_for_each_digit():
    from io import BytesIO

    from PIL import Image

    digits = np.random.default_rng(0).integers(0, 256, (6, 28, 28, 1), dtype=np.uint8)
    assert Image.open(BytesIO(images.gif(digits, size=56))).n_frames == 6
