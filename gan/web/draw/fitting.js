// A photograph fitted as a model's pictures are. If those show things on a plain ground, the thing in the photograph is
// found, fills the picture, and gets the same ground. Else the picture is the square in the middle of the photograph.

/** @import { Raster } from "../shared/pictures/resampling.js" */

import { greysOf, treat } from "../shared/pictures/treatment.js";
import { borderOf, isPlain, median } from "../training/drawings.js";
import { blobsIn, joined, likely } from "./blobs.js";

const PLAIN = 0.6; // of the pixels on the borders of a model's pictures are near their median, if their ground is plain
const NEAR = 32; // grey levels
const MOST = 0.9; // of the photograph's border shows its ground
const LEAST_NOISE = 20; // grey levels
const FRAME = 2; // pixels, of the frame that is shown

/**
 * @typedef {object} Fitted
 * @property {Uint8Array} picture [size² · channels]
 * @property {number[]} frame the pixels of the photograph on the edge of what was taken
 * @property {boolean} inverts
 * @property {number} threshold difference from the ground, from which a pixel is of the thing, 1…255
 */

/** @typedef {{left: number, top: number, width: number, height: number}} Box */

/**
 * The ground that a model's pictures share.
 * @param {Uint8Array} pictures [N · size² · channels]
 * @param {{size: number, channels: number}} config
 * @returns {number | null} its grey level; null: they share none, or are in colour
 */
export function likeGround(pictures, { size, channels }) {
  if (channels !== 1) return null;
  const count = pictures.length / size ** 2;
  const border = Array.from({ length: count }, (_, i) =>
    borderOf(pictures.subarray(i * size ** 2, (i + 1) * size ** 2), size, size),
  ).flat();
  const level = median(border);
  return border.filter((value) => Math.abs(value - level) < NEAR).length >= PLAIN * border.length
    ? level
    : null;
}

/**
 * @param {Raster} raster
 * @param {{size: number, channels: number}} config of the model
 * @param {number | null} wanted the ground of its pictures
 * @param {Partial<Pick<Fitted, "inverts" | "threshold">>} choice what is missing is chosen here
 * @returns {Fitted}
 */
export function fitPicture(raster, config, wanted, choice) {
  const greys = greysOf(raster);
  const border = borderOf(greys, raster.width, raster.height);
  const ground = median(border);
  const threshold = choice.threshold ?? noiseAround(ground, border);
  if (wanted === null || !isPlain(border)) {
    const { inverts = false } = choice;
    const box = middleOf(raster);
    return { ...fitted(raster, box, ground, config, inverts), inverts, threshold };
  }
  const { inverts = wanted < 128 !== ground < 128 } = choice;
  const contrast = greys.map((value) => Math.abs(value - ground));
  const blobs = blobsIn(contrast, raster, threshold);
  const box = blobs.length ? joined(likely(blobs)) : middleOf(raster);
  const { picture, frame } = fitted(raster, box, ground, config, inverts);
  const from = inverts ? 255 - ground : ground;
  const onGround = picture.map((value) =>
    Math.abs(value - from) < threshold ? wanted : stretched(value, from, wanted),
  );
  return { picture: onGround, frame, inverts, threshold };
}

/** @param {number} ground @param {number[]} border @returns {number} how far from the ground noise and shade may be */
function noiseAround(ground, border) {
  const away = border.map((value) => Math.abs(value - ground)).sort((a, b) => a - b);
  return Math.min(128, Math.max(LEAST_NOISE, Math.round(1.5 * away[Math.floor(MOST * away.length)])));
}

/**
 * @param {Raster} raster
 * @param {Box} box that is taken
 * @param {number} ground what is beside it if it is no square
 * @param {{size: number, channels: number}} config
 * @param {boolean} inverts
 */
const fitted = (raster, box, ground, config, inverts) => ({
  picture: treat(squared(raster, box, ground), { ...config, crops: false, inverts, ground }),
  frame: edgeOf(box, raster.width),
});

/** Levels from one ground to another: black stays black, and white stays white. @param {number} value @param {number} from @param {number} to */
const stretched = (value, from, to) =>
  value < from ? (value * to) / from : 255 - ((255 - value) * (255 - to)) / (255 - from);

/** @param {Pick<Box, "width" | "height">} sides @returns {Box} the square in the middle */
function middleOf({ width, height }) {
  const side = Math.min(width, height);
  return { left: (width - side) >> 1, top: (height - side) >> 1, width: side, height: side };
}

/** @param {Raster} raster @param {Box} box @param {number} ground @returns {Raster} the box in the middle of a square of ground */
function squared(raster, { left, top, width, height }, ground) {
  const side = Math.max(width, height);
  const data = new Uint8ClampedArray(4 * side * side).fill(ground);
  for (let i = 3; i < data.length; i += 4) data[i] = 255; // opaque
  const [right, down] = [(side - width) >> 1, (side - height) >> 1];
  for (let y = 0; y < height; y++) {
    const start = 4 * ((top + y) * raster.width + left);
    data.set(raster.data.subarray(start, start + 4 * width), 4 * ((down + y) * side + right));
  }
  return { width: side, height: side, data };
}

/** @param {Box} box @param {number} across pixels of a row of the photograph @returns {number[]} the pixels on its edge */
function edgeOf({ left, top, width, height }, across) {
  const pixels = [];
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) {
      const inside = Math.min(x - left, y - top, left + width - 1 - x, top + height - 1 - y);
      if (inside < FRAME) pixels.push(y * across + x);
    }
  }
  return pixels;
}
