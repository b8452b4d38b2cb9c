// What is said of the picture that comes nearest to a drawing.

/** @import { Subject } from "../shared/subject.js" */

// Of ten digits of MNIST's test set, one misses more than CLOSE (python -m tests.benchmarks.inversion).
const CLOSE = 0.09;
const FOREIGN = 0.2; // one of 120 such digits misses more
const FAR = 1.3; // mean square of z: of N(0, 1) it is 1, and for no real digit it was more than 1

/**
 * @param {number} error the squared difference between picture and drawing, as a share of the drawing's own square
 * @param {Float32Array} z of the picture
 * @param {Pick<Subject, "plural" | "isDigits">} subject what the model makes
 * @param {"ink" | "photograph"} [wanted] what was looked for
 * @returns {string}
 */
export function verdict(error, z, { plural, isDigits }, wanted = "ink") {
  const missed = `It misses ${error < 0.01 ? "less than 1" : Math.round(100 * error)} % of your ${wanted}`;
  if (error < FOREIGN && z.reduce((sum, value) => sum + value ** 2, 0) > FAR * z.length) {
    return `${missed}, but only far outside of where its ${plural} lie.`;
  }
  if (error < CLOSE) {
    const near = isDigits ? "as near as it comes to nine of ten real digits" : "that is near";
    return `${missed}: ${near}. Your ${wanted === "ink" ? "hand" : "photograph"} is forged.`;
  }
  if (error < FOREIGN) return `${missed}: alike, but it would not fool you.`;
  return `${missed}. It knows nothing but ${plural}: this is the nearest.`;
}
