// DiffAugment, as in gan/training/augment.py: D sees every picture changed at random, real and fake alike, and G's gradient
// flows back through the changes. Zhao et al. 2020, arXiv 2006.10738.

/** @import { Key } from "../engine/random.js" */

import { foldIn, uniforms } from "../engine/random.js";

const MAX_SHIFT = 1 / 8; // of the side of a picture
const CUT = 1 / 2; // the side of the square that is cut out, as a share of the side of a picture
const NUMBERS = 8; // random numbers that an example takes, whatever is done to it

/**
 * What is done to one picture.
 * @typedef {object} Change
 * @property {boolean} isFlipped
 * @property {number} brightness is added to every pixel
 * @property {number} saturation a factor
 * @property {number} contrast a factor
 * @property {number} down each pixel is taken from so many rows below it
 * @property {number} right and from so many columns to its right
 * @property {{top: number, left: number, side: number}} cut the square of zeros, of which a part may lie outside
 */

/** @param {number} share of 0…1 @param {number} count @returns {number} one of 0 … count − 1, in float32 as JAX has it */
const wholeNumber = (share, count) => Math.floor(Math.fround(share * count));

/**
 * The changes of a share of a batch.
 * @param {string} augment of the recipe: "none", or some of flip, colour, translation and cutout with commas between
 * @param {Key[]} keys one an example, [B]
 * @param {number} stream of RngStream
 * @param {number} side of the pictures, in pixels
 * @returns {Change[]} [B]; of "none", no change at all: []
 */
export function drawChanges(augment, keys, stream, side) {
  if (augment === "none") return [];
  const kinds = augment.split(",");
  const most = kinds.includes("translation") ? Math.floor(side * MAX_SHIFT + 0.5) : 0;
  const cut = kinds.includes("cutout") ? Math.floor(side * CUT + 0.5) : 0;
  const isRecoloured = kinds.includes("colour");
  return keys.map((key) => {
    const shares = uniforms(foldIn(key, stream), NUMBERS);
    const corner = (/** @type {number} */ i) =>
      wholeNumber(shares[i], side + 1 - (cut % 2)) - Math.floor(cut / 2);
    return {
      isFlipped: kinds.includes("flip") && shares[0] < 0.5,
      brightness: isRecoloured ? shares[1] - 0.5 : 0,
      saturation: isRecoloured ? 2 * shares[2] : 1,
      contrast: isRecoloured ? 0.5 + shares[3] : 1,
      down: wholeNumber(shares[4], 2 * most + 1) - most,
      right: wholeNumber(shares[5], 2 * most + 1) - most,
      cut: { top: corner(6), left: corner(7), side: cut },
    };
  });
}

/**
 * Changes pictures in place.
 * @param {Float32Array} pictures [B · side · side · channels]
 * @param {Change[]} changes [B]; none: []
 * @param {number} channels
 */
export function augment(pictures, changes, channels) {
  forEach(pictures, changes, channels, (picture, change, shape) => {
    if (change.isFlipped) flip(picture, shape);
    recolour(picture, change, change.brightness, shape);
    translate(picture, change.down, change.right, shape);
    cutOut(picture, change, shape);
  });
}

/**
 * Turns the gradient at changed pictures, in place, into the gradient at the pictures before they were changed. All but
 * the brightness is linear and, but for the translation, symmetric; so each is its own adjoint, from the last to the first.
 * @param {Float32Array} gradient [B · side · side · channels]
 * @param {Change[]} changes [B]; none: []
 * @param {number} channels
 */
export function augmentBackwards(gradient, changes, channels) {
  forEach(gradient, changes, channels, (picture, change, shape) => {
    cutOut(picture, change, shape);
    translate(picture, -change.down, -change.right, shape);
    recolour(picture, change, 0, shape);
    if (change.isFlipped) flip(picture, shape);
  });
}

/** @typedef {{side: number, channels: number}} Shape of a picture, [side · side · channels] */

/**
 * @param {Float32Array} pictures
 * @param {Change[]} changes
 * @param {number} channels
 * @param {(picture: Float32Array, change: Change, shape: Shape) => void} act
 */
function forEach(pictures, changes, channels, act) {
  const size = pictures.length / Math.max(changes.length, 1);
  const shape = { side: Math.round(Math.sqrt(size / channels)), channels };
  changes.forEach((change, i) => {
    act(pictures.subarray(i * size, (i + 1) * size), change, shape);
  });
}

/** Turns left and right round. @param {Float32Array} picture @param {Shape} shape */
function flip(picture, { side, channels }) {
  const before = picture.slice();
  for (let i = 0; i < picture.length; i++) {
    const pixel = Math.floor(i / channels);
    const column = pixel % side;
    picture[i] = before[(pixel - column + side - 1 - column) * channels + (i % channels)];
  }
}

/** @param {Float32Array} picture @param {Change} change @param {number} brightness @param {Shape} shape */
function recolour(picture, { saturation, contrast }, brightness, { channels }) {
  let sum = 0;
  for (let first = 0; first < picture.length; first += channels) {
    let grey = 0;
    for (let i = first; i < first + channels; i++) grey += (picture[i] + brightness) / channels;
    for (let i = first; i < first + channels; i++) {
      picture[i] = grey + saturation * (picture[i] + brightness - grey);
      sum += picture[i];
    }
  }
  const mean = sum / picture.length;
  for (let i = 0; i < picture.length; i++) picture[i] = mean + contrast * (picture[i] - mean);
}

/** Each pixel comes from that many rows below and columns to the right. @param {Float32Array} picture @param {number} down @param {number} right @param {Shape} shape */
function translate(picture, down, right, { side, channels }) {
  if (!down && !right) return;
  const before = picture.slice();
  const isInside = (/** @type {number} */ place) => place >= 0 && place < side;
  for (let i = 0; i < picture.length; i++) {
    const pixel = Math.floor(i / channels);
    const [row, column] = [Math.floor(pixel / side) + down, (pixel % side) + right];
    const from = (row * side + column) * channels + (i % channels);
    picture[i] = isInside(row) && isInside(column) ? before[from] : 0;
  }
}

/** Puts zeros into a square. @param {Float32Array} picture @param {Change} change @param {Shape} shape */
function cutOut(picture, { cut }, { side, channels }) {
  const left = Math.max(cut.left, 0) * channels;
  const right = Math.min(cut.left + cut.side, side) * channels;
  for (let row = Math.max(cut.top, 0); row < Math.min(cut.top + cut.side, side); row++) {
    picture.fill(0, row * side * channels + left, row * side * channels + right);
  }
}
