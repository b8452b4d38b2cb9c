// Fresh weights: those that Flax draws for the same seed (init_variables in gan/networks/networks.py).

/** @import { Key } from "../engine/random.js" */
/** @import { Model } from "./recipe.js" */
/** @import { Parameters } from "./parameters.js" */

import { foldIn, keyOf, normals, split, truncatedNormals } from "../engine/random.js";

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
 * Scales of a network's kernels, by layer. A kernel is drawn with variance scale / fan-in: 2 before a ReLU (arXiv
 * 1502.01852), 1 elsewhere. A transposed layer of stride 2 adds up a quarter of its taps for each pixel, so its scale is
 * four times as large.
 * @typedef {Record<string, number>} Scales
 */

/** @type {Scales} */
const GENERATOR = { Dense_0: 2, Conv_0: 8, Conv_1: 1 };
/** @type {Scales} */
const DISCRIMINATOR = { Conv_0: 2, Conv_1: 2, Dense_0: 2, Dense_1: 1, Dense_2: 1 };
/** @type {Scales} */
const WITHOUT_HIDDEN = { Conv_0: 2, Conv_1: 2, Dense_0: 1, Dense_1: 1 };
/** @type {Scales} */
const ENCODER = { Conv_0: 2, Conv_1: 2, Dense_0: 2, Dense_1: 1 };
const TRUNCATION_LOSS = 0.87962566103423978; // the standard deviation of N(0, 1) cut off at −2 and 2

/**
 * Sets the weights of a GAN to what they are before the first step; biases stay 0.
 * @param {Parameters} generator
 * @param {Parameters} discriminator
 * @param {Model} model
 * @param {number} seed
 */
export function initializeGan(generator, discriminator, model, seed) {
  const [generatorKey, discriminatorKey] = split(keyOf(seed));
  const draw = drawOf(model);
  setKernels(generator, generatorKey, GENERATOR, draw);
  setKernels(
    discriminator,
    discriminatorKey,
    model.discriminator_hidden ? DISCRIMINATOR : WITHOUT_HIDDEN,
    draw,
  );
}

/**
 * The same for an autoencoder, whose encoder has the initialisers that Flax takes by itself.
 * @param {Parameters} decoder
 * @param {Parameters} encoder
 * @param {Model} model
 * @param {number} seed
 */
export function initializeAutoencoder(decoder, encoder, model, seed) {
  const [decoderKey, encoderKey] = split(keyOf(seed));
  setKernels(decoder, decoderKey, GENERATOR, drawOf(model));
  setKernels(encoder, encoderKey, ENCODER, (key, size, fanIn, scale) =>
    truncatedNormals(key, size).map((value) => (value * Math.sqrt(scale / fanIn)) / TRUNCATION_LOSS),
  );
}

/** @typedef {(key: Key, size: number, fanIn: number, scale: number) => Float32Array} Draw */

/** @param {Model} model @returns {Draw} */
const drawOf =
  ({ initializer }) =>
  (key, size, fanIn, scale) => {
    const deviation = initializer === "dcgan" ? 0.02 : Math.sqrt(scale / fanIn);
    return normals(key, size).map((value) => value * deviation);
  };

/** @param {Parameters} parameters @param {Key} key @param {Scales} scales @param {Draw} draw */
function setKernels(parameters, key, scales, draw) {
  for (const { name, shape } of parameters.all.values()) {
    const [layer, part] = name.split("/");
    if (part !== "kernel") continue;
    const size = shape.reduce((a, b) => a * b, 1);
    const kernel = draw(foldIn(key, NAMES[layer]), size, size / shape[shape.length - 1], scales[layer]);
    parameters.set("weights", name, kernel);
  }
}
