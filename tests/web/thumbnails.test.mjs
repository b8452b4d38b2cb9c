// The colours of classes on the map.

import assert from "node:assert/strict";
import { test } from "node:test";
import { COLOURS } from "../../gan/web/map/thumbnails.js";

/** A colour in CIELAB, for the white of sRGB (D65): lightness and two axes. @param {string} hex */
function labOf(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const [x, y, z] = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
  ].map((share) => (share > 0.008856 ? Math.cbrt(share) : 7.787 * share + 16 / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

test("the colours of any two classes are told apart", () => {
  assert.equal(COLOURS.length, 10);
  const labs = COLOURS.map(labOf);
  labs.forEach((lab, i) => {
    for (const other of labs.slice(0, i)) assert.ok(Math.hypot(...lab.map((v, k) => v - other[k])) > 30);
  });
});
