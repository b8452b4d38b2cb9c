// What Explore knows of the latent space of a run's networks (gan/exploring/latent_map.py), as far as a page finds it out in
// a second: the directions along which pictures change most, D's logits of real pictures, and a chart of seeds.

/** @import { Classifier } from "../engine/classifier.js" */
/** @import { Model } from "../engine/model.js" */
/** @import { Tensor } from "../engine/types.js" */
/** @import { TrainingSet } from "./batch.js" */

import { fromSeed } from "../engine/latents.js";
import { mapSides, pictureLength } from "../engine/stages.js";
import { eigenOfSymmetric, fitGaussian } from "./frechet.js";
import { countOf, picturesOf } from "./packed.js";
import { surest } from "./probe.js";

const DIRECTIONS = 8;
const CENTRES = 6; // z that the directions are averaged over
const STEP = 0.25; // standard deviations of z: far enough for a change that can be seen
const POINTS = 400; // seeds on the chart
export const PERCENTILES = 101; // 0…100
const RANKED = 1000; // real pictures whose logits those of samples are compared with

/**
 * @typedef {object} LatentMap
 * @property {{name: string, effect: string}[]} names of the directions
 * @property {Record<string, Tensor>} arrays directions, logits, positions, digits, scores
 */

/**
 * @param {Model} model
 * @param {Classifier | null} classifier of digits; null: it reads no such pictures
 * @param {TrainingSet} dataset that the model learns from
 * @returns {LatentMap}
 */
export function mapOf(model, classifier, dataset) {
  const { z_dim } = model.config;
  const directions = leadingDirections(model);
  const percentiles = realPercentiles(model, dataset);
  const chart = chartOf(model, classifier, percentiles);
  return {
    names: directions.map((_, i) => ({ name: `Style ${i + 1}`, effect: "" })),
    arrays: {
      directions: reals(directions.flat(), [directions.length, z_dim]),
      logits: reals(percentiles, [percentiles.length / PERCENTILES, PERCENTILES]),
      positions: reals(chart.positions, [chart.positions.length / 2, 2]),
      digits: { shape: [chart.digits.length], values: Uint8Array.from(chart.digits) },
      scores: { shape: [chart.scores.length], values: Uint8Array.from(chart.scores) },
    },
  };
}

/** @param {ArrayLike<number>} values @param {number[]} shape @returns {Tensor} */
const reals = (values, shape) => ({ shape, values: Float32Array.from(values) });

/**
 * The directions of z along which pictures change most: the leading eigenvectors of E_z[JᵀJ], where J is G's Jacobian, by
 * central differences (gan/exploring/leading_directions.py).
 * @param {Model} model
 * @returns {number[][]} unit vectors, [8][z_dim]
 */
function leadingDirections(model) {
  const { z_dim, classes } = model.config;
  const z = fromSeed(0, CENTRES * z_dim);
  const gram = new Float64Array(z_dim * z_dim);
  for (let centre = 0; centre < CENTRES; centre++) {
    const changes = changesAround(
      model,
      z.subarray(centre * z_dim, (centre + 1) * z_dim),
      centre % Math.max(classes, 1),
    );
    for (let i = 0; i < z_dim; i++) {
      for (let j = 0; j <= i; j++) gram[i * z_dim + j] += dot(changes[i], changes[j]);
    }
  }
  for (let i = 0; i < z_dim; i++) for (let j = 0; j < i; j++) gram[j * z_dim + i] = gram[i * z_dim + j];
  return leadingVectors(gram, z_dim, DIRECTIONS);
}

/**
 * How the picture of a z changes with each of its numbers.
 * @param {Model} model
 * @param {Float32Array} z [z_dim]
 * @param {number} label
 * @returns {Float32Array[]} up to a factor, [z_dim][size² · channels]
 */
function changesAround(model, z, label) {
  const count = z.length;
  const probes = new Float32Array(2 * count * count);
  for (let i = 0; i < 2 * count; i++) {
    probes.set(z, i * count);
    probes[i * count + (i >> 1)] += i % 2 ? -STEP : STEP;
  }
  const pictures = model.generator.generate(probes, new Array(2 * count).fill(label));
  const size = pictures.length / (2 * count);
  return Array.from({ length: count }, (_, axis) =>
    Float32Array.from(
      { length: size },
      (_, p) => pictures[2 * axis * size + p] - pictures[(2 * axis + 1) * size + p],
    ),
  );
}

/** @param {Float32Array} a @param {Float32Array} b */
function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/**
 * The eigenvectors of the largest eigenvalues, each with a positive largest entry.
 * @param {Float64Array} matrix symmetric, [size · size]
 * @param {number} size
 * @param {number} count
 * @returns {number[][]}
 */
function leadingVectors(matrix, size, count) {
  const { values, vectors } = eigenOfSymmetric(matrix, size);
  const order = [...values.keys()].sort((a, b) => values[b] - values[a]).slice(0, count);
  return order.map((column) => {
    const vector = Array.from({ length: size }, (_, row) => vectors[row * size + column]);
    const peak = vector.reduce((top, entry) => (Math.abs(entry) > Math.abs(top) ? entry : top), 0);
    return vector.map((entry) => entry * Math.sign(peak || 1));
  });
}

