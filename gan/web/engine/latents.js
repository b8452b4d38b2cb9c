// The maths on z of gan/networks/latents.py, with JAX's own random numbers: a seed is the same z here and there.

import { keyOf, normals } from "./random.js";

export const MAX_SEED = 2 ** 31 - 1;

export const NO_SEED = `A seed is a whole number from 0 to ${MAX_SEED}.`; // what is said of another number

/** @param {number} number @returns {boolean} whether it is a seed */
export const isSeed = (number) => Number.isInteger(number) && number >= 0 && number <= MAX_SEED;

/** @param {number} seed @throws {Error} one line, unless it is one */
export function checkSeed(seed) {
  if (!isSeed(seed)) throw new Error(NO_SEED);
}

/** The number in a field. @param {string} text @returns {number} NaN where there is none, also in an empty field */
export const seedIn = (text) => (text.trim() === "" ? Number.NaN : Number(text));

/**
 * What is added to z along directions or axes, by the number of the direction or axis.
 * @typedef {Record<number, number>} Moves
 */

/**
 * The z of a seed: draws from N(0, 1), as jax.random.normal(jax.random.key(seed), (size,)) makes them.
 * @param {number} seed 0…MAX_SEED
 * @param {number} size
 * @returns {Float32Array} [size]
 */
export const fromSeed = (seed, size) => normals(keyOf(seed), size);

/**
 * z times `truncation`: towards the origin, where the typical pictures are. The last numbers, which choose the class,
 * keep their size: if they shrank too, the generator would blend all classes.
 * @param {Float32Array} z
 * @param {number} truncation 0…1; 1 leaves z as it is
 * @param {number} latentClasses how many numbers choose the class
 * @returns {Float32Array}
 */
export const truncate = (z, truncation, latentClasses) =>
  z.map((value, axis) => (axis < z.length - latentClasses ? value * truncation : value));

/**
 * z moved along directions, and then axis by axis.
 * @param {Float32Array} z
 * @param {Float32Array[]} directions unit vectors
 * @param {number[]} shifts by how much along each direction, in standard deviations
 * @param {Moves} edits what is added to an axis
 * @returns {Float32Array}
 */
export function move(z, directions, shifts, edits) {
  return z.map((value, axis) => {
    const moved = directions.reduce((sum, direction, i) => sum + shifts[i] * direction[axis], value);
    return moved + (edits[axis] ?? 0);
  });
}

/**
 * What has to be added to each axis of a seed's z to make it another, to three decimals.
 * @param {number} seed
 * @param {Float32Array} z the other
 * @returns {Moves}
 */
export function editsFrom(seed, z) {
  const start = fromSeed(seed, z.length);
  return Object.fromEntries(
    Array.from(start, (value, axis) => [axis, Math.round(1000 * (z[axis] - value)) / 1000]),
  );
}

/**
 * The straight line from a to b.
 * @param {Float32Array} a
 * @param {Float32Array} b
 * @param {number} t 0…1
 * @returns {Float32Array}
 */
export const lerp = (a, b, t) => a.map((value, i) => (1 - t) * value + t * b[i]);

/**
 * The arc from a to b: directions turn evenly, lengths change evenly (Shoemake 1985). Where no arc is defined, the
 * straight line is taken.
 * @param {Float32Array} a
 * @param {Float32Array} b
 * @param {number} t 0…1
 * @returns {Float32Array}
 */
export function slerp(a, b, t) {
  const [lengthA, lengthB] = [a, b].map((z) => Math.hypot(...z));
  if (Math.min(lengthA, lengthB) < 1e-6) return lerp(a, b, t);
  const cosine = a.reduce((sum, value, i) => sum + value * b[i], 0) / (lengthA * lengthB);
  const angle = Math.acos(Math.max(-1, Math.min(1, cosine)));
  if (Math.sin(angle) < 1e-4) return lerp(a, b, t);
  const length = ((1 - t) * lengthA + t * lengthB) / Math.sin(angle);
  const [partA, partB] = [Math.sin((1 - t) * angle) / lengthA, Math.sin(t * angle) / lengthB];
  return a.map((value, i) => (partA * value + partB * b[i]) * length);
}

/**
 * A number drawn from N(0, 1), made uniform in −√3…√3 (gan/networks/networks.py). The error function is that of
 * Abramowitz and Stegun, 7.1.26, exact to 1.5e-7.
 * @param {number} z
 * @returns {number}
 */
export function uniform(z) {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sqrt(3) * Math.sign(z) * (1 - series * Math.exp(-x * x));
}

/** The slope of `uniform` at z. @param {number} z @returns {number} */
export const uniformSlope = (z) => Math.sqrt(6 / Math.PI) * Math.exp((-z * z) / 2);

/**
 * The logits of the latent classes. Their softmax is how much of each class a picture shows.
 * @param {Float32Array} scores the last numbers of z, one a class
 * @param {{latent_class_inverse_temperature: number}} config
 * @param {number[]} [offsets] ModelConfig.sampling_class_offsets for pictures that are shown, none in training
 * @returns {Float32Array}
 */
export const classLogits = (scores, { latent_class_inverse_temperature }, offsets = []) =>
  scores.map((score, i) => latent_class_inverse_temperature * (score + (offsets[i] ?? 0)));

/**
 * @param {Float32Array} logits
 * @returns {Float32Array} the probability of each, which sum to 1
 */
export function softmax(logits) {
  const top = Math.max(...logits);
  const shares = logits.map((logit) => Math.exp(logit - top));
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => share / sum);
}

/**
 * The softmax backwards.
 * @param {Float32Array} logits
 * @param {Float32Array} slopes at the probabilities
 * @returns {Float32Array} slopes at the logits
 */
export function softmaxSlopes(logits, slopes) {
  const shares = softmax(logits);
  const mean = shares.reduce((sum, share, i) => sum + share * slopes[i], 0);
  return shares.map((share, i) => share * (slopes[i] - mean));
}
