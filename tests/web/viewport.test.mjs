// What of a map is in sight: zooming and shifting never lose everything.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Viewport } from "../../gan/web/map/viewport.js";

const canvas = { clientWidth: 600, clientHeight: 300 };
const hundred = [...Array(100).keys()];
const island = (left) => hundred.map((i) => [left + 0.01 * (i % 10), 0.02 * Math.floor(i / 10)]);
const positions = [...island(-0.8), ...island(0.6)];
const create = (known = positions) =>
  new Viewport(canvas, { units: () => [600, 300], positions: () => known, edge: () => 1 });

test("a position on the map and its pixel lead to each other", () => {
  const view = create();
  view.zoom(3, [200, 100]);
  view.shift(-20, 10);
  const [x, y] = view.toMap(...view.toScreen([0.25, -0.5]));
  assert.ok(Math.abs(x - 0.25) < 1e-9 && Math.abs(y + 0.5) < 1e-9);
});

test("the nearest position to a pixel is found", () => {
  const view = create();
  for (const number of [0, 57, 199]) assert.equal(view.nearest(...view.toScreen(positions[number])), number);
});

test("wherever one zooms and shifts, twenty positions stay in sight", () => {
  const view = create();
  for (const [pixel, to] of [[[300, 20]], [[300, 20], view.middle()], [[590, 290]]]) {
    view.reset();
    for (let i = 0; i < 20; i++) view.zoom(1.6, pixel, to);
    for (let i = 0; i < 20; i++) view.shift(90, 40);
    assert.ok(positions.filter((position) => view.isIn(view.toScreen(position))).length >= 20);
    assert.ok(view.magnification > 2);
  }
  for (let i = 0; i < 20; i++) view.zoom(1 / 1.6, [10, 10]);
  assert.deepEqual(view.toMap(...view.middle()), [0, 0]);
});

test("a plane, where every position is one, is not left", () => {
  const view = create(null);
  for (let i = 0; i < 50; i++) view.shift(500, 500);
  const [x, y] = view.toMap(...view.middle());
  assert.deepEqual([x, y], [-1, -1]);
  assert.ok(!view.isWhole);
  view.reset();
  assert.ok(view.isWhole);
});
