// Fully connected networks with LeakyReLU, and their gradients: all that a GAN of points needs, in plain JavaScript.
// Arrays are row after row: x of a batch B is [B · depth], a kernel is [depth · width].

/** @import { Random } from "../random.js" */

import { addOuterProducts, multiply, multiplyTransposed } from "./products.js";

const NEGATIVE_SLOPE = 0.2; // of LeakyReLU
const EPSILON = 1e-8; // of Adam

/**
 * @typedef {object} Layer
 * @property {number} depth numbers of its input
 * @property {number} width numbers of its output
 * @property {Weights} kernel [depth · width]
 * @property {Weights} bias [width]
 */

/**
 * Weights, and what learning them needs.
 * @typedef {object} Weights
 * @property {Float32Array} values
 * @property {Float32Array} gradient
 * @property {Float32Array} mean Adam's first moment
 * @property {Float32Array} square Adam's second moment
 */

/**
 * A batch on its way through a network, layer by layer.
 * @typedef {object} Pass
 * @property {Float32Array[]} x the input, and the output of each layer
 * @property {Float32Array[]} u slopes at each layer's output before LeakyReLU, after `backward`
 * @property {Float32Array[]} v the input of `forwardThroughSwitches`, and what each layer makes of it
 */

/** @param {Float32Array} values @returns {Weights} */
const learnable = (values) => {
  const { length } = values;
  return {
    values,
    gradient: new Float32Array(length),
    mean: new Float32Array(length),
    square: new Float32Array(length),
  };
};

/** A network. LeakyReLU follows each layer but the last. */
export class Network {
  /**
   * @param {number[]} sizes numbers of the input, of each hidden layer and of the output
   * @param {Random} random for its weights (He and others 2015, arXiv 1502.01852)
   */
  constructor(sizes, random) {
    /** @type {Layer[]} */
    this.layers = sizes.slice(1).map((width, i) => {
      const depth = sizes[i];
      const scale = Math.sqrt(2 / (1 + NEGATIVE_SLOPE ** 2) / depth);
      const kernel = Float32Array.from({ length: depth * width }, () => scale * random.normal());
      return { depth, width, kernel: learnable(kernel), bias: learnable(new Float32Array(width)) };
    });
    this.sizes = sizes;
    this.steps = 0; // of Adam
  }

  /** All weights, one array after another. */
  get weights() {
    return this.layers.flatMap(({ kernel, bias }) => [kernel, bias]);
  }

  /** @returns {Network} another one of the same weights */
  copy() {
    const copy = Object.assign(Object.create(Network.prototype), this);
    copy.layers = this.layers.map((layer) => ({
      ...layer,
      kernel: learnable(layer.kernel.values.slice()),
      bias: learnable(layer.bias.values.slice()),
    }));
    return copy;
  }

  /**
   * Moves each weight towards that of another network: an exponential moving average.
   * @param {Network} other of the same sizes
   * @param {number} decay what is kept of each weight, 0…1
   */
  follow(other, decay) {
    const targets = other.weights;
    this.weights.forEach(({ values }, i) => {
      const target = targets[i].values;
      for (let j = 0; j < values.length; j++) values[j] = decay * values[j] + (1 - decay) * target[j];
    });
  }

  /** @param {number} batch @returns {Pass} */
  createPass(batch) {
    const rooms = () => this.sizes.map((size) => new Float32Array(batch * size));
    return { x: rooms(), u: rooms().slice(1), v: rooms() };
  }

  /**
   * @param {Pass} pass with its input in x[0]
   * @returns {Float32Array} the output, [batch · width]
   */
  forward({ x }) {
    this.layers.forEach((layer, i) => {
      const isLast = i === this.layers.length - 1;
      multiply(x[i], layer.kernel.values, layer.bias.values, layer.width, x[i + 1]);
      if (!isLast) leakyReLU(x[i + 1]);
    });
    return x[this.layers.length];
  }

  /**
   * @param {Pass} pass after `forward`
   * @param {ArrayLike<number>} slopes at the output, [batch · width]
   * @returns {Float32Array} slopes at the input, [batch · depth]; in v[0]
   */
  backward({ x, u, v }, slopes) {
    const last = this.layers.length - 1;
    u[last].set(slopes);
    for (let i = last; i >= 0; i--) {
      const out = i ? u[i - 1] : v[0];
      multiplyTransposed(u[i], this.layers[i].kernel.values, this.layers[i].width, out);
      if (i) throughSwitches(out, x[i]);
    }
    return v[0];
  }

