// What a run is started with: which recipe it trains, and which numbers it begins with (gan/ui/run_routes.py).

/** @import { TrainingSet } from "./batch.js" */
/** @import { Hyperparams, Recipe } from "./recipe.js" */
/** @import { Description } from "./types.js" */

import { checkSeed } from "../engine/latents.js";
import { applyChanges, withLoss } from "./controls.js";
import { suitableAugmentation } from "./few_pictures.js";
import { forSize, hyperOf } from "./recipe.js";

export const AUTOENCODER = "autoencoder"; // the name of its recipe
export const AUTOENCODER_ONLY_RUNS =
  "an autoencoder runs, pauses and stops: there is no game to steer or to go back in";

/**
 * What a run is started with, as gan/ui/requests.py takes it too.
 * @typedef {object} Wish
 * @property {string} recipe of gan/recipes.py or gan/live/failures.py, or "autoencoder"
 * @property {number} seed
 * @property {boolean} conditional whether the networks are told the class
 * @property {"run" | "step"} [first_command] "step": it takes one step and pauses
 * @property {Record<string, number>} [change] numbers that are otherwise than the recipe's
 */

/** @param {Recipe} recipe @returns {boolean} whether its networks play a game: an autoencoder has no D */
export const hasCritic = ({ name }) => name !== AUTOENCODER;

/**
 * @param {Wish} wish
 * @param {Description} description
 * @param {TrainingSet} dataset
 * @returns {{recipe: Recipe, hyper: Hyperparams}} what is trained, and its numbers
 * @throws {Error} one line, if there is no such recipe or a number cannot be so
 */
export function chooseRecipe({ recipe: name, seed, conditional, change = {} }, description, dataset) {
  checkSeed(seed);
  const { recipes, failures } = description;
  const failure = Object.hasOwn(failures, name) ? failures[name] : null;
  const base = failure ? withLoss(recipes.fast, failure.loss) : Object.hasOwn(recipes, name) && recipes[name];
  if (!base) throw new Error(`unknown recipe "${name}"`);
  const classes = dataset.labels && conditional && hasCritic(base) ? dataset.class_names.length : 0;
  const model = {
    ...forSize(base.model, dataset.size),
    channels: dataset.channels,
    classes: classes > 1 ? classes : 0,
  };
  const isPlain = failure || !hasCritic(base); // a failure of the lab was tried without augmentation
  const augment = isPlain ? (base.train.augment ?? "none") : suitableAugmentation(dataset);
  const recipe = { ...base, model, train: { ...base.train, augment } };
  if (Object.keys(change).length && !hasCritic(recipe)) throw new Error(AUTOENCODER_ONLY_RUNS);
  const hyper = applyChanges(description, recipe, hyperOf(recipe), failure?.change ?? {});
  return { recipe, hyper: applyChanges(description, recipe, hyper, change) };
}
