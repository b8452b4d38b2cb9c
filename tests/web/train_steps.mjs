// Takes steps from a saved state, and says how far the page's numbers are from JAX's (test_training.py):
// node train_steps.mjs KERNELS BEFORE AFTER IMAGES STEPS, where BEFORE and AFTER are state.safetensors and IMAGES holds the
// data set. Prints the metrics of the last step, and of each array how far it is from JAX's, as JSON.

import { readFileSync } from "node:fs";
import { Machine } from "../../gan/web/engine/machine.js";
import { readTensors } from "../../gan/web/engine/tensors.js";
import { chooseExamples, sampleBatch } from "../../gan/web/training/batch.js";
import { networksOf } from "../../gan/web/training/networks.js";
import { hyperOf } from "../../gan/web/training/recipe.js";
import { putState, stateOf } from "../../gan/web/training/state.js";
import { alone } from "../../gan/web/training/step.js";

const [kernels, before, after, data, steps] = process.argv.slice(2);
const read = (path) => {
  const bytes = readFileSync(path);
  const { about, metadata, arrays } = readTensors(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  );
  return { metadata: metadata ?? about, arrays };
};
const { metadata, arrays } = read(before);
const wanted = read(after).arrays;
const { images, labels } = read(data).arrays;
const recipe = JSON.parse(metadata.recipe);
const { channels } = recipe.model;
const dataset = { images: images.values, labels: labels.values, class_names: [], channels };

const machine = await Machine.start(new WebAssembly.Module(readFileSync(kernels)));
const share = recipe.train.batch_size;
const networks = networksOf(machine, recipe, share);
const seed = arrays.seed.values[0];
const first = arrays.step.values[0];
if (Number(steps)) putState(networks, { step: first, seed, arrays });
else networks.initialize(seed); // they are compared with those that Flax draws
let metrics;
for (let step = first; step < first + Number(steps); step++) {
  const batch = sampleBatch(recipe.model, chooseExamples(dataset, seed, step, 0, share), seed, step, 0);
  metrics = await networks.run(batch, hyperOf(recipe), step, alone);
}

const made = stateOf(networks, first + Number(steps), seed).arrays;
const kindOf = (name) => name.slice(0, name.lastIndexOf("/", name.lastIndexOf("/") - 1)); // "generator/params"
const squares = (values) => values.reduce((sum, value) => sum + value * value, 0);
const arraySquares = {}; // of each array, [of the difference, of JAX's]
const kindSquares = {}; // the same, of all arrays of a kind
for (const [name, { values }] of Object.entries(made)) {
  const found = wanted[name].values;
  arraySquares[name] = [
    squares(values.map((value, i) => value - found[i])),
    squares(Float32Array.from(found)),
  ];
  const [difference, norm] = kindSquares[kindOf(name)] ?? [0, 0];
  kindSquares[kindOf(name)] = [difference + arraySquares[name][0], norm + arraySquares[name][1]];
}
// An array that is zero but for rounding counts as a thousandth of its kind: a bias that a loss does not depend on.
const ofArrays = Object.entries(arraySquares).map(([name, [difference, norm]]) => [
  name,
  Math.sqrt(difference / Math.max(norm, 1e-6 * kindSquares[kindOf(name)][1], 1e-30)),
]);
const ofKinds = Object.entries(kindSquares).map(([name, [difference, norm]]) => [
  name,
  Math.sqrt(difference / norm),
]);
console.log(
  JSON.stringify({ metrics, arrays: Object.fromEntries(ofArrays), kinds: Object.fromEntries(ofKinds) }),
);
