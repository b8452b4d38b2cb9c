// The layers of gan/networks/layers.py with their gradients. Each is one matrix M, which is read in four ways:
//
//   forward     y = A(x), the layer without its bias
//   backward    the adjoint of A: from the gradient at y to the gradient at x
//   accumulate  adds to M's gradient the sum over the batch of x ⊗ u, where u is the gradient at y
//   transpose   M transposed, which `backward` reads: once for each change of the weights
//
// A convolution is im2col, then M; a transposed one is M, then col2im. So each is the other read backwards. Windows are
// 4 × 4 pixels at every second pixel. Patches are made of four pictures at a time, which is what the caches hold.

/** @import { Machine } from "../engine/machine.js" */
/** @import { Address } from "../engine/kernels.js" */
/** @import { Parameter, Parameters } from "./parameters.js" */
/** @import { Model } from "./recipe.js" */

import { up8 } from "../engine/machine.js";
import { mapSides } from "../engine/stages.js";

const CHUNK = 4; // pictures
const TAPS = 16; // of a window
const SPARE = 8; // floats behind an array: the windows of one channel are copied by whole vectors

/** @typedef {Dense | Conv} CriticLayer a layer of D */

/** @param {number} count @param {(first: number, pictures: number) => void} run */
function inChunks(count, run) {
  for (let first = 0; first < count; first += CHUNK) run(first, Math.min(CHUNK, count - first));
}

/** The matrix of a layer, its transpose, and its products with batches. */
class Matrix {
  /**
   * @param {Machine} machine
   * @param {Parameters} parameters
   * @param {Parameter} parameter
   */
  constructor(machine, parameters, parameter) {
    this.machine = machine;
    this.parameters = parameters;
    this.parameter = parameter;
    this.rows = parameter.rows;
    this.columns = parameter.columns;
    this.turned = 4 * machine.reserve(this.rows * this.columns);
  }

  /** y = x · M, of so many rows. @param {Address} x @param {Address} y @param {number} count */
  times(x, y, count) {
    const { rows, columns, machine } = this;
    const m = this.parameters.address(this.parameter);
    machine.kernels.product(x, 4 * rows, 4, m, 4 * columns, 32, y, 4 * columns, count, rows, columns >> 3, 0);
  }

  /** x = u · Mᵀ, of so many rows. @param {Address} u @param {Address} x @param {number} count */
  timesTransposed(u, x, count) {
    const { rows, columns, machine, turned } = this;
    machine.kernels.product(
      u,
      4 * columns,
      4,
      turned,
      4 * rows,
      32,
      x,
      4 * rows,
      count,
      columns,
      rows >> 3,
      0,
    );
  }

  /** Adds xᵀ · u to M's gradient. @param {Address} x @param {Address} u @param {number} count */
  accumulate(x, u, count) {
    const { rows, columns, machine } = this;
    const g = this.parameters.address(this.parameter, "gradients");
    machine.kernels.product(x, 4, 4 * rows, u, 4 * columns, 32, g, 4 * columns, rows, count, columns >> 3, 1);
  }

  transpose() {
    const { rows, columns, machine, turned } = this;
    machine.kernels.transpose(this.parameters.address(this.parameter), turned, rows, columns);
  }
}

/** A fully connected layer: [B, inputs] to [B, units]. */
export class Dense {
  /**
   * @param {Machine} machine
   * @param {Parameters} parameters
   * @param {string} name "Dense_0"
   * @param {number} inputs
   * @param {number} units
   */
  constructor(machine, parameters, name, inputs, units) {
    this.matrix = new Matrix(machine, parameters, parameters.addMatrix(`${name}/kernel`, [inputs, units]));
    this.bias = parameters.addVector(`${name}/bias`, [units]);
    this.inputs = up8(inputs); // numbers of an example before the layer, padding included
    this.outputs = up8(units); // and after it
    this.channels = this.outputs; // after so many numbers the bias begins again
  }

  /** @param {Address} x @param {Address} y @param {number} count */
  forward(x, y, count) {
    this.matrix.times(x, y, count);
  }

  /** @param {Address} u @param {Address} x @param {number} count */
  backward(u, x, count) {
    this.matrix.timesTransposed(u, x, count);
  }

  /** @param {Address} x @param {Address} u @param {number} count */
  accumulate(x, u, count) {
    this.matrix.accumulate(x, u, count);
  }

  transpose() {
    this.matrix.transpose();
  }
}

/** im2col and its adjoint between pictures [2 · side, 2 · side, channels] and patches [side · side, 16 · channels]. */
class Windows {
  /** @param {Machine} machine @param {number} side @param {number} channels */
  constructor(machine, side, channels) {
    this.machine = machine;
    this.side = side;
    this.pixel = 4 * channels; // bytes
    this.line = 2 * side * this.pixel; // bytes of a line of a picture
    this.pictureSize = 2 * side * this.line; // bytes
    this.paddedSize = (2 * side + 2) ** 2 * this.pixel; // bytes
    const padded = (CHUNK * this.paddedSize) / 4 + SPARE;
    this.framed = 4 * machine.reserve(padded); // what lies around the pictures stays 0
    this.sums = 4 * machine.reserve(padded);
    this.patches = 4 * machine.reserve(CHUNK * side * side * TAPS * channels + SPARE);
  }

