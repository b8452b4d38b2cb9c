import json
import os
import shlex

import jax
import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from gan.errors import InputError
from gan.networks import checkpoints, tensor_file
from gan.training import saved_state
from gan.training.state import init_state


def metadata_of(path):
    with safe_open(path, framework="numpy") as file:
        return file.metadata()


def test_a_state_survives_the_disk(tiny, tmp_path):
    state = init_state(tiny, 5)
    saved_state.save_state(tmp_path / "state.safetensors", tiny, state, {"dataset": "mnist", "seed": 5})
    recipe, loaded, metadata = saved_state.load_state(tmp_path / "state.safetensors")
    assert recipe == tiny
    assert metadata["dataset"] == "mnist"
    assert jax.tree.structure(state) == jax.tree.structure(loaded)
    for a, b in zip(jax.tree.leaves(state), jax.tree.leaves(loaded), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


def test_a_model_holds_the_average(tiny, tmp_path):
    state = init_state(tiny, 0)
    state = state.replace(generator_ema=jax.tree.map(lambda leaf: leaf + 1, state.generator_ema))
    checkpoints.save_model(tmp_path / "model.safetensors", saved_state.model_of(tiny, state, {}))
    model = checkpoints.load_model(tmp_path / "model.safetensors")
    for a, b in zip(jax.tree.leaves(model.generator), jax.tree.leaves(state.generator_ema), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--out", "runs/mine/"], "--out mine"),
        (["--out=/home/alice/my runs/a"], "--out=a"),
        (["--dataset", "/home/o'brien/my pictures"], "--dataset 'my pictures'"),
        (["--dataset", r"C:\Users\alice\digits"], "--dataset digits"),
        (["--data", "../alice/digits", "--set", "a=1", "b=2,3"], "--data digits --set a=1 b=2,3"),
        (["--dataset", ".", "--max-seconds", "1.5"], "--dataset . --max-seconds 1.5"),
    ],
)
def test_a_command_is_published_without_folders(words, shown):
    command = shlex.join(words)
    told = checkpoints.without_paths(
        {"command": f"{command} && {command}", "initialized_from": f"{command} (5 images)"}
    )
    assert told == {"command": f"{shown} && {shown}", "initialized_from": f"{shown} (5 images)"}
    assert checkpoints.without_paths(told) == told
    assert checkpoints.without_paths({"dataset": "caf\udce9"})["dataset"] == "caf?"  # bytes that are no text


def change(path, arrays=None, **metadata):
    """The same file with some of it changed."""
    old = metadata_of(path)
    save_file(arrays or load_file(path), path, {**old, **metadata})


def without(path, ending):
    return {name: array for name, array in load_file(path).items() if not name.endswith(ending)}


def spoil_shape(path):
    arrays = load_file(path)
    name = sorted(arrays)[-1]
    change(path, {**arrays, name: arrays[name][:-1]})


def spoil_number(path):
    arrays = load_file(path)
    name = sorted(arrays)[0]
    change(path, {**arrays, name: np.full_like(arrays[name], np.nan)})


def edit_header(path, edit):
    """Changes the header, of which `edit` gets the JSON, and leaves the numbers as they are."""
    content = path.read_bytes()
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:end])
    edit(header)
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content[end:])


def spoil_option(path, **options):
    def edit(header):
        recipe = json.loads(header["__metadata__"]["recipe"])
        recipe["model"] |= options
        header["__metadata__"]["recipe"] = json.dumps(recipe)

    edit_header(path, edit)


def spoil_dimensions(path):
    def edit(header):
        name = next(name for name in header if name.endswith("bias"))
        header[name]["shape"] += [1] * 2000

    edit_header(path, edit)


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:0000\nsize 1788840\n"


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda p: p.unlink(), "no such file"),
        (lambda p: p.write_bytes(p.read_bytes()[:-50]), "truncated"),
        (lambda p: p.write_bytes(p.read_bytes()[:5]), "truncated"),
        (lambda p: p.write_bytes(b""), "truncated"),
        (lambda p: p.write_text(POINTER), "git lfs pull"),
        (lambda p: save_file(load_file(p), p), "not a checkpoint of this project"),
        (lambda p: change(p, version="2"), "format version 2"),
        (lambda p: change(p, kind="state"), "holds a state"),
        (lambda p: change(p, step="1.5"), "its step is '1.5', expected a whole number"),
        (lambda p: change(p, size="28.5"), "its size is '28.5', expected a whole number"),
        (lambda p: change(p, seconds="x"), "its seconds is 'x', expected a number"),
        (lambda p: change(p, recipe="{}"), "not a recipe"),
        (lambda p: change(p, recipe="[]"), "not a recipe"),
        (lambda p: change(p, without(p, "bias")), "lacks array"),
        (lambda p: change(p, {**load_file(p), "extra": np.zeros(1)}), "unknown array 'extra'"),
        (spoil_shape, "expected float32"),
        (spoil_number, "not finite"),
        (spoil_dimensions, "damaged or truncated"),
        (lambda p: spoil_option(p, packing=0), "packing=0: expected a whole number from 1"),
        (lambda p: spoil_option(p, packing=[1]), "packing=1: expected a whole number"),
        (lambda p: spoil_option(p, z_dim=None), "z_dim"),
        (lambda p: spoil_option(p, generator_channels=[]), "generator_channels"),
    ],
)
def test_a_bad_file_says_so_in_one_line(tiny_model, spoil, word):
    spoil(tiny_model)
    with pytest.raises(InputError, match=word) as error:
        checkpoints.load_model(tiny_model)
    assert str(tiny_model) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_state_before_the_first_step_is_refused(tiny, tmp_path):
    path = tmp_path / "state.safetensors"
    saved_state.save_state(path, tiny, init_state(tiny, 0).replace(step=np.int32(-5)), {})
    with pytest.raises(InputError, match="its step is -5, expected at least 0"):
        saved_state.load_state(path)


def test_a_model_is_not_a_state(tiny_model):
    with pytest.raises(InputError, match="cannot be resumed"):
        saved_state.load_state(tiny_model)


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "file"
    tensor_file.write_atomically(path, b"old")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(tensor_file.os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        tensor_file.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path):
    (tmp_path / "far").mkdir()
    link, file = tmp_path / "link", tmp_path / "far/file"
    link.symlink_to(file)
    for content in (b"first", b"second"):
        tensor_file.check_writable(link)
        tensor_file.write_atomically(link, content)
        assert link.is_symlink()
        assert file.read_bytes() == content
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="of Unix")
def test_what_is_no_file_is_not_replaced_by_one(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="expected the name of a file"):
        tensor_file.check_writable(tmp_path / "pipe")
