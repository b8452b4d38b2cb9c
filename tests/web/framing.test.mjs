// A drawing framed as MNIST frames its digits: within 20 × 20 pixels, the centre of mass in the middle of 28 × 28.

import assert from "node:assert/strict";
import { test } from "node:test";
import { frame } from "../../gan/web/draw/framing.js";

const SIDE = 84;

/** A pad with ink in one rectangle. */
function rectangle(top, bottom, left, right) {
  const ink = new Uint8Array(SIDE * SIDE);
  for (let y = top; y < bottom; y++) ink.fill(255, SIDE * y + left, SIDE * y + right);
  return ink;
}

function measure(picture) {
  let [mass, x, y, top, bottom, left, right] = [0, 0, 0, 28, -1, 28, -1];
  picture.forEach((value, i) => {
    const [row, column] = [Math.floor(i / 28), i % 28];
    mass += value;
    x += value * column;
    y += value * row;
    if (!value) return;
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
  });
  return { width: right + 1 - left, height: bottom + 1 - top, centre: [x / mass, y / mass] };
}

for (const [name, ink] of [
  ["a tall stroke", rectangle(5, 75, 30, 36)],
  ["a wide stroke in a corner", rectangle(0, 10, 8, 84)],
  ["a square", rectangle(40, 80, 40, 80)],
]) {
  test(`${name} becomes 20 pixels long, in the middle`, () => {
    const { picture } = frame(ink, SIDE, 28);
    assert.equal(picture.length, 784);
    const { width, height, centre } = measure(picture);
    assert.equal(Math.max(width, height), 20);
    for (const at of centre) assert.ok(Math.abs(at - 14) <= 0.51, `${centre}`);
  });
}

test("in a picture of 64 pixels the ink fills the same share", () => {
  const { picture } = frame(rectangle(5, 75, 30, 36), SIDE, 64);
  const rows = Array.from({ length: 64 }, (_, y) => picture.subarray(64 * y, 64 * (y + 1)));
  const inked = rows.flatMap((row, y) => (row.some((value) => value) ? [y] : []));
  assert.equal(inked.length, 46);
  assert.ok(Math.abs((inked[0] + inked[45] + 1) / 2 - 32) <= 1, `from ${inked[0]} to ${inked[45]}`);
});

test("an empty pad and a dot are explained", () => {
  assert.match(frame(new Uint8Array(SIDE * SIDE), SIDE, 28).error, /empty/);
  assert.match(frame(rectangle(40, 44, 40, 44), SIDE, 28).error, /dot/);
});
