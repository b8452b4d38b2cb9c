// A step in which only one network learns. The train step always trains both, so the parts of the other are put back.

/** @import { State } from "./state.js" */
/** @import { Network } from "./types.js" */

/**
 * The parts of the state that a single step of this network leaves as they are.
 * @type {Record<Network, string[]>}
 */
export const FROZEN = {
  both: [],
  D: ["generator", "generator_opt", "generator_ema"],
  G: ["discriminator", "discriminator_opt"],
};

/**
 * A state, with some of its parts as they were before.
 * @param {State} before
 * @param {string[]} parts what names begin with, up to the first "/"
 * @param {State} state
 * @returns {State}
 */
export function withPartsOf(before, parts, state) {
  const kept = Object.entries(before.arrays).filter(([name]) => parts.includes(name.split("/")[0]));
  return { ...state, arrays: { ...state.arrays, ...Object.fromEntries(kept) } };
}
