// Samples of a run in the page: {state: a path, kernels: a path, recipe, z: [n · z_dim], labels} -> [n · size² · channels].
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { readState } from "../../gan/web/training/opened_state.js";
import { Trainer } from "../../gan/web/training/trainer.js";

const { state: path, kernels, recipe, z, labels } = JSON.parse(await text(process.stdin));
const bytes = readFileSync(path);
const state = readState(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
const program = await WebAssembly.compile(readFileSync(kernels));
const dataset = {
  images: new Uint8Array(0),
  labels: new Uint8Array(0),
  class_names: [],
  channels: 1,
  size: 28,
};
const trainer = await Trainer.start({ recipe, dataset, seed: 5, program, state, workers: 1 });
console.log(JSON.stringify(Array.from(trainer.sample("generator_ema", Float32Array.from(z), labels))));
trainer.close();
