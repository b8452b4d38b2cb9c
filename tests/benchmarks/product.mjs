// What kernels.wasm is for: `node tests/benchmarks/product.mjs`. The product that takes most of a
// picture's time, [52, 96] · [96, 768], by kernels.wasm and by plain JavaScript, in turns.

import { readFileSync } from "node:fs";
import { Machine, Product } from "../../gan/web/engine/machine.js";

const [rows, depth, width] = [52, 96, 768];
const machine = await Machine.start(new WebAssembly.Module(readFileSync(new URL("../../gan/web/engine/kernels.wasm", import.meta.url))));
const product = new Product(machine, depth, width, () => Math.random() - 0.5);
const x = machine.reserve(rows * depth);
const out = product.room(rows);
const { floats } = machine;
for (let i = 0; i < rows * depth; i++) floats[x + i] = Math.random() - 0.5;

// The same blocks: four rows at a time against a column.
function plain() {
  for (let row = 0; row < rows; row += 4) {
    for (let column = 0; column < width; column++) {
      const sums = [0, 0, 0, 0];
      let b = product.matrix + (column >> 3) * depth * 8 + (column & 7);
      for (let k = x + row * depth; k < x + (row + 1) * depth; k++, b += 8) {
        sums[0] += floats[b] * floats[k];
        sums[1] += floats[b] * floats[k + depth];
        sums[2] += floats[b] * floats[k + 2 * depth];
        sums[3] += floats[b] * floats[k + 3 * depth];
      }
      for (let i = 0; i < 4; i++) floats[out + (row + i) * width + column] = sums[i];
    }
  }
}

const best = { "kernels.wasm": Infinity, "plain JavaScript": Infinity };
const contenders = { "kernels.wasm": () => product.run(x, rows, out), "plain JavaScript": plain };
for (let turn = 0; turn < 200; turn++) {
  for (const [name, run] of Object.entries(contenders)) {
    const start = performance.now();
    run();
    best[name] = Math.min(best[name], performance.now() - start);
  }
}
for (const [name, ms] of Object.entries(best)) {
  console.log(`${name.padEnd(18)} ${((rows * depth * width) / ms / 1e6).toFixed(1)} billion multiply-adds a second`);
}
