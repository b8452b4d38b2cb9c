"""Records a training run, so that a page without a server can show it: `python -m gan record FOLDER`.

The recipe `fast` is trained on MNIST and observed at chosen steps. The folder then holds

run.safetensors     samples at the same 64 z over the run, D's logits, the curves, and the diagnoses in words
step-N.safetensors  the two networks at some steps, the moments: a checkpoint in float16 with its latent map

`python app.py --export` copies the recording that ships, in PATH, beside the page.
"""

import datetime
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gan.config import Recipe
from gan.data.datasets import Dataset
from gan.errors import InputError
from gan.evaluation import classifier, sample_quality
from gan.exploring import latent_map
from gan.exploring.latent_map import MapSize
from gan.live.monitor import Monitor
from gan.live.probe import DUEL, Samples
from gan.networks import checkpoints, tensor_file
from gan.networks.sampler import Sampler
from gan.training import devices, saved_state
from gan.training.state import TrainState
from gan.training.trainer import ChunkResult, Trainer

PATH = classifier.PATH.parent / "recorded-run"
RUN = "run.safetensors"
FORMAT, VERSION = "forger-recording", "1"
STEPS, MAX_STEPS = 8000, 1_000_000
FRAMES, QUALITIES, MOMENTS = 73, 25, 7  # how many samples, Fréchet distances and checkpoints are recorded
QUALITY_SAMPLES = 1000  # of one Fréchet distance


class Frame(NamedTuple):
    """What the page shows of a run at one step."""

    step: int
    seconds: float  # of training until then
    samples: Samples
    words: dict[str, str]  # the diagnosis: its "name" and its "text"


def spaced(steps: int, count: int) -> set[int]:
    """About `count` steps from 0 to `steps`, closer together at the beginning, where most happens."""
    return {round(steps * share**2.5) for share in np.linspace(0, 1, count)}


class Recorder:
    """Trains a run and observes it at chosen steps.

    Attributes:
      monitor: what has been measured, with the history.
      frames: from the first to the last.
    """

    def __init__(self, trainer: Trainer, dataset: Dataset):
        self.trainer = trainer
        self.monitor = Monitor(trainer.recipe.model, dataset)
        self.frames: list[Frame] = []

    def train_until(self, step: int, show: Callable[[ChunkResult], None]) -> None:
        """Trains until `step`. `show` is called after each chunk of steps."""
        for progress in self.trainer.run(step - self.trainer.step):
            self.monitor.record_chunk(progress)
            show(progress)

    def add_frame(self) -> None:
        """Adds a frame of the run as it is now."""
        step, samples = self.trainer.step, self.monitor.look(self.trainer.state)
        if step:  # before the first step there are no metrics to diagnose
            self.monitor.add_signals(step)
        diagnosis = self.monitor.diagnose(step, self.trainer.recipe.train)
        words = {"name": diagnosis.name, "text": diagnosis.text}
        self.frames.append(Frame(step, self.monitor.trained_seconds, samples, words))

    def arrays(self) -> dict[str, np.ndarray]:
        """What the page shows, of F frames, Q qualities and P points of the curves.

        Large arrays are gzipped; their names end with ".gz".
        """
        samples, history = [frame.samples for frame in self.frames], self.monitor.history
        return {
            "steps": np.array([frame.step for frame in self.frames], np.int32),  # [F]
            "seconds": np.array([frame.seconds for frame in self.frames], np.float32),  # [F]
            "samples.gz": _zipped([each.samples for each in samples]),  # uint8 [F, 64, 28, 28, 1]
            "fakes.gz": _zipped([each.fakes[:DUEL] for each in samples]),  # uint8 [F, 8, 28, 28, 1]
            "fake_logits": np.array([each.fake_logits for each in samples], np.float32),  # [F, 64]
            "real_logits": np.array([each.real_logits for each in samples], np.float32),  # [F, 64]
            "reals": self.monitor.probe.reals[:DUEL],  # uint8 [8, 28, 28, 1]
            "curve": history.curve().array(),  # float32 [8, P], in the order of CURVE_ROWS
            "qualities": np.array(history.qualities, np.float32).T.copy(),  # [4, Q], in the order of Quality
        }


