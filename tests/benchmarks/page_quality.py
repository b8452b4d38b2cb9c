"""What a run in the page is worth beside `train.py`: `python -m tests.benchmarks.page_quality`.

A run of the exported page trains in Chromium, told the class and not. After 15, 30 and 60 seconds of
training it pauses and its model is saved. JAX then takes as many steps from the same seed, in float32.
Prints the Fréchet distance of 10,000 samples of both, and the seconds from Start to the first pictures.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

import app
from gan import get_recipe, load_dataset
from gan.evaluation import sample_quality
from gan.networks import checkpoints, latents, sampler
from gan.networks.checkpoints import Model
from gan.training.saved_state import model_of
from gan.training.trainer import Trainer
from gan.web import static_site
from tests.app import launch_browser, serving

MOMENTS = (15, 30, 60)  # seconds of training
SEED, COUNT = 0, 10_000
IS_TRAINED = """least => {
  const seconds = document.querySelector(".status").textContent.match(/([\\d.]+) s/)?.[1];
  return Number(seconds) >= least;
}"""


def page_models(
    page: Page, address: str, is_conditional: bool, folder: Path
) -> Iterator[tuple[Model, float]]:
    """The models of a run at each of MOMENTS, and the seconds from Start to its first pictures."""
    page.goto(f"{address}/?tab=train")
    page.wait_for_selector(".train .go:not([disabled])")
    page.evaluate(f"document.querySelector('.train .conditional').checked = {str(is_conditional).lower()}")
    began = time.perf_counter()
    page.click(".train .go")
    page.wait_for_function("document.querySelector('.wall-words').textContent.includes('forgeries after')")
    first = time.perf_counter() - began
    for seconds in MOMENTS:
        page.wait_for_function(
            IS_TRAINED,
            arg=seconds,
            timeout=10 * 60_000,
        )
        page.click(".train .go")  # Pause
        page.wait_for_function("document.querySelector('.status').textContent.startsWith('Paused')")
        with page.expect_download() as download:
            page.click(".train .file[data-file=model]")
        path = folder / f"{is_conditional}-{seconds}.safetensors"
        download.value.save_as(path)
        page.click(".train .go")  # Go on
        yield checkpoints.load_model(path), first


def frechet(model: Model) -> float:
    """Of 10,000 samples, each class as often as the others."""
    config = model.recipe.model
    labels = np.arange(COUNT) % 10 if config.classes else None
    images = sampler.generate(config, model.generator, latents.stream(SEED, COUNT, config.z_dim), labels)
    return sample_quality.quick_metrics(images).frechet


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    dataset = load_dataset()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, ExitStack() as stack:
        site = Path(folder) / "site"
        static_site.export(app.load(None), site)
        address = stack.enter_context(serving(site))
        page = launch_browser(playwright).new_page(viewport={"width": 1280, "height": 800})
        for is_conditional in (True, False):
            recipe = get_recipe("fast").replace(classes=10 if is_conditional else 0, precision="float32")
            trainer = Trainer(recipe, dataset, SEED)
            made = list(page_models(page, address, is_conditional, Path(folder)))
            for seconds, (model, first) in zip(MOMENTS, made, strict=True):
                steps = int(model.metadata["step"])
                for _ in trainer.run(steps - trainer.step):
                    pass
                ours, theirs = frechet(model), frechet(model_of(recipe, trainer.state, {}))
                kind = "told the class" if is_conditional else "not told"
                print(
                    f"{kind:15} {seconds} s: {steps} steps, Fréchet {ours:.2f}; JAX {theirs:.2f} "
                    f"({ours / theirs:.2f}); first pictures after {first:.2f} s",
                    flush=True,
                )


if __name__ == "__main__":
    main()