/** D's logits of the first real pictures; [0] where D scores no single ones. @param {Model} model @param {TrainingSet} dataset */
function realLogits({ discriminator }, dataset) {
  const count = discriminator ? Math.min(RANKED, countOf(dataset)) : 0;
  return Float32Array.from({ length: count }, (_, i) =>
    /** @type {NonNullable<typeof discriminator>} */ (discriminator).logit(
      picturesOf(dataset, [i]),
      dataset.labels?.[i] ?? 0,
    ),
  );
}

/**
 * The percentiles 0…100 of D's logits of real pictures, as `percentilesOf` has them.
 * @param {Model} model
 * @param {TrainingSet} dataset that it learns from
 * @returns {Float32Array} [max(classes, 1) · 101]; [0] where D scores no single pictures
 */
export const realPercentiles = (model, dataset) =>
  percentilesOf(realLogits(model, dataset), dataset.labels ?? [], model.config.classes);

/**
 * The percentiles 0…100 of D's logits of real pictures, of each class by itself where D is told the class. A class
 * that has no pictures among them counts as all.
 * @param {Float32Array} logits [N]
 * @param {ArrayLike<number>} labels [N]
 * @param {number} classes that D is told of; 0: none
 * @returns {Float32Array} [max(classes, 1) · 101]; [0] where there are no logits
 */
export function percentilesOf(logits, labels, classes) {
  if (!logits.length) return logits;
  const rows = Array.from({ length: Math.max(classes, 1) }, (_, label) => {
    const members = logits.filter((_, i) => !classes || labels[i] === label);
    const own = (members.length ? members : logits.slice()).sort();
    return Array.from({ length: PERCENTILES }, (_, i) => quantile(own, i / (PERCENTILES - 1)));
  });
  return Float32Array.from(rows.flat());
}

/** @param {Float32Array} sorted one value at least @param {number} share 0…1 @returns {number} */
function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/**
 * A chart of the seeds 0…399, on which alike pictures lie side by side: the plane of their features in which they differ
 * most. (Python's chart is a t-SNE, which takes longer.)
 * @param {Model} model
 * @param {Classifier | null} classifier
 * @param {Float32Array} percentiles of D's logits of real pictures
 */
function chartOf(model, classifier, percentiles) {
  const { z_dim, classes } = model.config;
  const labels = Array.from({ length: POINTS }, (_, seed) => seed % Math.max(classes, 1));
  const z = new Float32Array(POINTS * z_dim);
  for (let seed = 0; seed < POINTS; seed++) z.set(fromSeed(seed, z_dim), seed * z_dim);
  const pictures = model.generator.generate(z, labels);
  const { features, digits } = classifier
    ? readingOf(classifier, pictures)
    : { features: coarse(pictures, model.config), digits: labels };
  const size = pictureLength(model.config);
  return {
    positions: onPlane(features, features.length / POINTS),
    digits,
    scores: labels.map((label, i) => {
      const logit = percentiles.length
        ? model.discriminator?.logit(pictures.subarray(size * i, size * (i + 1)), label)
        : 0;
      const row = percentiles.subarray(PERCENTILES * label, PERCENTILES * (label + 1));
      return Math.min(100, row.filter((real) => real < (logit ?? 0)).length);
    }),
  };
}

/**
 * The features of digits, and which digits they are.
 * @param {Classifier} classifier
 * @param {Uint8Array} pictures [POINTS · 784]
 */
function readingOf(classifier, pictures) {
  const { features, probabilities } = classifier.readAll(pictures);
  const size = probabilities.length / POINTS;
  const digits = Array.from({ length: POINTS }, (_, i) =>
    surest(probabilities.subarray(size * i, size * (i + 1))),
  );
  return { features, digits };
}

/**
 * Pictures as a squint sees them, which stand for features where no classifier reads them: 7 or 8 pixels high and wide.
 * @param {Uint8Array} pictures [count · size² · channels]
 * @param {Model["config"]} config
 * @returns {Float32Array} sums of pixels, [count · (7 or 8)² · channels]
 */
function coarse(pictures, config) {
  const { size = 28, channels } = config;
  const [side] = mapSides(size);
  const length = pictureLength(config);
  const features = new Float32Array((pictures.length / length) * side * side * channels);
  for (let at = 0; at < pictures.length; at++) {
    const [picture, place, channel] = [
      Math.floor(at / length),
      Math.floor((at % length) / channels),
      at % channels,
    ];
    const [row, column] = [Math.floor(place / size), place % size].map((p) => Math.floor((p * side) / size));
    features[((picture * side + row) * side + column) * channels + channel] += pictures[at];
  }
  return features;
}

/**
 * Points in the plane of their two leading principal components.
 * @param {Float32Array} features [count · size]
 * @param {number} size
 * @returns {number[]} −1…1, [count · 2]
 */
function onPlane(features, size) {
  const { mean, covariance } = fitGaussian(features, size);
  const axes = leadingVectors(covariance, size, 2);
  const places = Array.from({ length: features.length / size }, (_, i) =>
    axes.map((axis) => axis.reduce((sum, entry, k) => sum + entry * (features[i * size + k] - mean[k]), 0)),
  );
  const ends = axes.map((_, axis) =>
    places.reduce((top, place) => Math.max(top, Math.abs(place[axis])), 1e-9),
  );
  return places.flatMap((place) => place.map((value, axis) => value / ends[axis]));
}
