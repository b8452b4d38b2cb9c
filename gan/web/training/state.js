// The whole of a run between two steps, by the names of state.safetensors (gan/training/state.py).

/** @import { Parameters, Kind } from "./parameters.js" */
/** @import { Networks } from "./networks.js" */

import { free } from "../engine/memory.js";

/** @typedef {{shape: number[], values: Float32Array}} Reals */
/** @typedef {{step: number, seed: number, arrays: Record<string, Reals>}} State */

/** @type {Record<"generator" | "discriminator", Record<string, Kind>>} where a network's numbers are in a file */
const PLACES = {
  generator: {
    "generator/params": "weights",
    "generator_opt/0/mu": "mu",
    "generator_opt/0/nu": "nu",
    "generator_ema/params": "ema",
  },
  discriminator: {
    "discriminator/params": "weights",
    "discriminator_opt/0/mu": "mu",
    "discriminator_opt/0/nu": "nu",
  },
};

/** @param {Networks} networks @returns {["generator" | "discriminator", Parameters][]} */
const both = ({ generator, discriminator }) => [
  ["generator", generator.parameters],
  ["discriminator", discriminator.parameters],
];

/**
 * @param {Networks} networks
 * @param {number} step steps done
 * @param {number} seed
 * @returns {State} a copy; the counts of Adam's steps are arrays of no dimension
 */
export function stateOf(networks, step, seed) {
  /** @type {State["arrays"]} */
  const arrays = {};
  for (const [network, parameters] of both(networks)) {
    for (const [place, kind] of Object.entries(PLACES[network])) {
      for (const { name, shape } of parameters.all.values()) {
        arrays[`${place}/${name}`] = { shape, values: parameters.get(kind, name) };
      }
    }
    arrays[`${network}_opt/0/count`] = { shape: [], values: Float32Array.of(parameters.updates) };
  }
  return { step, seed, arrays };
}

/** Gives the memory of a state back. Nobody may use it afterwards. @param {State} state */
export function freeState({ arrays }) {
  free(...Object.values(arrays).map(({ values }) => values));
}

/**
 * Puts a state into the networks.
 * @param {Networks} networks
 * @param {State} state
 * @throws {Error} if an array is missing, or has another shape than these networks.
 */
export function putState(networks, { arrays }) {
  for (const [network, parameters] of both(networks)) {
    for (const [place, kind] of Object.entries(PLACES[network])) {
      for (const { name, shape } of parameters.all.values()) {
        const found = arrays[`${place}/${name}`];
        if (String(found?.shape) !== String(shape))
          throw new Error(`the state does not fit: ${place}/${name}`);
        parameters.set(kind, name, found.values);
      }
    }
    parameters.updates = arrays[`${network}_opt/0/count`].values[0];
  }
  networks.transpose();
}
