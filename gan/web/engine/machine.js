// Memory, and matrix products in it. Every sum of the networks is a matrix product, and every product is made by
// product.wasm: 23 billion multiply-adds a second on a machine where plain JavaScript, blocked the same way, makes 0.9
// (`node tests/benchmarks/product.mjs`).
//
// Arrays of numbers live in the memory that the page shares with product.wasm. An *offset* is where one begins, counted
// in floats.

/** @typedef {number} Offset where an array begins in a machine's memory, counted in floats */

const PAGE_FLOATS = 16384; // of WebAssembly's memory: 64 KiB
/** @param {number} count @returns {number} the next multiple of 4 */
export const up4 = (count) => (count + 3) & ~3;
/** @param {number} count @returns {number} the next multiple of 8 */
export const up8 = (count) => (count + 7) & ~7;

/** The memory, and the program that multiplies in it. */
export class Machine {
  /** @param {BufferSource} wasm product.wasm @returns {Promise<Machine>} */
  static async start(wasm) {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { instance } = await WebAssembly.instantiate(wasm, { page: { memory } });
    return new Machine(memory, /** @type {Machine["product"]} */ (instance.exports.product));
  }

  /**
   * @param {WebAssembly.Memory} memory
   * @param {(a: number, b: number, c: number, rows: number, depth: number, panels: number) => void} product c = a · b,
   *   by addresses in bytes (product.wat)
   */
  constructor(memory, product) {
    this.memory = memory;
    this.product = product;
    this.end = 0;
    this.floats = new Float32Array(memory.buffer);
  }

  /**
   * Room for so many floats, all zero; its address is a multiple of 16 bytes. It is never given back.
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

  /** @param {ArrayLike<number>} values @returns {Offset} where they are kept from now on */
  keep(values) {
    const offset = this.reserve(values.length);
    this.floats.set(values, offset);
    return offset;
  }
}

/** x · matrix, for a matrix [depth, width] that stays. */
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
    const { product, floats } = this.machine;
    product(4 * x, 4 * this.matrix, 4 * out, up4(rows), this.depth, this.panels);
    const made = 8 * this.panels;
    if (made === this.width) return;
    for (let row = 1; row < rows; row++) {
      floats.copyWithin(out + row * this.width, out + row * made, out + row * made + this.width);
    }
  }
}
