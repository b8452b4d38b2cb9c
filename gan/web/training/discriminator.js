// The discriminator of gan/networks/networks.py, which learns, with the gradients of its loss and of gradient penalties.
//
// D is piecewise linear: while no LeakyReLU switches, its logit is a linear function of the picture. Write u for the
// gradient of the logit at the result of a layer before its activation. A penalty is a function of ∇D, the gradient at
// the picture, so its gradient at the kernels needs second derivatives; but those of the switches are zero. What remains
// is one more pass forward: v starts as factor · ∇D at the picture and goes through the same layers without biases,
// with the switches as they stand. Then, of loss and penalty together, the gradient at a kernel is
//
//   Σ (slope · x + v) ⊗ u
//
// where x is what the layer was given, and `slope` is the loss's slope at the logit. (The chain rule applied to
// logit and ∇D; compared with JAX's double backward pass in tests/web.)

/** @import { Machine } from "../engine/machine.js" */
/** @import { Address } from "../engine/kernels.js" */
/** @import { Model } from "./recipe.js" */

import { pictureLength } from "../engine/stages.js";
import { convolutions, Dense } from "./layers.js";
import { Parameters } from "./parameters.js";

/**
 * What a pass through D leaves behind for the gradients, for one batch of pictures.
 * @typedef {object} Pass
 * @property {Address} x the pictures
 * @property {Address[]} y after each layer's activation
 * @property {Address[]} u the gradient of the logit at each layer's result, before the activation
 * @property {ArrayLike<number>} labels of the pictures
 */

export class Discriminator {
  /**
   * @param {Machine} machine
   * @param {Model} config
   * @param {number} batch at most so many pictures at once: a multiple of 4
   */
  constructor(machine, config, batch) {
    const { discriminator_hidden: hidden } = config;
    this.machine = machine;
    this.batch = batch;
    this.slope = config.negative_slope;
    this.pictureSize = pictureLength(config);
    this.parameters = new Parameters(machine);
    /** @type {import("./layers.js").CriticLayer[]} */
    this.layers = convolutions(machine, this.parameters, config);
    const units = this.layers[this.layers.length - 1].outputs;
    if (hidden) this.layers.push(new Dense(machine, this.parameters, "Dense_0", units, hidden));
    this.width = hidden || units; // units before the logit
    this.labelClasses = config.classes || config.latent_classes;
    const name = hidden ? 1 : 0;
    this.kernel = this.parameters.addVector(`Dense_${name}/kernel`, [this.width, 1]);
    this.bias = this.parameters.addVector(`Dense_${name}/bias`, [1]);
    // A projection discriminator (arXiv 1802.05637): a row of weights for each class, added to the last layer's.
    this.embedding = this.labelClasses
      ? this.parameters.addMatrix(`Dense_${name + 1}/kernel`, [this.labelClasses, this.width])
      : null;
    this.parameters.reserve(false);
    this.heads = this.reserveHeads();
    const rooms = [this.pictureSize, ...this.layers.map((layer) => layer.outputs)];
    this.v = rooms.map((numbers) => this.room(numbers));
  }

  /** @param {number} numbers an example has @returns {Address} for a batch, and four examples that nobody reads */
  room(numbers) {
    return 4 * this.machine.reserve((this.batch + 4) * numbers);
  }

  /** The last layer's weights for each class: one row where there are no classes. @returns {Address} */
  reserveHeads() {
    return 4 * this.machine.reserve(Math.max(1, this.labelClasses) * this.kernel.columns);
  }

  /** Memory for a pass. @param {Address} [x] where the pictures are; nothing: there is room for them @returns {Pass} */
  reservePass(x) {
    return {
      x: x ?? this.room(this.pictureSize),
      y: this.layers.map((layer) => this.room(layer.outputs)),
      u: this.layers.map((layer) => this.room(layer.outputs)),
      labels: [],
    };
  }

  /** To be called after every change of the weights. */
  transpose() {
    const { floats } = this.machine;
    const { parameters, embedding, width } = this;
    for (const layer of this.layers) layer.transpose();
    const columns = this.kernel.columns;
    const kernel = parameters.address(this.kernel) >> 2;
    const scale = 1 / Math.sqrt(width);
    for (let label = 0; label < Math.max(1, this.labelClasses); label++) {
      const at = (this.heads >> 2) + label * columns;
      const row = embedding ? (parameters.address(embedding) >> 2) + label * embedding.columns : 0;
      for (let i = 0; i < columns; i++) {
        floats[at + i] = floats[kernel + i] + (embedding ? scale * floats[row + i] : 0);
      }
    }
  }

  /** @param {Pass} pass @param {number} i the number of a picture @returns {Address} the last layer's weights for it */
  head(pass, i) {
    return this.heads + (this.labelClasses ? 4 * this.kernel.columns * pass.labels[i] : 0);
  }

  /** D's logits of `pass.x`. @param {Pass} pass @param {number} count a multiple of 4 @returns {Float32Array} [count] */
  forward(pass, count) {
    const { kernels, floats } = this.machine;
    this.layers.forEach((layer, i) => {
      layer.forward(i ? pass.y[i - 1] : pass.x, pass.y[i], count);
      const rows = (count * layer.outputs) / layer.channels;
      const bias = this.parameters.address(layer.bias);
      kernels.leaky_relu(pass.y[i], bias, rows, 4 * layer.channels, this.slope);
    });
    const last = pass.y[pass.y.length - 1];
    const bias = floats[this.parameters.address(this.bias) >> 2];
    const size = 4 * this.kernel.columns;
    return Float32Array.from(
      { length: count },
      (_, i) => bias + kernels.dot(last + i * size, this.head(pass, i), size),
    );
  }

