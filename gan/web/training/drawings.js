// Which pictures are line drawings, and which stand on a plain ground: the rules of gan/data/treatment.py. Drawings of
// light ink on a dark ground, as MNIST's digits, are shown the other way round on a light page, and photographs as they are.

/** @import { TrainingSet } from "./batch.js" */

import { countOf, picturesOf } from "./packed.js";

const [PLAIN_LEVELS, PLAIN_SHARE] = [32, 0.8]; // a plain border: so many of its pixels are so near to its median
const [INK_LEVELS, MAX_INK] = [64, 0.3]; // a line drawing: at most this share of it is so far from its ground
const EXTREME_LEVELS = 64; // and its ground is so near to black or to white
const SAMPLE = 100; // pictures, spread over the set, that are looked at

/** @param {ArrayLike<number>} values @returns {number} 0 where there are none */
export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  if (!sorted.length) return 0;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {ArrayLike<number>} values @param {(value: number) => boolean} is @returns {number} 0…1 */
const shareOf = (values, is) => Array.prototype.filter.call(values, is).length / values.length;

/**
 * The outermost pixels: the first and the last row, then the first and the last column; so the corners are in it twice.
 * @param {ArrayLike<number>} values [height · width · channels]
 * @param {number} width
 * @param {number} height
 * @param {number} [channels]
 * @param {number} [channel]
 * @returns {number[]} [2 · width + 2 · height]
 */
export function borderOf(values, width, height, channels = 1, channel = 0) {
  const at = (/** @type {number} */ x, /** @type {number} */ y) =>
    values[(y * width + x) * channels + channel];
  const rows = [0, height - 1].flatMap((y) => Array.from({ length: width }, (_, x) => at(x, y)));
  return [0, width - 1].reduce((all, x) => {
    for (let y = 0; y < height; y++) all.push(at(x, y));
    return all;
  }, rows);
}

/** @param {number[]} border @returns {boolean} whether most of it has about one level */
export function isPlain(border) {
  const level = median(border);
  return shareOf(border, (value) => Math.abs(value - level) < PLAIN_LEVELS) >= PLAIN_SHARE;
}

/**
 * @param {ArrayLike<number>} greys of a picture
 * @param {number[]} border of it
 * @returns {boolean} whether it is thin ink on a plain ground that is nearly black or nearly white
 */
export function isLineDrawing(greys, border) {
  const ground = median(border);
  const ink = shareOf(greys, (level) => Math.abs(level - ground) > INK_LEVELS);
  return Math.min(ground, 255 - ground) <= EXTREME_LEVELS && isPlain(border) && ink <= MAX_INK;
}

/**
 * A sample of a data set, in grey.
 * @param {Pick<TrainingSet, "images" | "channels" | "size">} dataset
 * @returns {{greys: ArrayLike<number>, border: number[]}[]} at most SAMPLE pictures; greys: [size · size]
 */
export function sampleInGrey(dataset) {
  const { channels, size = 28 } = dataset;
  const count = countOf(dataset);
  const looked = Math.min(SAMPLE, count);
  return Array.from({ length: looked }, (_, i) => {
    const place = looked > 1 ? Math.floor((i * (count - 1)) / (looked - 1)) : 0;
    const picture = picturesOf(dataset, [place]);
    const greys = channels === 1 ? picture : meansOf(picture, channels);
    return { greys, border: borderOf(greys, size, size) };
  });
}

/** @param {Uint8Array} picture [size · size · channels] @param {number} channels @returns {Float32Array} [size · size] */
const meansOf = (picture, channels) =>
  Float32Array.from({ length: picture.length / channels }, (_, pixel) => {
    const levels = picture.subarray(pixel * channels, (pixel + 1) * channels);
    return levels.reduce((sum, level) => sum + level, 0) / channels;
  });

/**
 * @param {Pick<TrainingSet, "images" | "channels" | "size">} dataset
 * @returns {boolean} whether most pictures are line drawings, and of light ink on a dark ground; false where there is none
 */
export function areDrawings(dataset) {
  if (dataset.channels !== 1) return false;
  const sample = sampleInGrey(dataset);
  const drawn = sample.filter(({ greys, border }) => isLineDrawing(greys, border)).length;
  return drawn > sample.length / 2 && median(sample.map(({ border }) => median(border))) < 128;
}
