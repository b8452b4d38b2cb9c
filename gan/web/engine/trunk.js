// What the discriminator and the classifier share: two convolutions and, perhaps, hidden units.

/** @import { Machine, Offset } from "./machine.js" */
/** @import { Tensors } from "./types.js" */

import { activateBack, BATCH, dense, keepBias, kernelOf, NO_BIAS, SIDES, Strided } from "./layers.js";

export class Trunk {
  /**
   * @param {Machine} machine
   * @param {Tensors} arrays
   * @param {string} prefix of the layers' names: "discriminator"
   * @param {string | null} hidden the name of the layer of hidden units
   * @param {number} negative_slope
   */
  constructor(machine, arrays, prefix, hidden, negative_slope) {
    this.machine = machine;
    this.negative_slope = negative_slope;
    const [one, two] = ["Conv_0", "Conv_1"].map((layer, i) => {
      const name = `${prefix}/${layer}`;
      const { shape, values } = kernelOf(arrays, name);
      const [size, , wide, narrow] = shape;
      const strided = new Strided(machine, SIDES[1 - i], size, wide, narrow, values, BATCH);
      return { strided, bias: keepBias(machine, arrays, name), units: narrow * SIDES[1 - i] ** 2 };
    });
    this.one = one;
    this.two = two;
    this.hidden = hidden ? dense(machine, arrays, hidden) : null;
    this.pixels = 28 * 28 * one.strided.wide;
    this.width = this.hidden?.width ?? two.units; // units of the result
    // Where the results of the layers are.
    this.x = machine.reserve(BATCH * this.pixels);
    this.afterOne = one.strided.room();
    this.afterTwo = two.strided.room();
    this.result = this.hidden?.product.room(BATCH) ?? this.afterTwo;
    /** @type {Offset[] | null} */
    this.slopes = null; // at the result, after two, after one and at x, once `back` is used
  }

  /**
   * @param {Uint8Array} pictures [batch · 784 · channels]
   * @param {number} batch
   * @param {number} low what a pixel of 0 is made
   * @param {number} scale what each level adds
   * @returns {Offset} of the result, [batch, width]
   */
  run(pictures, batch, low, scale) {
    this.start(pictures, batch, low, scale);
    this.narrow(batch);
    return this.finish(batch);
  }

  /**
   * The first layer, whose arguments are those of `run`.
   * @param {Uint8Array} pictures
   * @param {number} batch
   * @param {number} low
   * @param {number} scale
   */
  start(pictures, batch, low, scale) {
    const { floats } = this.machine;
    for (let i = 0; i < pictures.length; i++) floats[this.x + i] = low + scale * pictures[i];
    this.one.strided.down(this.x, batch, this.one.bias, this.negative_slope, this.afterOne);
  }

  /** The second layer. @param {number} batch */
  narrow(batch) {
    this.two.strided.down(this.afterOne, batch, this.two.bias, this.negative_slope, this.afterTwo);
  }

  /** The hidden units, if there are any. @param {number} batch @returns {Offset} of the result, [batch, width] */
  finish(batch) {
    this.hidden?.run(this.afterTwo, batch, this.negative_slope, this.result);
    return this.result;
  }

  /**
   * Backwards, of the one picture that was run last.
   * @param {ArrayLike<number>} slope at the units of its result, [width]
   * @returns {Float32Array} at its pixels, [784 · channels]
   */
  back(slope) {
    const { machine, one, two, hidden, negative_slope } = this;
    this.slopes ??= [this.width, two.units, one.units, this.pixels].map((n) => machine.reserve(4 * (n + 8)));
    const [atResult, atTwo, atOne, atX] = this.slopes;
    machine.floats.set(slope, atResult);
    if (hidden) {
      activateBack(machine, atResult, this.result, this.width, negative_slope);
      hidden.back(atResult, 1, atTwo);
    } else machine.floats.copyWithin(atTwo, atResult, atResult + this.width);
    activateBack(machine, atTwo, this.afterTwo, two.units, negative_slope);
    two.strided.up(atTwo, 1, NO_BIAS, 1, atOne);
    activateBack(machine, atOne, this.afterOne, one.units, negative_slope);
    one.strided.up(atOne, 1, NO_BIAS, 1, atX);
    return machine.floats.slice(atX, atX + this.pixels);
  }
}