  /** The patches of pictures x, in `this.patches`. @param {Address} x @param {number} pictures at most CHUNK */
  gather(x, pictures) {
    const { machine, side, line, pixel, framed } = this;
    machine.kernels.pad(framed, x, pictures, 2 * side, line, pixel);
    machine.kernels.im2col(framed, this.patches, pictures, side, 4 * pixel);
  }

  /** The pictures x that `this.patches` add up to. @param {Address} x @param {number} pictures at most CHUNK */
  scatter(x, pictures) {
    const { machine, side, line, pixel, sums } = this;
    machine.kernels.fill_zero(sums, pictures * this.paddedSize);
    machine.kernels.col2im(sums, this.patches, pictures, side, 4 * pixel);
    machine.kernels.crop(sums, x, pictures, 2 * side, line, pixel);
  }
}

/** A convolution of stride 2: [B, 2 · side, 2 · side, inputs] to [B, side, side, features]. */
export class Conv {
  /**
   * @param {Machine} machine
   * @param {Parameters} parameters
   * @param {string} name "Conv_0"
   * @param {number} side of a picture after the layer, in pixels
   * @param {number} channels before the layer
   * @param {number} features channels after it: a multiple of 8
   */
  constructor(machine, parameters, name, side, channels, features) {
    const kernel = parameters.addMatrix(`${name}/kernel`, [4, 4, channels, features]);
    this.matrix = new Matrix(machine, parameters, kernel);
    this.bias = parameters.addVector(`${name}/bias`, [features]);
    this.windows = new Windows(machine, side, channels);
    this.pixels = side * side; // after the layer
    this.channels = features;
    this.inputs = 4 * this.pixels * channels;
    this.outputs = this.pixels * features;
  }

  /** @param {Address} x @param {Address} y @param {number} count */
  forward(x, y, count) {
    inChunks(count, (first, pictures) => {
      this.windows.gather(x + 4 * first * this.inputs, pictures);
      this.matrix.times(this.windows.patches, y + 4 * first * this.outputs, pictures * this.pixels);
    });
  }

  /** @param {Address} u @param {Address} x @param {number} count */
  backward(u, x, count) {
    inChunks(count, (first, pictures) => {
      this.matrix.timesTransposed(u + 4 * first * this.outputs, this.windows.patches, pictures * this.pixels);
      this.windows.scatter(x + 4 * first * this.inputs, pictures);
    });
  }

  /** @param {Address} x @param {Address} u @param {number} count */
  accumulate(x, u, count) {
    inChunks(count, (first, pictures) => {
      this.windows.gather(x + 4 * first * this.inputs, pictures);
      this.matrix.accumulate(this.windows.patches, u + 4 * first * this.outputs, pictures * this.pixels);
    });
  }

  transpose() {
    this.matrix.transpose();
  }
}

/**
 * The convolutions of D, or of an encoder: one a stage, from the pictures to the smallest maps.
 * @param {Machine} machine
 * @param {Parameters} parameters
 * @param {Pick<Model, "size" | "channels" | "discriminator_channels">} config
 * @returns {Conv[]}
 */
export function convolutions(machine, parameters, { size, channels, discriminator_channels }) {
  const widths = [channels, ...discriminator_channels];
  const sides = mapSides(size).reverse(); // of the maps that each makes
  return sides.map((side, i) => new Conv(machine, parameters, `Conv_${i}`, side, widths[i], widths[i + 1]));
}

/** A transposed convolution of stride 2: [B, side, side, inputs] to [B, 2 · side, 2 · side, features]. */
export class ConvTransposed {
  /**
   * @param {Machine} machine
   * @param {Parameters} parameters
   * @param {string} name "Conv_0"
   * @param {number} side of a picture before the layer, in pixels
   * @param {number} channels before the layer: a multiple of 8
   * @param {number} features channels after it
   */
  constructor(machine, parameters, name, side, channels, features) {
    const kernel = parameters.addTransposed(`${name}/kernel`, [4, 4, channels, features]);
    this.matrix = new Matrix(machine, parameters, kernel);
    this.bias = parameters.addVector(`${name}/bias`, [features]);
    this.windows = new Windows(machine, side, features);
    this.pixels = side * side; // before the layer
    this.channels = features;
    this.inputs = this.pixels * channels;
    this.outputs = 4 * this.pixels * features;
  }

  /** @param {Address} x @param {Address} y @param {number} count */
  forward(x, y, count) {
    inChunks(count, (first, pictures) => {
      this.matrix.times(x + 4 * first * this.inputs, this.windows.patches, pictures * this.pixels);
      this.windows.scatter(y + 4 * first * this.outputs, pictures);
    });
  }

  /**
   * `accumulate` and `backward` at once, for both need the patches of u.
   * @param {Address} x
   * @param {Address} u
   * @param {Address} atX where the gradient at x goes
   * @param {number} count
   */
  accumulateAndBackward(x, u, atX, count) {
    inChunks(count, (first, pictures) => {
      const rows = pictures * this.pixels;
      const { patches } = this.windows;
      this.windows.gather(u + 4 * first * this.outputs, pictures);
      this.matrix.accumulate(x + 4 * first * this.inputs, patches, rows);
      this.matrix.timesTransposed(patches, atX + 4 * first * this.inputs, rows);
    });
  }

  transpose() {
    this.matrix.transpose();
  }
}
