"""Measures a run by validation pictures while it trains, so that its best model can be kept."""

import re
from typing import NamedTuple

import numpy as np

from gan.config import ModelConfig
from gan.data.dataset import Dataset
from gan.data.held_out import split_training
from gan.errors import InputError
from gan.evaluation import feature_networks
from gan.evaluation.comparison import Comparison, compared_pictures
from gan.networks import latents, sampler
from gan.networks.networks import Variables
from gan.training.setup import Plan

COUNT = 2000  # samples, always of the same z: more precise than a choice between checkpoints needs


class Interval(NamedTuple):
    """How often a run is measured: after so many steps or, if `steps` is None, seconds."""

    steps: int | None
    seconds: float

    @staticmethod
    def parse(text: str) -> "Interval":
        """Of "5000" (steps) or "60s" (seconds). Raises InputError for anything else."""
        found = re.fullmatch(r"(\d{1,9}|\d{1,9}(?:\.\d{1,9})?(s))", text, re.ASCII)
        value = float(found[1].removesuffix("s")) if found else 0
        if value <= 0:
            raise InputError(f"--evaluate-every {text}: expected steps, as 5000, or seconds, as 60s")
        return Interval(None, value) if found[2] else Interval(int(value), 0)


class Validation:
    """Measures a run's averaged generator, whenever it is due.

    Attributes:
      network: what the figures are computed with.
    """

    def __init__(
        self,
        interval: Interval,
        config: ModelConfig,
        dataset: Dataset,
        metadata: dict[str, str],
        first_step: int = 0,
    ):
        """
        Args:
          config: of the run's networks.
          dataset: what the run is trained on.
          metadata: of the run, which say how the dataset was read.
          first_step: where the run begins, or goes on.
        Raises:
          InputError: the dataset has too few pictures for figures.
        """
        size, polarity = dataset.images.shape[1], metadata.get("polarity", "auto")
        splits = split_training(dataset, size, polarity)
        compared_pictures(splits, "validation")  # refuses too few before a network is trained
        self.network = feature_networks.load(splits, progress=True)
        self._config, self._interval = config, interval
        self._comparison = Comparison(splits, self.network, "validation")
        count = min(COUNT, self._comparison.max_count)
        self._z = latents.stream(0, count, config.z_dim)
        self._labels = self._comparison.labels_for(count, 0) if config.classes else None
        self._last_step, self._last_seconds = first_step, 0.0

    def is_due(self, step: int, seconds: float) -> bool:
        """Whether it is time to measure; if so, the next time is counted from here.

        Args:
          step: steps done since the run began.
          seconds: since the run began, or went on.
        """
        steps = self._interval.steps
        if steps is None:
            due = seconds - self._last_seconds >= self._interval.seconds
        else:
            due = step // steps > self._last_step // steps
        if due:
            self._last_step, self._last_seconds = step, seconds
        return due

    def has_measured(self, step: int) -> bool:
        """Whether it was at this step that it was due last."""
        return step == self._last_step

    def figures(self, generator: Variables) -> dict[str, float]:
        """The quick figures (`Comparison.quick_figures`) of a generator's samples, rounded."""
        images = sampler.generate(self._config, generator, self._z, self._labels)
        figures = self._comparison.quick_figures(images, self._labels)
        return {name: float(np.round(value, 5)) for name, value in figures.items()}


def validation_of(interval: str | None, plan: Plan) -> Validation | None:
    """What measures a run that is about to begin, or to go on. It may train a feature network first.

    Args:
      interval: as `Interval.parse` takes it; None: the run is not measured.
    Raises:
      InputError: it is no interval, or there are too few pictures for figures.
    """
    if interval is None:
        return None
    trainer = plan.trainer
    every = Interval.parse(interval)
    return Validation(every, trainer.recipe.model, plan.dataset, plan.metadata, trainer.step)
