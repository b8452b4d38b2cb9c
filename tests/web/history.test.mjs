// What is kept of a run in the page, as tests/live/test_history.py asks of the server's.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CURVE_ROWS,
  History,
  MAX_FRAMES,
  MAX_POINTS,
  MAX_STATES_BYTES,
} from "../../gan/web/training/history.js";

const metrics = (value) => Object.fromEntries(CURVE_ROWS.slice(1).map((name) => [name, value]));
const stateOf = (step, bytes = 4) => ({
  step,
  seed: 0,
  arrays: { w: { shape: [bytes / 4], values: new Float32Array(bytes / 4) } },
});
const rowsOf = (curve) => {
  const points = curve.length / CURVE_ROWS.length;
  return CURVE_ROWS.map((_, i) => [...curve.subarray(i * points, (i + 1) * points)]);
};

test("curves stay short and in order, and follow the metrics", () => {
  const kept = new History();
  for (let step = 1; step <= 5000; step++) kept.addPoint(step, metrics(step));
  const [steps, losses] = rowsOf(kept.curve());
  assert.ok(steps.length >= MAX_POINTS / 2 && steps.length < MAX_POINTS);
  assert.ok(steps.every((step, i) => i === 0 || step > steps[i - 1]));
  assert.ok(steps[0] < 50 && steps.at(-1) > 4900);
  assert.ok(losses.every((loss, i) => Math.abs(loss - steps[i]) < 25)); // each is a mean over the steps before
});

test("pictures are thinned evenly in a fixed memory", () => {
  const kept = new History();
  for (let step = 0; step < 2000; step++) kept.addFrame(step, new Uint8Array(1));
  const steps = [...kept.frames.keys()];
  assert.ok(steps.length >= MAX_FRAMES / 2 && steps.length <= MAX_FRAMES);
  assert.equal(steps[0], 0);
  assert.equal(new Set(steps.slice(1).map((step, i) => step - steps[i])).size, 1);
});

test("states stay within their budget, the first and the newest among them", () => {
  const kept = new History();
  const size = MAX_STATES_BYTES / 5;
  for (let step = 0; step < 40; step++) {
    if (kept.takesState() || step === 39) kept.addState(stateOf(step, size));
    assert.ok(kept.states.size <= 5);
    assert.ok(kept.states.has(0));
  }
  assert.equal(kept.lastState.step, 39);
  kept.keepOnlyLastState();
  assert.deepEqual([...kept.states.keys()], [39]);
});

/** Whether the memory of a state was given back. */
const isFreed = (state) => !state.arrays.w.values.length;

test("states that are thinned out give their memory back, and no other does", () => {
  const kept = new History();
  const states = Array.from({ length: 8 }, (_, step) => stateOf(step, MAX_STATES_BYTES / 5));
  for (const state of states) {
    kept.addState(state);
    kept.release(state); // does nothing to what is kept
  }
  assert.ok(kept.states.size < states.length);
  for (const state of states) {
    if (kept.states.has(state.step)) assert.ok(state.arrays.w.values.length);
    else assert.ok(isFreed(state));
  }
  const other = stateOf(0);
  kept.release(other);
  kept.release(other);
  assert.ok(isFreed(other));
  kept.keepOnlyLastState();
  assert.ok(kept.lastState.arrays.w.values.length);
});

test("going back keeps the line and forgets what came after", () => {
  const kept = new History();
  for (const step of [0, 10, 20]) {
    kept.addState(stateOf(step));
    kept.addFrame(step, new Uint8Array(1));
    kept.addPoint(step, metrics(1));
    kept.addQuality([step, step, 1, 10]);
  }
  assert.equal(kept.rewind(10).step, 10);
  assert.deepEqual([...kept.frames.keys()], [0, 10]);
  assert.deepEqual([...kept.states.keys()], [0, 10]);
  assert.deepEqual(rowsOf(kept.curve())[0], [0, 10]);
  assert.equal(kept.qualities.length, 2);
  assert.deepEqual(rowsOf(kept.previousCurves[0])[0], [0, 10, 20]);
  assert.throws(() => kept.rewind(20), /no state of step 20/);
});
