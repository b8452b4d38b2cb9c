// What the game says: of a round, and at the end.

/** @import { Round } from "./rounds.js" */

import { reasonOf } from "../../shared/opinion.js";
import { dSaysForged } from "./rounds.js";

/**
 * @typedef {object} Scores
 * @property {number} you how many of the rounds that were played the player judged rightly
 * @property {number} d how many of them D judged rightly
 */

/**
 * @param {Round[]} rounds
 * @param {boolean[]} guesses whether the player called each round forged; as many as were played
 * @returns {Scores}
 */
export function scoresOf(rounds, guesses) {
  const played = rounds.slice(0, guesses.length);
  return {
    you: played.filter(({ isForged }, i) => guesses[i] === isForged).length,
    d: played.filter((round) => dSaysForged(round) === round.isForged).length,
  };
}

/**
 * @param {Round} round
 * @param {boolean} guess whether the player called it forged
 * @returns {{title: string, you: string, d: string}} what it was, how the player did, and how D did
 */
export function verdictOf(round, guess) {
  const { name, isForged, percentile } = round;
  const isRight = guess === isForged;
  const title = isForged ? `Forged: nobody ever wrote this ${name}.` : `Real: somebody wrote this ${name}.`;
  const you = isRight ? "You were right." : isForged ? "It fooled you." : "You were too suspicious.";
  const ofForged = dSaysForged(round) ? "D saw it too" : "It fooled D";
  const ofReal = dSaysForged(round) ? "D took it for a forgery" : "D believed it";
  return { title, you, d: `${isForged ? ofForged : ofReal}: ${reasonOf(percentile, `${name}s`)}.` };
}

/**
 * @param {Scores} scores of all ten rounds
 * @param {number | null} beat the score of whoever sent the link
 * @returns {{title: string, words: string}}
 */
export function resultOf({ you, d }, beat) {
  const title = `You spotted ${you} of 10, D ${d}`;
  const against =
    you > d
      ? "You beat the network that was trained for nothing but this question."
      : you === d
        ? "A draw with the network that was trained for nothing but this question."
        : "D wins. It was trained for nothing but this question.";
  const coin = "Somebody who flips a coin gets 5: a perfect forger would leave both of you there.";
  if (beat === null) return { title, words: `${against} ${coin}` };
  const challenger =
    you > beat
      ? `And you beat your challenger, who had ${beat}.`
      : you === beat
        ? `Your challenger had ${beat} too.`
        : `Your challenger had ${beat}.`;
  return { title, words: `${against} ${challenger} ${coin}` };
}
