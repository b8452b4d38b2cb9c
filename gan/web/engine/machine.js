// Memory, and the loops over numbers in it. Every sum of the networks is a matrix product, and every product is made by
// kernels.wasm (its source is kernels.wat): 23 billion multiply-adds a second on a machine where plain JavaScript, blocked
// the same way, makes 0.9 (`node tests/benchmarks/product.mjs`).
//
// Arrays of numbers live in the memory that the page shares with the kernels. An *offset* is where one begins, counted
// in floats; the kernels themselves count in bytes.

/** @typedef {number} Offset where an array begins in a machine's memory, counted in floats */
/** @typedef {import("./kernels.js").Kernels} Kernels */

import { plainKernels } from "./plain_kernels.js";

const PAGE_FLOATS = 16384; // of WebAssembly's memory: 64 KiB
/** @param {number} count @returns {number} the next multiple of 4 */
export const up4 = (count) => (count + 3) & ~3;
/** @param {number} count @returns {number} the next multiple of 8 */
export const up8 = (count) => (count + 7) & ~7;

/** The memory, and the kernels that compute in it. */
export class Machine {
  /**
   * @param {WebAssembly.Module | null} program kernels.wasm; null: plain JavaScript, which can draw and not train
   * @returns {Promise<Machine>}
   */
  static async start(program) {
    if (!program) return new Machine(plainMemory(), null);
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { exports } = await WebAssembly.instantiate(program, { page: { memory } });
    return new Machine(memory, /** @type {Kernels} */ (/** @type {unknown} */ (exports)));
  }

  /**
   * @param {{buffer: ArrayBuffer, grow: (pages: number) => unknown}} memory
   * @param {Kernels | null} kernels null: those in plain JavaScript
   */
  constructor(memory, kernels) {
    this.memory = memory;
    this.end = 0;
    this.floats = new Float32Array(memory.buffer);
    this.kernels = kernels ?? plainKernels(() => this.floats);
  }

  /**
   * Room for so many floats, all zero; its address is a multiple of 16 bytes. It is given back by `clear` only.
   * @param {number} count
   * @returns {Offset}
   */
  reserve(count) {
    const offset = this.end;
    this.end += up4(count);
    const missing = this.end - this.floats.length;
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / PAGE_FLOATS));
      this.floats = new Float32Array(this.memory.buffer);
    }
    return offset;
  }

  /** Takes all room back: what was kept there is gone, and all is zero again. */
  clear() {
    this.floats.fill(0, 0, this.end);
    this.end = 0;
  }

  /** @param {ArrayLike<number>} values @returns {Offset} where they are kept from now on */
  keep(values) {
    const offset = this.reserve(values.length);
    this.floats.set(values, offset);
    return offset;
  }
}

/** A memory for plain JavaScript, which grows as WebAssembly's does. */
function plainMemory() {
  return {
    buffer: new ArrayBuffer(4 * PAGE_FLOATS),
    /** @param {number} pages of 64 KiB */
    grow(pages) {
      const grown = new ArrayBuffer(this.buffer.byteLength + 4 * PAGE_FLOATS * pages);
      new Uint8Array(grown).set(new Uint8Array(this.buffer));
      this.buffer = grown;
    },
  };
}

/** x · matrix, for a matrix [depth, width] that stays. It is kept by panels of eight columns, which are read in order. */
export class Product {
  /**
   * @param {Machine} machine
   * @param {number} depth
   * @param {number} width
   * @param {(row: number, column: number) => number} at gives the matrix
   */
  constructor(machine, depth, width, at) {
    this.machine = machine;
    this.depth = depth;
    this.width = width;
    this.panels = up8(width) / 8;
    this.matrix = machine.reserve(this.panels * depth * 8);
    const { floats } = machine;
    for (let row = 0; row < depth; row++) {
      for (let column = 0; column < width; column++) {
        floats[this.matrix + ((column >> 3) * depth + row) * 8 + (column & 7)] = at(row, column);
      }
    }
  }

  /**
   * Room for the result of so many rows. What x must have room for is a multiple of four rows too.
   * @param {number} rows
   * @returns {Offset}
   */
  room(rows) {
    return this.machine.reserve(up4(rows) * 8 * this.panels);
  }

  /**
   * @param {Offset} x [rows, depth]
   * @param {number} rows
   * @param {Offset} out [rows, width]
   */
  run(x, rows, out) {
    const { kernels, floats } = this.machine;
    const { depth, panels } = this;
    const made = 8 * panels; // columns, the panels' own included
    kernels.product(
      4 * x,
      4 * depth,
      4, // a: its address, and its strides
      4 * this.matrix,
      32,
      32 * depth, // b
      4 * out,
      4 * made, // c
      up4(rows),
      depth,
      panels,
      0,
    );
    if (made === this.width) return;
    for (let row = 1; row < rows; row++) {
      floats.copyWithin(out + row * this.width, out + row * made, out + row * made + this.width);
    }
  }
}
