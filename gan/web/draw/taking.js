// What is taken of a photograph, for each kind of model: the ink of what is written in it, or the picture itself. Both can
// be corrected by the same few choices.

/** @import { Page } from "../shared/page.js" */
/** @import { Raster } from "../shared/pictures/resampling.js" */

import { fromSeed } from "../engine/latents.js";
import { blobsIn, joined, likely } from "./blobs.js";
import { fitPicture, likeGround } from "./fitting.js";
import { shareOf } from "./framing.js";
import { WIDTH } from "./pen.js";
import { readPhotograph } from "./photograph.js";
import { strokesOn } from "./strokes.js";

const TYPICAL = 24; // pictures of a model, by which a photograph is fitted

/** @typedef {{side: number, filled: number, pen: number}} Pad pixels: the pad's, those that are filled, and the pen's width */

/**
 * What a visitor may correct.
 * @typedef {object} Choice
 * @property {boolean} isLight ink is lighter than its ground; of a picture: it is inverted
 * @property {number} threshold contrast from which a pixel is no ground, 1…255
 * @property {[number, number] | null} point x and y in the photograph: the blob there is taken; null: the likeliest
 */

/**
 * What was taken with a choice: ink for the pad, or a picture.
 * @typedef {object} Taken
 * @property {Uint8ClampedArray} [ink] 0…255, [side · side of the pad]
 * @property {Uint8Array} [picture] [size² · channels]
 * @property {number[]} marked the pixels of the photograph that were taken; of a picture, those of its frame
 * @property {number[]} unmarked those that could be taken instead
 * @property {[number, number][]} others a point of each blob that could be taken instead
 */

/**
 * @typedef {object} Taker
 * @property {boolean} isLight what it takes the photograph for
 * @property {(isLight: boolean) => number} threshold the best guess
 * @property {(choice: Choice) => Taken} take nothing is marked where nothing was found
 */

/** @param {number[]} pixels @param {number} width @param {[number, number]} point @returns {number} pixels to the nearest, squared */
function distanceTo(pixels, width, [x, y]) {
  let least = Infinity;
  for (const at of pixels) {
    least = Math.min(least, (x - (at % width)) ** 2 + (y - Math.floor(at / width)) ** 2);
  }
  return least;
}

/**
 * Takes one thing that is written, for a model of digits; for one of other drawings, all that is drawn.
 * @param {Raster} raster
 * @param {Pad} pad
 * @param {boolean} takesAll
 * @returns {Taker}
 */
export function inkTaker(raster, pad, takesAll) {
  const { width } = raster;
  const readings = readPhotograph(raster);
  const of = (/** @type {boolean} */ isLight) =>
    readings[0].isLight === isLight ? readings[0] : readings[1];
  return {
    isLight: readings[0].isLight,
    threshold: (isLight) => of(isLight).threshold,
    take({ isLight, threshold, point }) {
      const reading = of(isLight);
      const blobs =
        threshold === reading.threshold ? reading.blobs : blobsIn(reading.contrast, raster, threshold);
      if (!blobs.length) return { marked: [], unmarked: [], others: [] };
      const apart = point && blobs.map(({ pixels }) => distanceTo(pixels, width, point));
      const best = blobs[apart ? apart.indexOf(Math.min(...apart)) : 0];
      const chosen = takesAll ? likely(blobs) : [best];
      const others = blobs.filter((blob) => !chosen.includes(blob));
      const whole = joined(chosen);
      return {
        ink: strokesOn(whole, raster, pad),
        marked: whole.pixels,
        unmarked: others.flatMap((blob) => blob.pixels),
        others: others.map(({ pixels: [at] }) => [at % width, Math.floor(at / width)]),
      };
    },
  };
}

/**
 * Takes the photograph itself, for a model of other pictures.
 * @param {Raster} raster
 * @param {{size: number, channels: number}} config of the model
 * @param {Uint8Array} pictures of the model, some of them, [N · size² · channels]
 * @returns {Taker}
 */
export function pictureTaker(raster, config, pictures) {
  const wanted = likeGround(pictures, config);
  const start = fitPicture(raster, config, wanted, {});
  return {
    isLight: start.inverts,
    threshold: () => start.threshold,
    take({ isLight, threshold }) {
      const { picture, frame } = fitPicture(raster, config, wanted, { inverts: isLight, threshold });
      return { picture, marked: frame, unmarked: [], others: [] };
    },
  };
}

/**
 * Who takes a photograph for the model that is chosen.
 * @param {Raster} raster
 * @param {Pick<Page, "engine" | "model">} page
 * @param {number} side pixels of the pad
 * @returns {Promise<Taker>}
 */
export async function takerOf(raster, { engine, model }, side) {
  const { config, subject, id } = model;
  if (subject.isDigits || subject.isDrawn) {
    const filled = Math.round(side * shareOf(subject));
    return inkTaker(raster, { side, filled, pen: WIDTH }, !subject.isDigits);
  }
  const z = new Float32Array(TYPICAL * config.z_dim);
  for (let seed = 0; seed < TYPICAL; seed++) z.set(fromSeed(seed, config.z_dim), seed * config.z_dim);
  const digits = Array.from({ length: TYPICAL }, (_, i) => i % Math.max(1, config.classes));
  const { pictures } = await engine.sheet({ model: id, z, digits });
  return pictureTaker(raster, config, pictures);
}
