// What a run can be saved as: the files that Python reads (gan/networks/checkpoints.py, gan/training/saved_state.py), and
// the one that Explore opens (gan/exploring/page_model.py).

/** @import { Tensors } from "../engine/types.js" */
/** @import { Recipe } from "./recipe.js" */
/** @import { State } from "./state.js" */

import { writeTensors } from "../engine/tensors.js";

const FORMAT = { format: "forger", version: "1" };
const PAGE_FORMAT = "forger-page";
const PERCENTILES = 101; // 0…100

/**
 * How a run came about, for a file's metadata. Nothing in it says who or where the visitor is.
 * @typedef {object} Origin
 * @property {Recipe} recipe
 * @property {string} dataset as Python knows it
 * @property {number} seconds of training
 * @property {number} workers that trained it
 */

/** @param {"model" | "state"} kind @param {State} state @param {Origin} origin @returns {Record<string, string>} */
const metadataOf = (kind, { step, seed }, { recipe, dataset, seconds, workers }) => ({
  ...FORMAT,
  kind,
  recipe: JSON.stringify(recipe),
  dataset,
  step: String(step),
  seed: String(seed),
  seconds: seconds.toFixed(1),
  command: "the Train tab",
  device: `in the page, ${workers} ${workers === 1 ? "Worker" : "Workers"}`,
  versions: "WebAssembly",
});

/**
 * The parts of a state whose names begin so, with another beginning.
 * @param {State} state
 * @param {Record<string, string>} prefixes "generator_ema/" -> "generator/"
 * @returns {Tensors}
 */
function partsOf({ arrays }, prefixes) {
  /** @type {Tensors} */
  const parts = {};
  for (const [name, array] of Object.entries(arrays)) {
    for (const [prefix, other] of Object.entries(prefixes)) {
      if (name.startsWith(prefix)) parts[other + name.slice(prefix.length)] = array;
    }
  }
  return parts;
}

/**
 * model.safetensors: the averaged generator and the discriminator, for `python -m gan sample` and the app.
 * @param {State} state
 * @param {Origin} origin
 */
export const modelFile = (state, origin) =>
  writeTensors(
    partsOf(state, { "generator_ema/": "generator/", "discriminator/": "discriminator/" }),
    metadataOf("model", state, origin),
  );

/**
 * state.safetensors: all that `train.py --resume` needs. There counts are whole numbers.
 * @param {State} state
 * @param {Origin} origin
 */
export function stateFile(state, origin) {
  const { step, seed, arrays } = state;
  /** @type {Tensors} */
  const whole = {
    step: { shape: [], values: Int32Array.of(step) },
    seed: { shape: [], values: Uint32Array.of(seed) },
  };
  for (const network of ["generator", "discriminator"]) {
    const name = `${network}_opt/0/count`;
    whole[name] = { shape: [], values: Int32Array.of(arrays[name]?.values[0] ?? step) };
  }
  return writeTensors({ ...arrays, ...whole }, metadataOf("state", state, origin));
}

/**
 * The networks by the names that the engine knows them by: "generator/Dense_0/kernel".
 * @param {State} state
 * @returns {Tensors}
 */
export const networksOf = (state) =>
  partsOf(state, { "generator_ema/params/": "generator/", "discriminator/params/": "discriminator/" });

/**
 * The networks as a model that Explore opens. No directions have been looked for in its latent space, and no map has
 * been drawn of it: Explore then has the raw axes of z, and planes through seeds.
 * @param {State} state
 * @param {Origin} origin
 * @param {Float32Array | null} percentiles of D's logits of real pictures (`percentilesOf`); null: for a page that has
 *   them already, and gets newer weights only
 */
export function pageFile(state, { recipe, dataset }, percentiles) {
  const weights = networksOf(state);
  const metadata = {
    format: PAGE_FORMAT,
    model: JSON.stringify(recipe.model),
    names: "[]",
    dataset,
    step: String(state.step),
  };
  return writeTensors(percentiles ? { ...weights, ...emptyMap(recipe, percentiles) } : weights, metadata);
}

/** @param {Recipe} recipe @param {Float32Array} percentiles @returns {Tensors} */
function emptyMap({ model }, percentiles) {
  const none = new Float32Array();
  return {
    "latent_map/directions": { shape: [0, model.z_dim], values: none },
    "latent_map/logits": { shape: [percentiles.length / PERCENTILES, PERCENTILES], values: percentiles },
    "latent_map/positions": { shape: [0, 2], values: none },
    "latent_map/digits": { shape: [0], values: new Uint8Array() },
    "latent_map/scores": { shape: [0], values: new Uint8Array() },
  };
}

/**
 * The percentiles 0…100 of D's logits of real pictures, of each class by itself where D is told the class.
 * @param {Float32Array} logits [N]
 * @param {ArrayLike<number>} labels [N]
 * @param {number} classes that D is told of; 0: none
 * @returns {Float32Array} [max(classes, 1) · 101]
 */
export function percentilesOf(logits, labels, classes) {
  const rows = Array.from({ length: Math.max(classes, 1) }, (_, label) => {
    const own = logits.filter((_, i) => !classes || labels[i] === label).sort();
    return Array.from({ length: PERCENTILES }, (_, i) => quantile(own, i / (PERCENTILES - 1)));
  });
  return Float32Array.from(rows.flat());
}

/** @param {Float32Array} sorted @param {number} share 0…1 @returns {number} 0 where there are no values */
function quantile(sorted, share) {
  if (!sorted.length) return 0;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
