// A game in an address: "?tab=learn&forgery=4711&beat=7".

import { writeAddress } from "../../shared/address_bar.js";
import { recallHere, rememberHere } from "../../shared/storage.js";

const KEPT = "forger-spotted"; // the name under which this tab keeps a game's answers
const MAX_GAME = 2 ** 31 - 1;

/**
 * @param {string | null} text
 * @param {number} most
 * @returns {number | null} null if it is no whole number in 0…most
 */
const whole = (text, most) => (text && /^\d{1,10}$/.test(text) && Number(text) <= most ? Number(text) : null);

/**
 * @param {string} search of the page's address
 * @returns {{seed: number | null, beat: number | null}} the game, and the score of whoever sent the link
 */
export function gameIn(search) {
  const query = new URLSearchParams(search);
  const seed = whole(query.get("forgery"), MAX_GAME);
  return { seed, beat: seed === null ? null : whole(query.get("beat"), 10) };
}

/**
 * @param {string} here the address of this page
 * @param {number} seed
 * @param {number} score that the friend has to beat
 * @returns {string} the address of the same ten digits
 */
export function challengeTo(here, seed, score) {
  const address = new URL(here);
  address.search = `?tab=learn&forgery=${seed}&beat=${score}`;
  address.hash = "";
  return address.href;
}

/** Writes the game into the page's own address, so that a reload finds it. @param {number} seed */
export function writeGame(seed) {
  const address = new URL(location.href);
  if (address.searchParams.get("forgery") === String(seed)) return;
  address.searchParams.set("forgery", String(seed));
  address.searchParams.delete("beat");
  writeAddress(address);
}

/**
 * Keeps a game's answers for this tab, so that a reload goes on with it.
 * @param {number} seed
 * @param {number | null} beat the challenger's score
 * @param {boolean[]} guesses whether the player called each digit forged
 */
export const keepAnswers = (seed, beat, guesses) => rememberHere(KEPT, { seed, beat, guesses });

/**
 * The answers that this tab has kept of a game.
 * @param {number} seed
 * @param {number | null} beat
 * @param {number} rounds of a game
 * @returns {boolean[]} none where none were kept
 */
export function keptAnswers(seed, beat, rounds) {
  const kept = recallHere(KEPT);
  const isIt = kept?.seed === seed && kept.beat === beat && Array.isArray(kept.guesses);
  return isIt ? kept.guesses.slice(0, rounds).map(Boolean) : [];
}
