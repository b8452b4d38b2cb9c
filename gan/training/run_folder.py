"""A run's folder on disk.

model.safetensors   the model for use: averaged generator, discriminator
best.safetensors    the same at the step with the best figures, where these are measured
state.safetensors   all that resuming needs
local.json          where the data lies on this machine, if it has no name: not to be passed on
metrics.jsonl       one line every LOG_EVERY steps
samples/            real beside generated, every PICTURE_EVERY steps
events.out.*        the same for TensorBoard
"""

import contextlib
import datetime
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax
import numpy as np
from filelock import FileLock, Timeout

from gan.data import datasets
from gan.data.held_out import some_validation
from gan.errors import InputError
from gan.networks import checkpoints, images, latents, real_logits, sampler, tensor_file
from gan.training import devices, saved_state
from gan.training.data_of_run import LOCAL
from gan.training.event_file import EventFile
from gan.training.setup import LOCK, Plan
from gan.training.state import TrainState
from gan.training.trainer import ChunkResult, Diverged

LOG_EVERY = 10
PICTURE_EVERY = 500
FIGURES = "validation_figures"  # of the best model, in its metadata
TAGS = {"discriminator_loss": "Loss/discriminator", "generator_loss": "Loss/generator"}


def new_path(name: str) -> Path:
    """The folder of a run that is given none: runs/NAME-DATE, with the time to the microsecond."""
    return Path("runs") / f"{name}-{datetime.datetime.now():%Y%m%d-%H%M%S-%f}"


