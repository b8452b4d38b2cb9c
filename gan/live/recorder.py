"""Records a run, to be watched without a server: `python -m gan record FOLDER [--steps 8000] [--seed 0]`.

The recipe `fast` is trained on MNIST as ever, and looked at on the way. The folder then holds

run.safetensors     pictures of the same 64 z over the run, D's word on them, curves, a diagnosis in words
step-N.safetensors  the networks at a few moments: checkpoints like any other, in float16, with their surveys

`python app.py --export` puts the one that ships, in PATH, beside the page.
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
from gan.live import probe
from gan.live.diagnosis import diagnose
from gan.live.history import Curve, History, means_of
from gan.live.monitor import WATCHED
from gan.live.probe import Observer, View
from gan.networks import checkpoints, tensor_file
from gan.networks.sampler import Sampler
from gan.training import devices, saved_state
from gan.training.state import TrainState
from gan.training.trainer import ChunkResult, Trainer

PATH = classifier.PATH.parent / "recorded-run"
RUN = "run.safetensors"
FORMAT, VERSION = "forger-recording", "1"
STEPS, MOST_STEPS = 8000, 1_000_000
FRAMES, JUDGED, MOMENTS = 73, 25, 7  # times at which it is drawn, judged, and kept whole
SAMPLES = 1000  # of a Fréchet distance
DUEL = 8  # fakes that are shown beside as many real digits


class Frame(NamedTuple):
    """A run as it is drawn at a moment."""

    step: int
    seconds: float  # spent training until then
    view: View
    words: dict[str, str]  # the diagnosis: its name, and what is seen


def spaced(steps: int, count: int) -> set[int]:
    """About `count` steps from 0 to `steps`, closer together at the beginning, where most happens."""
    return {round(steps * share**2.5) for share in np.linspace(0, 1, count)}


class Recorder:
    """Watches a trainer. What it has seen: `frames`, and in `history` the curves and judgements."""

    def __init__(self, trainer: Trainer, dataset: Dataset):
        self.trainer = trainer
        self.observer = Observer(trainer.recipe.model, dataset)
        self.history = History()
        self.frames: list[Frame] = []
        self.seconds = 0.0
        self._signals: list[probe.Signals] = []
        self._means = np.zeros(len(Curve._fields) - 1)

    def go_to(self, step: int, show: Callable[[ChunkResult], None]) -> None:
        """Trains until `step`."""
        for progress in self.trainer.run(step - self.trainer.step):
            self._means = means_of(progress.metrics)
            self.history.add_point(progress.step, self._means)
            self.seconds += progress.seconds
            show(progress)

    def draw(self) -> None:
        step, view = self.trainer.step, self.observer.look(self.trainer.state)
        if step:
            watched = [self._means[Curve._fields[1:].index(name)] for name in WATCHED]
            self._signals.append(probe.take(step, view, self.observer.usual_spread, np.array(watched)))
        diagnosis = diagnose(self._signals, self.trainer.recipe.train.loss)
        words = {"name": diagnosis.name, "text": diagnosis.text}
        self.frames.append(Frame(step, self.seconds, view, words))

    def judge(self) -> None:
        glance = sample_quality.quick_metrics(self.observer.many(self.trainer.state, SAMPLES))
        judgement = (self.trainer.step, self.seconds, float(glance.frechet), glance.digits_found)
        self.history.judgements.append(judgement)

    def arrays(self) -> dict[str, np.ndarray]:
        """What the page shows, of F frames, J judgements and P points; what is large is gzipped."""
        views = [frame.view for frame in self.frames]
        return {
            "steps": np.array([frame.step for frame in self.frames], np.int32),  # [F]
            "seconds": np.array([frame.seconds for frame in self.frames], np.float32),  # [F]
            "samples.gz": _zipped([view.samples for view in views]),  # uint8 [F, 64, 28, 28, 1]
            "fakes.gz": _zipped([view.fakes[:DUEL] for view in views]),  # uint8 [F, 8, 28, 28, 1]
            "fake_logits": np.array([view.fake_logits for view in views], np.float32),  # [F, 64]
            "real_logits": np.array([view.real_logits for view in views], np.float32),  # [F, 64]
            "reals": self.observer.reals[:DUEL],  # uint8 [8, 28, 28, 1]
            "curve": np.array(self.history.curve(), np.float32),  # [8, P]
            "judgements": np.array(self.history.judgements, np.float32).T.copy(),  # [4, J]
        }


def _zipped(pictures: list[np.ndarray]) -> np.ndarray:
    """uint8 [bytes]."""
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
    """Trains so many steps, and writes the recording into a folder that exists.

    Args:
      command: for the metadata.
      effort: of the moments' surveys.
      show: is called after each chunk of steps, with the seconds spent training so far.
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
    drawn, judged, moments = (spaced(steps, count) for count in (FRAMES, JUDGED, MOMENTS))
    for step in sorted(drawn | judged | moments):
        recorder.go_to(step, lambda progress: show(progress, recorder.seconds))
        recorder.draw()
        if step in judged:
            recorder.judge()
        if step in moments:
            now = metadata | {"step": step, "seconds": f"{recorder.seconds:.1f}"}
            _save_moment(folder, trainer.recipe, trainer.state, now)
    for step in moments:
        path = path_of(folder, step)
        sampler = Sampler(checkpoints.load_model(path))
        latent_map.save(path, latent_map.make(sampler, dataset, effort))
    _save_run(folder, recorder, metadata | {"steps": steps, "moments": json.dumps(sorted(moments))})


def path_of(folder: Path, step: int) -> Path:
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
        "seconds": f"{recorder.seconds:.1f}",
        "real_frechet": sample_quality.real_frechet(SAMPLES),
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