  /**
   * u of every layer: the gradient of scale · logit before each activation.
   * @param {Pass} pass after `forward`
   * @param {ArrayLike<number> | null} scales of each picture's logit; null: 1
   * @param {Address | null} atX where the gradient at the pictures goes; null: it is not needed
   * @param {number} count
   */
  backward(pass, scales, atX, count) {
    const { kernels } = this.machine;
    const last = this.layers.length - 1;
    const size = 4 * this.kernel.columns;
    for (let i = 0; i < count; i++) {
      kernels.scale(pass.u[last] + i * size, this.head(pass, i), size, scales ? scales[i] : 1);
    }
    for (let i = last; i >= 0; i--) {
      const layer = this.layers[i];
      kernels.leaky_relu_back(pass.u[i], pass.y[i], 4 * count * layer.outputs, this.slope);
      const below = i ? pass.u[i - 1] : atX;
      if (below !== null) layer.backward(pass.u[i], below, count);
    }
  }

  /** ‖∇D‖² of each picture. @param {Address} gradient at the pictures @param {number} count @returns {Float32Array} */
  squaredNorms(gradient, count) {
    const size = 4 * this.pictureSize;
    return Float32Array.from({ length: count }, (_, i) =>
      this.machine.kernels.dot(gradient + i * size, gradient + i * size, size),
    );
  }

  /**
   * v of every layer, from v at the pictures, which is in `this.v[0]`.
   * @param {Pass} pass whose switches it goes through
   * @param {number} count
   */
  forwardThroughSwitches(pass, count) {
    this.layers.forEach((layer, i) => {
      layer.forward(this.v[i], this.v[i + 1], count);
      this.machine.kernels.leaky_relu_back(this.v[i + 1], pass.y[i], 4 * count * layer.outputs, this.slope);
    });
  }

  /**
   * Adds to the gradients Σ (slope · x + v) ⊗ u, where u is of the logit itself; `this.v` is overwritten.
   * @param {Pass} pass
   * @param {Float32Array} slopes of the loss at each logit
   * @param {number} count
   */
  accumulateWithPenalty(pass, slopes, count) {
    const { kernels } = this.machine;
    const given = [pass.x, ...pass.y]; // what each layer was given, the last one included
    for (let i = 0; i < given.length; i++) {
      const size = 4 * (i ? this.layers[i - 1].outputs : this.pictureSize);
      for (let j = 0; j < count; j++)
        kernels.blend(this.v[i] + j * size, given[i] + j * size, size, slopes[j], 1);
    }
    this.accumulateKernels(this.v, pass, count);
    this.layers.forEach((layer, i) => {
      const bias = this.parameters.address(layer.bias, "gradients");
      const rows = layer.outputs / layer.channels;
      for (let j = 0; j < count; j++) {
        kernels.add_rows(bias, pass.u[i] + 4 * j * layer.outputs, rows, 4 * layer.channels, slopes[j]);
      }
    });
    const ones = slopes.map(() => 1);
    this.accumulateHead(pass, this.v[this.v.length - 1], ones, slopes, count);
  }

  /**
   * Adds to the gradients Σ x ⊗ u, where u is of slope · logit already, as `backward` makes it of scales.
   * @param {Pass} pass
   * @param {Float32Array} slopes of the loss at each logit
   * @param {number} count
   */
  accumulate(pass, slopes, count) {
    const { kernels } = this.machine;
    this.accumulateKernels([pass.x, ...pass.y], pass, count);
    this.layers.forEach((layer, i) => {
      const bias = this.parameters.address(layer.bias, "gradients");
      kernels.add_rows(bias, pass.u[i], (count * layer.outputs) / layer.channels, 4 * layer.channels, 1);
    });
    this.accumulateHead(pass, pass.y[pass.y.length - 1], slopes, slopes, count);
  }

  /** @param {Address[]} x what each layer is given @param {Pass} pass @param {number} count */
  accumulateKernels(x, pass, count) {
    this.layers.forEach((layer, i) => {
      layer.accumulate(x[i], pass.u[i], count);
    });
  }

  /**
   * The gradients of the last layer, which gives the logit, and of the classes' rows.
   * @param {Pass} pass
   * @param {Address} x what the last layer is given, [count, width]
   * @param {Float32Array} factors of x
   * @param {Float32Array} slopes at the logits, for the bias
   * @param {number} count
   */
  accumulateHead(pass, x, factors, slopes, count) {
    const { kernels, floats } = this.machine;
    const { parameters, embedding } = this;
    const size = 4 * this.kernel.columns;
    const kernel = parameters.address(this.kernel, "gradients");
    const bias = parameters.address(this.bias, "gradients") >> 2;
    for (let i = 0; i < count; i++) {
      kernels.add_rows(kernel, x + i * size, 1, size, factors[i]);
      floats[bias] += slopes[i];
      if (!embedding) continue;
      const row = parameters.address(embedding, "gradients") + 4 * embedding.columns * pass.labels[i];
      kernels.add_rows(row, x + i * size, 1, size, factors[i] / Math.sqrt(this.width));
    }
  }
}
