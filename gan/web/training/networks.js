// Which networks a recipe trains: those of a GAN, or an autoencoder's.

/** @import { Machine } from "../engine/machine.js" */
/** @import { Recipe } from "./recipe.js" */

import { Autoencoder } from "./autoencoder.js";
import { Step } from "./step.js";

/** @typedef {Step | Autoencoder} Networks */

/**
 * @param {Machine} machine
 * @param {Recipe} recipe
 * @param {number} largestShare examples of a batch that this worker takes at most
 * @returns {Networks}
 */
export const networksOf = (machine, recipe, largestShare) =>
  recipe.name === "autoencoder"
    ? new Autoencoder(machine, recipe, largestShare)
    : new Step(machine, recipe, largestShare);
