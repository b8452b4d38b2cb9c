// What a browser keeps of a run: all of it is found again, and each picture is written once.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { RunStore } from "../../gan/web/training/store.js";
import { installDatabase } from "./fake_database.mjs";

const stateAt = (step) => ({
  step,
  seed: 1,
  arrays: { a: { shape: [2], values: Float32Array.of(step, 7) } },
});
const frameOf = (value) => new Uint8Array(4).fill(value);
const mapOf = (steps, valueAt) => new Map(steps.map((step) => [step, valueAt(step)]));

/** A run at a step, with these frames. */
const runAt = (step, frames, name = "a") => ({
  name,
  saved: step,
  recipe: {},
  hyper: {},
  seed: 1,
  seconds: step / 40,
  state: stateAt(step),
  history: { frames, qualities: [], events: [], previousCurves: [], rows: [[step, 1]], pending: [] },
});

let written;
beforeEach(() => {
  written = installDatabase();
});

test("a run is found as it was kept, by another page too", async () => {
  const frames = mapOf([0, 10, 20], frameOf);
  const states = mapOf([0, 10], stateAt);
  assert.equal(await new RunStore().keep(runAt(25, frames), states, null), true);
  const { run, states: found } = await new RunStore().find("a");
  assert.deepEqual(run, runAt(25, frames));
  assert.deepEqual(found, states);
  assert.equal(await new RunStore().find("b"), null);
});

test("each picture and each state is written once, in an hour as in a minute", async () => {
  const store = new RunStore();
  const frames = mapOf([0, 10, 20], frameOf);
  const states = mapOf([0], stateAt);
  await store.keep(runAt(20, frames), states, null);
  written.length = 0;
  await store.keep(runAt(25, frames), states, null);
  assert.deepEqual(written, [
    ["runs", "a"],
    ["states", ["a", "latest"]],
  ]);
  frames.delete(10); // thinned out
  frames.set(30, frameOf(30));
  await store.keep(runAt(30, frames), states, null);
  assert.deepEqual(written.slice(4), [["frames", ["a", 30]]]);
  assert.deepEqual([...(await store.find("a")).run.history.frames.keys()], [0, 20, 30]);
});

test("after going back, a step has its new picture", async () => {
  const store = new RunStore();
  await store.keep(runAt(20, mapOf([0, 10], frameOf)), new Map(), null);
  const { run } = await store.find("a");
  run.history.frames.set(10, frameOf(99));
  await store.keep(run, new Map(), null);
  assert.deepEqual((await new RunStore().find("a")).run.history.frames.get(10), frameOf(99));
});

test("a run that an older page kept is found", async () => {
  const database = await new RunStore().open();
  database
    .transaction()
    .objectStore("runs")
    .put(runAt(20, mapOf([0, 10], frameOf)));
  const { run } = await new RunStore().find("a");
  assert.deepEqual(run, runAt(20, mapOf([0, 10], frameOf)));
});

test("the latest six runs are kept, and all of the others is forgotten", async () => {
  const store = new RunStore();
  for (let i = 0; i < 7; i++) {
    await store.keep(runAt(i, mapOf([0], frameOf), `run ${i}`), mapOf([0], stateAt), null);
  }
  assert.equal(await store.find("run 0"), null);
  assert.equal((await store.find("run 6")).run.state.step, 6);
  const transaction = (await store.open()).transaction();
  for (const name of ["runs", "states", "frames"]) {
    const keys = await new Promise((resolve) => {
      const request = transaction.objectStore(name).getAllKeys();
      request.onsuccess = () => resolve(request.result);
    });
    assert.ok(keys.length && !String(keys).includes("run 0"), name);
  }
});
