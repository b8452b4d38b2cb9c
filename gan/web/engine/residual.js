// The residual layer that ends a stage of gan/networks/networks.py: what a 3×3 convolution of stride 1 and LeakyReLU
// make of its maps is added to them.

/** @import { Machine, Offset } from "./machine.js" */
/** @import { Tensors } from "./types.js" */

import { activate, activateBack, BATCH, keepBias, kernelOf } from "./layers.js";
import { Product, up4 } from "./machine.js";

const TAPS = 9;

/**
 * @param {Machine} machine
 * @param {Tensors} arrays
 * @param {string} layer its name, as "generator/Residual_0"
 * @param {number} side of its maps, in pixels
 * @param {number} negative_slope of LeakyReLU below zero
 * @returns {Residual | null} null where the stage has none
 */
export function residualOf(machine, arrays, layer, side, negative_slope) {
  if (!arrays[`${layer}/kernel`]) return null;
  const { shape, values } = kernelOf(arrays, layer);
  return new Residual(machine, side, shape[2], values, keepBias(machine, arrays, layer), negative_slope);
}

export class Residual {
  /**
   * @param {Machine} machine
   * @param {number} side of a map, in pixels
   * @param {number} channels
   * @param {Float32Array} kernel [3, 3, channels, channels]
   * @param {Offset} bias [channels]
   * @param {number} negative_slope
   */
  constructor(machine, side, channels, kernel, bias, negative_slope) {
    this.machine = machine;
    this.side = side;
    this.channels = channels;
    this.kernel = kernel;
    this.bias = bias;
    this.negative_slope = negative_slope;
    const rows = BATCH * side * side;
    this.product = new Product(machine, TAPS * channels, channels, (row, n) => kernel[row * channels + n]);
    this.table = machine.reserve(up4(rows) * TAPS * channels); // the 3×3 pixels around each; zero outside
    this.added = this.product.room(rows);
    this.out = machine.reserve(rows * channels);
    // What `back` needs, once it is used.
    /** @type {{product: Product, slopes: Offset, result: Offset} | null} */
    this.backwards = null;
  }

  /**
   * @param {Offset} x maps, [batch, side, side, channels]; the result, of the same shape, is at `out`
   * @param {number} batch
   */
  run(x, batch) {
    const { machine, added, out, channels } = this;
    const rows = batch * this.side ** 2;
    this.gather(x, batch);
    this.product.run(this.table, rows, added);
    const { floats } = machine;
    activate(floats, added, rows, this.bias, channels, this.negative_slope);
    for (let i = 0; i < rows * channels; i++) floats[out + i] = floats[x + i] + floats[added + i];
  }

  /**
   * The layer backwards, in place, of the maps that were run last.
   * @param {Offset} slopes at its result; what is written is those at x, [batch, side, side, channels]
   * @param {number} batch
   */
  back(slopes, batch) {
    const { machine, channels } = this;
    const rows = batch * this.side ** 2;
    const count = rows * channels;
    this.backwards ??= this.prepareBack();
    const { product, slopes: atAdded, result } = this.backwards;
    machine.floats.copyWithin(atAdded, slopes, slopes + count);
    activateBack(machine, atAdded, this.added, count, this.negative_slope);
    this.gather(atAdded, batch);
    product.run(this.table, rows, result);
    const { floats } = machine;
    for (let i = 0; i < count; i++) floats[slopes + i] += floats[result + i];
  }

  /** The adjoint of the convolution is one too: its kernel is turned by 180°, and its last two axes are swapped. */
  prepareBack() {
    const { machine, channels, kernel } = this;
    const product = new Product(machine, TAPS * channels, channels, (row, n) => {
      const tap = TAPS - 1 - Math.floor(row / channels);
      return kernel[(tap * channels + n) * channels + (row % channels)];
    });
    const rows = BATCH * this.side ** 2;
    return { product, slopes: machine.reserve(rows * channels), result: product.room(rows) };
  }

  /**
   * Fills the table: for each pixel the 3×3 around it, [batch · side², 9 · channels].
   * @param {Offset} x [batch, side, side, channels]
   * @param {number} batch
   */
  gather(x, batch) {
    const { side, channels, table } = this;
    const { floats } = this.machine;
    for (let row = 0; row < batch * side * side; row++) {
      const column = row % side;
      const line = Math.floor(row / side) % side;
      const left = column > 0 ? -1 : 0;
      const right = column < side - 1 ? 1 : 0;
      for (let down = -1; down <= 1; down++) {
        if (line + down < 0 || line + down >= side) continue;
        const from = x + (row + down * side + left) * channels; // up to three pixels, which lie side by side
        const to = table + (row * TAPS + 3 * (down + 1) + left + 1) * channels;
        floats.copyWithin(to, from, from + (right - left + 1) * channels);
      }
    }
  }
}
