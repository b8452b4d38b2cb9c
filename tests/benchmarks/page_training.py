"""How fast a page trains, beside JAX on the same cores: `python -m tests.benchmarks.page_training`.

Recipe `fast` at batch 32 in Chromium, with one worker and with two, and JAX at float32 and at the
precision that it chooses by itself, in turns. Prints images a second, and each share of JAX's float32.
"""

import argparse
import functools
import http.server
import json
import statistics
import threading

import numpy as np
from playwright.sync_api import sync_playwright

from gan import get_recipe
from gan.training.batch import Data
from gan.training.throughput import images_per_second
from tests.conftest import ROOT

CHROMIUM = "/usr/bin/chromium"
LEADER = """
import { fetchKernels } from "%(origin)s/gan/web/engine/kernels.js";
import { Trainer } from "%(origin)s/gan/web/training/trainer.js";
const wait = new Promise((resolve) => { self.onmessage = ({ data }) => resolve(data); });
const { recipe, dataset, workers, seconds } = await wait;
const trainer = await Trainer.start({ recipe, dataset, seed: 0, workers, program: await fetchKernels() });
for (let i = 0; i < 30; i++) await trainer.advance();
const began = performance.now();
let steps = 0;
while (performance.now() - began < 1000 * seconds) { await trainer.advance(); steps++; }
const rate = (1000 * steps * recipe.train.batch_size) / (performance.now() - began);
trainer.close();
self.postMessage({ rate, metrics: await trainer.advanceAlone() });
"""
RUN = """([source, recipe, workers, seconds]) => new Promise((resolve, reject) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module" });
  const images = Uint8Array.from({ length: 1000 * 784 }, () => 256 * Math.random());
  const labels = Uint8Array.from({ length: 1000 }, (_, i) => i % 10);
  worker.onmessage = ({ data }) => { worker.terminate(); resolve(data.rate); };
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage({ recipe, dataset: { images, labels, class_names: [], channels: 1 }, workers, seconds });
})"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the repository, and writes nothing of it to the terminal."""

    def log_message(self, *args) -> None:
        pass


def serve() -> str:
    """The address at which the repository is served until this process ends."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=ROOT))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each turn")
    parser.add_argument("--turns", type=int, default=3)
    args = parser.parse_args()
    recipe, origin = get_recipe("fast"), serve()
    training_set = Data(np.zeros((1000, 28, 28, 1), np.uint8), np.zeros(1000, np.int32))
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=CHROMIUM).new_page()
        page.goto(f"{origin}/gan/web/engine/kernels.js")

        def in_jax(precision: str) -> float:
            chosen = recipe.replace(precision=precision)
            return images_per_second(chosen, training_set, "auto", args.seconds)

        def in_page(workers: int) -> float:
            source = LEADER % {"origin": origin}
            asked = [source, json.loads(recipe.to_json()), workers, args.seconds]
            return page.evaluate(RUN, asked)

        contenders = {
            "JAX, float32": lambda: in_jax("float32"),
            "JAX, auto": lambda: in_jax("auto"),
            "page, one worker": lambda: in_page(1),
            "page, two workers": lambda: in_page(2),
        }
        rates = {name: [] for name in contenders}
        for _ in range(args.turns):
            for name, run in contenders.items():
                rates[name].append(run())
    reference = statistics.median(rates["JAX, float32"])
    for name, measured in rates.items():
        middle = statistics.median(measured)
        extremes = f"{min(measured):,.0f} to {max(measured):,.0f}"
        print(f"{name:18} {middle:7,.0f} images/s  {middle / reference:.2f}  ({extremes})")


if __name__ == "__main__":
    main()
