"""Several Workers train as one, in a browser: by messages, and by shared memory where that is allowed."""

import base64
import functools
import json

import numpy as np
import pytest

from gan import get_recipe
from tests.app import serving
from tests.browser.test_offline import ISOLATED
from tests.conftest import ROOT

STEPS = 6
RECIPE = get_recipe("fast").replace(
    z_dim=12,
    classes=10,
    generator_channels=(16, 8),
    discriminator_channels=(8, 16),
    discriminator_hidden=24,
    batch_size=16,  # four shares of four
    negative_slope=0.99,  # so that a unit which rounding switches otherwise changes next to nothing
)
NUMBERS = """
const numbersOf = ({ generator, discriminator }) => {
  const parts = [
    ...["weights", "mu", "nu", "ema"].map((kind) => generator.parameters.view(kind)),
    ...["weights", "mu", "nu"].map((kind) => discriminator.parameters.view(kind)),
  ];
  const numbers = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    numbers.set(part, at);
    at += part.length;
  }
  return numbers;
};
"""
HELPER = """
import "ORIGIN/gan/web/training/helper.js";
import { Step } from "ORIGIN/gan/web/training/step.js";
const { run } = Step.prototype;
Step.prototype.run = async function (...asked) {
  await run.apply(this, asked);
  self.postMessage({ numbers: numbersOf(this) });
};
"""
LEADER = """
import { fetchKernels } from "ORIGIN/gan/web/engine/kernels.js";
import { Trainer } from "ORIGIN/gan/web/training/trainer.js";
const { recipe, dataset, seed, workers, steps, helper } = await new Promise((resolve) => {
  self.onmessage = ({ data }) => resolve(data);
});
const told = []; // of each helper, its numbers after each step
const steppedAll = () => told.length === workers - 1 && told.every((each) => each.length === steps);
const allStepped = new Promise((resolve) => {
  self.Worker = class extends Worker {
    constructor() {
      super(helper, { type: "module" });
      const mine = [];
      told.push(mine);
      this.addEventListener("message", ({ data }) => {
        if (data.numbers) mine.push(data.numbers);
        if (steppedAll()) resolve();
      });
    }
  };
});
const trainer = await Trainer.start({ recipe, dataset, seed, workers, program: await fetchKernels() });
for (let i = 0; i < steps; i++) await trainer.advance();
if (workers > 1) await allStepped;
const exchange = trainer.crew?.exchange.constructor.name ?? null;
trainer.close();
self.postMessage({ exchange, numbers: [numbersOf(trainer.networks), ...told.map((each) => each.at(-1))] });
"""
TRAIN = """async ({ leader, helper, ...asked }) => {
  const address = (source) => URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const images = Uint8Array.from({ length: 100 * 784 }, (_, i) => (i * i * 31) % 256);
  const labels = Uint8Array.from({ length: 100 }, (_, i) => i % 10);
  const worker = new Worker(address(leader), { type: "module" });
  try {
    const { exchange, numbers } = await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      const dataset = { images, labels, class_names: [..."0123456789"], channels: 1 };
      worker.postMessage({ ...asked, dataset, helper: address(helper) });
    });
    const encode = (values) => new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result.split(",")[1]); // base64
      reader.readAsDataURL(new Blob([values]));
    });
    return { exchange, numbers: await Promise.all(numbers.map(encode)) };
  } finally {
    worker.terminate();
  }
}"""


@pytest.fixture(scope="module")
def train(browser):
    """Trains with so many Workers; returns how they exchange, and the numbers that each of them ends with."""
    pages, servers = {}, []

    def page_of(is_isolated):
        if is_isolated not in pages:
            servers.append(serving(ROOT, ISOLATED if is_isolated else {}))
            address = servers[-1].__enter__()
            pages[is_isolated] = browser.new_page(), address
            pages[is_isolated][0].goto(f"{address}/gan/web/engine/kernels.js")
            assert pages[is_isolated][0].evaluate("crossOriginIsolated") == is_isolated
        return pages[is_isolated]

    @functools.cache
    def train(workers, is_isolated, seed=3):
        page, address = page_of(is_isolated)
        sources = {"leader": NUMBERS + LEADER, "helper": NUMBERS + HELPER}
        asked = {name: source.replace("ORIGIN", address) for name, source in sources.items()}
        asked |= {"recipe": json.loads(RECIPE.to_json()), "seed": seed, "workers": workers, "steps": STEPS}
        made = page.evaluate(TRAIN, asked)
        return made["exchange"], [np.frombuffer(base64.b64decode(each), "<f4") for each in made["numbers"]]

    yield train
    for page, _ in pages.values():
        page.close()
    for server in servers:
        server.__exit__(None, None, None)


def far(a, b):
    """The distance between two runs' numbers, as a share of their size."""
    return np.linalg.norm(a - b) / np.linalg.norm(b)


@pytest.mark.parametrize("workers", [2, 4])
def test_all_workers_hold_the_same_numbers_whichever_way_they_exchange(train, workers):
    by_messages, sent = train(workers, False)
    by_memory, shared = train(workers, True)
    assert (by_messages, by_memory) == ("MessageExchange", "SharedExchange")
    assert len(sent) == len(shared) == workers
    for numbers in (*sent, *shared):
        assert np.array_equal(numbers, sent[0]), "bit for bit"


@pytest.mark.parametrize("workers", [2, 4])
def test_a_crew_trains_as_one_worker_does(train, workers):
    _, (alone,) = train(1, False)
    _, together = train(workers, False)
    _, (other,) = train(1, False, seed=4)
    assert np.isfinite(alone).all()
    assert far(together[0], alone) < 1e-4
    assert far(other, alone) > 0.1
