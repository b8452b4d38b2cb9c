// The z whose picture comes nearest to a drawing, looked for in the page as gan/exploring/inversion.py does it on the
// server: Adam on z from several starts at once. A search is plain data, so that it can go to and fro between page and
// Worker, and be given up at any time.

/** @import { Generator } from "./generator.js" */
/** @import { GeneratorGradient } from "./generator_gradient.js" */
/** @import { ModelConfig, Search } from "./types.js" */

import { fromSeed } from "./latents.js";

const POOL = 640; // pictures among which the search begins
const STARTS = 8; // as many as are shown; 16, as on the server, find nothing nearer and take twice as long
const STEPS_SHOWN = 5; // steps between two pictures that are shown
const RATE = 0.15; // of z, along a cosine to 0
const Z_WEIGHT = 1e-4; // of |z|² beside the mean squared error of pixels in 0…1: typical pictures are preferred
const [BETA1, BETA2, EPSILON] = [0.9, 0.99, 1e-8];
export const STEPS = 100;

/**
 * What a search needs of a model (model.js).
 * @typedef {object} Searched
 * @property {Pick<ModelConfig, "z_dim" | "classes">} config
 * @property {Pick<Generator, "row" | "draw">} generator
 * @property {Pick<GeneratorGradient, "slopes">} gradient
 */

/**
 * Where to begin: at the nearest of a pool of seeds, all classes looked through.
 * @param {Searched} model
 * @param {Uint8Array | Float32Array} picture 0…255, [size² · channels]
 * @returns {Search} with the nearest start first
 */
export function startSearch({ config, generator }, picture) {
  const { z_dim, classes } = config;
  const kinds = Math.max(classes, 1);
  /** @type {{z: Float32Array, digit: number}[]} */
  const inputs = [];
  for (let seed = 0; seed < Math.max(1, Math.floor(POOL / kinds)); seed++) {
    const z = fromSeed(seed, z_dim);
    for (let digit = 0; digit < kinds; digit++) inputs.push({ z, digit });
  }
  const pictures = generator.draw(inputs.map(({ z, digit }) => generator.row(z, digit)));
  const known = errorsOf(pictures, picture).map((error, i) => ({ ...inputs[i], error }));
  const nearest = known.sort((a, b) => a.error - b.error).slice(0, STARTS);
  const z = new Float32Array(STARTS * z_dim);
  nearest.forEach((start, i) => {
    z.set(start.z, i * z_dim);
  });
  return {
    picture,
    step: 0,
    digits: nearest.map(({ digit }) => digit),
    z,
    mean: new Float32Array(z.length),
    square: new Float32Array(z.length),
    errors: nearest.map(({ error }) => error),
  };
}

/**
 * The same search, STEPS_SHOWN steps later.
 * @param {Searched} model
 * @param {Search} search
 * @returns {Search}
 */
export function continueSearch(model, { picture, step, digits, ...before }) {
  const { generator, gradient } = model;
  const { z_dim } = model.config;
  const [z, mean, square] = [before.z, before.mean, before.square].map((array) => array.slice());
  const rows = () => digits.map((digit, i) => generator.row(z.subarray(i * z_dim, (i + 1) * z_dim), digit));
  for (const end = step + STEPS_SHOWN; step < end; step++) {
    const slopes = gradient.slopes(rows(), picture);
    const rate = (RATE * (1 + Math.cos((Math.PI * step) / STEPS))) / 2;
    for (let i = 0; i < z.length; i++) {
      const slope = slopes[i] + 2 * Z_WEIGHT * z[i];
      mean[i] += (1 - BETA1) * (slope - mean[i]);
      square[i] += (1 - BETA2) * (slope ** 2 - square[i]);
      const [first, second] = [mean[i] / (1 - BETA1 ** (step + 1)), square[i] / (1 - BETA2 ** (step + 1))];
      z[i] -= (rate * first) / (Math.sqrt(second) + EPSILON);
    }
  }
  return { picture, step, digits, z, mean, square, errors: errorsOf(generator.draw(rows()), picture) };
}

/**
 * @param {ArrayLike<number>} pictures [count · size]
 * @param {Uint8Array | Float32Array} drawing [size]
 * @returns {number[]} Σ (picture − drawing)² ÷ Σ drawing² of each
 */
function errorsOf(pictures, drawing) {
  const size = drawing.length;
  let ink = 0;
  for (const value of drawing) ink += value ** 2;
  return Array.from({ length: pictures.length / size }, (_, i) => {
    let sum = 0;
    for (let pixel = 0; pixel < size; pixel++) sum += (pictures[i * size + pixel] - drawing[pixel]) ** 2;
    return sum / ink;
  });
}
