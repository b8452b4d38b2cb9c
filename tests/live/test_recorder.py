import gzip
import json

import jax
import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from gan.cli import record
from gan.errors import InputError
from gan.exploring import latent_map
from gan.exploring.explorer import Explorer
from gan.live import recorder
from gan.live.history import CURVE_ROWS
from gan.live.probe import Probe
from gan.networks import checkpoints, sampler
from gan.training.trainer import Trainer
from tests.conftest import make_tiny

pytestmark = pytest.mark.runs_long

STEPS = 6


@pytest.fixture(scope="module")
def recorded(tmp_path_factory, mnist):
    """A recording of a tiny run."""
    folder = tmp_path_factory.mktemp("recorded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorder, "MOMENTS", 2)
        patch.setattr(recorder, "QUALITY_SAMPLES", 100)
        recorder.record(make_tiny(), mnist, 3, STEPS, folder, "a command", latent_map.MapSize(1, 8, 40))
    return folder


def pictures(folder, name, kept):
    with safe_open(folder / recorder.RUN, framework="numpy") as file:
        unpacked = gzip.decompress(file.get_tensor(name).tobytes())
    return np.frombuffer(unpacked, np.uint8).reshape(-1, kept, 28, 28, 1)


def test_steps_are_closer_together_at_the_beginning():
    steps = sorted(recorder.spaced(8000, 25))
    assert (steps[0], steps[-1], len(steps)) == (0, 8000, 25)
    assert (np.diff(steps, 2) >= 0).all()
    assert sorted(recorder.spaced(2, 25)) == [0, 1, 2]


def test_a_recording_holds_a_run_from_its_first_step_to_its_last(recorded):
    arrays = load_file(recorded / recorder.RUN)
    with safe_open(recorded / recorder.RUN, framework="numpy") as file:
        metadata = file.metadata()
    assert arrays["steps"].tolist() == list(range(STEPS + 1))
    assert (np.diff(arrays["seconds"]) > 0).all()
    frames = len(arrays["steps"])
    assert pictures(recorded, "samples.gz", 64).shape[0] == frames
    assert pictures(recorded, "fakes.gz", recorder.DUEL).shape[0] == frames
    assert arrays["fake_logits"].shape == arrays["real_logits"].shape == (frames, 64)
    assert arrays["curve"].shape[0] == len(CURVE_ROWS)
    assert arrays["curve"][0].tolist() == list(range(1, STEPS + 1))
    assert arrays["qualities"].shape == (4, frames)
    assert len(json.loads(metadata["words"])) == frames
    wanted = {"seed": "3", "steps": "6", "name": "fast", "command": "a command", "dataset": "mnist"}
    assert wanted.items() <= metadata.items()
    assert {"device", "versions", "date", "recipe", "batch", "seconds"} <= metadata.keys()


def test_it_is_the_run_that_the_trainer_makes(recorded, mnist):
    recipe = make_tiny()
    trainer = Trainer(recipe, mnist, 3)
    list(trainer.run(STEPS))
    model = checkpoints.load_model(recorder.moments(recorded)[STEPS])
    for found, wanted in zip(
        jax.tree.leaves(model.generator), jax.tree.leaves(trainer.state.generator_ema), strict=True
    ):
        np.testing.assert_array_equal(found, np.asarray(wanted, np.float16))


def test_its_moments_are_checkpoints_with_latent_maps(recorded, mnist):
    moments = recorder.moments(recorded)
    assert list(moments) == [0, STEPS]
    for step, path in moments.items():
        model = checkpoints.load_model(path)
        assert model.metadata["step"] == str(step)
        assert {leaf.dtype.name for leaf in jax.tree.leaves(model.generator)} == {"float32"}
        written = latent_map.path_beside(path).read_bytes()
        assert Explorer(path).page_file
        assert latent_map.path_beside(path).read_bytes() == written, "it is of these weights"
        z = np.asarray(Probe(model.recipe.model, mnist).z)
        drawn = sampler.generate(model.recipe.model, model.generator, z)
        wall = pictures(recorded, "samples.gz", 64)[step]
        assert np.abs(drawn.astype(int) - wall).max() <= 1, "what float16 may change"


def test_something_else_is_no_recording(recorded, tmp_path):
    with pytest.raises(InputError, match="no such file"):
        recorder.moments(tmp_path)
    save_file(load_file(recorded / recorder.RUN), tmp_path / recorder.RUN, {"format": "another"})
    with pytest.raises(InputError, match="record it again"):
        recorder.moments(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--steps", "0"], "expected 1 to"), (["--seed", "-1"], "--seed -1"), ([], "something already")],
)
def test_bad_arguments_get_one_line(tmp_path, capsys, arguments, words):
    (tmp_path / "mine.txt").write_text("mine")
    assert record.main([str(tmp_path), *arguments]) == 2
    assert words in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_what_ships_is_small():
    files = [*recorder.PATH.iterdir()]
    sizes = [path.stat().st_size for path in files]
    assert max(sizes) < 10 * 2**20
    assert sum(sizes) < 9_000_000
    kept = {latent_map.path_beside(path) for path in recorder.moments().values()} | {
        *recorder.moments().values()
    }
    assert {*files} == kept | {recorder.PATH / recorder.RUN}
