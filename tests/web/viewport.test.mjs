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

test("whether there is a zoom farther or nearer is known before, and what is in sight stays", () => {
  const view = create();
  const zooms = () => [1.6, 1 / 1.6].map((factor) => view.canZoomTo(factor, positions[0]));
  const before = view.at;
  assert.deepEqual(zooms(), [true, true]);
  assert.equal(view.at, before);
  for (let i = 0; i < 20; i++) view.zoomTo(1.6, positions[0]);
  assert.deepEqual(zooms(), [false, true]);
  for (let i = 0; i < 20; i++) view.zoomTo(1 / 1.6);
  assert.deepEqual(zooms(), [true, false]);
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

test("an arrow leads to a neighbour that lies that way, however far it is, until there is none", () => {
  const known = [
    [0, 0],
    [0.05, 0.01], // to the right, and near
    [0.04, -0.9], // up, and hardly to the right
    [0.9, 0.3], // far to the right
    [-0.7, 0.9], // more down than to the left
  ];
  const view = create(known);
  const from = (number, direction) => view.beyond(view.toScreen(known[number]), direction);
  assert.equal(from(0, [1, 0]), 1);
  assert.equal(from(1, [1, 0]), 3, "across the gap");
  assert.equal(from(3, [1, 0]), null);
  assert.equal(from(0, [-1, 0]), 4, "where nothing lies within 45°");
  assert.equal(from(0, [0, -1]), 2);
  assert.equal(from(2, [0, -1]), null);
});

test("every position can be reached by arrow keys", () => {
  const arrows = [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ]; // prettier-ignore
  const view = create();
  const reached = new Set([0]);
  for (const number of reached) {
    for (const arrow of arrows) {
      const next = view.beyond(view.toScreen(positions[number]), arrow);
      if (next !== null) reached.add(next);
    }
  }
  assert.equal(reached.size, 200, `${reached.size} of 200`);
  assert.ok(
    [...reached].some((number) => number >= 100),
    "on the other island, too",
  );
});

test("what an arrow leads to is brought into sight", () => {
  const view = create();
  view.zoom(4, [60, 160]);
  const far = view.toScreen(positions[150]);
  assert.ok(!view.isIn(far));
  const pixel = view.bring(far);
  assert.ok(view.isIn(pixel));
  assert.equal(view.nearest(...pixel), 150);
  assert.deepEqual(view.bring(pixel), pixel);
});
