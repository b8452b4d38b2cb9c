// The search for a drawing's z, on a generator that is so simple that the answer is known: its picture is |z|.

import assert from "node:assert/strict";
import { test } from "node:test";
import { continueSearch, STEPS, startSearch } from "../../gan/web/engine/inversion.js";

const SIZE = 4; // of z and of a picture

// A picture is 255 · z, and so the mean squared error of pixels in 0…1 is a quadratic: mean (z − wanted)².
const model = {
  config: { z_dim: SIZE, classes: 0 },
  generator: {
    row: (z) => Float32Array.from(z),
    draw: (rows) => Float32Array.from(rows.flatMap((row) => Array.from(row, (value) => 255 * value))),
  },
  gradient: {
    slopes: (rows, wanted) =>
      Float32Array.from(
        rows.flatMap((row) => Array.from(row, (value, i) => (2 * (value - wanted[i] / 255)) / SIZE)),
      ),
  },
};
const wanted = Float32Array.of(51, 102, 204, 255);

test("a search begins at the nearest of many seeds, nearest first", () => {
  const { errors, digits, z, step } = startSearch(model, wanted);
  assert.equal(step, 0);
  assert.equal(errors.length, 8);
  assert.equal(z.length, 8 * SIZE);
  assert.deepEqual(digits, new Array(8).fill(0));
  assert.deepEqual(
    errors,
    [...errors].sort((a, b) => a - b),
  );
});

test("all starts come to the minimum of a quadratic", () => {
  let search = startSearch(model, wanted);
  const first = Math.max(...search.errors);
  while (search.step < STEPS) search = continueSearch(model, search);
  assert.equal(search.step, STEPS);
  assert.ok(first > 0.05);
  for (const error of search.errors) assert.ok(error < 1e-3, `${error}`);
  search.z.forEach((value, i) => {
    assert.ok(Math.abs(value - wanted[i % SIZE] / 255) < 0.02);
  });
});

test("a step leaves the search before it as it was", () => {
  const search = startSearch(model, wanted);
  const before = structuredClone(search);
  continueSearch(model, search);
  assert.deepEqual(search, before);
});

test("a model that is told the class is searched through all classes", () => {
  const told = {
    ...model,
    config: { z_dim: SIZE, classes: 3 },
    generator: { ...model.generator, row: (z, digit) => z.map((value) => value + (digit === 2 ? 0 : 9)) },
  };
  assert.deepEqual(startSearch(told, wanted).digits, new Array(8).fill(2));
});
