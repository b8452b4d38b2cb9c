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
    const { picture } = frame(ink, SIDE);
    assert.equal(picture.length, 784);
    const { width, height, centre } = measure(picture);
    assert.equal(Math.max(width, height), 20);
    for (const at of centre) assert.ok(Math.abs(at - 14) <= 0.51, `${centre}`);
  });
}

test("an empty pad and a dot are explained", () => {
  assert.match(frame(new Uint8Array(SIDE * SIDE), SIDE).error, /empty/);
  assert.match(frame(rectangle(40, 44, 40, 44), SIDE).error, /dot/);
});
