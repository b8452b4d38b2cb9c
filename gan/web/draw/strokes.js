// The strokes of a photograph as a pen draws them on the pad. A ball pen's line is thinner than those of MNIST, and would
// be a grey shade in 28 × 28 pixels: thin strokes are made as wide as the pad's pen.

/** @import { Blob, Sides } from "./blobs.js" */

import { distancesTo } from "./distances.js";

/**
 * The ink of a blob, scaled into the middle of the pad.
 * @param {Pick<Blob, "pixels" | "left" | "top" | "width" | "height">} blob
 * @param {Sides} photograph
 * @param {object} pad
 * @param {number} pad.side pixels of the pad's height and width
 * @param {number} pad.filled pixels, of the longer side of what is written
 * @param {number} pad.pen pixels, the least width of a stroke
 * @returns {Uint8ClampedArray} 0…255, [side · side]
 */
export function strokesOn(blob, photograph, { side, filled, pen }) {
  const margin = Math.ceil(Math.max(blob.width, blob.height) / 8); // for what is added to the strokes
  const [width, height] = [blob.width + 2 * margin, blob.height + 2 * margin];
  const ink = new Uint8Array(width * height);
  for (const at of blob.pixels) {
    const [x, y] = [at % photograph.width, Math.floor(at / photograph.width)];
    ink[(y - blob.top + margin) * width + x - blob.left + margin] = 1;
  }
  const scale = filled / Math.max(blob.width, blob.height);
  const added = Math.max(0, pen - scale * strokeWidth(ink, width, height)) / 2;
  const sharpness = Math.max(1, scale); // of an edge: it is no wider than a pixel, of the pad or of the photograph
  const distances = distancesTo(ink, width, height);
  const made = new Uint8ClampedArray(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const distance = between(distances, width, height, [
        (x + 0.5 - side / 2) / scale + width / 2 - 0.5,
        (y + 0.5 - side / 2) / scale + height / 2 - 0.5,
      ]);
      made[y * side + x] = 255 * (0.5 + sharpness * (0.5 + added / scale - distance)); // clamped, and rounded
    }
  }
  return made;
}

/**
 * How wide strokes are. Across a stroke of w pixels, the distance to its nearer edge is (w + 2) / 4 in the mean.
 * @param {Uint8Array} ink [height · width]
 * @param {number} width
 * @param {number} height
 * @returns {number} pixels
 */
export function strokeWidth(ink, width, height) {
  const depths = distancesTo(
    ink.map((is) => 1 - is),
    width,
    height,
  ); // 0 outside
  const count = ink.reduce((sum, is) => sum + is, 0);
  return Math.max(1, 4 * (depths.reduce((sum, depth) => sum + depth, 0) / count) - 2);
}

/**
 * A value between four pixels.
 * @param {Float32Array} values [height · width]
 * @param {number} width
 * @param {number} height
 * @param {[number, number]} place x and y, in pixels
 * @returns {number} Infinity outside
 */
function between(values, width, height, [x, y]) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height) return Infinity;
  const [right, down] = [x - left, y - top]; // shares of the pixels to the right and below
  const at = top * width + left;
  const above = values[at] * (1 - right) + values[at + 1] * right;
  const below = values[at + width] * (1 - right) + values[at + width + 1] * right;
  return above * (1 - down) + below * down;
}
