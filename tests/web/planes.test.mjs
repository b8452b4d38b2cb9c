// The map's planes: of two directions, and through three seeds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fromSeed, move } from "../../gan/web/engine/latents.js";
import { ofDirections, throughSeeds } from "../../gan/web/map/planes.js";

const SIZE = 8;
const directions = [0, 1].map((axis) => Float32Array.from({ length: SIZE }, (_, i) => Number(i === axis)));
const latent = { seed: 7, digit: 3, truncation: 1, shifts: {}, edits: {}, source: "" };

/** As much of a model as a plane asks. */
const model = {
  config: { z_dim: SIZE },
  directions,
  z: ({ seed, shifts, edits }) =>
    move(
      fromSeed(seed, SIZE),
      directions,
      directions.map((_, i) => shifts[i] ?? 0),
      edits,
    ),
};

const close = (a, b, tolerance) => a.every((value, i) => Math.abs(value - b[i]) <= tolerance);

test("on the plane of two directions, across and up move two sliders", () => {
  const plane = ofDirections(model, { ...latent, shifts: { 5: 1 } }, 0, 1);
  assert.deepEqual(plane.change([1.5, 1]).shifts, { 5: 1, 0: 1.5, 1: -1 });
  assert.deepEqual(plane.change([99, -99]).shifts, { 5: 1, 0: 3, 1: 3 }); // as far as a slider goes
  const z = plane.z([1.5, 1]);
  assert.ok(close(z, move(fromSeed(7, SIZE), directions, [1.5, -1], {}), 1e-6));
});

test("the plane of two directions is the same from wherever on it one looks", () => {
  const from = (shifts) => ofDirections(model, { ...latent, shifts }, 0, 1);
  assert.equal(from({}).key, from({ 0: 2, 1: -1 }).key);
  assert.deepEqual(from({ 0: 2, 1: -1 }).here(), [2, 1]);
});

test("the surface through three seeds has them at its corners, and is as daring in its middle", () => {
  const seeds = [7, 12, 9];
  const surface = throughSeeds(model, seeds);
  for (const { position: at, seed } of surface.corners) {
    assert.ok(close(surface.z(at), fromSeed(seed, SIZE), 0.01)); // the corners have one decimal
    const { seed: found, edits, source } = surface.change(at);
    assert.deepEqual([found, edits, source], [seed, {}, ""]);
  }
  const middle = surface.z([0, 0]);
  const mean = middle.map(
    (_, i) => seeds.reduce((sum, seed) => sum + fromSeed(seed, SIZE)[i], 0) / Math.sqrt(3),
  );
  assert.ok(close(middle, mean, 1e-5));
});

test("a position on the surface is found again by what it made of the state", () => {
  const surface = throughSeeds(model, [7, 12, 9]);
  const { source, ...change } = surface.change([0.3, 0.4]);
  assert.equal(source, "mixed");
  const state = { ...latent, ...change };
  assert.deepEqual(surface.here(state), [0.3, 0.4]);
  assert.ok(close(move(fromSeed(7, SIZE), [], [], state.edits), surface.z([0.3, 0.4]), 6e-4));
  assert.equal(surface.here({ ...state, truncation: 0.5 }), null);
  assert.equal(surface.here({ ...state, seed: 1000 }), null);
});
