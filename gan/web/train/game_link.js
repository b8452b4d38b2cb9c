/**
 * A link that gives everybody the same game: "?tab=train&recipe=fast&seed=7&conditional=1&start=1". With "start=1" the
 * page offers to start it (invitation.js).
 */

import { checkSeed, MAX_SEED } from "../engine/latents.js";

/**
 * What a link says of a game. What it does not say stays as it is on the page.
 * @typedef {object} Game
 * @property {string} [recipe]
 * @property {number} [seed]
 * @property {boolean} [isConditional]
 * @property {boolean} isToStart whether the page offers to start it
 */

/**
 * @param {string} search of an address
 * @returns {Game | null} null: it names no game
 */
export function gameIn(search) {
  const query = new URLSearchParams(search);
  const [recipe, seed, conditional] = ["recipe", "seed", "conditional"].map((name) => query.get(name));
  if (recipe === null && seed === null && conditional === null) return null;
  return {
    ...(recipe !== null && { recipe }),
    ...(seed !== null && /^\d{1,10}$/.test(seed) && Number(seed) <= MAX_SEED && { seed: Number(seed) }),
    ...(conditional !== null && { isConditional: conditional !== "0" }),
    isToStart: query.get("start") === "1",
  };
}

/**
 * @param {{recipe: string, seed: number, isConditional: boolean}} next
 * @param {string} here the address of this page
 * @returns {string} a link that gives others the same game
 * @throws {Error} one line: the seed is none
 */
export function linkToGame({ recipe, seed, isConditional }, here) {
  checkSeed(seed);
  const query = {
    tab: "train",
    recipe,
    seed: String(seed),
    conditional: String(Number(isConditional)),
    start: "1",
  };
  const address = new URL(here);
  address.hash = "";
  address.search = `?${new URLSearchParams(query)}`;
  return address.href;
}
