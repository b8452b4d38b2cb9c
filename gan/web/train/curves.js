// The packed numbers of a run, by name, and what can be said of a line of them.

/**
 * A line of a chart: the value `y[i]` at `x[i]`. `x` ascends: steps, or seconds of training.
 * @typedef {{x: ArrayLike<number>, y: ArrayLike<number>}} Line
 */

import { CURVE_ROWS } from "../training/history.js";

/** A row of a packed curve. @typedef {typeof CURVE_ROWS[number]} Field */

/** The rows of packed qualities: the fields of `Quality` in gan/live/history.py, in their order. */
const QUALITY_FIELDS = /** @type {const} */ (["step", "seconds", "frechet_distance", "digits"]);

/**
 * @template {string} Name
 * @param {Float32Array} values [names · points]
 * @param {readonly Name[]} names
 * @returns {Record<Name, Float32Array>} each [points]
 */
function rows(values, names) {
  const points = values.length / names.length;
  const row = (/** @type {number} */ i) => values.subarray(i * points, (i + 1) * points);
  return /** @type {Record<Name, Float32Array>} */ (
    Object.fromEntries(names.map((name, i) => [name, row(i)]))
  );
}

/** @param {Float32Array} values a packed curve */
export const columns = (values) => rows(values, CURVE_ROWS);

/** @param {Float32Array} values packed qualities */
export const qualityColumns = (values) => rows(values, QUALITY_FIELDS);

/**
 * The ends of an axis for these lines. All but a percent of the values at each end lie within, so that one
 * wild step hides nothing.
 * @param {Line[]} lines
 * @param {[number, number]} empty where there are no values
 * @param {boolean} isLogarithmic
 * @param {number | null} always a value that must lie within
 * @returns {[number, number]}
 */
export function extent(lines, empty, isLogarithmic = false, always = null) {
  const values = lines.flatMap(({ y }) => Array.from(y).filter(Number.isFinite)).sort((a, b) => a - b);
  const inner = values.length
    ? [values[Math.floor(0.01 * values.length)], values[Math.ceil(0.99 * values.length) - 1]]
    : empty;
  const ends = always === null ? inner : [...inner, always];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  if (isLogarithmic) return [Math.max(1e-6, low / 1.5), Math.max(1e-5, high * 1.5)];
  return [Math.min(0, low), high > low ? high + 0.1 * (high - Math.min(0, low)) : low + 1];
}

/**
 * Where a line is heading: the mean of its last tenth beside that of the tenth before.
 * @param {number[]} values
 * @param {boolean} isLogarithmic whether it is looked at on a logarithmic axis
 */
export function trend(values, isLogarithmic) {
  const finite = values.filter(Number.isFinite);
  const seen = isLogarithmic ? finite.map((value) => Math.log(Math.max(value, 1e-9))) : finite;
  if (seen.length < 2) return "";
  const tenth = Math.ceil(seen.length / 10);
  const mean = (/** @type {number[]} */ part) => part.reduce((sum, value) => sum + value, 0) / part.length;
  const change = mean(seen.slice(-tenth)) - mean(seen.slice(-2 * tenth, -tenth));
  const least = 0.05 * (Math.max(...seen) - Math.min(...seen));
  if (Math.abs(change) <= least) return "steady";
  return change > 0 ? "rising" : "falling";
}

const THREE = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/**
 * A number in three digits, as on axes.
 * @param {number} value
 */
export function short(value) {
  const size = Math.abs(value);
  return size >= 1e5 || (size > 0 && size < 1e-3)
    ? value.toExponential(size < 1 ? 0 : 1)
    : THREE.format(value);
}
