// The pictures of the map: of a model that learns while it is explored, those of its newest weights.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Chart } from "../../gan/web/map/chart.js";
import { Lattice } from "../../gan/web/map/lattice.js";

const COUNT = 300; // positions of the chart: two parts

let weights; // what each pixel of a picture is
let sheets; // how many times the engine was asked
const engine = {
  async sheet({ z }) {
    sheets++;
    return { pictures: new Uint8Array(z.length / 2).fill(weights), logits: null, read: null };
  },
};

/** A model whose pictures have one pixel. */
const modelOf = (place = 0) => ({
  id: "run",
  renewals: 0,
  size: 1,
  config: { z_dim: 2, classes: 0 },
  positions: { shape: [COUNT, 2], values: new Float32Array(2 * COUNT).fill(place) },
  digits: { values: new Uint8Array(COUNT) },
  scores: { values: new Uint8Array(COUNT) },
});

let page;
beforeEach(() => {
  [weights, sheets] = [1, 0];
  page = { engine, model: modelOf(), entry: { id: "run" }, state: { digit: 0 } };
});

/** Newer weights have come. @param {number} newer */
function renew(newer) {
  weights = newer;
  page.model.renewals++;
}

test("a chart is made anew of newer weights, and stays on the screen until it is there", async () => {
  const seen = [];
  const chart = new Chart(page, {}, {}, ({ pictures, drawn }) => seen.push([pictures[0], drawn]));
  await chart.fill();
  assert.deepEqual(seen, [
    [0, 0],
    [1, 200],
    [1, 300],
  ]);
  await chart.fill();
  assert.equal(sheets, 2, "what is there is not made again");
  seen.length = 0;
  renew(2);
  await chart.fill();
  assert.deepEqual(seen, [[2, 300]]);
  assert.equal(chart.tiles().pictures.at(-1), 2);
});

test("newer weights that come while a chart is made do not begin it again", async () => {
  const chart = new Chart(page, {}, {}, () => {});
  const first = chart.fill();
  renew(2);
  await Promise.all([first, chart.fill()]);
  assert.equal(sheets, 2);
  await chart.fill();
  assert.deepEqual([...new Set(chart.tiles().pictures)], [2]);
});

test("networks that are opened again have a chart of their own", async () => {
  const chart = new Chart(page, {}, {}, () => {});
  await chart.fill();
  [weights, page.model] = [2, modelOf(1)];
  assert.equal(chart.tiles(), null);
  await chart.fill();
  assert.deepEqual(chart.tiles().positions[0], [1, 1]);
  assert.equal(chart.tiles().pictures[0], 2);
});

test("a plane is drawn anew of newer weights, and of networks that are opened again", async () => {
  const view = { scale: () => [46, 46], toMap: (x, y) => [x / 46, y / 46] };
  const plane = { key: "plane", z: () => new Float32Array(2) };
  const lattice = new Lattice(
    page,
    { clientWidth: 92, clientHeight: 92 },
    view,
    () => plane,
    () => {},
  );
  const pixel = async () => {
    await lattice.fill();
    return lattice.tiles().pictures[0];
  };
  assert.equal(await pixel(), 1);
  await pixel();
  assert.equal(sheets, 1);
  renew(2);
  assert.equal(await pixel(), 2);
  renew(3);
  page.model = modelOf();
  assert.equal(await pixel(), 3);
});
