// Batches: the very ones of gan/training/batch.py. What is random follows from the seed, the step and the number of the
// example in the batch, by JAX's own random numbers. So a batch is the same in JAX, in one Worker and in four.

/** @import { Key } from "../engine/random.js" */
/** @import { Model } from "./recipe.js" */
/** @import { PackedPictures } from "./packed.js" */

import { free } from "../engine/memory.js";
import { fillWithNormals, foldIn, integer, keyOf, uniforms } from "../engine/random.js";
import { countOf, picturesOf } from "./packed.js";

/** What an example's random numbers are for: each use has a key of its own. */
export const RngStream = {
  INDEX: 0,
  Z: 1,
  NOISE_ON_REAL: 2,
  NOISE_ON_FAKE: 3,
  WHERE_TO_PENALISE: 6,
  AUGMENT_REAL: 13,
  AUGMENT_FAKE: 14,
};

/**
 * A data set, as the page holds it.
 * @typedef {object} Dataset
 * @property {Uint8Array} images [N · size² · channels]
 * @property {Uint8Array | null} labels [N]
 * @property {string[]} class_names
 * @property {number} channels 1 or 3
 * @property {number} [size] height and width of a picture in pixels; 28 where nothing is said
 * @property {"auto" | "keep" | "invert"} [polarity] of a visitor's own: as `train.py --polarity` reads the same files
 * @property {number} [total] pictures that there will be once all have come; missing: those that are there
 */

/**
 * A data set in the Worker that trains: the classic ones are packed there, a visitor's own are not.
 * @typedef {Omit<Dataset, "images"> & {images: Uint8Array | PackedPictures}} TrainingSet
 */

/**
 * Real pictures of a batch, B of them.
 * @typedef {object} Examples
 * @property {Uint8Array} pictures 0…255, [B · size² · channels]
 * @property {number[]} labels their classes, [B]; zeros where there are none
 */

/**
 * A worker's share of a batch, of B examples.
 * @typedef {object} Batch
 * @property {Key[]} keys one an example, [B]
 * @property {Examples} real
 * @property {Float32Array} z [B · z_dim]
 */

/**
 * @param {number} seed
 * @param {number} step
 * @param {number} first the number, within the whole batch, of the first example
 * @param {number} count
 * @returns {Key[]} a key for each example
 */
function keysOf(seed, step, first, count) {
  const key = foldIn(foldIn(keyOf(seed), 2), step); // from the first two keys of the seed, the weights are drawn
  return Array.from({ length: count }, (_, i) => foldIn(key, first + i));
}

/**
 * Chooses the real pictures of a share of a step's batch, with replacement.
 * @param {TrainingSet} dataset
 * @param {number} seed
 * @param {number} step
 * @param {number} first the number, within the whole batch, of the first example
 * @param {number} count
 * @returns {Examples}
 */
export function chooseExamples(dataset, seed, step, first, count) {
  const total = countOf(dataset);
  const chosen = keysOf(seed, step, first, count).map((key) => integer(foldIn(key, RngStream.INDEX), total));
  return { pictures: picturesOf(dataset, chosen), labels: chosen.map((i) => dataset.labels?.[i] ?? 0) };
}

/**
 * A share of a step's batch: its z are drawn, and suit the classes of the real pictures.
 * @param {Model} model
 * @param {Examples} real
 * @param {number} seed
 * @param {number} step
 * @param {number} first the number, within the whole batch, of the first example
 * @returns {Batch}
 */
export function sampleBatch(model, real, seed, step, first) {
  const keys = keysOf(seed, step, first, real.labels.length);
  const z = new Float32Array(keys.length * model.z_dim);
  keys.forEach((key, i) => {
    const row = z.subarray(i * model.z_dim, (i + 1) * model.z_dim);
    fillWithNormals(foldIn(key, RngStream.Z), row);
    if (model.latent_classes) alignLatentClass(model, row, real.labels[i]);
  });
  return { keys, real, z };
}

/** Gives the memory of a batch back after its step: a minute of steps would leave about 90 MB. @param {Batch} batch */
export function freeBatch({ real, z }) {
  free(real.pictures, z);
}

/**
 * Makes the latent class of a z its label, in place: the largest of the last numbers of z and the one of the label change
 * places.
 * @param {Model} model
 * @param {Float32Array} z [z_dim]
 * @param {number} label
 */
function alignLatentClass({ z_dim, latent_classes }, z, label) {
  const scores = z.subarray(z_dim - latent_classes);
  const largest = scores.indexOf(Math.max(...scores));
  [scores[label], scores[largest]] = [scores[largest], scores[label]];
}

/**
 * Adds normal noise to pictures, in place: D sees real and generated ones through it. arXiv 1610.04490, §2.3.
 * @param {Float32Array} pictures [B · size]
 * @param {number} deviation
 * @param {Key[]} keys one an example, [B]
 * @param {number} stream of RngStream
 */
export function addInstanceNoise(pictures, deviation, keys, stream) {
  const size = pictures.length / keys.length;
  const noise = new Float32Array(size);
  keys.forEach((key, i) => {
    fillWithNormals(foldIn(key, stream), noise);
    for (let p = 0; p < size; p++) pictures[i * size + p] += deviation * noise[p];
  });
}

/**
 * The pictures at which WGAN-GP looks at D: between a real and a fake one. arXiv 1704.00028, algorithm 1.
 * @param {Float32Array} real [B · size]
 * @param {Float32Array} fake [B · size]
 * @param {Float32Array} out [B · size]
 * @param {Key[]} keys
 */
export function interpolate(real, fake, out, keys) {
  const size = out.length / keys.length;
  keys.forEach((key, i) => {
    const [share] = uniforms(foldIn(key, RngStream.WHERE_TO_PENALISE), 1);
    for (let p = i * size; p < (i + 1) * size; p++) out[p] = share * real[p] + (1 - share) * fake[p];
  });
}

/**
 * The pictures at which DRAGAN (arXiv 1705.07215) looks at D: real ones plus ½ σ · noise, where σ is the standard deviation
 * of each picture's pixels and the noise is uniform in 0…1.
 * @param {Float32Array} real [B · size]
 * @param {Float32Array} out [B · size]
 * @param {Key[]} keys
 */
export function perturb(real, out, keys) {
  const size = out.length / keys.length;
  keys.forEach((key, i) => {
    const picture = real.subarray(i * size, (i + 1) * size);
    const noise = uniforms(foldIn(key, RngStream.WHERE_TO_PENALISE), size);
    const mean = picture.reduce((a, b) => a + b, 0) / size;
    const deviation = Math.sqrt(picture.reduce((sum, x) => sum + (x - mean) ** 2, 0) / size);
    for (let p = 0; p < size; p++) out[i * size + p] = picture[p] + 0.5 * deviation * noise[p];
  });
}
