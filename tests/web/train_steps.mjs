// Takes steps in the page's networks, and says how far its numbers are from JAX's (test_training.py):
// node train_steps.mjs KERNELS FOLDER FIRST LAST [MODE], where FOLDER holds data.safetensors and states 0.safetensors … of JAX.
// MODE: "each" takes every step from JAX's own state before it, "on" goes on from the first, "fresh" draws the weights of
// the seed and takes none. Prints the worst of all states that are compared, of each array and of each kind, as JSON.

import { readFileSync } from "node:fs";
import { Machine } from "../../gan/web/engine/machine.js";
import { readTensors } from "../../gan/web/engine/tensors.js";
import { chooseExamples, sampleBatch } from "../../gan/web/training/batch.js";
import { networksOf } from "../../gan/web/training/networks.js";
import { hyperOf } from "../../gan/web/training/recipe.js";
import { putState, stateOf } from "../../gan/web/training/state.js";
import { alone } from "../../gan/web/training/step.js";

const [kernels, folder, first, last, mode] = process.argv.slice(2);
const read = (name) => {
  const bytes = readFileSync(`${folder}/${name}.safetensors`);
  return readTensors(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};
const start = read(first);
const { images, labels } = read("data").arrays;
const recipe = JSON.parse(start.metadata.recipe);
const { channels } = recipe.model;
const dataset = { images: images.values, labels: labels.values, class_names: [], channels };
const seed = start.arrays.seed.values[0];
const machine = await Machine.start(new WebAssembly.Module(readFileSync(kernels)));
const share = recipe.train.batch_size;
const networks = networksOf(machine, recipe, share);

async function takeStep(step) {
  const batch = sampleBatch(recipe.model, chooseExamples(dataset, seed, step, 0, share), seed, step, 0);
  return networks.run(batch, hyperOf(recipe), step, alone);
}

const kindOf = (name) => name.slice(0, name.lastIndexOf("/", name.lastIndexOf("/") - 1)); // "generator/params"
const squares = (values) => values.reduce((sum, value) => sum + value * value, 0);
const arrays = {}; // ‖page − JAX‖ ÷ ‖JAX‖, of each array
const kinds = {}; // the same, of all arrays of a kind together

function compare(wanted) {
  const made = Object.entries(stateOf(networks, 0, seed).arrays);
  const sums = {};
  const each = made.map(([name, { values }]) => {
    const found = wanted[name].values;
    const both = [squares(values.map((value, i) => value - found[i])), squares(Float32Array.from(found))];
    const before = sums[kindOf(name)] ?? [0, 0];
    sums[kindOf(name)] = before.map((sum, i) => sum + both[i]);
    return [name, ...both];
  });
  for (const [name, difference, norm] of each) {
    // An array that is zero but for rounding counts as a thousandth of its kind: a bias that a loss does not depend on.
    const least = 1e-6 * sums[kindOf(name)][1];
    arrays[name] = Math.max(arrays[name] ?? 0, Math.sqrt(difference / Math.max(norm, least, 1e-30)));
  }
  for (const [kind, [difference, norm]] of Object.entries(sums)) {
    kinds[kind] = Math.max(kinds[kind] ?? 0, Math.sqrt(difference / norm));
  }
}

let metrics = null; // of the first step
if (mode === "fresh") {
  networks.initialize(seed);
  compare(start.arrays);
} else {
  const begun = start.arrays.step.values[0];
  for (let i = Number(first); i < Number(last); i++) {
    if (mode === "each" || i === Number(first)) putState(networks, { step: 0, seed, arrays: read(i).arrays });
    const made = await takeStep(begun + i - first);
    metrics ??= made;
    if (mode === "each" || i === last - 1) compare(read(i + 1).arrays);
  }
}
console.log(JSON.stringify({ metrics, arrays, kinds }));
