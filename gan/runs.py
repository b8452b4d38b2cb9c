"""A run on disk: what to do is planned and checked first, then written into the run's folder.

model.safetensors   the model for use: averaged generator, discriminator
state.safetensors   all that resuming needs
metrics.jsonl       one line every LOG_EVERY steps
samples/            real beside generated, every PICTURE_EVERY steps
events.out.*        the same for TensorBoard
"""

import argparse
import datetime
import json
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np
from tensorboardX import SummaryWriter

from gan import checkpoints, data, latents, rendering, sampler
from gan.config import Recipe, get_recipe
from gan.errors import InputError
from gan.trainer import Diverged, Progress, Trainer

LOG_EVERY = 10
PICTURE_EVERY = 500
TAGS = {"discriminator_loss": "Loss/discriminator", "generator_loss": "Loss/generator"}


class Plan(NamedTuple):
    recipe: Recipe
    dataset: data.Dataset
    trainer: Trainer
    about: dict[str, str]  # for the checkpoints' metadata


def plan(arguments: argparse.Namespace) -> Plan:
    """What `train.py`'s arguments ask for, checked; writes nothing.

    Raises:
      InputError: they cannot be satisfied, or would overwrite a run.
    """
    for name in ("max_seconds", "save_every"):
        if (value := getattr(arguments, name)) is not None and not value >= 0:
            raise InputError(f"--{name.replace('_', '-')} {value}: expected a number of seconds")
    return _resume(arguments) if arguments.resume else _begin(arguments)


def _begin(arguments: argparse.Namespace) -> Plan:
    out, seed = arguments.out, arguments.seed or 0
    if out and out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file; choose another --out")
    if out and (out / "state.safetensors").exists():
        raise InputError(f"{out} already holds a run; go on with --resume, or choose another --out")
    if not 0 <= seed <= latents.MAX_SEED:
        raise InputError(f"--seed {seed}: expected 0 to {latents.MAX_SEED}")
    recipe = get_recipe(arguments.recipe or "fast").replace(**_options(arguments))
    dataset = data.load(arguments.dataset or "mnist")
    if arguments.digits:
        if not dataset.classes:
            raise InputError(f"dataset {dataset.name!r} has no labels to condition on; leave out --digits")
        recipe = recipe.replace(classes=dataset.classes)
    trainer = Trainer(recipe, dataset, seed, arguments.devices)
    return Plan(recipe, dataset, trainer, {"dataset": dataset.name, "seed": str(seed)})


def _resume(arguments: argparse.Namespace) -> Plan:
    if arguments.out is None:
        raise InputError("--resume needs --out, the folder of the run to go on with")
    saved, state, about = checkpoints.load_state(arguments.out / "state.safetensors")
    recipe = saved.replace(**_options(arguments))
    if recipe.program != saved.program:
        raise InputError(
            "a resumed run keeps its networks, loss and batch; --set can move its rates and weights"
        )
    asked = {"recipe": arguments.recipe, "dataset": arguments.dataset, "seed": arguments.seed}
    for name, found in {"recipe": saved.name, "dataset": about["dataset"], "seed": about["seed"]}.items():
        if asked[name] is not None and str(asked[name]) != found:
            raise InputError(f"--{name} {asked[name]}: the run in {arguments.out} has {found}; leave it out")
    if arguments.digits and not saved.model.classes:
        raise InputError(f"--digits: the run in {arguments.out} is unconditional; begin another with --out")
    dataset = data.load(about["dataset"])
    trainer = Trainer(recipe, dataset, devices=arguments.devices, state=state)
    kept = ("dataset", "seed", "seconds", "command")
    return Plan(recipe, dataset, trainer, {name: about[name] for name in kept})


def _options(arguments: argparse.Namespace) -> dict[str, str | int]:
    """What the command line changes in the recipe."""
    changes: dict[str, str | int] = {}
    for pair in arguments.set:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InputError(f"--set {pair}: expected NAME=VALUE, as generator_lr=1e-3")
        changes[name] = value
    given = {"steps": arguments.steps, "batch_size": arguments.batch_size}
    return changes | {name: value for name, value in given.items() if value is not None}


