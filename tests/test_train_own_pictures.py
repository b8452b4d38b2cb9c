"""train.py on pictures of one's own: what it says of them, and the names of their classes in the model."""

import json

import numpy as np
import pytest
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import train
from gan.cli import sample
from gan.data.datasets import load_dataset
from gan.networks import checkpoints
from tests.data.make import STEMS, TEST_STEMS, digits, save_drawings, write_idx
from tests.train_runs import arguments

NAMES = ("дом", "あ", "T-shirt")


@pytest.fixture
def classes(tmp_path):
    """A folder of three classes."""
    for name in NAMES:
        save_drawings(tmp_path / "classes" / name, 4)
    return tmp_path / "classes"


def model_in(out):
    return checkpoints.load_model(out / "model.safetensors")


def test_class_names_are_said_and_kept_in_the_model(classes, tmp_path, capsys):
    out = tmp_path / "run"
    assert train.main(arguments(out, "--steps", "2", "--conditional", "--dataset", str(classes))) == 0
    assert "classes: 12 pictures, 28×28 in grey, 3 classes: T-shirt, дом, あ\n" in capsys.readouterr().out
    model = model_in(out)
    assert model.recipe.model.classes == 3
    assert json.loads(model.metadata["class_names"]) == ["T-shirt", "дом", "あ"]
    assert train.main(["--out", str(out), "--resume", "--steps", "3"]) == 0
    assert json.loads(model_in(out).metadata["class_names"]) == ["T-shirt", "дом", "あ"]

    def drawn(*which):
        array = tmp_path / "a.npy"
        command = [str(out / "model.safetensors"), "--count", "3", "--npy", str(array)]
        assert sample.main([*command, *which]) == 0
        return np.load(array)

    np.testing.assert_array_equal(drawn("--class", "あ"), drawn("--digit", "2"))
    np.testing.assert_array_equal(drawn("--class", "t-shirt"), drawn("--digit", "0"))
    assert (drawn("--class", "あ") != drawn("--class", "дом")).any()
    capsys.readouterr()
    assert sample.main([str(out / "model.safetensors"), "--class", "cat"]) == 2
    assert "no class 'cat'; the model has T-shirt, дом, あ" in capsys.readouterr().err


def test_a_class_keeps_the_longest_name_that_a_folder_may_have(tmp_path):
    names = ["cat", "d" * 255]
    for name in names:
        save_drawings(tmp_path / "classes" / name, 4)
    out, data = tmp_path / "run", str(tmp_path / "classes")
    assert train.main(arguments(out, "--steps", "2", "--conditional", "--dataset", data)) == 0
    for name in names:
        to = str(tmp_path / "a.png")
        assert sample.main([str(out / "model.safetensors"), "--class", name, "--out", to]) == 0


def test_splits_are_no_classes(tmp_path, capsys):
    for split, count in (("train", 4), ("test", 2)):
        for name in range(10):
            save_drawings(tmp_path / "p" / split / str(name), count)
    out = tmp_path / "run"
    assert train.main(arguments(out, "--steps", "1", "--conditional", "--dataset", str(tmp_path / "p"))) == 0
    assert "40 pictures" in capsys.readouterr().out
    assert model_in(out).recipe.model.classes == 10


def test_a_folder_in_colour_trains_a_model_in_colour(tmp_path, capsys):
    save_drawings(tmp_path / "p", mode="RGB", ink="red", ground="white")
    out = tmp_path / "run"
    assert train.main(arguments(out, "--steps", "1", "--dataset", str(tmp_path / "p"))) == 0
    assert "28×28 in colour" in capsys.readouterr().out
    assert model_in(out).recipe.model.channels == 3
    picture = np.asarray(Image.open(out / "samples" / "0000000.png"))
    assert (picture[..., 0].astype(int) - picture[..., 1]).max() > 200, "the real pictures beside the samples"


def test_debians_folder_of_fashion_mnist(tmp_path, capsys):
    """All files of both splits, compressed by a gzip of Debian's."""
    folder = tmp_path / "usr" / "share" / "datasets" / "fashion-mnist"
    for (images, labels), count in ((STEMS, 12), (TEST_STEMS, 3)):
        write_idx(folder / f"{images}.gz", digits(count))
        write_idx(folder / f"{labels}.gz", np.arange(count) % 10)
    out = tmp_path / "run"
    assert train.main(arguments(out, "--steps", "1", "--conditional", "--dataset", str(folder))) == 0
    assert "folder fashion-mnist: 12 pictures, 28×28 in grey, 10 classes" in capsys.readouterr().out