def _zipped(pictures: list[np.ndarray]) -> np.ndarray:
    """The gzipped bytes of equally large pictures, as an array uint8 [bytes]."""
    return np.frombuffer(gzip.compress(np.array(pictures).tobytes(), mtime=0), np.uint8)


def record(
    recipe: Recipe,
    dataset: Dataset,
    seed: int,
    steps: int,
    folder: Path,
    command: str,
    effort: MapSize,
    show: Callable[[ChunkResult, float], None] = lambda progress, seconds: None,
) -> None:
    """Trains a run and writes its recording.

    Args:
      seed: of the run, 0 to 2147483647.
      steps: train steps.
      folder: an empty folder that exists.
      command: the command line that made the recording, for its metadata.
      effort: how thoroughly the latent maps of the checkpoints are made.
      show: is called after each chunk of steps, with the seconds of training so far.
    """
    trainer = Trainer(recipe, dataset, seed)
    trainer.compile()
    recorder = Recorder(trainer, dataset)
    metadata = {
        "dataset": dataset.name,
        "seed": seed,
        "command": command,
        "device": devices.describe(),
        "versions": devices.versions(),
        "date": datetime.date.today().isoformat(),
    }
    monitor = recorder.monitor
    frames, qualities, moments = (spaced(steps, count) for count in (FRAMES, QUALITIES, MOMENTS))
    for step in sorted(frames | qualities | moments):
        recorder.train_until(step, lambda progress: show(progress, monitor.trained_seconds))
        recorder.add_frame()
        if step in qualities:
            monitor.measure_quality(trainer.state, QUALITY_SAMPLES)
        if step in moments:
            now = metadata | {"step": step, "seconds": f"{monitor.trained_seconds:.1f}"}
            _save_moment(folder, trainer.recipe, trainer.state, now)
    for step in moments:
        path = path_of(folder, step)
        sampler = Sampler(checkpoints.load_model(path))
        latent_map.save(path, latent_map.make(sampler, dataset, effort))
    _save_run(folder, recorder, metadata | {"steps": steps, "moments": json.dumps(sorted(moments))})


def path_of(folder: Path, step: int) -> Path:
    """The checkpoint of a moment."""
    return folder / f"step-{step}.safetensors"


def _save_moment(folder: Path, recipe: Recipe, state: TrainState, metadata: dict[str, Any]) -> None:
    metadata = metadata | {"images": metadata["step"] * recipe.train.batch_size}
    model = saved_state.model_of(recipe, state, metadata)
    checkpoints.save_model(path_of(folder, metadata["step"]), model, float16=True)


def _save_run(folder: Path, recorder: Recorder, metadata: dict[str, Any]) -> None:
    recipe = recorder.trainer.recipe
    metadata = {
        "format": FORMAT,
        "version": VERSION,
        "recipe": recipe.to_json(),
        "name": recipe.name,
        "batch": recipe.train.batch_size,
        "seconds": f"{recorder.monitor.trained_seconds:.1f}",
        "real_frechet": sample_quality.real_frechet(QUALITY_SAMPLES),
        "words": json.dumps([frame.words for frame in recorder.frames]),
        **metadata,
    }
    tensor_file.write_arrays(folder / RUN, recorder.arrays(), checkpoints.without_paths(metadata))


def moments(folder: Path = PATH) -> dict[int, Path]:
    """The checkpoints of a recording, by step. Raises InputError if it is missing or damaged."""
    _, metadata = tensor_file.read_arrays(folder / RUN)
    if (metadata.get("format"), metadata.get("version")) != (FORMAT, VERSION):
        raise InputError(f"{folder / RUN}: another version; record it again: python -m gan record")
    return {step: path_of(folder, step) for step in json.loads(metadata["moments"])}
