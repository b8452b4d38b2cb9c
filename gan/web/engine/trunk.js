// What the discriminator and the classifier share: a convolution for each stage and, perhaps, hidden units.

/** @import { Machine, Offset } from "./machine.js" */
/** @import { Tensors } from "./types.js" */

import { activateBack, BATCH, dense, keepBias, kernelOf, NO_BIAS, Strided } from "./layers.js";
import { residualOf } from "./residual.js";
import { mapSides } from "./stages.js";

export class Trunk {
  /**
   * @param {Machine} machine
   * @param {Tensors} arrays
   * @param {string} prefix of the layers' names: "discriminator"
   * @param {string | null} hidden the name of the layer of hidden units
   * @param {number} negative_slope
   * @param {number} size of its pictures, in pixels
   */
  constructor(machine, arrays, prefix, hidden, negative_slope, size) {
    this.machine = machine;
    this.negative_slope = negative_slope;
    const sides = mapSides(size).reverse(); // of the maps that each stage makes
    this.stages = sides.map((side, i) => {
      const name = `${prefix}/Conv_${i}`;
      const { shape, values } = kernelOf(arrays, name);
      const [kernelSize, , wide, narrow] = shape;
      const strided = new Strided(machine, side, kernelSize, wide, narrow, values, BATCH);
      const residual = residualOf(machine, arrays, `${prefix}/Residual_${i}`, side, negative_slope);
      return { strided, bias: keepBias(machine, arrays, name), units: narrow * side ** 2, residual };
    });
    this.hidden = hidden ? dense(machine, arrays, hidden) : null;
    this.pixels = size * size * this.stages[0].strided.wide;
    this.width = this.hidden?.width ?? this.stages[sides.length - 1].units; // units of the result
    // Where the results of the layers are.
    this.x = machine.reserve(BATCH * this.pixels);
    this.made = this.stages.map(({ strided }) => strided.room()); // by each stage, before its residual layer
    this.maps = this.made.map((at, i) => this.stages[i].residual?.out ?? at);
    this.result = this.hidden?.product.room(BATCH) ?? this.maps[sides.length - 1];
    /** @type {Offset[] | null} */
    this.slopes = null; // at x, after each stage and at the result, once `back` is used
  }

  /**
   * @param {Uint8Array} pictures [batch · size² · channels]
   * @param {number} batch
   * @param {number} low what a pixel of 0 is made
   * @param {number} scale what each level adds
   * @returns {Offset} of the result, [batch, width]
   */
  run(pictures, batch, low, scale) {
    this.start(pictures, low, scale);
    this.stages.forEach((_, i) => {
      this.shrink(i, batch);
    });
    return this.finish(batch);
  }

  /** Puts the pictures where the first stage takes them. @param {Uint8Array} pictures @param {number} low @param {number} scale */
  start(pictures, low, scale) {
    const { floats } = this.machine;
    for (let i = 0; i < pictures.length; i++) floats[this.x + i] = low + scale * pictures[i];
  }

  /**
   * One stage, from its pictures or maps to maps of half the size.
   * @param {number} i its number
   * @param {number} batch
   * @returns {Offset} what it made
   */
  shrink(i, batch) {
    const { strided, bias, residual } = this.stages[i];
    strided.down(i ? this.maps[i - 1] : this.x, batch, bias, this.negative_slope, this.made[i]);
    residual?.run(this.made[i], batch);
    return this.maps[i];
  }

  /** The hidden units, if there are any. @param {number} batch @returns {Offset} of the result, [batch, width] */
  finish(batch) {
    this.hidden?.run(this.maps[this.stages.length - 1], batch, this.negative_slope, this.result);
    return this.result;
  }

  /**
   * Backwards, of the one picture that was run last.
   * @param {ArrayLike<number>} slope at the units of its result, [width]
   * @returns {Float32Array} at its pixels, [size² · channels]
   */
  back(slope) {
    const { machine, stages, made, hidden, negative_slope } = this;
    this.slopes ??= [this.pixels, ...stages.map(({ units }) => units), this.width].map((n) =>
      machine.reserve(4 * (n + 8)),
    );
    const atResult = this.slopes[stages.length + 1];
    const atLast = this.slopes[stages.length];
    machine.floats.set(slope, atResult);
    if (hidden) {
      activateBack(machine, atResult, this.result, this.width, negative_slope);
      hidden.back(atResult, 1, atLast);
    } else machine.floats.copyWithin(atLast, atResult, atResult + this.width);
    for (let i = stages.length - 1; i >= 0; i--) {
      stages[i].residual?.back(this.slopes[i + 1], 1);
      activateBack(machine, this.slopes[i + 1], made[i], stages[i].units, negative_slope);
      stages[i].strided.up(this.slopes[i + 1], 1, NO_BIAS, 1, this.slopes[i]);
    }
    return machine.floats.slice(this.slopes[0], this.slopes[0] + this.pixels);
  }
}
