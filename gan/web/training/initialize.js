// Fresh weights: those that Flax draws for the same seed (init_variables in gan/networks/networks.py).

/** @import { Key } from "../engine/random.js" */
/** @import { Model } from "./recipe.js" */
/** @import { Parameters } from "./parameters.js" */

import { foldIn, keyOf, normals, split } from "../engine/random.js";

/**
 * Flax derives a layer's key from the network's by the first four bytes of SHA-1 of the layer's name and a byte 1
 * (flax.core.scope, `_fold_in_static`). The names are few.
 * @type {Record<string, number>}
 */
const NAMES = {
  Dense_0: 0xb2b71315,
  Dense_1: 0x06a9f0dc,
  Dense_2: 0x519e9909,
  Conv_0: 0x5cf1dc75,
  Conv_1: 0x61f82056,
};

/**
 * Kernels are drawn with variance scale / fan-in: 2 before a ReLU (arXiv 1502.01852), 1 elsewhere. A transposed layer of
 * stride 2 adds up a quarter of its taps for each pixel, so its scale is 4 times as large.
 * @type {Record<"generator" | "discriminator", (model: Model) => Record<string, number>>}
 */
const SCALES = {
  generator: () => ({ Dense_0: 2, Conv_0: 8, Conv_1: 1 }),
  discriminator: ({ discriminator_hidden: hidden }) => ({
    Conv_0: 2,
    Conv_1: 2,
    Dense_0: hidden ? 2 : 1,
    Dense_1: 1,
    Dense_2: 1,
  }),
};

/**
 * Sets the weights to what they are before the first step; biases stay 0.
 * @param {"generator" | "discriminator"} network
 * @param {Parameters} parameters
 * @param {Model} model
 * @param {number} seed
 */
export function initialize(network, parameters, model, seed) {
  const [generatorKey, discriminatorKey] = split(keyOf(seed));
  const key = network === "generator" ? generatorKey : discriminatorKey;
  const scales = SCALES[network](model);
  for (const { name, shape } of parameters.all.values()) {
    const [layer, part] = name.split("/");
    if (part === "kernel")
      parameters.set("weights", name, draw(foldIn(key, NAMES[layer]), shape, scales[layer], model));
  }
}

/** @param {Key} key @param {number[]} shape @param {number} scale @param {Model} model @returns {Float32Array} */
function draw(key, shape, scale, { initializer }) {
  const size = shape.reduce((a, b) => a * b, 1);
  const fanIn = size / shape[shape.length - 1];
  const deviation = initializer === "dcgan" ? 0.02 : Math.sqrt(scale / fanIn);
  return normals(key, size).map((value) => value * deviation);
}
