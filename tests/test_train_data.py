"""train.py and its data: pictures that move or change, and no path of the machine in what is written."""

import json

import numpy as np
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import train
from gan.data import datasets
from gan.data.held_out import hold_out
from gan.networks import checkpoints
from gan.training import setup
from gan.training.setup import TrainOptions
from tests.train_runs import SMALL, arguments


def make_pictures(folder):
    folder.mkdir(parents=True)
    for i in range(4):
        Image.new("L", (28, 28), 60 * i).save(folder / f"{i}.png")
    return folder


def test_a_run_whose_pictures_have_moved_goes_on(tmp_path, capsys):
    out, other = tmp_path / "run", make_pictures(tmp_path / "other")
    Image.new("L", (28, 28), 99).save(other / "5.png")
    pictures = make_pictures(tmp_path / "pictures")
    assert train.main(arguments(out, "--steps", "2", "--dataset", str(pictures))) == 0
    pictures.rename(moved := tmp_path / "moved")
    resume = ["--out", str(out), "--resume", "--steps"]
    capsys.readouterr()
    assert train.main([*resume, "3"]) == 2
    assert "trained on a folder, pictures; add --dataset" in capsys.readouterr().err
    assert train.main([*resume, "3", "--dataset", str(other)]) == 2
    assert (printed := capsys.readouterr().err).count("\n") == 1
    assert "not the pictures that the run" in printed
    assert train.main([*resume, "3", "--dataset", str(moved)]) == 0
    assert train.main([*resume, "4"]) == 0, "it remembers the new place"
    (out / "local.json").unlink()  # the folder was copied without it
    assert train.main([*resume, "5"]) == 2
    assert train.main([*resume, "5", "--dataset", str(moved)]) == 0
    for damaged in ("[" * 100_000, json.dumps({"dataset": "a" * 300})):
        (out / "local.json").write_text(damaged)
        assert train.main([*resume, "6"]) == 2
    (out / "metrics.jsonl").write_text("[" * 100_000 + "\n")
    assert train.main([*resume, "6", "--dataset", str(moved)]) == 0


def test_a_run_that_keeps_the_path_in_its_metadata_goes_on(tmp_path):
    """As runs did before the path had a file of its own; what is then written no longer holds it."""
    out, pictures = tmp_path / "run", make_pictures(tmp_path / "alice" / "pictures")
    assert train.main(arguments(out, "--steps", "2", "--dataset", str(pictures))) == 0
    (out / "local.json").unlink()
    path = out / "state.safetensors"
    with safe_open(path, framework="numpy") as file:
        old = file.metadata() | {"dataset": str(pictures), "command": f"train.py --dataset {pictures}"}
    save_file(load_file(path), path, old)
    assert train.main(["--out", str(out), "--resume", "--steps", "3"]) == 0
    metadata = checkpoints.load_model(out / "model.safetensors").metadata
    assert metadata["command"].startswith("train.py --dataset pictures && python train.py --out run --resume")
    assert not any(b"alice" in file.read_bytes() for file in out.glob("*.safetensors"))


def test_no_path_of_this_machine_is_in_a_checkpoint(tmp_path, monkeypatch):
    pictures = make_pictures(tmp_path / "alice" / "secret client")
    first, second = tmp_path / "alice" / "first", tmp_path / "alice" / "second"
    more = ["--steps", "2", "--dataset", str(pictures)]
    assert train.main([f"--out={first}", "--set", *SMALL, *more]) == 0
    monkeypatch.chdir(tmp_path)
    more += ["--init-from", "alice/first/model.safetensors"]
    assert train.main(["--out", "alice/second", *more]) == 0
    metadata = checkpoints.load_model(second / "model.safetensors").metadata
    wanted = "train.py --out second --steps 2 --dataset 'secret client' --init-from model.safetensors"
    assert metadata["command"].endswith(wanted)
    assert metadata["initialized_from"].startswith("python train.py --out=first")
    files = [*first.glob("*.safetensors"), *second.glob("*.safetensors")]
    assert len(files) == 4
    assert not any(b"alice" in file.read_bytes() for file in files)


