// Which networks a recipe trains: those of a GAN, or an autoencoder's.
//
// Another engine would come in here, as networks with the same members. WebGPU would need: its buffers in the place of a
// machine's memory, the kernels of kernels.wat as shaders, `run` in one command buffer a step so that nothing is waited for
// but the metrics, and a step that does not change with the order in which a sum is made (a test compares weights).

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
