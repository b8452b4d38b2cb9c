// D's scores over a run, for losses that make no probabilities of them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ScoreHistory, scoreUnit } from "../../gan/web/train/scores.js";

const snapshot = (step, real, fakes) => ({
  step,
  arrays: {
    real_logits: { values: Float32Array.of(real - 1, real + 1) },
    fake_logits: { values: Float32Array.of(fakes, fakes) },
  },
});

test("each snapshot adds a mean, and going back forgets what came after", () => {
  const history = new ScoreHistory();
  for (const step of [0, 10, 20]) history.add(snapshot(step, step, -step));
  history.add(snapshot(20, 7, -7)); // the same step, seen again
  history.add({ step: 30, arrays: {} }); // an autoencoder has no D
  const [real, fakes] = history.lines;
  assert.deepEqual(real, { x: [0, 10, 20], y: [0, 10, 7] });
  assert.deepEqual(fakes.y.map(Math.abs), [0, 10, 7]);
  history.add(snapshot(5, 1, 2));
  assert.deepEqual(history.lines[0].x, [0, 5]);
  history.clear();
  assert.deepEqual(history.lines[0], { x: [], y: [] });
});

test("a long run keeps the whole of its way in few points", () => {
  const history = new ScoreHistory();
  for (let step = 1; step <= 5000; step++) history.add(snapshot(step, 1, 0));
  const { x } = history.lines[0];
  assert.ok(x.length <= 1000 && x.length > 400);
  assert.equal(x.at(-1), 5000);
  assert.ok(x[0] < 100);
});

test("the unit says where D puts pictures with each loss", () => {
  assert.match(scoreUnit("hinge"), /above 1/);
  assert.match(scoreUnit("least-squares"), /1 for real/);
  for (const loss of ["wasserstein", "wasserstein-gp", "relativistic"])
    assert.match(scoreUnit(loss), /no zero/);
});
