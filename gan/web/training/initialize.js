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
  Conv_2: 0x9eb58898,
  Conv_3: 0x2f003573,
};

/**
 * The scale of a layer's kernel, which is drawn with variance scale / fan-in: 2 before a ReLU (arXiv 1502.01852), 1
 * elsewhere.
 * @typedef {(layer: string) => number} Scale
 */

/**
 * A transposed layer of stride 2 adds up a quarter of its taps for each pixel, so its scale is four times as large. The
 * last one begins at a quarter of the 4 that would be its own, so that tanh is not saturated by the first fakes.
 * @param {Model} model
 * @returns {Scale}
 */
const ofGenerator = ({ generator_channels }) => {
  const last = `Conv_${generator_channels.length - 1}`;
  return (layer) => (layer === last ? 1 : layer.startsWith("Conv") ? 8 : 2);
};

/** D's hidden units are before a ReLU; the layers of the logit and of the classes are not. @type {Scale} */
const withHidden = (layer) => (layer.startsWith("Conv") || layer === "Dense_0" ? 2 : 1);

/** @type {Scale} */
const withoutHidden = (layer) => (layer.startsWith("Conv") ? 2 : 1);
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
  setKernels(generator, generatorKey, ofGenerator(model), draw);
  const scale = model.discriminator_hidden ? withHidden : withoutHidden;
  setKernels(discriminator, discriminatorKey, scale, draw);
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
  setKernels(decoder, decoderKey, ofGenerator(model), drawOf(model));
  setKernels(encoder, encoderKey, withHidden, (key, size, fanIn, scale) =>
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

/** @param {Parameters} parameters @param {Key} key @param {Scale} scale @param {Draw} draw */
function setKernels(parameters, key, scale, draw) {
  for (const { name, shape } of parameters.all.values()) {
    const [layer, part] = name.split("/");
    if (part !== "kernel") continue;
    const size = shape.reduce((a, b) => a * b, 1);
    const kernel = draw(foldIn(key, NAMES[layer]), size, size / shape[shape.length - 1], scale(layer));
    parameters.set("weights", name, kernel);
  }
}
