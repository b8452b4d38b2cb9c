// How far forged points are from real ones, by the measures of the last section: the Fréchet distance with its two parts,
// and precision and recall by nearest neighbours.

/** @import { Gaussian } from "../../training/frechet.js" */

import { frechetDistance } from "../../training/frechet.js";

const NEIGHBOUR = 3; // a point's ball reaches to its neighbour of this number

/**
 * The two parts of the Fréchet distance: how far apart the means are, and how unlike the spreads.
 * @param {Gaussian} real
 * @param {Gaussian} forged
 * @returns {{means: number, spreads: number}} their sum is the distance
 */
export function partsOf(real, forged) {
  const means = real.mean.reduce((sum, value, i) => sum + (value - forged.mean[i]) ** 2, 0);
  return { means, spreads: Math.max(0, frechetDistance(real, forged) - means) };
}

/**
 * @param {ArrayLike<number>} points [N · 2]
 * @returns {Float32Array} how far each point's neighbour of number NEIGHBOUR is, [N]
 */
export function radiiOf(points) {
  const count = points.length / 2;
  return Float32Array.from({ length: count }, (_, i) => {
    const distances = Float32Array.from({ length: count }, (_, j) => distance(points, i, points, j)).sort();
    return distances[NEIGHBOUR]; // the point itself is the first
  });
}

/**
 * Which points lie in a ball of others: arXiv 1904.06991, eq. 1.
 * @param {ArrayLike<number>} points [N · 2]
 * @param {ArrayLike<number>} centres of the balls, [M · 2]
 * @param {Float32Array} radii [M]
 * @returns {boolean[]} [N]
 */
export const covered = (points, centres, radii) =>
  Array.from({ length: points.length / 2 }, (_, i) =>
    radii.some((radius, j) => distance(points, i, centres, j) <= radius),
  );

/**
 * Precision and recall: the share of forgeries among the real points, and of real points among the forgeries.
 * @param {ArrayLike<number>} real [N · 2]
 * @param {ArrayLike<number>} forged [M · 2]
 * @returns {{precision: number, recall: number, isPrecise: boolean[], isRecalled: boolean[]}} isPrecise: of each forgery;
 *   isRecalled: of each real point
 */
export function precisionAndRecall(real, forged) {
  const isPrecise = covered(forged, real, radiiOf(real));
  const isRecalled = covered(real, forged, radiiOf(forged));
  const share = (/** @type {boolean[]} */ each) => each.filter(Boolean).length / each.length;
  return { precision: share(isPrecise), recall: share(isRecalled), isPrecise, isRecalled };
}

/** @param {ArrayLike<number>} a @param {number} i @param {ArrayLike<number>} b @param {number} j */
const distance = (a, i, b, j) => Math.hypot(a[2 * i] - b[2 * j], a[2 * i + 1] - b[2 * j + 1]);
