// The layers of gan/networks/layers.py, forwards and, for D, backwards. Every sum is a matrix product, and
// every product is made by product.wasm: 23 billion multiply-adds a second on a machine where plain
// JavaScript, blocked the same way, makes 0.9 (`node tests/benchmarks/product.mjs`).
//
// Arrays of numbers live in the memory that the page shares with product.wasm and are known by
// the place where they begin, counted in floats.

export const BATCH = 16; // pictures a product: more would not be faster
export const SIDES = [7, 14]; // of the narrow pictures of the two strided layers
const PAGE = 16384; // floats
const up4 = (count) => (count + 3) & ~3;
const up8 = (count) => (count + 7) & ~7;

export class Machine {
  static async start(wasm) {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { instance } = await WebAssembly.instantiate(wasm, { page: { memory } });
    return new Machine(memory, instance.exports.product);
  }

  constructor(memory, product) {
    this.memory = memory;
    this.product = product;
    this.end = 0;
    this.floats = new Float32Array(memory.buffer);
  }

  // Room for so many floats, all zero; its place is a multiple of 16 bytes. It is never given back.
  reserve(count) {
    const place = this.end;
    this.end += up4(count);
    const missing = this.end - this.floats.length;
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / PAGE));
      this.floats = new Float32Array(this.memory.buffer);
    }
    return place;
  }
}

// x · matrix. `at(row, column)` gives the matrix, [depth, width].
export class Product {
  constructor(machine, depth, width, at) {
    Object.assign(this, { machine, depth, width, panels: up8(width) / 8 });
    const place = (this.matrix = machine.reserve(this.panels * depth * 8));
    const { floats } = machine;
    for (let row = 0; row < depth; row++) {
      for (let column = 0; column < width; column++) {
        floats[place + ((column >> 3) * depth + row) * 8 + (column & 7)] = at(row, column);
      }
    }
  }

  // Room for the result of so many rows; and what x must have room for is up4(rows) too.
  room(rows) {
    return this.machine.reserve(up4(rows) * 8 * this.panels);
  }

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

// A stride-2 layer between wide pictures [2·side, 2·side, wide] and narrow ones [side, side, narrow].
// `down` is a convolution, `up` its adjoint: a transposed convolution. `kernel` is [k, k, wide, narrow]: of a transposed one with its
// last two axes swapped.
export class Strided {
  constructor(machine, side, size, wide, narrow, kernel, batch) {
    Object.assign(this, { machine, side, size, wide, narrow, kernel, taps: size * size });
    this.rows = batch * side * side;
    this.places = this.meetings();
  }

  // For each pixel of the wide picture, where in a table [side², taps, wide] the taps lie that meet it.
  meetings() {
    const { side, size, wide, taps } = this;
    const low = (size - 2) >> 1;
    const places = Array.from({ length: 4 * side * side }, () => []);
    for (let i = 0; i < side * side; i++) {
      for (let t = 0; t < taps; t++) {
        const y = 2 * Math.floor(i / side) + Math.floor(t / size) - low;
        const x = 2 * (i % side) + (t % size) - low;
        if (y >= 0 && x >= 0 && y < 2 * side && x < 2 * side)
          places[2 * side * y + x].push((i * taps + t) * wide);
      }
    }
    return places.map((all) => Int32Array.from(all));
  }

  // x: narrow, at place x. Adds the bias at place `bias`, applies `negative_slope`; writes wide pictures to `out`.
  up(x, batch, bias, negative_slope, out) {
    const { machine, wide, narrow, side, kernel, taps } = this;
    this.upwards ??= new Product(machine, narrow, taps * wide, (n, column) => kernel[column * narrow + n]);
    this.patches ??= this.upwards.room(this.rows);
    this.upwards.run(x, batch * side * side, this.patches);
    const { floats } = machine;
    for (let picture = 0; picture < batch; picture++) {
      const from = this.patches + picture * side * side * taps * wide;
      for (const places of this.places) {
        for (let c = 0; c < wide; c++) {
          let sum = bias < 0 ? 0 : floats[bias + c];
          for (let s = 0; s < places.length; s++) sum += floats[from + places[s] + c];
          floats[out++] = sum < 0 ? sum * negative_slope : sum;
        }
      }
    }
  }

  // Room for the narrow pictures that `down` makes.
  room() {
    return this.machine.reserve(up4(this.rows) * up8(this.narrow));
  }

  // x: wide, at place x. Writes narrow pictures, bias added, to `out`.
  down(x, batch, bias, negative_slope, out) {
    const { machine, wide, narrow, side, kernel, taps } = this;
    this.downwards ??= new Product(machine, taps * wide, narrow, (row, n) => kernel[row * narrow + n]);
    this.windows ??= machine.reserve(up4(this.rows) * taps * wide);
    const { floats } = machine;
    for (let picture = 0; picture < batch; picture++) {
      const to = this.windows + picture * side * side * taps * wide; // what lies outside stays zero
      for (const places of this.places) {
        for (let s = 0; s < places.length; s++) {
          for (let c = 0; c < wide; c++) floats[to + places[s] + c] = floats[x + c];
        }
        x += wide;
      }
    }
    const rows = batch * side * side;
    this.downwards.run(this.windows, rows, out);
    activate(floats, out, rows, bias, narrow, negative_slope);
  }
}

// A fully connected layer. `kernel` is [depth, width].
export class Dense {
  constructor(machine, depth, width, kernel, bias) {
    Object.assign(this, { machine, depth, width, kernel, bias });
    this.product = new Product(machine, depth, width, (row, column) => kernel[row * width + column]);
  }

  run(x, rows, negative_slope, out) {
    this.product.run(x, rows, out);
    activate(this.machine.floats, out, rows, this.bias, this.width, negative_slope);
  }

  // The slope at the input, of the slope at the output.
  back(slope, rows, out) {
    this.turnedRound.run(slope, rows, out);
  }

  // Room for the slopes that `back` makes.
  backRoom(rows) {
    return this.turnedRound.room(rows);
  }

  get turnedRound() {
    const { machine, depth, width, kernel } = this;
    return (this.backwards ??= new Product(
      machine,
      width,
      depth,
      (row, column) => kernel[column * width + row],
    ));
  }
}

// Adds a bias to each row and multiplies what is below zero by `negative_slope` (1: nothing happens to it).
function activate(floats, place, rows, bias, width, negative_slope) {
  for (let row = 0; row < rows; row++, place += width) {
    for (let c = 0; c < width; c++) {
      const sum = floats[place + c] + (bias < 0 ? 0 : floats[bias + c]);
      floats[place + c] = sum < 0 ? sum * negative_slope : sum;
    }
  }
}

// What a layer is made of in an exported file.
export const kernelOf = (arrays, name) => arrays[`${name}/kernel`];

// The place of a layer's bias in the machine's memory.
export function keepBias(machine, arrays, name) {
  const { values } = arrays[`${name}/bias`];
  const place = machine.reserve(values.length);
  machine.floats.set(values, place);
  return place;
}

export function dense(machine, arrays, name) {
  const {
    shape: [depth, width],
    values,
  } = kernelOf(arrays, name);
  return new Dense(machine, depth, width, values, keepBias(machine, arrays, name));
}

// Slopes after a leaky layer, whose units lie at `units`, as they are before it. The machine's floats anew
// each time: a layer's first use may make the memory grow.
export function fade({ floats }, slopes, units, count, negative_slope) {
  for (let i = 0; i < count; i++) if (floats[units + i] < 0) floats[slopes + i] *= negative_slope;
}
