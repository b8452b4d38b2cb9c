// Takes steps from a saved state, and says how far the page's numbers are from JAX's (test_training.py):
// node train_steps.mjs KERNELS BEFORE AFTER IMAGES STEPS, where BEFORE and AFTER are state.safetensors and IMAGES holds the
// data set. Prints the metrics of the last step, and of each array how far it is from JAX's, as JSON.

import { readFileSync } from "node:fs";
import { Machine } from "../../gan/web/engine/machine.js";
import { readTensors } from "../../gan/web/engine/tensors.js";
import { chooseExamples, sampleBatch } from "../../gan/web/training/batch.js";
import { initialize } from "../../gan/web/training/initialize.js";
import { hyperOf } from "../../gan/web/training/recipe.js";
import { putState, stateOf } from "../../gan/web/training/state.js";
import { alone, Step } from "../../gan/web/training/step.js";

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
const networks = new Step(machine, recipe, share);
const seed = arrays.seed.values[0];
const first = arrays.step.values[0];
if (Number(steps)) putState(networks, { step: first, seed, arrays });
else freshWeights(); // they are compared with those that Flax draws
let metrics;
for (let step = first; step < first + Number(steps); step++) {
  const batch = sampleBatch(recipe.model, chooseExamples(dataset, seed, step, 0, share), seed, step, 0);
  metrics = await networks.run(batch, hyperOf(recipe), step, alone);
}

function freshWeights() {
  for (const network of ["generator", "discriminator"]) {
    initialize(network, networks[network].parameters, recipe.model, seed);
  }
  const { parameters } = networks.generator;
  parameters.view("ema").set(parameters.view("weights"));
}

const made = stateOf(networks, first + Number(steps), seed).arrays;
const norms = {}; // of all arrays of a kind together, by "generator/params"
const kindOf = (name) => name.slice(0, name.lastIndexOf("/", name.lastIndexOf("/") - 1));
const normOf = (values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
for (const name of Object.keys(made)) {
  norms[kindOf(name)] = Math.hypot(norms[kindOf(name)] ?? 0, normOf(wanted[name].values));
}
const differences = {};
for (const [name, { values }] of Object.entries(made)) {
  const difference = normOf(values.map((value, i) => value - wanted[name].values[i]));
  differences[name] = difference / Math.max(normOf(wanted[name].values), 1e-3 * norms[kindOf(name)], 1e-30);
}
console.log(JSON.stringify({ metrics, differences }));
