// What the figures of the measures draw beside points: the ellipse of a normal distribution, and balls around points.

/** @import { Gaussian } from "../../training/frechet.js" */
/** @import { Drawing } from "../game/draw.js" */

import { eigenOfSymmetric } from "../../training/frechet.js";
import { EXTENT } from "../game/draw.js";

const DEVIATIONS = 2; // from the mean of a distribution to its ellipse, which then has 86 of 100 points

/** @param {Drawing} drawing @param {Gaussian} gaussian of the plane @param {string} colour */
export function drawEllipse(drawing, { mean, covariance }, colour) {
  const { context } = drawing;
  const { values, vectors } = eigenOfSymmetric(covariance, 2);
  const [a, b] = Array.from(values, (value) => DEVIATIONS * toLength(drawing, Math.sqrt(value)));
  const angle = Math.atan2(vectors[2], vectors[0]); // of the first vector, a column
  context.beginPath();
  context.ellipse(drawing.toPixels(mean[0]), drawing.toPixels(mean[1]), a, b, angle, 0, 2 * Math.PI);
  drawing.stroke(colour, 1, 2);
}

/** A line between the means of two distributions. @param {Drawing} drawing @param {Gaussian} a @param {Gaussian} b @param {string} colour */
export function drawBetween(drawing, a, b, colour) {
  drawing.drawLines(Float32Array.from(a.mean), Float32Array.from(b.mean), colour);
}

/**
 * Balls as one area.
 * @param {Drawing} drawing
 * @param {ArrayLike<number>} centres [N · 2]
 * @param {Float32Array} radii [N]
 * @param {string} colour
 */
export function drawBalls(drawing, centres, radii, colour) {
  const { context } = drawing;
  context.beginPath();
  radii.forEach((radius, i) => {
    const [x, y] = [drawing.toPixels(centres[2 * i]), drawing.toPixels(centres[2 * i + 1])];
    const r = toLength(drawing, radius);
    context.moveTo(x + r, y);
    context.arc(x, y, r, 0, 2 * Math.PI);
  });
  context.globalAlpha = 0.16;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 1;
}

/** @param {Drawing} drawing @param {number} length @returns {number} in pixels of the canvas */
const toLength = (drawing, length) => (length / (2 * EXTENT)) * drawing.side;
