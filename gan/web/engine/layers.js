// The layers of gan/networks/layers.py, forwards and backwards.

/** @import { Machine, Offset } from "./machine.js" */
/** @import { Tensors } from "./types.js" */

import { Product, up4, up8 } from "./machine.js";
import { realsOf } from "./tensors.js";

export const BATCH = 16; // pictures a product: more would not be faster
export const NO_BIAS = -1; // in the place of a bias's offset

/**
 * A stride-2 layer between wide pictures [2·side, 2·side, wide] and narrow ones [side, side, narrow]. `down` is a
 * convolution, `up` its adjoint: a transposed convolution.
 */
export class Strided {
  /**
   * @param {Machine} machine
   * @param {number} side of a narrow picture, in pixels
   * @param {number} size of the kernel, in pixels
   * @param {number} wide channels of a wide picture
   * @param {number} narrow channels of a narrow picture
   * @param {Float32Array} kernel [size, size, wide, narrow]; of a transposed one, with its last two axes swapped
   * @param {number} batch at most so many pictures at once
   */
  constructor(machine, side, size, wide, narrow, kernel, batch) {
    this.machine = machine;
    this.side = side;
    this.size = size;
    this.wide = wide;
    this.narrow = narrow;
    this.kernel = kernel;
    this.taps = size * size;
    this.rows = batch * side * side;
    this.meetings = this.findMeetings();
    // What `up` and `down` need, once they are used: each its product, and its table of all taps of all pixels.
    /** @type {{product: Product, table: Offset} | null} */
    this.upwards = null;
    /** @type {{product: Product, table: Offset} | null} */
    this.downwards = null;
  }

  /** For each pixel of the wide picture, where in a table [side², taps, wide] the taps lie that meet it. */
  findMeetings() {
    const { side, size, wide, taps } = this;
    const low = (size - 2) >> 1;
    /** @type {number[][]} */
    const meetings = Array.from({ length: 4 * side * side }, () => []);
    for (let i = 0; i < side * side; i++) {
      for (let t = 0; t < taps; t++) {
        const y = 2 * Math.floor(i / side) + Math.floor(t / size) - low;
        const x = 2 * (i % side) + (t % size) - low;
        const isInside = y >= 0 && x >= 0 && y < 2 * side && x < 2 * side;
        if (isInside) meetings[2 * side * y + x].push((i * taps + t) * wide);
      }
    }
    return meetings.map((all) => Int32Array.from(all));
  }

  prepareUp() {
    const { machine, wide, narrow, kernel, taps } = this;
    const product = new Product(machine, narrow, taps * wide, (n, column) => kernel[column * narrow + n]);
    return { product, table: product.room(this.rows) };
  }

  prepareDown() {
    const { machine, wide, narrow, kernel, taps } = this;
    const product = new Product(machine, taps * wide, narrow, (row, n) => kernel[row * narrow + n]);
    return { product, table: machine.reserve(up4(this.rows) * taps * wide) };
  }

  /**
   * @param {Offset} x narrow pictures
   * @param {number} batch how many
   * @param {Offset} bias that is added, or NO_BIAS
   * @param {number} negative_slope that is applied; 1 for none
   * @param {Offset} out wide pictures
   */
  up(x, batch, bias, negative_slope, out) {
    const { machine, wide, side, taps } = this;
    this.upwards ??= this.prepareUp();
    const { product, table } = this.upwards;
    product.run(x, batch * side * side, table);
    const { floats } = machine;
    for (let picture = 0; picture < batch; picture++) {
      const from = table + picture * side * side * taps * wide;
      for (const met of this.meetings) {
        for (let c = 0; c < wide; c++) {
          let sum = bias < 0 ? 0 : floats[bias + c];
          for (let s = 0; s < met.length; s++) sum += floats[from + met[s] + c];
          floats[out++] = sum < 0 ? sum * negative_slope : sum;
        }
      }
    }
  }

  /** Room for the narrow pictures that `down` makes. @returns {Offset} */
  room() {
    return this.machine.reserve(up4(this.rows) * up8(this.narrow));
  }

