// What a run can be saved as: the files that Python reads (gan/networks/checkpoints.py, gan/training/saved_state.py), and
// the one that Explore opens (gan/exploring/page_model.py).

/** @import { Tensors } from "../engine/types.js" */
/** @import { LatentMap } from "./latent_map.js" */
/** @import { Recipe } from "./recipe.js" */
/** @import { State } from "./state.js" */

import { writeTensors } from "../engine/tensors.js";
import { PERCENTILES } from "./latent_map.js";

const FORMAT = { format: "forger", version: "1" };
const KEPT_EVERY = 5; // percentiles: of D's logits of real pictures, so many of 101 are kept
const DIGITS = 4; // of each
const PAGE_FORMAT = "forger-page";

/**
 * How a run came about, for a file's metadata. Nothing in it says who or where the visitor is.
 * @typedef {object} Origin
 * @property {Recipe} recipe
 * @property {string} dataset as Python knows it
 * @property {string[]} class_names of the data set; [] where it has no classes
 * @property {"drawings" | "pictures"} kind drawings: light ink on a dark ground
 * @property {"auto" | "keep" | "invert"} [polarity] of the data set, where that are a visitor's own pictures
 * @property {number} seconds of training
 * @property {number} workers that trained it
 */

/** @param {string[]} class_names @returns {Record<string, string>} as Python keeps them (gan/networks/class_names.py) */
const namesIn = (class_names) => (class_names.length ? { class_names: JSON.stringify(class_names) } : {});

/** @param {"model" | "state"} kind @param {State} state @param {Origin} origin @returns {Record<string, string>} */
const metadataOf = (kind, { step, seed }, { recipe, dataset, class_names, polarity, seconds, workers }) => ({
  ...FORMAT,
  kind,
  recipe: JSON.stringify(recipe),
  dataset,
  ...namesIn(class_names),
  size: String(recipe.model.size ?? 28),
  ...(polarity && { polarity }),
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
 * @param {Float32Array} [percentiles] 0…100 of D's logits of real pictures, [rows · 101]: so D has a word on others
 */
export const modelFile = (state, origin, percentiles = new Float32Array()) =>
  writeTensors(partsOf(state, { "generator_ema/": "generator/", "discriminator/": "discriminator/" }), {
    ...metadataOf("model", state, origin),
    ...(percentiles.length ? { real_logits: JSON.stringify(rowsOf(percentiles)) } : {}),
  });

/** As gan/networks/real_logits.py keeps them. @param {Float32Array} percentiles [rows · 101] @returns {number[][]} [rows][21] */
function rowsOf(percentiles) {
  const rows = [];
  for (let at = 0; at < percentiles.length; at += PERCENTILES) {
    const kept = [...percentiles.subarray(at, at + PERCENTILES)].filter((_, i) => i % KEPT_EVERY === 0);
    rows.push(kept.map((logit) => Number(logit.toPrecision(DIGITS))));
  }
  return rows;
}

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
const networksOf = (state) =>
  partsOf(state, { "generator_ema/params/": "generator/", "discriminator/params/": "discriminator/" });

/**
 * The networks as a model that Explore opens.
 * @param {State} state
 * @param {Origin} origin
 * @param {LatentMap | null} map null: for a page that has one already, and gets newer weights only
 */
export function pageFile(state, { recipe, dataset, class_names, kind }, map) {
  const known = Object.entries(map?.arrays ?? {}).map(([name, array]) => [`latent_map/${name}`, array]);
  const metadata = {
    format: PAGE_FORMAT,
    model: JSON.stringify(recipe.model),
    names: JSON.stringify(map?.names ?? []),
    dataset,
    ...namesIn(class_names),
    kind,
    step: String(state.step),
  };
  return writeTensors({ ...networksOf(state), ...Object.fromEntries(known) }, metadata);
}
