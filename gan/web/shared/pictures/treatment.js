// How the pictures of a set become alike: one decision for all of them, taken from a sample (gan/data/treatment.py).

/** @import { Raster } from "./resampling.js" */

import { SIZES } from "../../engine/stages.js";
import { borderOf, isLineDrawing, isPlain, median } from "../../training/drawings.js";
import { cropSquare, resize } from "./resampling.js";

const [COLOUR_LEVELS, COLOUR_SHARE] = [24, 0.005]; // in colour: so far apart are red, green and blue in so many pixels
const NEARLY = 7 / 8; // a picture of at least this part of the size is padded, not enlarged: its pixels stay sharp

/** Whether pictures are inverted: "auto" inverts grey drawings of dark ink. @typedef {"auto" | "keep" | "invert"} Polarity */

/**
 * What is done to every picture of a set.
 * @typedef {object} Treatment
 * @property {number} size pixels, the height and the width that all get
 * @property {number} channels 1: grey, 3: colour
 * @property {boolean} crops whether a picture that is no square loses its ends; else it is padded
 * @property {boolean} inverts
 * @property {number} ground 0 or 255: what shows through transparent pixels
 */

/** Luminance, as Pillow rounds it. @param {number} r @param {number} g @param {number} b @returns {number} */
const grey = (r, g, b) => (19595 * r + 38470 * g + 7471 * b + 0x8000) >> 16;

/** @param {Raster} raster @returns {Uint8Array} its luminance, [height · width]; transparency is not looked at */
function greyOf({ data }) {
  const greys = new Uint8Array(data.length / 4);
  for (let i = 0; i < greys.length; i++) greys[i] = grey(data[4 * i], data[4 * i + 1], data[4 * i + 2]);
  return greys;
}

/** @param {Raster} raster @param {number} ground @returns {Raster} in front of a ground of one grey level */
function opaque({ width, height, data }, ground) {
  const made = new Uint8ClampedArray(data);
  for (let i = 0; i < made.length; i += 4) {
    const opacity = data[i + 3] / 255;
    for (let c = 0; c < 3; c++) made[i + c] = data[i + c] * opacity + ground * (1 - opacity);
    made[i + 3] = 255;
  }
  return { width, height, data: made };
}

/** @param {Raster} raster */
function isColoured({ data }) {
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
    if (Math.max(r, g, b) - Math.min(r, g, b) > COLOUR_LEVELS) count++;
  }
  return count / (data.length / 4) > COLOUR_SHARE;
}

/** @param {Raster[]} sample @returns {number} black if what the transparent pictures show is light, and else white */
function groundOfTransparency(sample) {
  let [sum, count] = [0, 0];
  for (const { data } of sample) {
    if (!data.some((value, i) => i % 4 === 3 && value < 255)) continue;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] <= 127) continue;
      sum += grey(data[i], data[i + 1], data[i + 2]);
      count++;
    }
  }
  return count && sum / count > 127 ? 0 : 255;
}

/** @param {Raster} raster @returns {Uint8Array} its luminance, in front of black or white if it is transparent, [height · width] */
export const greysOf = (raster) => greyOf(opaque(raster, groundOfTransparency([raster])));

/**
 * The treatment of a set of pictures. Grey line drawings become light ink on a dark ground, as MNIST is.
 * @param {Raster[]} sample pictures of it, of any size
 * @param {number | null} size pixels; null: the pictures decide, as `suitableSize` says
 * @param {Polarity} [polarity]
 * @returns {Treatment}
 */
export function decide(sample, size, polarity = "auto") {
  const ground = groundOfTransparency(sample);
  const shown = sample.map((raster) => opaque(raster, ground));
  const channels = shown.some(isColoured) ? 3 : 1;
  const greys = shown.map(greyOf);
  const borders = greys.map((each, i) => borderOf(each, shown[i].width, shown[i].height));
  const plain = borders.filter(isPlain).length / borders.length;
  const crops = plain < 0.5 && sample.some(({ width, height }) => width !== height);
  const drawn = greys.filter((each, i) => isLineDrawing(each, borders[i])).length;
  const areDrawings = channels === 1 && drawn > greys.length / 2;
  const isDarkOnLight = areDrawings && median(borders.map(median)) > 127;
  const inverts = polarity === "invert" || (polarity === "auto" && isDarkOnLight);
  return { size: size ?? suitableSize(sample, areDrawings), channels, crops, inverts, ground };
}

/**
 * The smallest of SIZES that most pictures fit into, or the largest if there is none. Grey line drawings get the smallest:
 * a few strokes need few pixels, and are learned soonest.
 * @param {Raster[]} sample
 * @param {boolean} areDrawings
 * @returns {number} pixels
 */
function suitableSize(sample, areDrawings) {
  if (areDrawings) return SIZES[0];
  const longer = median(sample.map(({ width, height }) => Math.max(width, height)));
  return SIZES.find((size) => longer <= size) ?? SIZES[SIZES.length - 1];
}

/** @param {Treatment} treatment @returns {string[]} what a person should know of it */
export const remarksOn = ({ inverts, crops }) => [
  ...(inverts ? ["dark and light were inverted"] : []),
  ...(crops ? ["cropped to squares"] : []),
];

/**
 * @param {Raster} raster of any size
 * @param {Treatment} treatment
 * @returns {Uint8Array} the picture as the networks see it, [size · size · channels]
 */
export function treat(raster, treatment) {
  const scaled = opaque(scale(raster, treatment), treatment.ground); // scaled first, to fewer pixels
  return finish(scaled, treatment);
}

/** @param {Raster} raster @param {Treatment} treatment @returns {Raster} that fits into the square */
function scale(raster, { size, crops }) {
  const picture = crops ? cropSquare(raster) : raster;
  const longer = Math.max(picture.width, picture.height);
  const isSharp = longer / size >= NEARLY && longer <= size;
  if (isSharp) return picture;
  const to = (/** @type {number} */ side) => Math.max(1, roundHalfEven((size / longer) * side));
  return resize(picture, to(picture.width), to(picture.height));
}

/** As Python rounds. @param {number} value @returns {number} */
function roundHalfEven(value) {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}

/**
 * A picture in the middle of its square, and inverted. What is left of the square gets the median of the border.
 * @param {Raster} raster
 * @param {Treatment} treatment
 * @returns {Uint8Array} [size · size · channels]
 */
function finish(raster, { size, channels, inverts }) {
  const { width, height, data } = raster;
  const pixels = channels === 1 ? greyOf(raster) : data.filter((_, i) => i % 4 < 3); // [height · width · channels]
  const made = new Uint8Array(size * size * channels);
  if (width !== size || height !== size) {
    for (let c = 0; c < channels; c++) {
      const level = Math.floor(median(borderOf(pixels, width, height, channels, c)));
      for (let i = c; i < made.length; i += channels) made[i] = level;
    }
  }
  const [left, top] = [Math.floor((size - width) / 2), Math.floor((size - height) / 2)];
  for (let y = 0; y < height; y++) {
    const row = pixels.subarray(y * width * channels, (y + 1) * width * channels);
    made.set(row, ((top + y) * size + left) * channels);
  }
  return inverts ? made.map((value) => 255 - value) : made;
}