  /**
   * What the network, which is piecewise linear, makes of a small change of its input: a forward pass of v[0] through
   * the same switches, without biases.
   * @param {Pass} pass after `forward`, with the change in v[0]
   */
  forwardThroughSwitches({ x, v }) {
    this.layers.forEach(({ kernel, width }, i) => {
      multiply(v[i], kernel.values, null, width, v[i + 1]);
      if (i < this.layers.length - 1) throughSwitches(v[i + 1], x[i + 1]);
    });
  }

  /** Adds to the gradients: ∂L/∂K = Σ x ⊗ u over the batch. @param {Pass} pass after `backward` */
  accumulate({ x, u }) {
    this.layers.forEach(({ kernel, bias, width }, i) => {
      addOuterProducts(x[i], u[i], width, kernel.gradient);
      addRows(u[i], width, null, bias.gradient);
    });
  }

  /**
   * Adds to the gradients those of a loss and of a penalty on the logit's slope at the input, in one pass:
   * ∂L/∂K = Σ (slope · x + v) ⊗ u over the batch. A penalty does not depend on biases.
   * @param {Pass} pass after `backward` with slopes of 1, and `forwardThroughSwitches`; its v are overwritten
   * @param {ArrayLike<number>} slopes of the loss at each logit, [batch]
   */
  accumulateWithPenalty({ x, u, v }, slopes) {
    this.layers.forEach(({ kernel, bias, depth, width }, i) => {
      for (let row = 0, at = 0; row < slopes.length; row++) {
        for (let end = at + depth; at < end; at++) v[i][at] += slopes[row] * x[i][at];
      }
      addOuterProducts(v[i], u[i], width, kernel.gradient);
      addRows(u[i], width, slopes, bias.gradient);
    });
  }

  clearGradients() {
    for (const { gradient } of this.weights) gradient.fill(0);
  }

  /**
   * One step of Adam (Kingma and Ba 2014, arXiv 1412.6980).
   * @param {number} rate the learning rate
   * @param {number} beta1 of the first moment
   * @param {number} beta2 of the second
   */
  update(rate, beta1, beta2) {
    this.steps++;
    const first = 1 / (1 - beta1 ** this.steps);
    const second = 1 / (1 - beta2 ** this.steps);
    for (const { values, gradient, mean, square } of this.weights) {
      for (let i = 0; i < values.length; i++) {
        mean[i] = beta1 * mean[i] + (1 - beta1) * gradient[i];
        square[i] = beta2 * square[i] + (1 - beta2) * gradient[i] ** 2;
        values[i] -= (rate * first * mean[i]) / (Math.sqrt(second * square[i]) + EPSILON);
      }
    }
  }
}

/**
 * LeakyReLU's slope for numbers that are not negative, and for those that are. It is looked up and not asked for with
 * `if`: a processor that cannot foresee the sign of the next number loses five times as long.
 */
const SLOPES = new Float32Array([1, NEGATIVE_SLOPE]);

/** @param {Float32Array} x in place */
function leakyReLU(x) {
  for (let i = 0; i < x.length; i++) x[i] *= SLOPES[Number(x[i] < 0)];
}

/** LeakyReLU backwards, in place. @param {Float32Array} slopes after it @param {Float32Array} x its output */
function throughSwitches(slopes, x) {
  for (let i = 0; i < x.length; i++) slopes[i] *= SLOPES[Number(x[i] < 0)];
}

/**
 * gradient += the sum of the rows of u, each times its factor
 * @param {Float32Array} u [batch · width]
 * @param {number} width
 * @param {ArrayLike<number> | null} factors [batch]; null: 1
 * @param {Float32Array} gradient [width]
 */
function addRows(u, width, factors, gradient) {
  for (let row = 0, at = 0; at < u.length; row++) {
    const factor = factors ? factors[row] : 1;
    for (let w = 0; w < width; w++, at++) gradient[w] += factor * u[at];
  }
}
