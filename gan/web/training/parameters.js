// The numbers of a network that learns: its weights, and of each weight its gradient, Adam's two moments, and the average.

/** @import { Machine } from "../engine/machine.js" */
/** @import { Address } from "../engine/kernels.js" */
/** @import { Hyperparams } from "./recipe.js" */

import { up4, up8 } from "../engine/machine.js";

const METRICS = 4; // numbers that are added up over the workers together with the gradients

/**
 * What is kept of every weight. "ema" is the exponential moving average.
 * @typedef {"weights" | "gradients" | "mu" | "nu" | "ema"} Kind
 */

/**
 * One array of weights. In memory it is a matrix [rows, columns], padded with zeros to whole vectors; in files it has the
 * shape that JAX gives it. `index` says where in the matrix a number of the file lies.
 * @typedef {object} Parameter
 * @property {string} name in files: "Dense_0/kernel"
 * @property {number[]} shape in files
 * @property {number} rows
 * @property {number} columns
 * @property {number} at where the matrix begins among the network's numbers, in floats
 * @property {(i: number) => number} index from a place in the file to one in the matrix
 */

/** A file's matrix [depth, width], whose rows are `columns` long in memory. */
const padded = (/** @type {number} */ width, /** @type {number} */ columns) => (/** @type {number} */ i) =>
  Math.floor(i / width) * columns + (i % width);

export class Parameters {
  /** @param {Machine} machine */
  constructor(machine) {
    this.machine = machine;
    /** @type {Map<string, Parameter>} */
    this.all = new Map();
    this.count = 0; // of numbers, padding included
    this.updates = 0; // steps of Adam so far
    /** @type {Record<Kind, Address>} where each kind begins; all kinds have the same layout */
    this.starts = { weights: 0, gradients: 0, mu: 0, nu: 0, ema: 0 };
  }

  /**
   * @param {string} name
   * @param {number[]} shape
   * @param {number} rows
   * @param {number} columns
   * @param {(i: number) => number} index
   * @returns {Parameter}
   */
  add(name, shape, rows, columns, index) {
    const parameter = { name, shape, rows, columns, at: this.count, index };
    this.all.set(name, parameter);
    this.count += up4(rows * columns);
    return parameter;
  }

  /** A kernel of a fully connected layer, or of a convolution: [..., depth, width]. @param {string} name @param {number[]} shape */
  addMatrix(name, shape) {
    const width = shape[shape.length - 1];
    const depth = shape.slice(0, -1).reduce((a, b) => a * b, 1);
    const columns = up8(width);
    return this.add(name, shape, up8(depth), columns, padded(width, columns));
  }

  /**
   * A kernel of a transposed convolution, [size, size, depth, width], as the matrix [depth, size² · width] that its
   * product takes.
   * @param {string} name
   * @param {number[]} shape
   */
  addTransposed(name, shape) {
    const [size, , depth, width] = shape;
    const columns = size * size * width;
    return this.add(name, shape, depth, columns, (i) => {
      const tap = Math.floor(i / (depth * width));
      const row = Math.floor(i / width) % depth;
      return row * columns + tap * width + (i % width);
    });
  }

  /** A vector, such as a bias. @param {string} name @param {number[]} shape */
  addVector(name, shape) {
    const size = shape.reduce((a, b) => a * b, 1);
    return this.add(name, shape, 1, up8(size), (i) => i);
  }

  /** Takes the memory, once all are added. `hasEma`: whether an average is kept of them. @param {boolean} hasEma */
  reserve(hasEma) {
    const kinds = /** @type {Kind[]} */ (["weights", "mu", "nu", ...(hasEma ? ["ema"] : [])]);
    for (const kind of kinds) this.starts[kind] = 4 * this.machine.reserve(this.count);
    this.starts.gradients = 4 * this.machine.reserve(this.count + METRICS);
  }

  /** The gradients and, behind them, the metrics: what the workers of a run add up. Not a copy. */
  get shared() {
    const start = this.starts.gradients >> 2;
    return this.machine.floats.subarray(start, start + this.count + METRICS);
  }

  /** Room for metrics, [METRICS], behind the gradients. Not a copy. */
  get metrics() {
    return this.shared.subarray(this.count);
  }

  /** One step of Adam. @param {number} rate @param {Hyperparams} hyper */
  update(rate, { beta1, beta2 }) {
    const { weights, mu, nu, gradients } = this.starts;
    this.updates++;
    const [debias1, debias2] = [beta1, beta2].map((beta) => 1 / (1 - beta ** this.updates));
    const { adam } = this.machine.kernels;
    adam(weights, mu, nu, gradients, this.size, rate, beta1, beta2, debias1, debias2);
  }

  /** Makes the weights the average, and the average the weights. */
  swapAverage() {
    const [weights, ema] = [this.view("weights"), this.view("ema")];
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i];
      weights[i] = ema[i];
      ema[i] = weight;
    }
  }

  /** ema ← kept · ema + (1 − kept) · weights @param {number} kept */
  average(kept) {
    const { ema, weights } = this.starts;
    this.machine.kernels.blend(ema, weights, this.size, 1 - kept, kept);
  }

  /** The norm of the gradient over all weights. */
  gradientNorm() {
    const { gradients } = this.starts;
    return Math.sqrt(this.machine.kernels.dot(gradients, gradients, this.size));
  }

  /** The bytes of one kind. */
  get size() {
    return 4 * this.count;
  }

  /** @param {Kind} kind @returns {Float32Array} all numbers of a kind, padding included; not a copy */
  view(kind) {
    const start = this.starts[kind] >> 2;
    return this.machine.floats.subarray(start, start + this.count);
  }

  /** @param {Parameter} parameter @param {Kind} [kind] @returns {Address} */
  address(parameter, kind = "weights") {
    return this.starts[kind] + 4 * parameter.at;
  }

  /** @param {Kind} kind @param {string} name @returns {Float32Array} a copy, in the order of files */
  get(kind, name) {
    const { shape, at, index } = this.find(name);
    const numbers = this.view(kind);
    const copy = new Float32Array(shape.reduce((a, b) => a * b, 1));
    for (let i = 0; i < copy.length; i++) copy[i] = numbers[at + index(i)];
    return copy;
  }

  /**
   * What pads the matrix is 0 again: after steps that have left the numbers it is NaN, and 0 · NaN would be NaN for ever.
   * @param {Kind} kind
   * @param {string} name
   * @param {ArrayLike<number>} values in the order of files
   */
  set(kind, name, values) {
    const { at, rows, columns, index } = this.find(name);
    const numbers = this.view(kind);
    numbers.fill(0, at, at + rows * columns);
    for (let i = 0; i < values.length; i++) numbers[at + index(i)] = values[i];
  }

  /** @param {string} name @returns {Parameter} */
  find(name) {
    const parameter = this.all.get(name);
    if (!parameter) throw new Error(`the network has no weights called ${name}`);
    return parameter;
  }
}
