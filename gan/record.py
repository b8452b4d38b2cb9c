"""Records a run, to be watched without a server: `python -m gan.record FOLDER [--steps 8000] [--seed 0]`.

The recipe `fast` is trained on MNIST as ever, and looked at on the way. The folder then holds

run.safetensors     pictures of the same 64 z over the run, D's word on them, curves, a diagnosis in words
step-N.safetensors  the networks at a few moments: checkpoints like any other, in float16, with their surveys

`python app.py --export` puts the one that ships, in PATH, beside the page.
"""

import argparse
import datetime
import gzip
import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gan import checkpoints, classifier, console, data, device, evaluate, signals, survey
from gan.config import Recipe
from gan.console import CommandLine, ProgressBar
from gan.data import Dataset
from gan.errors import InputError
from gan.health import diagnose
from gan.history import Curve, History, means_of
from gan.recipes import RECIPES
from gan.sampler import Sampler
from gan.signals import Observer, View
from gan.state import TrainState
from gan.survey import Effort
from gan.trainer import Progress, Trainer
from gan.watcher import WATCHED

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
        self._signals: list[signals.Signals] = []
        self._means = np.zeros(len(Curve._fields) - 1)

    def go_to(self, step: int, show: Callable[[Progress], None]) -> None:
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
            self._signals.append(signals.take(step, view, self.observer.usual_spread, np.array(watched)))
        diagnosis = diagnose(self._signals, self.trainer.recipe.train.loss)
        words = {"name": diagnosis.name, "text": diagnosis.text}
        self.frames.append(Frame(step, self.seconds, view, words))

    def judge(self) -> None:
        glance = evaluate.glance(self.observer.many(self.trainer.state, SAMPLES))
        judgement = (self.trainer.step, self.seconds, float(glance.frechet), glance.drawn)
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
    recipe: Recipe, dataset: Dataset, seed: int, steps: int, folder: Path, command: str, effort: Effort
) -> None:
    """Trains so many steps, and writes the recording into a folder that exists.

    Args:
      command: for the metadata.
      effort: of the moments' surveys.
    """
    trainer = Trainer(recipe, dataset, seed)
    trainer.compile()
    recorder = Recorder(trainer, dataset)
    about = {
        "dataset": dataset.name,
        "seed": seed,
        "command": command,
        "device": device.describe(),
        "versions": device.versions(),
        "date": datetime.date.today().isoformat(),
    }
    drawn, judged, moments = (spaced(steps, count) for count in (FRAMES, JUDGED, MOMENTS))
    with ProgressBar(0, steps, recipe.train.batch_size, None) as bar:
        for step in sorted(drawn | judged | moments):
            recorder.go_to(step, lambda progress: bar.show(progress, recorder.seconds))
            recorder.draw()
            if step in judged:
                recorder.judge()
            if step in moments:
                now = about | {"step": step, "seconds": f"{recorder.seconds:.1f}"}
                _save_moment(folder, trainer.recipe, trainer.state, now)
    for step in moments:
        path = path_of(folder, step)
        sampler = Sampler(checkpoints.load_model(path))
        survey.save(path, survey.make(sampler, dataset, effort))
    _save_run(folder, recorder, about | {"steps": steps, "moments": json.dumps(sorted(moments))})


def path_of(folder: Path, step: int) -> Path:
    return folder / f"step-{step}.safetensors"


def _save_moment(folder: Path, recipe: Recipe, state: TrainState, about: dict[str, Any]) -> None:
    about = about | {"images": about["step"] * recipe.train.batch_size}
    checkpoints.save_model(path_of(folder, about["step"]), recipe, state, about, halves=True)


def _save_run(folder: Path, recorder: Recorder, about: dict[str, Any]) -> None:
    recipe = recorder.trainer.recipe
    metadata = {
        "format": FORMAT,
        "version": VERSION,
        "recipe": recipe.to_json(),
        "name": recipe.name,
        "batch": recipe.train.batch_size,
        "seconds": f"{recorder.seconds:.1f}",
        "words": json.dumps([frame.words for frame in recorder.frames]),
        **about,
    }
    checkpoints.write_arrays(folder / RUN, recorder.arrays(), checkpoints.public(metadata))


def moments(folder: Path = PATH) -> dict[int, Path]:
    """The checkpoints of a recording, by step. Raises InputError if it is missing or damaged."""
    _, about = checkpoints.read_arrays(folder / RUN)
    if (about.get("format"), about.get("version")) != (FORMAT, VERSION):
        raise InputError(f"{folder / RUN}: another version; record it again: python -m gan.record")
    return {step: path_of(folder, step) for step in json.loads(about["moments"])}


def main(arguments: list[str] | None = None) -> int:
    parser = CommandLine(prog="python -m gan.record", description="Record a run, for the exported page.")
    parser.add_argument("folder", type=Path, help="a new folder to write it into")
    parser.add_argument("--steps", type=int, default=STEPS, help=f"of training (default: {STEPS})")
    parser.add_argument("--seed", type=int, default=0, help="of the run (default: 0)")
    command = shlex.join(["python", "-m", "gan.record", *(sys.argv[1:] if arguments is None else arguments)])

    def work(parsed: argparse.Namespace) -> None:
        console.check_seed(parsed.seed)
        if not 1 <= parsed.steps <= MOST_STEPS:
            raise InputError(f"--steps {parsed.steps}: expected 1 to {MOST_STEPS}")
        if parsed.folder.exists() and (not parsed.folder.is_dir() or any(parsed.folder.iterdir())):
            raise InputError(f"{parsed.folder}: there is something already; choose a new folder")
        try:
            parsed.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{parsed.folder}: {error.strerror}; choose another folder") from error
        record(RECIPES["fast"], data.load(), parsed.seed, parsed.steps, parsed.folder, command, survey.QUICK)

    return console.run(parser, work, arguments)


if __name__ == "__main__":
    sys.exit(main())
