// The discriminator of gan/networks/networks.py: how real a picture looks, and which pixels make it look so.

/** @import { Machine } from "./machine.js" */
/** @import { ModelConfig, Tensors } from "./types.js" */

import { kernelOf } from "./layers.js";
import { realsOf } from "./tensors.js";
import { Trunk } from "./trunk.js";

export class Discriminator {
  /**
   * @param {Machine} machine
   * @param {ModelConfig} config
   * @param {Tensors} arrays
   */
  constructor(machine, config, arrays) {
    const { discriminator_hidden: hidden, negative_slope } = config;
    this.machine = machine;
    this.trunk = new Trunk(
      machine,
      arrays,
      "discriminator",
      hidden ? "discriminator/Dense_0" : null,
      negative_slope,
      config.size,
    );
    const last = `discriminator/Dense_${hidden ? 1 : 0}`;
    this.kernel = kernelOf(arrays, last).values;
    this.bias = realsOf(arrays, `${last}/bias`).values[0];
    this.isTold = config.classes > 0;
    this.kernels = this.projectClasses(config, arrays);
  }

  /**
   * A projection discriminator (Miyato and Koyama 2018) adds to its last layer a vector for each class.
   * @param {ModelConfig} config
   * @param {Tensors} arrays
   * @returns {Float32Array[] | null} the last layer for each class, or null if there are no classes
   */
  projectClasses(config, arrays) {
    const classes = config.classes || config.latent_classes;
    if (!classes) return null;
    const { width } = this.trunk;
    const project = kernelOf(arrays, `discriminator/Dense_${config.discriminator_hidden ? 2 : 1}`).values;
    return Array.from({ length: classes }, (_, label) =>
      this.kernel.map((weight, i) => weight + project[label * width + i] / Math.sqrt(width)),
    );
  }

  /**
   * What the logit of the last picture is made of: its slope at each unit of the trunk. Where nobody says which class
   * it is, that of the class which suits it best.
   * @param {number} label
   * @returns {Float32Array}
   */
  weights(label) {
    if (!this.kernels) return this.kernel;
    if (this.isTold) return this.kernels[label];
    const sums = this.kernels.map((kernel) => this.sum(kernel));
    return this.kernels[sums.indexOf(Math.max(...sums))];
  }

  /** @param {Float32Array} weights @returns {number} the last picture's logit by these weights */
  sum(weights) {
    const { floats } = this.machine;
    return weights.reduce((sum, weight, i) => sum + weight * floats[this.trunk.result + i], this.bias);
  }

  /**
   * @param {Uint8Array} picture [size² · channels]
   * @param {number} label
   * @returns {number} how real it looks
   */
  logit(picture, label) {
    this.trunk.run(picture, 1, -1, 2 / 255);
    return this.sum(this.weights(label));
  }

  /**
   * Where D looks.
   * @param {Uint8Array} picture [size² · channels]
   * @param {number} label
   * @returns {Float32Array} the slope of its logit at each pixel, [size² · channels]
   */
  slopes(picture, label) {
    this.trunk.run(picture, 1, -1, 2 / 255);
    return this.trunk.back(this.weights(label));
  }
}
