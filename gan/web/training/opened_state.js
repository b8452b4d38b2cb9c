// A training state that a visitor has saved, of the Train tab or of train.py, and opens to go on with in the page. It is
// checked as gan/live/opened_state.py checks it for the server.

/** @import { TrainingSet } from "./batch.js" */
/** @import { Hyperparams, Recipe } from "./recipe.js" */
/** @import { State } from "./state.js" */
/** @import { Description } from "./types.js" */

import { MAX_SEED } from "../engine/latents.js";
import { metadataOf, readTensors } from "../engine/tensors.js";
import { applyChanges, whyRefused } from "./controls.js";
import { hyperOf, whyNotInPage } from "./recipe.js";

export const MAX_BYTES = 48_000_000; // of a file, as on the server
const MAX_STEP = 1e9;
const MAX_NUMBER = 1e4; // of channels, units, pictures of a batch: far more than a page can train
const LATER = ["size", "augment", "discriminator_steps", "optimizer"]; // options that older files do not have
const NO_STATE = "this file holds no training state; choose a run’s state.safetensors";
const HELD_OUT = "this file learns without validation pictures; train.py --resume goes on with it";
const DAMAGED = "this file is damaged; save the training state again";

/** Why this page cannot go on with a training state which a server may be able to go on with. One line. */
export class NotInPage extends Error {}

/**
 * What a file says of its run.
 * @typedef {object} Opening
 * @property {Recipe} recipe
 * @property {Hyperparams} hyper its numbers
 * @property {string} dataset that it learns from, as Python knows it
 * @property {number} seconds of training until then
 */

/**
 * Whether the options of a file are of the same types as those of a recipe that is known, and no number is beyond reason.
 * @param {unknown} found from a file, and so it may be anything
 * @param {object} known
 * @returns {boolean}
 */
function isLike(found, known) {
  if (typeof found !== "object" || found === null) return false;
  /** @type {Record<string, unknown>} */
  const options = { ...found };
  return Object.entries(known).every(([name, like]) => {
    const value = options[name];
    if (value === undefined) return LATER.includes(name);
    const all = Array.isArray(like) ? value : [value];
    const type = Array.isArray(like) ? "number" : typeof like;
    const isFit = (/** @type {unknown} */ each) =>
      typeof each === type && (type !== "number" || Math.abs(Number(each)) <= MAX_STEP);
    return Array.isArray(all) && all.every(isFit);
  });
}

/** @param {string} text @param {Description} description @returns {Recipe} */
function recipeIn(text, { recipes: { fast } }) {
  /** @type {unknown} */
  let read = null;
  try {
    read = JSON.parse(text);
  } catch {
    throw new Error(DAMAGED);
  }
  const recipe = /** @type {Recipe} */ (read);
  if (!isLike(recipe, { name: "" }) || !isLike(recipe.model, fast.model) || !isLike(recipe.train, fast.train))
    throw new Error(
      "this file’s recipe lacks options that this page knows; train.py --resume goes on with it",
    );
  return recipe;
}

/** @param {Recipe} recipe @throws {Error} one line: no page could train such networks. */
function refuseImpossible({ model, train }) {
  const { generator_channels = [], discriminator_channels = [] } = model;
  const counts = [model.z_dim, ...generator_channels, ...discriminator_channels, train.batch_size];
  const isPossible = counts.every((count) => Number.isInteger(count) && count > 0 && count <= MAX_NUMBER);
  const { size = 28, channels } = model;
  if (!isPossible || ![28, 32, 64].includes(size) || ![1, 3].includes(channels))
    throw new Error("this file’s networks are none that a page can train");
}

/**
 * What a file's header says, checked.
 * @param {ArrayBuffer} content of the file
 * @param {Description} description
 * @returns {Opening}
 * @throws {Error} one line: it is no training state, or this page cannot train its recipe. It names the option.
 */
export function readOpening(content, description) {
  /** @type {Record<string, string>} */
  let metadata = {};
  try {
    metadata = metadataOf(content);
  } catch {
    throw new Error(NO_STATE);
  }
  if (metadata.kind !== "state") throw new Error(NO_STATE);
  if ("held_out" in metadata) throw new Error(HELD_OUT);
  const recipe = recipeIn(metadata.recipe, description);
  refuseImpossible(recipe);
  const { loss } = recipe.train;
  const isKnown = description.losses.all.includes(loss);
  const reason =
    whyNotInPage(recipe) || (isKnown ? whyRefused(description, recipe) : `it has no loss=${loss}`);
  if (reason) throw new NotInPage(`this page cannot go on with this file: ${reason}`);
  /** @type {Record<string, number>} */
  const numbers = { ...hyperOf(recipe) };
  const moved = Object.keys(description.ranges).map((name) => [name, numbers[name]]);
  const hyper = applyChanges(description, recipe, hyperOf(recipe), Object.fromEntries(moved));
  const seconds = Math.max(Number(metadata.seconds ?? 0) || 0, 0);
  return { recipe, hyper, dataset: metadata.dataset ?? "", seconds };
}

/** @param {number} count @param {number} most @returns {boolean} whether it is a whole number from 0 to that */
const isWithin = (count, most) => Number.isInteger(count) && count >= 0 && count <= most;

/**
 * The state in a file, without a look at which arrays its networks need: `putState` looks.
 * @param {ArrayBuffer} content of the file
 * @returns {State}
 * @throws {Error} one line: it is damaged.
 */
export function readState(content) {
  try {
    const { step, seed, ...found } = readTensors(content).arrays;
    const arrays = Object.entries(found).map(([name, { shape, values }]) => {
      const isWhole = values.length === shape.reduce((product, size) => product * size, 1);
      if (!isWhole || !values.every(Number.isFinite)) throw new Error(name);
      return [name, { shape, values: Float32Array.from(values) }];
    });
    const state = { step: step.values[0], seed: seed.values[0], arrays: Object.fromEntries(arrays) };
    const counts = ["generator", "discriminator"].map((network) => state.arrays[`${network}_opt/0/count`]);
    const isRight = isWithin(state.step, MAX_STEP) && isWithin(state.seed, MAX_SEED);
    if (!isRight || !counts.every(({ values }) => isWithin(values[0], MAX_STEP))) throw new Error("counts");
    return state;
  } catch {
    throw new Error(DAMAGED);
  }
}

/**
 * @param {Recipe} recipe
 * @param {TrainingSet} dataset
 * @throws {Error} one line: the recipe's networks are not made for these pictures.
 */
export function refuseOtherPictures({ model }, { size = 28, channels, class_names, labels }) {
  const [wanted, given] = [
    [model.size ?? 28, model.channels],
    [size, channels],
  ].map(([side, depth]) => `${side}×${side} pixels ${depth === 3 ? "in colour" : "in grey"}`);
  if (wanted !== given)
    throw new Error(`this file’s networks learn from ${wanted}, and these pictures have ${given}`);
  const classes = labels ? class_names.length : 0;
  if (model.classes && model.classes !== classes)
    throw new Error(
      `this file’s networks are told ${model.classes} classes, and these pictures have ${classes}`,
    );
}