class RunFolder:
    """Writes what a trainer yields. A resumed run goes on in the same files."""

    def __init__(self, path: Path, plan: Plan, command: str):
        """Raises InputError if the folder cannot be written, lies in that of the pictures, or another process
        writes it, or has written it since the run was planned.
        """
        if not plan.trainer.step and _lies_in(path, plan.dataset.name):
            where = f"{path} lies in {plan.dataset.name}"
            raise InputError(f"{where}, whose pictures the run learns from; choose another --out")
        self.model_path, self.state_path = path / "model.safetensors", path / "state.safetensors"
        self.best_path = path / "best.safetensors"
        self._path, self._trainer, self._dataset = path, plan.trainer, plan.dataset.name
        commands = " && ".join(filter(None, [plan.metadata.get("command"), command]))  # and those before it
        self._metadata = {
            **plan.metadata,
            "command": commands,
            "device": devices.describe(),
            "versions": devices.versions(),
        }
        self._seconds = float(plan.metadata.get("seconds", 0))
        model = plan.trainer.recipe.model
        self._real = plan.dataset.images[np.random.default_rng(0).choice(len(plan.dataset.images), 64)]
        self._z = latents.stream(0, 64, model.z_dim)
        self._labels = np.arange(64) % model.classes if model.classes else None
        self._validation = some_validation(plan.dataset, real_logits.PICTURES)
        self._best = _frechet_of(self.best_path)
        self._lock = FileLock(path / LOCK)
        try:
            (path / "samples").mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise InputError(f"{path}: another process is training there; choose another --out") from None
        except (OSError, ValueError) as error:
            raise InputError(f"cannot write to {path} ({error}); choose another --out") from error
        found = tensor_file.read_metadata(self.state_path).get("step")
        if found not in (None, str(self._trainer.step)):
            self._lock.release()
            raise InputError(
                f"{path}: another process has come to step {found} meanwhile; go on with --resume"
            )

    def __enter__(self) -> "RunFolder":
        step = self._trainer.step
        if self._dataset not in datasets.NAMES:
            content = json.dumps({"dataset": self._dataset})
            tensor_file.write_atomically(self._path / LOCAL, content.encode())
        for partial in (*self._path.glob(".*.safetensors.*.part"), *self._path.glob("samples/.*.png.*.part")):
            partial.unlink()  # a killed run's last words
        if not step:
            for events in self._path.glob("events.out.*"):
                events.unlink()  # of a run that was killed before its first save
        _forget_after(self._path / "metrics.jsonl", step)
        self._metrics = (self._path / "metrics.jsonl").open("a")
        self._events = EventFile(self._path, step + 1 if step else 0)
        if not step:
            self._draw(0)
            self.save()  # from here on there is always something to go on with
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.ExitStack() as stack:  # all are closed, also if one cannot write its last line
            stack.callback(self._lock.release)
            stack.callback(self._events.close)
            stack.callback(self._metrics.close)

    def record(self, chunk: ChunkResult) -> None:
        """Logs a chunk of steps, and draws a picture if one is due."""
        self._seconds += chunk.seconds
        first = chunk.step - len(chunk.metrics[0]) + 1
        for step in range(first, chunk.step + 1):
            if step % LOG_EVERY == 0 or step == 1:
                self._log(
                    step,
                    {name: float(rows[step - first]) for name, rows in chunk.metrics._asdict().items()},
                )
        self._metrics.flush()
        self._events.flush()
        if chunk.step // PICTURE_EVERY > (first - 1) // PICTURE_EVERY:
            self._draw(chunk.step)

    def record_figures(self, figures: Mapping[str, float]) -> None:
        """Logs figures of the averaged generator, and keeps the model if it has the lowest `frechet` so far.

        Args:
          figures: by their names, measured by validation pictures.
        """
        self._log(self._trainer.step, figures, "Validation")
        self._metrics.flush()
        if figures["frechet"] < self._best:
            state = self._state()
            metadata = {FIGURES: json.dumps(dict(figures)), **self._metadata_at(int(state.step))}
            self._save_model(self.best_path, state, metadata)
            self._best = figures["frechet"]

    @property
    def is_there(self) -> bool:
        """Whether nobody has renamed or deleted the folder since the run began."""
        return self._path.is_dir()

    @property
    def has_checkpoint(self) -> bool:
        """Whether the run can go on from here, should it end now."""
        return self.state_path.exists()

    def save(self) -> None:
        """Writes both checkpoints. Raises Diverged, and writes nothing, if the state is spoilt."""
        state = self._state()
        metadata = self._metadata_at(int(state.step))
        saved_state.save_state(self.state_path, self._trainer.recipe, state, metadata)
        self._save_model(self.model_path, state, metadata)

    def _state(self) -> TrainState:
        state = jax.device_get(self._trainer.state)
        if not all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(state)):
            raise Diverged(int(state.step))
        return state

    def _metadata_at(self, step: int) -> dict[str, Any]:
        train = self._trainer.recipe.train
        return {
            **self._metadata,
            "step": step,
            "images": step * train.batch_size * train.discriminator_steps,
            "seconds": f"{self._seconds:.1f}",
            "date": datetime.date.today().isoformat(),
        }

    def _save_model(self, path: Path, state: TrainState, metadata: dict[str, Any]) -> None:
        """Writes a model's file, with what D says of validation pictures."""
        model = saved_state.model_of(self._trainer.recipe, state, metadata, self._validation)
        checkpoints.save_model(path, model)

    def _log(self, step: int, values: Mapping[str, float], group: str = "Game") -> None:
        row = {"step": step, "seconds": round(self._seconds, 3), **values}
        self._metrics.write(json.dumps(row) + "\n")
        for name, value in values.items():
            self._events.add_scalar(TAGS.get(name, f"{group}/{name}"), value, step)

    def _draw(self, step: int) -> None:
        """64 real pictures beside 64 generated ones: the same z each time, not selected."""
        fake = sampler.generate(
            self._trainer.recipe.model, self._trainer.state.generator_ema, self._z, self._labels
        )
        image = images.side_by_side(self._real, fake)
        tensor_file.write_atomically(self._path / "samples" / f"{step:07d}.png", images.png(image))
        pixels = np.asarray(image.convert("RGB"))
        self._events.add_image("Samples/real beside generated", pixels, step)


def _lies_in(path: Path, dataset: str) -> bool:
    """Whether a run's folder would lie in the folder of the pictures, and its samples be some of them."""
    if dataset in datasets.NAMES or not Path(dataset).is_dir():
        return False
    return path.resolve().is_relative_to(Path(dataset).resolve())


def _frechet_of(path: Path) -> float:
    """The Fréchet distance of the best model so far; infinity if there is none that can be read."""
    try:
        return float(json.loads(checkpoints.load_model(path).metadata[FIGURES])["frechet"])
    except (InputError, KeyError, TypeError, ValueError, RecursionError):
        return math.inf


def _forget_after(path: Path, step: int) -> None:
    """A killed run may have logged steps that its last checkpoint does not have."""

    def is_kept(line: str) -> bool:
        try:
            return json.loads(line)["step"] <= step
        except (ValueError, KeyError, TypeError, RecursionError):
            return False  # half a line, written as the run was killed

    if path.exists():
        lines = filter(is_kept, path.read_text(errors="replace").splitlines())
        tensor_file.write_atomically(path, "".join(f"{line}\n" for line in lines).encode())
