// A run behind a port, as the page has it in a Worker: what is asked for, and what is told.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { readTensors } from "../../gan/web/engine/tensors.js";
import { RunLoop } from "../../gan/web/training/run_loop.js";
import { RunStore } from "../../gan/web/training/store.js";
import { dataset, description, FakeTrainer, TOO_FAST, ticking } from "./fake_trainer.mjs";

/** A store that keeps its runs in memory, as the browser's would: as copies. */
class Memory {
  kept = new Map();
  async open() {}
  async keep(run, states) {
    this.kept.set(run.name, structuredClone({ run, states }));
    return true;
  }
  async find(name) {
    return structuredClone(this.kept.get(name) ?? null);
  }
}

/** The page's side of the port. */
class Page {
  news = [];
  #waiting = new Map();
  #watchers = [];
  #count = 0;

  constructor(store, startTrainer = FakeTrainer.start) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    port1.onmessage = ({ data }) => this.#take(data);
    const fetchTools = async (_, more) => {
      this.more = more;
      const shared = {
        dataset,
        dataset_name: "mnist",
        classifier: null,
        reference: null,
        logits: () => null,
      };
      const mapOf = async () => ({ names: [], arrays: {} });
      const percentilesOf = async () => Float32Array.from({ length: 101 }, (_, i) => i / 3);
      return { ...shared, mapOf, percentilesOf, startTrainer, store };
    };
    this.loop = new RunLoop(port2, fetchTools, ticking());
  }

  #take({ id, answer, error, news }) {
    if (news) {
      this.news.push(news);
      for (const watch of this.#watchers) watch(news);
      return;
    }
    const { resolve, reject } = this.#waiting.get(id);
    error === undefined ? resolve(answer) : reject(new Error(error));
  }

  ask(task, asked) {
    return new Promise((resolve, reject) => {
      this.#waiting.set(++this.#count, { resolve, reject });
      this.port.postMessage({ id: this.#count, task, asked });
    });
  }

  start(wish = {}) {
    return this.ask("start", {
      name: "a",
      description,
      wish: { recipe: "fast", seed: 1, conditional: false, ...wish },
    });
  }

  /** The next snapshot of which something is so. */
  until(isSo) {
    const known = this.news.findLast(({ snapshot }) => snapshot && isSo(snapshot));
    if (known) return Promise.resolve(known.snapshot);
    return new Promise((resolve) => {
      this.#watchers.push(({ snapshot }) => snapshot && isSo(snapshot) && resolve(snapshot));
    });
  }

  async close() {
    await this.ask("close");
    this.port.close();
  }
}

let page;
afterEach(async () => {
  await page.close();
  assert.equal(FakeTrainer.open, 0);
});

test("a run tells how it is, until it pauses, and then at once", async () => {
  page = new Page(new Memory());
  await page.start();
  const running = await page.until(({ step }) => step > 20);
  assert.equal(running.status, "running");
  assert.equal(running.images, running.step * 4);
  assert.ok(running.rate > 0 && running.seconds > 0);
  assert.equal(running.arrays.samples.values.length, 64 * 784);
  assert.equal(running.arrays.fakes.values.length, 8 * 784);
  assert.equal(running.arrays.fake_logits.values.length, 64);
  assert.equal(running.diagnosis.name, "warming_up");
  assert.deepEqual(new Set(Object.keys(running.hyper)), new Set(Object.keys(description.ranges)));
  await page.ask("obey", { kind: "pause" });
  const paused = await page.until(({ status }) => status === "paused");
  assert.ok(paused.states.includes(paused.step));
  assert.deepEqual(await page.ask("pictures", paused.frames[0]), new Uint8Array(64 * 784).fill(2));
  assert.equal(await page.ask("pictures", 10 ** 6), null);
});

test("what is told is never older than what was told before", async () => {
  page = new Page(new Memory());
  await page.start();
  await page.until(({ step }) => step > 30);
  const versions = page.news.filter(({ snapshot }) => snapshot).map(({ snapshot }) => snapshot.version);
  assert.ok(versions.every((version, i) => i === 0 || version > versions[i - 1]));
});

test("the latest networks can be had, and a snapshot names their step", async () => {
  page = new Page(new Memory());
  await page.start();
  await page.ask("obey", { kind: "pause" });
  const paused = await page.until(({ status }) => status === "paused");
  for (let time = 0; time < 2; time++) {
    const { step, file } = await page.ask("weights");
    assert.equal(step, paused.weights);
    assert.equal(readTensors(file.buffer).metadata.step, String(step));
  }
});

test("a run goes on from the state that another has saved, and can go back to it", async () => {
  page = new Page(new Memory());
  await page.start({ change: { generator_lr: 0.01 } });
  await page.until(({ step }) => step > 5);
  await page.ask("obey", { kind: "pause" });
  const { step } = await page.until(({ status }) => status === "paused");
  const content = (await page.ask("file", "state")).buffer;
  await page.close();
  const { fast } = description.recipes;
  const opening = {
    recipe: fast,
    hyper: { ...fast.train, generator_lr: 0.02 },
    dataset: "mnist",
    seconds: 9,
  };
  page = new Page(new Memory());
  const colour = { ...opening, recipe: { ...fast, model: { ...fast.model, channels: 3 } } };
  const asked = { name: "b", description, opening, content };
  await assert.rejects(page.ask("open", { ...asked, opening: colour }), /28×28 pixels in colour/);
  await assert.rejects(page.ask("open", { ...asked, content: content.slice(0, -4) }), /damaged/);
  await page.ask("open", asked);
  const running = await page.until((snapshot) => snapshot.step > step + 5);
  assert.equal(running.status, "running");
  assert.equal(running.hyper.generator_lr, 0.02);
  assert.ok(running.seconds > 9);
  assert.deepEqual(running.states[0], step);
});

test("an order that makes no sense is refused in one line, and the run goes on", async () => {
  page = new Page(new Memory());
  await page.start();
  await assert.rejects(page.ask("obey", { kind: "set", change: { r1_gamma: -1 } }), /r1_gamma -1/);
  await page.until(({ step }) => step > 20);
});

test("an autoencoder shows its copies, and has nothing for Explore", async () => {
  page = new Page(new Memory());
  await page.start({ recipe: "autoencoder" });
  const { arrays, weights } = await page.until(({ step }) => step > 20);
  assert.equal(arrays.copies.values.length, 8 * 784);
  assert.equal(arrays.real_logits.values.length, 0);
  assert.equal(weights, null);
  await assert.rejects(page.ask("page", null), /no discriminator/);
  await assert.rejects(page.ask("weights"), /no discriminator/);
  await assert.rejects(page.ask("file", "model"), /no discriminator/);
});

test("a recipe that cannot be trained is refused at the start", async () => {
  page = new Page(new Memory(), async () => {
    throw new Error("batch_norm: not in the page");
  });
  await assert.rejects(page.start(), /batch_norm: not in the page/);
});

test("a failed run says so", async () => {
  page = new Page(new Memory());
  await page.start({ change: { generator_lr: TOO_FAST } });
  const failed = await page.until(({ status }) => status === "failed");
  assert.equal(failed.message, "not a number any more");
});

test("a reload finds the run again, paused, with its past", async () => {
  const store = new Memory();
  page = new Page(store);
  await page.start();
  await page.until(({ step }) => step > 30);
  await page.ask("obey", { kind: "pause" });
  const before = await page.until(({ status }) => status === "paused");
  await page.ask("keep");
  await page.close();

  page = new Page(store);
  assert.equal(await page.ask("restore", { name: "b", description }), false);
  assert.equal(await page.ask("restore", { name: "a", description }), true);
  const found = await page.until(({ status }) => status === "paused");
  assert.equal(found.step, before.step);
  assert.deepEqual(found.frames, before.frames);
  assert.ok(found.states.includes(0));
  assert.deepEqual(found.arrays.curve.values, before.arrays.curve.values);
  await page.ask("obey", { kind: "back", step: 0 });
  await page.until(({ status, step }) => status === "running" && step > 20);
  await page.ask("obey", { kind: "stop" });
  assert.ok((await page.ask("file", "state")).length > 0);
  const stopped = await page.until(({ status }) => status === "stopped");
  page.close?.();
  page = new Page(store);
  assert.equal(await page.ask("restore", { name: "a", description }), true);
  const again = await page.until(({ status }) => status === "paused");
  assert.equal(again.step, stopped.step, "a run that was stopped can be had again");
  assert.ok(again.states.includes(0));
  await page.ask("obey", { kind: "run" });
  await page.until(({ step }) => step > stopped.step);
});

test("a run that trains is kept after three seconds, and again after longer and longer", async () => {
  const store = new Memory();
  const times = [];
  store.keep = async (run) => times.push(run.seconds) > 0;
  page = new Page(store);
  await page.start();
  while (times.length < 6) await page.ask("pictures", 0);
  const pauses = times.map((time, i) => time - (times[i - 1] ?? 0)); // in the run's seconds: it has some of the clock's
  assert.ok(pauses[0] < pauses[1] && 1.5 * pauses[1] < pauses[2] && 1.2 * pauses[2] < pauses[3], `${pauses}`);
  assert.ok(Math.abs(pauses[5] - pauses[3]) < 0.1 * pauses[3], `${pauses}`);
});

test("a run that rests is kept without being asked, as it is then", async () => {
  const store = new Memory();
  page = new Page(store);
  await page.start();
  await page.until(({ step }) => step > 30);
  await page.ask("obey", { kind: "pause" });
  const isKept = (is) => {
    const kept = store.kept.get("a")?.run;
    return kept && is(kept);
  };
  const { step } = await page.until(({ status }) => status === "paused");
  while (!isKept(({ state }) => state.step === step)) await page.ask("pictures", 0);
  await page.ask("obey", { kind: "set", change: { r1_gamma: 3 } });
  while (!isKept(({ hyper }) => hyper.r1_gamma === 3)) await page.ask("pictures", 0);
});

test("what is left of a run that was stopped is its pictures and its files", async () => {
  page = new Page(new Memory());
  await page.start();
  await page.until(({ step }) => step > 20);
  await page.ask("obey", { kind: "stop" });
  const { step, frames } = await page.until(({ status }) => status === "stopped");
  const left = await page.ask("remains");
  assert.deepEqual(Object.keys(left.pictures).map(Number), frames);
  for (const file of [left.model, left.state, left.page])
    assert.equal(readTensors(file.buffer).metadata.step, String(step));
  const [kept] = JSON.parse(readTensors(left.model.buffer).metadata.real_logits);
  assert.deepEqual(
    [kept.length, kept[1], kept[20]],
    [21, 1.667, 33.33],
    "every fifth percentile of D's logits",
  );
});

test("where storage is refused nothing breaks", async () => {
  page = new Page(new RunStore()); // node has none
  await page.start();
  await page.ask("keep");
  await page.until(({ step }) => step > 20);
  await page.ask("obey", { kind: "stop" });
  assert.equal(await new RunStore().find("a"), null);
});

test("more pictures are taken between two chunks", async () => {
  page = new Page(new Memory());
  await page.start();
  page.more({ ...dataset, images: new Uint8Array(100 * 784), labels: null });
  const { step } = await page.until(({ step }) => step > 20);
  await page.until((later) => later.step > step);
});
