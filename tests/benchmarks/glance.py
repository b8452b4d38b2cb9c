"""Can the judge look on while a run trains? `python -m tests.benchmarks.glance`.

Times a glance (Fréchet distance and digits' shares of 1,000 samples), and the drawing of the
samples, on an idle processor and while `fast` trains in another thread.
"""

import threading
import time
from collections.abc import Callable

import jax
import numpy as np

from gan import cache
from gan.data import datasets
from gan.evaluation import sample_quality
from gan.networks import latents, sampler
from gan.recipes import RECIPES
from gan.training import devices
from gan.training.trainer import Trainer

SAMPLES, REPEATS = 1000, 40


def milliseconds(function: Callable[[], object]) -> str:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        function()
        times.append(1000 * (time.perf_counter() - start))
    return f"median {np.median(times):6.1f} ms, 95th percentile {np.percentile(times, 95):6.1f} ms"


def main() -> None:
    cache.keep_compiled_programs()
    trainer = Trainer(RECIPES["fast"], datasets.load_dataset())
    config = trainer.recipe.model
    generator = jax.device_get(trainer.state.generator_ema)  # the run gives its own buffers away
    z = latents.stream(0, SAMPLES, config.z_dim)
    pictures = sampler.generate(config, generator, z)
    sample_quality.quick_metrics(pictures)
    trainer.compile()
    stop = threading.Event()

    def train() -> None:
        for _ in trainer.run(10**9, chunk_seconds=0.1):
            if stop.is_set():
                return

    def report(state: str) -> None:
        print(f"{state}\n  glance  {milliseconds(lambda: sample_quality.quick_metrics(pictures))}")
        print(f"  drawing {milliseconds(lambda: sampler.generate(config, generator, z))}", flush=True)

    print(devices.describe())
    report("idle")
    thread = threading.Thread(target=train)
    thread.start()
    report("while a run trains")
    stop.set()
    thread.join()


if __name__ == "__main__":
    main()
