// A photograph of something written: what of it is ink. No colour is looked at.

/** @import { Raster } from "../shared/pictures/resampling.js" */
/** @import { Blob } from "./blobs.js" */
/** @import { Greys } from "./contrast.js" */

import { reduce, resize } from "../shared/pictures/resampling.js";
import { greysOf } from "../shared/pictures/treatment.js";
import { blobsIn } from "./blobs.js";
import { contrastOf, groundOf } from "./contrast.js";
import { withoutRuling } from "./ruling.js";

const LARGEST = 400; // pixels of the longer side, in which ink is looked for
const LEAST = 140; // smaller pictures are enlarged to this
const NOISE = 5; // times the median contrast of the pixels that have any: noise stays below it
const FAINTEST = 20; // the least contrast of ink, 0…255

/**
 * What is ink if ink is dark, or if it is light.
 * @typedef {object} Reading
 * @property {boolean} isLight whether ink is light on a dark ground
 * @property {Uint8Array} contrast [height · width]
 * @property {number} threshold contrast from which a pixel is ink, 1…255
 * @property {Blob[]} blobs with that threshold, the likeliest first
 */

/** @param {Raster} raster @returns {Raster} as large as ink is looked for in */
export function workingSize(raster) {
  const longer = Math.max(raster.width, raster.height);
  if (longer >= LEAST) return reduce(raster, Math.ceil(longer / LARGEST));
  const to = (/** @type {number} */ side) => Math.max(1, Math.round((side * LEAST) / longer));
  return resize(raster, to(raster.width), to(raster.height));
}

/**
 * Reads a photograph for dark ink and for light ink.
 * @param {Raster} raster
 * @returns {[Reading, Reading]} the likelier first
 */
export function readPhotograph(raster) {
  const { width, height } = raster;
  const greys = { width, height, values: greysOf(raster) };
  const ground = groundOf(greys);
  const [dark, light] = [false, true].map((isLight) => read(greys, ground, isLight));
  return weightOf(dark) >= weightOf(light) ? [dark, light] : [light, dark];
}

/** @param {Greys} greys @param {Greys} ground @param {boolean} isLight @returns {Reading} */
function read(greys, ground, isLight) {
  const contrast = withoutRuling(contrastOf(greys, ground, isLight), greys.width, greys.height);
  const threshold = thresholdOf(contrast);
  return { isLight, contrast, threshold, blobs: blobsIn(contrast, greys, threshold) };
}

/** @param {Reading} reading */
const weightOf = ({ blobs }) => blobs[0]?.weight ?? 0;

/**
 * The contrast that parts ink from all that is fainter: Otsu's threshold (1979) of the pixels that are no noise.
 * @param {Uint8Array} contrast
 * @returns {number} 1…255
 */
function thresholdOf(contrast) {
  const counts = new Float64Array(256);
  for (const value of contrast) counts[value]++;
  const floor = Math.max(FAINTEST, Math.min(128, NOISE * medianOf(counts.with(0, 0))));
  counts.fill(0, 0, floor);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const mean = counts.reduce((sum, count, value) => sum + count * value, 0) / all;
  let [below, sum, most, best] = [0, 0, -1, floor];
  for (let value = floor; value < 255; value++) {
    below += counts[value];
    sum += counts[value] * value;
    if (!below || below === all) continue;
    const between = (mean * below - sum) ** 2 / (below * (all - below)); // variance between the two, times a constant
    if (between > most) [most, best] = [between, value + 1];
  }
  return best;
}

/** @param {Float64Array} counts of each value @returns {number} 0 where nothing is counted */
function medianOf(counts) {
  const half = counts.reduce((sum, count) => sum + count, 0) / 2;
  let below = 0;
  return Math.max(
    0,
    counts.findIndex((count) => {
      below += count;
      return below > half;
    }),
  );
}
