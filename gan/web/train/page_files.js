/** Files of a run that this page trains, where they are made of what the page knows already: its curves and its film. */

import { shapeOf } from "../engine/stages.js";
import { encoders } from "../morph/recording.js";
import { saveFile } from "../shared/files.js";
import { paintGrid } from "../shared/paint.js";
import { CURVE_ROWS } from "../training/history.js";

const FILM_PIXELS = 484; // width of the film, as of the server's
const FILM_FRAME_MS = 100; // how long each frame is shown
const COLUMNS = 8;

/**
 * The curves as a table, one line a point.
 *
 * @param {Float32Array} curve row by row, [8 · points]
 * @returns {string} CSV
 */
function tableOf(curve) {
  const points = curve.length / CURVE_ROWS.length;
  const lines = Array.from({ length: points }, (_, point) =>
    CURVE_ROWS.map((_, row) => curve[row * points + point]).join(),
  );
  return [CURVE_ROWS.join(), ...lines, ""].join("\r\n");
}

/** Gives the visitor the curves as a file. @param {Float32Array} curve see `tableOf` */
export function saveCurves(curve) {
  saveFile(new Blob([tableOf(curve)], { type: "text/csv" }), "forger-metrics.csv");
}

/** Gives the visitor the film of a run as a file. @param {number[]} steps @param {Parameters<typeof filmOf>[1]} pictures */
export async function saveFilm(steps, pictures) {
  saveFile(await filmOf(steps, pictures), "forger-timeline.gif");
}

/**
 * All 64 samples over the run, as an animated GIF.
 *
 * @param {number[]} steps whose samples are kept
 * @param {(step: number) => Promise<Uint8Array | null>} pictures gives them, [64 · 784]
 * @returns {Promise<Blob>}
 */
function filmOf(steps, pictures) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = FILM_PIXELS;
  const draw = async (/** @type {number} */ i) => {
    const pixels = await pictures(steps[i]);
    if (pixels) paintGrid(canvas, pixels, COLUMNS, shapeOf(pixels.length / COLUMNS ** 2)); // else the one before stays: it was thinned out meanwhile
  };
  return encoders.gif(canvas, steps.length, draw, FILM_FRAME_MS, () => {}, false);
}
