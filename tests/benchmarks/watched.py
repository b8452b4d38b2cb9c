"""A run of MNIST that is looked at every LOOK_EVERY steps, as the Train tab looks at one every few steps."""

from gan.config import Recipe
from gan.data import datasets
from gan.live.controls import apply_changes, with_all_terms_compiled
from gan.live.diagnosis import Diagnosis
from gan.live.monitor import Monitor
from gan.live.probe import Signals
from gan.training.trainer import Diverged, Trainer

LOOK_EVERY = 20  # steps; the Train tab looks at most 8 times a second, which is about as often
DIVERGED = Diagnosis("diverged", "Not a finite number.")


class WatchedRun:
    """A run and what is known of it.

    Attributes:
      diagnosis: the latest.
      signals: all that were measured, from the oldest to the newest.
    """

    def __init__(self, recipe: Recipe, seed: int, change: dict[str, float] | None = None):
        """`change`: numbers that differ from the recipe's, which may be numbers that a recipe refuses."""
        dataset = datasets.load_dataset()
        self.recipe, self.signals = recipe, list[Signals]()
        self.trainer = Trainer(with_all_terms_compiled(recipe), dataset, seed)
        self.monitor = Monitor(recipe.model, dataset)
        self.diagnosis = self.monitor.diagnose(0, recipe.train)
        self.trainer.hyper = recipe.hyper
        self.change(change or {})

    @property
    def step(self) -> int:
        return self.trainer.step

    def change(self, change: dict[str, float]) -> None:
        """Moves numbers while it trains, as a visitor does: the diagnosis waits for new signals."""
        self.trainer.hyper = apply_changes(self.recipe, self.trainer.hyper, change)
        self.monitor.forget_signals()

    def train_until(self, step: int, wanted: str | None = None) -> int | None:
        """Trains until that step, or until the diagnosis has the name that is wanted.

        Returns the step at which it had; None if it did not, or the run diverged.
        """
        while self.step < step:
            try:
                for chunk in self.trainer.run(LOOK_EVERY, chunk_seconds=1e6):  # in one chunk
                    self.monitor.record_chunk(chunk)
            except Diverged:
                self.diagnosis = DIVERGED
                return None
            self.monitor.look(self.trainer.state)
            self.signals.append(self.monitor.add_signals(self.step))
            self.diagnosis = self.monitor.diagnose(self.step, self.recipe.train)
            if self.diagnosis.name == wanted:
                return self.step
        return None

    def quality(self) -> tuple[float, int]:
        """The Fréchet distance of 400 samples, and how many of the ten digits are among them."""
        self.monitor.measure_quality(self.trainer.state)
        last = self.monitor.history.qualities[-1]
        return last.frechet_distance, last.digits
