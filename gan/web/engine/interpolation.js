// Between latents of a model: in a straight line, around the sphere, or through G's first features.

/** @import { Generator } from "./generator.js" */
/** @import { GeneratorInput, Way } from "./types.js" */

import { lerp, slerp } from "./latents.js";

/**
 * What is mixed, how, and how the mixtures become pictures. Classes blend evenly.
 * @typedef {object} Mixing
 * @property {(input: GeneratorInput) => Float32Array} start
 * @property {(a: Float32Array, b: Float32Array, t: number) => Float32Array} mix
 * @property {(mixtures: Float32Array[]) => Uint8Array} draw
 */

/** @param {Generator} generator @param {Way} way @returns {Mixing} */
function mixingOf(generator, way) {
  const { z_dim } = generator.config;
  /** @param {GeneratorInput} input */
  const row = ({ z, digit }) => generator.row(z, digit);
  /** @type {Mixing["draw"]} */
  const draw = (rows) => generator.draw(rows);
  /** @type {Mixing["mix"]} */
  const around = (a, b, t) => {
    const mixed = lerp(a, b, t);
    mixed.set(slerp(a.subarray(0, z_dim), b.subarray(0, z_dim), t));
    return mixed;
  };
  if (way === "slerp") return { start: row, mix: around, draw };
  if (way === "lerp") return { start: row, mix: lerp, draw };
  return {
    start: (input) => generator.features(row(input)),
    mix: lerp,
    draw: (features) => generator.drawFeatures(features),
  };
}

/**
 * Pictures on the way through all stops.
 * @param {Generator} generator
 * @param {GeneratorInput[]} stops two or more
 * @param {Way} way
 * @param {number[]} times 0…1
 * @returns {{pictures: Uint8Array, digits: number[]}} the pictures, and the class of the stop nearest to each
 */
export function along(generator, stops, way, times) {
  const { start, mix, draw } = mixingOf(generator, way);
  const inputs = stops.map(start);
  const last = stops.length - 2;
  const positions = times.map((time) => {
    const stretch = Math.min(Math.floor(time * (last + 1)), last);
    return { stretch, t: time * (last + 1) - stretch };
  });
  return {
    pictures: draw(positions.map(({ stretch, t }) => mix(inputs[stretch], inputs[stretch + 1], t))),
    digits: positions.map(({ stretch, t }) => stops[t < 0.5 ? stretch : stretch + 1].digit),
  };
}

/**
 * @param {Generator} generator
 * @param {GeneratorInput[]} corners four: the first two above, the others below
 * @param {Way} way
 * @param {number} side
 * @returns {Uint8Array} side² pictures between them, row by row
 */
export function between(generator, corners, way, side) {
  const { start, mix, draw } = mixingOf(generator, way);
  const [a, b, c, d] = corners.map(start);
  const times = Array.from({ length: side }, (_, i) => i / (side - 1));
  return draw(
    times.flatMap((down) => times.map((across) => mix(mix(a, b, across), mix(c, d, across), down))),
  );
}