  /**
   * @param {Offset} x wide pictures
   * @param {number} batch how many
   * @param {Offset} bias that is added, or NO_BIAS
   * @param {number} negative_slope that is applied; 1 for none
   * @param {Offset} out narrow pictures
   */
  down(x, batch, bias, negative_slope, out) {
    const { machine, wide, narrow, side, taps } = this;
    this.downwards ??= this.prepareDown();
    const { product, table } = this.downwards;
    const { floats } = machine;
    for (let picture = 0; picture < batch; picture++) {
      const to = table + picture * side * side * taps * wide; // what lies outside stays zero
      for (const met of this.meetings) {
        for (let s = 0; s < met.length; s++) {
          for (let c = 0; c < wide; c++) floats[to + met[s] + c] = floats[x + c];
        }
        x += wide;
      }
    }
    const rows = batch * side * side;
    product.run(table, rows, out);
    activate(floats, out, rows, bias, narrow, negative_slope);
  }
}

/** A fully connected layer. */
export class Dense {
  /**
   * @param {Machine} machine
   * @param {number} depth
   * @param {number} width
   * @param {Float32Array} kernel [depth, width]
   * @param {Offset} bias [width]
   */
  constructor(machine, depth, width, kernel, bias) {
    this.machine = machine;
    this.depth = depth;
    this.width = width;
    this.kernel = kernel;
    this.bias = bias;
    this.product = new Product(machine, depth, width, (row, column) => kernel[row * width + column]);
    /** @type {Product | null} */
    this.transposed = null; // for `back`, once it is used
  }

  /**
   * @param {Offset} x [rows, depth]
   * @param {number} rows
   * @param {number} negative_slope 1 for none
   * @param {Offset} out [rows, width]
   */
  run(x, rows, negative_slope, out) {
    this.product.run(x, rows, out);
    activate(this.machine.floats, out, rows, this.bias, this.width, negative_slope);
  }

  /**
   * The layer backwards.
   * @param {Offset} slopes at its result, before LeakyReLU, [rows, width]
   * @param {number} rows
   * @param {Offset} out slopes at its input, [rows, depth]
   */
  back(slopes, rows, out) {
    this.transpose().run(slopes, rows, out);
  }

  /** Room for the slopes that `back` makes. @param {number} rows @returns {Offset} */
  backRoom(rows) {
    return this.transpose().room(rows);
  }

  transpose() {
    const { machine, depth, width, kernel } = this;
    this.transposed ??= new Product(machine, width, depth, (row, column) => kernel[column * width + row]);
    return this.transposed;
  }
}

/**
 * Adds a bias to each row and multiplies what is below zero by `negative_slope`.
 * @param {Float32Array} floats
 * @param {Offset} at [rows, width]
 * @param {number} rows
 * @param {Offset} bias or NO_BIAS
 * @param {number} width
 * @param {number} negative_slope 1 for none
 */
export function activate(floats, at, rows, bias, width, negative_slope) {
  for (let row = 0; row < rows; row++, at += width) {
    for (let c = 0; c < width; c++) {
      const sum = floats[at + c] + (bias < 0 ? 0 : floats[bias + c]);
      floats[at + c] = sum < 0 ? sum * negative_slope : sum;
    }
  }
}

/**
 * LeakyReLU backwards, in place. It takes the machine's floats anew: a layer's first use may have made them grow.
 * @param {Machine} machine
 * @param {Offset} slopes after the layer; what is written is those before it
 * @param {Offset} units the layer's results
 * @param {number} count
 * @param {number} negative_slope
 */
export function activateBack({ floats }, slopes, units, count, negative_slope) {
  for (let i = 0; i < count; i++) if (floats[units + i] < 0) floats[slopes + i] *= negative_slope;
}

/** @param {Tensors} arrays @param {string} layer its name, as "generator/Conv_0" */
export const kernelOf = (arrays, layer) => realsOf(arrays, `${layer}/kernel`);

/**
 * @param {Machine} machine
 * @param {Tensors} arrays
 * @param {string} layer
 * @returns {Offset} where its bias is kept
 */
export const keepBias = (machine, arrays, layer) => machine.keep(realsOf(arrays, `${layer}/bias`).values);

/**
 * @param {Machine} machine
 * @param {Tensors} arrays
 * @param {string} layer
 */
export function dense(machine, arrays, layer) {
  const { shape, values } = kernelOf(arrays, layer);
  return new Dense(machine, shape[0], shape[1], values, keepBias(machine, arrays, layer));
}