class RunFolder:
    """Writes what a trainer yields. A resumed run goes on in the same files."""

    def __init__(self, path: Path, plan: Plan, command: str):
        (path / "samples").mkdir(parents=True, exist_ok=True)
        for partial in path.rglob(".*.part"):  # a killed run's last words
            partial.unlink()
        self.model_path, self.state_path = path / "model.safetensors", path / "state.safetensors"
        self._path, self._trainer = path, plan.trainer
        commands = " && ".join(filter(None, [plan.about.get("command"), command]))  # and those before it
        self._about = {**plan.about, "command": commands, "device": describe_device(), "versions": versions()}
        self._seconds = float(plan.about.get("seconds", 0))
        model = plan.recipe.model
        self._real = plan.dataset.images[np.random.default_rng(0).choice(len(plan.dataset.images), 64)]
        self._z = latents.stream(0, 64, model.z_dim)
        self._labels = np.arange(64) % model.classes if model.classes else None
        step = plan.trainer.step
        _forget_after(path / "metrics.jsonl", step)
        self._metrics = (path / "metrics.jsonl").open("a")
        self._events = SummaryWriter(str(path), purge_step=step + 1 if step else None)
        if not step:
            self._draw(0)

    def record(self, progress: Progress) -> None:
        """Logs a chunk of steps, and draws a picture if one is due."""
        self._seconds += progress.seconds
        first = progress.step - len(progress.metrics[0]) + 1
        for step in range(first, progress.step + 1):
            if step % LOG_EVERY == 0 or step == 1:
                self._log(
                    step,
                    {name: float(rows[step - first]) for name, rows in progress.metrics._asdict().items()},
                )
        self._metrics.flush()
        if progress.step // PICTURE_EVERY > (first - 1) // PICTURE_EVERY:
            self._draw(progress.step)

    def save(self) -> None:
        """Writes both checkpoints. Raises Diverged, and writes nothing, if the state is spoilt."""
        state = jax.device_get(self._trainer.state)
        if not all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(state)):
            raise Diverged(int(state.step))
        about = {
            **self._about,
            "step": int(state.step),
            "images": int(state.step) * self._trainer.recipe.train.batch_size,
            "seconds": f"{self._seconds:.1f}",
            "date": datetime.date.today().isoformat(),
        }
        checkpoints.save_state(self.state_path, self._trainer.recipe, state, about)
        checkpoints.save_model(self.model_path, self._trainer.recipe, state, about)

    def __enter__(self) -> "RunFolder":
        return self

    def __exit__(self, *error) -> None:
        self._metrics.close()
        self._events.close()

    def _log(self, step: int, values: dict[str, float]) -> None:
        row = {"step": step, "seconds": round(self._seconds, 3), **values}
        self._metrics.write(json.dumps(row) + "\n")
        for name, value in values.items():
            self._events.add_scalar(TAGS.get(name, f"Game/{name}"), value, step)

    def _draw(self, step: int) -> None:
        """64 real pictures beside 64 generated ones: the same z each time, not selected."""
        fake = sampler.generate(
            self._trainer.recipe.model, self._trainer.state.average, self._z, self._labels
        )
        image = rendering.beside(self._real, fake)
        checkpoints.write_atomically(self._path / "samples" / f"{step:07d}.png", rendering.png(image))
        pixels = np.asarray(image.convert("RGB"))
        self._events.add_image("Samples/real beside generated", pixels, step, dataformats="HWC")


def _forget_after(path: Path, step: int) -> None:
    """A killed run may have logged steps that its last checkpoint does not have."""

    def is_kept(line: str) -> bool:
        try:
            return json.loads(line)["step"] <= step
        except (ValueError, KeyError, TypeError):
            return False  # half a line, written as the run was killed

    if path.exists():
        lines = filter(is_kept, path.read_text().splitlines())
        checkpoints.write_atomically(path, "".join(f"{line}\n" for line in lines).encode())


def describe_device() -> str:
    """The machine that this process trains on, for the metadata."""
    devices = jax.local_devices()
    if devices[0].platform != "cpu":
        return f"{len(devices)} × {devices[0].device_kind}"
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} CPU cores, {names[0] if names else platform.processor() or platform.machine()}"


def versions() -> str:
    return ", ".join(f"{name} {version(name)}" for name in ("jax", "flax", "optax"))