def test_polarity_is_remembered(tmp_path, capsys):
    pictures, out = save_drawings(tmp_path / "p", ink=0, ground=255), tmp_path / "run"
    asked = ["--dataset", str(pictures), "--polarity", "keep"]
    assert train.main(arguments(out, "--steps", "1", *asked)) == 0
    assert "inverted" not in capsys.readouterr().out
    assert train.main(["--out", str(out), "--resume", "--steps", "2"]) == 0
    assert "inverted" not in capsys.readouterr().out
    assert train.main(["--out", str(out), "--resume", "--steps", "3", "--polarity", "auto"]) == 2
    assert "--polarity auto: the run in" in capsys.readouterr().err


def test_other_labels_are_other_data(classes, tmp_path, capsys):
    out = tmp_path / "run"
    assert train.main(arguments(out, "--steps", "1", "--dataset", str(classes))) == 0
    (classes / "дом").rename(classes / "house")
    assert train.main(["--out", str(out), "--resume", "--steps", "2"]) == 2
    assert "has changed" in capsys.readouterr().err


def test_a_run_that_knows_its_pictures_by_the_older_fingerprint_goes_on(classes, tmp_path):
    out = tmp_path / "run"
    assert train.main(arguments(out, "--steps", "1", "--dataset", str(classes))) == 0
    path = out / "state.safetensors"
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
    dropped = ("size", "polarity", "class_names")
    old = {name: text for name, text in metadata.items() if name not in dropped}
    old["data"] = load_dataset(str(classes)).images_fingerprint()
    save_file(load_file(path), path, old)
    assert train.main(["--out", str(out), "--resume", "--steps", "2"]) == 0


def test_the_networks_get_the_size_of_the_pictures(tmp_path, capsys):
    pictures = save_drawings(tmp_path / "p", mode="RGB", ink="red", ground="white")
    out, array = tmp_path / "run", tmp_path / "a.npy"
    stages = ["generator_channels=8,6,4", "discriminator_channels=4,6,8"]
    command = arguments(out, *stages, "--steps", "1", "--dataset", str(pictures), "--size", "64")
    assert train.main(command) == 0
    assert model_in(out).recipe.model.size == 64
    assert train.main(["--out", str(out), "--resume", "--steps", "2"]) == 0
    assert sample.main([str(out / "model.safetensors"), "--count", "3", "--npy", str(array)]) == 0
    assert np.load(array).shape == (3, 64, 64, 3)
    again = ["--init-from", str(out / "model.safetensors"), "--out", str(tmp_path / "again"), "--steps", "1"]
    assert train.main([*again, "--dataset", str(pictures)]) == 0
    assert model_in(tmp_path / "again").recipe.model.size == 64


def test_networks_of_another_size_than_the_pictures_are_refused(classes, tmp_path, capsys):
    out = tmp_path / "run"
    assert train.main(arguments(out, "size=32", "--dataset", str(classes))) == 2
    assert "the networks make pictures of 32×32, the dataset has 28×28" in capsys.readouterr().err
    assert not out.exists()


def test_bad_pictures_are_named_before_anything_is_written(tmp_path, capsys):
    save_drawings(tmp_path / "p", 20)
    for i in (3, 12, 18):
        (tmp_path / "p" / f"{i}.png").write_bytes(b"\x89PNG")
    out = tmp_path / "run"
    assert train.main(arguments(out, "--dataset", str(tmp_path / "p"))) == 2
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert all(f"{i}.png" in printed for i in (3, 12, 18))
    assert not out.exists()


def test_a_run_does_not_learn_from_its_own_samples(classes, capsys, monkeypatch):
    assert train.main(arguments(classes / "run", "--steps", "1", "--dataset", str(classes))) == 2
    assert "whose pictures the run learns from; choose another --out" in capsys.readouterr().err
    monkeypatch.chdir(classes)
    assert train.main(["--set", *arguments("x")[3:], "--steps", "1", "--dataset", "."]) == 2
    assert sorted(path.name for path in classes.iterdir()) == sorted(NAMES), "nothing was written"
