// The ten rounds of a game: which digits are shown, which of them are forged, and what D says of each.

/** @import { KnownModel } from "../../shared/known_model.js" */
/** @import { RealDigits } from "./real_digits.js" */

import { fromSeed, MAX_SEED } from "../../engine/latents.js";
import { callsForged } from "../../shared/opinion.js";
import { createRandom } from "../random.js";

export const ROUNDS = 10;
const CANDIDATES = 16; // generated digits of which one is shown
const FEWEST_FORGED = 4;
const MOST_FORGED = 6;

/**
 * What is decided of a round before there are pictures.
 * @typedef {object} Plan
 * @property {number} digit 0…9; each comes once in a game
 * @property {boolean} isForged
 * @property {number} real the number of the real digit that is shown; of a forgery −1
 * @property {number[]} seeds of the candidates, if it is a forgery
 * @property {number} hardness 0…1: how well the shown candidate deceives D, among all candidates
 */

/**
 * @typedef {object} Round
 * @property {number} digit
 * @property {string} name what it is called: "7", or "digit" where G cannot be asked for one
 * @property {boolean} isForged
 * @property {number} seed of the forgery's z; of a real digit −1
 * @property {Uint8Array} picture [784]
 * @property {number} percentile how many of 100 real pictures of the digit D finds less real than this one
 * @property {Float32Array} saliency the slope of D's logit at each pixel, [784]; each is a mean over its neighbours
 */

/**
 * Four to six forgeries among ten digits. The first forgery is one that D sees through, the last one deceives it.
 * @param {number} seed of the game
 * @param {Uint8Array} labels of the real digits
 * @returns {Plan[]} [ROUNDS]
 */
export function planRounds(seed, labels) {
  const random = createRandom(seed);
  const digits = random.shuffle([...Array(ROUNDS).keys()]);
  const count = FEWEST_FORGED + random.below(MOST_FORGED - FEWEST_FORGED + 1);
  const places = random.shuffle(digits.map((_, i) => i < count));
  let forged = 0;
  return digits.map((digit, i) => {
    if (!places[i]) {
      const known = [...labels.keys()].filter((number) => labels[number] === digit);
      return { digit, isForged: false, real: known[random.below(known.length)], seeds: [], hardness: 0 };
    }
    const seeds = Array.from({ length: CANDIDATES }, () => random.below(MAX_SEED));
    return { digit, isForged: true, real: -1, seeds, hardness: forged++ / (count - 1) };
  });
}

/** @returns {number} the seed of a game that nobody has chosen */
export const anyGame = () => Math.floor(Math.random() * 1_000_000);

/**
 * @param {Uint8Array} labels of the real digits
 * @param {Set<number>} known the numbers of those that the player has seen
 * @returns {number} the seed of a game with none of these, if one is found in a hundred
 */
export function unknownGame(labels, known) {
  const isUnknown = (/** @type {number} */ seed) =>
    !planRounds(seed, labels).some(({ real }) => known.has(real));
  return Array.from({ length: 100 }, anyGame).find(isUnknown) ?? anyGame();
}

/**
 * @param {number[]} logits D's, of the candidates
 * @param {number} hardness 0…1
 * @returns {number} the number of the candidate that is shown
 */
export function chooseCandidate(logits, hardness) {
  const order = [...logits.keys()].sort((a, b) => logits[a] - logits[b]);
  return order[Math.round(hardness * (order.length - 1))];
}

/** @param {Round} round @returns {boolean} whether D calls it forged */
export const dSaysForged = ({ percentile }) => callsForged(percentile);

/**
 * @param {number} seed of the game
 * @param {KnownModel} model of digits, with its D
 * @param {RealDigits} real
 * @returns {Promise<Round[]>} [ROUNDS]
 */
export async function dealRounds(seed, model, real) {
  const plans = planRounds(seed, real.labels);
  const shown = await Promise.all(
    plans.map((plan) => (plan.isForged ? forge(plan, model) : takeReal(plan, real))),
  );
  const digits = plans.map(({ digit }) => digit);
  const pictures = Uint8Array.from(shown.flatMap(({ picture }) => [...picture]));
  const { logits, saliency } = await model.engine.discriminate({
    model: model.id,
    pictures,
    digits,
    saliency: true,
  });
  return plans.map(({ digit, isForged }, i) => ({
    digit,
    isForged,
    name: model.config.classes ? String(digit) : "digit",
    ...shown[i],
    percentile: model.percentile(logits[i], digit),
    saliency: smooth(/** @type {Float32Array} */ (saliency).subarray(784 * i, 784 * (i + 1))),
  }));
}

/**
 * D's slopes at single pixels look like noise: neighbours often have opposite signs. The mean of nine pixels shows in
 * which areas D wants more ink or less.
 * @param {Float32Array} slopes [784]
 * @returns {Float32Array} [784]
 */
export function smooth(slopes) {
  return slopes.map((_, i) => {
    const [x, y] = [i % 28, Math.floor(i / 28)];
    let [sum, count] = [0, 0];
    for (let v = Math.max(0, y - 1); v <= Math.min(27, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(27, x + 1); u++, count++) sum += slopes[28 * v + u];
    }
    return sum / count;
  });
}

/** @param {Plan} plan @param {RealDigits} real */
const takeReal = ({ real: number }, { images }) => ({
  seed: -1,
  picture: images.subarray(784 * number, 784 * (number + 1)),
});

/** @param {Plan} plan @param {KnownModel} model */
async function forge({ digit, seeds, hardness }, model) {
  const { z_dim } = model.config;
  const z = new Float32Array(seeds.length * z_dim);
  seeds.forEach((seed, i) => {
    z.set(fromSeed(seed, z_dim), i * z_dim);
  });
  const pictures = await model.draw(z, digit);
  const digits = seeds.map(() => digit);
  const { logits } = await model.engine.discriminate({
    model: model.id,
    pictures,
    digits,
    saliency: false,
  });
  const chosen = chooseCandidate(logits, hardness);
  return { seed: seeds[chosen], picture: model.pick(pictures, chosen) };
}
