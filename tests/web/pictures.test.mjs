// The figures of digits in Learn: which real digits are alike, their mean, and what is said of frequencies.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.OffscreenCanvas = class {
  getContext = () => ({});
};
globalThis.ImageData = class {
  data = new Uint8ClampedArray(4 * 784);
};
globalThis.matchMedia = () => ({ matches: false });
const { alike, meanOf } = await import("../../gan/web/learn/pictures/blur.js");
const { describe, sharesOf } = await import("../../gan/web/learn/pictures/frequencies.js");

const flat = (ink) => new Uint8Array(784).fill(ink);

test("the mean of pictures is that of their pixels", () => {
  assert.deepEqual(meanOf([flat(10), flat(20), flat(60)]), flat(30));
});

test("digits that are alike begin with the usual one, and are all of the digit", () => {
  const inks = [200, 90, 30, 100, 110, 250];
  const labels = Uint8Array.of(3, 3, 7, 3, 3, 7);
  const images = Uint8Array.from(inks.flatMap((ink) => [...flat(ink)]));
  assert.deepEqual(
    alike({ labels, images }, 3).map(([ink]) => ink),
    [110, 100, 90, 200],
  );
});

test("frequencies name the digits that come most, least, or not at all", () => {
  assert.equal(
    describe([10, 20, 10, 10, 10, 10, 10, 10, 5, 5]),
    "Of 100 forgeries: most often 1 (20 %), least often 8 (5 %)",
  );
  assert.match(describe([100, 0, 100, 0, 100, 100, 100, 100, 100, 100]), /no 1 or 3$/);
  assert.deepEqual(sharesOf([1, 1, 2, 9]), [0, 0.5, 0.25, 0, 0, 0, 0, 0, 0, 0.25]);
});
