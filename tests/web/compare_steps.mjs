// Takes steps in the page's networks, and says how far its numbers are from JAX's. It runs in node and in browsers.

import { Machine } from "../../gan/web/engine/machine.js";
import { readTensors } from "../../gan/web/engine/tensors.js";
import { chooseExamples, sampleBatch } from "../../gan/web/training/batch.js";
import { networksOf } from "../../gan/web/training/networks.js";
import { hyperOf } from "../../gan/web/training/recipe.js";
import { putState, stateOf } from "../../gan/web/training/state.js";
import { alone } from "../../gan/web/training/step.js";

const kindOf = (name) => name.slice(0, name.lastIndexOf("/", name.lastIndexOf("/") - 1)); // "generator/params"
const squares = (values) => values.reduce((sum, value) => sum + value * value, 0);

/**
 * @param {object} asked
 * @param {ArrayBuffer} asked.kernels the program of the kernels
 * @param {(name: string) => Promise<ArrayBuffer>} asked.read gives "data", the data set, and states "0", "1" … of JAX
 * @param {number} asked.last the last state
 * @param {"each" | "on" | "fresh"} asked.mode "each" takes every step from JAX's own state before it, "on" goes on from
 *   the first, "fresh" draws the weights of the seed and takes none
 * @returns the metrics of the first step; and the worst ‖page − JAX‖ ÷ ‖JAX‖, of each array and of each kind
 */
export async function compareSteps({ kernels, read, last, mode }) {
  const start = readTensors(await read("0"));
  const { images, labels } = readTensors(await read("data")).arrays;
  const recipe = JSON.parse(start.metadata.recipe);
  const { channels, size } = recipe.model;
  const dataset = { images: images.values, labels: labels.values, class_names: [], channels, size };
  const seed = start.arrays.seed.values[0];
  const begun = start.arrays.step.values[0];
  const share = recipe.train.batch_size;
  const machine = await Machine.start(await WebAssembly.compile(kernels));
  const networks = networksOf(machine, recipe, share);
  const differences = new Differences();

  if (mode === "fresh") {
    networks.initialize(seed);
    differences.add(stateOf(networks, 0, seed).arrays, start.arrays);
    return { metrics: null, ...differences };
  }
  let metrics = null;
  for (let i = 0; i < last; i++) {
    if (mode === "each" || i === 0)
      putState(networks, { step: 0, seed, arrays: readTensors(await read(`${i}`)).arrays });
    const examples = chooseExamples(dataset, seed, begun + i, 0, share);
    const batch = sampleBatch(recipe.model, examples, seed, begun + i, 0);
    const made = await networks.run(batch, hyperOf(recipe), begun + i, alone);
    metrics ??= made;
    if (mode === "on" && i < last - 1) continue;
    differences.add(stateOf(networks, 0, seed).arrays, readTensors(await read(`${i + 1}`)).arrays);
  }
  return { metrics, ...differences };
}

class Differences {
  arrays = {}; // by name: the worst ‖page − JAX‖ ÷ ‖JAX‖ of those that were added
  kinds = {}; // the same, of all arrays of a kind together

  add(made, wanted) {
    const sums = {};
    const each = Object.entries(made).map(([name, { values }]) => {
      const found = wanted[name].values;
      const difference = squares(values.map((value, i) => value - found[i]));
      const norm = squares(Float32Array.from(found));
      const [differences, norms] = sums[kindOf(name)] ?? [0, 0];
      sums[kindOf(name)] = [differences + difference, norms + norm];
      return [name, difference, norm];
    });
    for (const [name, difference, norm] of each) {
      // An array that is zero but for rounding counts as a thousandth of its kind: as a bias that a loss does not need.
      const least = Math.max(1e-6 * sums[kindOf(name)][1], 1e-30);
      this.arrays[name] = Math.max(this.arrays[name] ?? 0, Math.sqrt(difference / Math.max(norm, least)));
    }
    for (const [kind, [difference, norm]] of Object.entries(sums)) {
      this.kinds[kind] = Math.max(this.kinds[kind] ?? 0, Math.sqrt(difference / norm));
    }
  }
}