def test_a_run_does_not_learn_from_what_is_held_out(tmp_path, capsys):
    out, folder = tmp_path / "run", tmp_path / "pictures"
    folder.mkdir()
    for i in range(90):
        Image.new("L", (28, 28), i).save(folder / f"{i:02}.png")
    validation, rest = hold_out(datasets.load_dataset(str(folder)))
    assert (len(validation.images), len(rest.images)) == (15, 75)
    held_out = ["--steps", "1", "--dataset", str(folder), "--hold-out"]
    assert train.main(arguments(out, *held_out)) == 0
    assert "15 validation pictures are held out: the run learns from the other 75" in capsys.readouterr().out
    goes_on = TrainOptions(out=out, resume=True, hold_out=True, steps=3)
    begun = TrainOptions(init_from=out / "model.safetensors", hold_out=True, dataset=str(folder))
    for options in (goes_on, begun):
        plan = setup.plan(options)
        assert (len(plan.dataset.images), plan.metadata["held_out"]) == (90, "validation")
        assert np.array_equal(np.asarray(plan.trainer._data.images), rest.images)
    other = tmp_path / "other"
    assert train.main(arguments(other, *held_out[:-1])) == 0
    capsys.readouterr()
    for refused in (["--out", str(other), "--resume"], ["--init-from", str(other / "model.safetensors")]):
        assert train.main([*refused, *held_out[2:]]) == 2
        assert (said := capsys.readouterr().err).count("\n") == 1
        assert "--hold-out: " in said
    assert train.main(["--dataset", str(make_pictures(tmp_path / "few")), "--hold-out"]) == 2
    assert "some of them are held out" in capsys.readouterr().err


def test_what_a_model_may_have_seen_is_not_held_out_afterwards(tmp_path, capsys):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for i in range(60):
        Image.new("L", (28, 28), i).save(pictures / f"{i}.png")
    others = make_pictures(tmp_path / "others")
    begins = arguments(tmp_path / "0", "--steps", "1", "--dataset", str(pictures))
    assert train.main(begins) == 0
    then = ["--out", str(tmp_path / "1"), "--steps", "1", "--dataset", str(others)]
    assert train.main([*then, "--init-from", str(tmp_path / "0/model.safetensors")]) == 0
    goes_on = ["--out", str(tmp_path / "1"), "--resume", "--steps", "2"]
    assert train.main(goes_on) == 0
    saved_by_the_app = tmp_path / "app.safetensors"
    model = checkpoints.load_model(tmp_path / "0/model.safetensors")
    named = {name: text for name, text in model.metadata.items() if name != "data"}
    checkpoints.save_model(saved_by_the_app, model._replace(metadata=named))
    capsys.readouterr()
    for path in (tmp_path / "1/model.safetensors", saved_by_the_app):
        assert train.main(["--dataset", str(pictures), "--hold-out", "--init-from", str(path)]) == 2
        assert "may have learned from the validation pictures" in capsys.readouterr().err
    apart = TrainOptions(hold_out=True, init_from=saved_by_the_app)
    assert setup.plan(apart).metadata["held_out"], "of MNIST it has seen nothing"


def test_nothing_is_held_out_where_the_validation_pictures_lie_apart(tmp_path):
    pictures, out = tmp_path / "pictures", tmp_path / "run"
    for split, count in (("train", 70), ("val", 10)):
        (pictures / split).mkdir(parents=True)
        for i in range(count):
            Image.new("L", (28, 28), i + count).save(pictures / split / f"{i}.png")
    data = ["--steps", "1", "--dataset", str(pictures)]
    assert train.main(arguments(out, *data)) == 0
    for options in ({"out": out, "resume": True}, {"init_from": out / "model.safetensors"}):
        plan = setup.plan(TrainOptions(hold_out=True, dataset=str(pictures), steps=3, **options))
        assert "held_out" not in plan.metadata
        assert len(plan.trainer._data.images) == 70
    (pictures / "val").rename(tmp_path / "val")
    held_out = tmp_path / "held_out"
    assert train.main(arguments(held_out, *data, "--hold-out")) == 0
    (tmp_path / "val").rename(pictures / "val")
    plan = setup.plan(TrainOptions(out=held_out, resume=True, steps=3))
    assert len(plan.trainer._data.images) == 59, "the run has begun without the others"


def test_a_resumed_run_remembers_its_devices_and_its_data(tmp_path, capsys):
    out, pictures = tmp_path / "run", make_pictures(tmp_path / "pictures")
    more = ["--dataset", str(pictures), "--devices", "4"]
    assert train.main(arguments(out, "--steps", "2", *more)) == 0
    assert train.main(["--out", str(out), "--resume", "--steps", "3"]) == 0
    metadata = checkpoints.load_model(out / "model.safetensors").metadata
    assert (metadata["devices"], metadata["dataset"]) == ("4", "pictures")
    Image.new("L", (28, 28), 99).save(pictures / "5.png")
    assert train.main(["--out", str(out), "--resume", "--steps", "4"]) == 2
    assert "has changed" in capsys.readouterr().err


def test_stacks_train_a_generator_of_three_channels(tmp_path, monkeypatch):
    monkeypatch.setitem(datasets.STACKS, "train", 2000)
    out = tmp_path / "stacks"
    assert train.main(arguments(out, "--steps", "2", "--dataset", "stacked-mnist")) == 0
    assert checkpoints.load_model(out / "model.safetensors").recipe.model.channels == 3
    assert train.main(["--out", str(out), "--resume", "--steps", "3"]) == 0
