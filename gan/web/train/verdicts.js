// What D says of single pictures. With a loss of cross-entropy, its logits are log-odds, so σ of them is how probable it
// finds that a picture is real. With the others (hinge, least squares, Wasserstein, relativistic) they are scores.

import { number, score } from "../shared/text.js";
import { short } from "./curves.js";

/** @import { Shown } from "./appearance.js" */

const PROBABILITIES = new Set(["minimax", "non-saturating", "dragan", "as-printed"]); // gan/training/losses.py
/** Where D aims at one side for real pictures and at the other for fakes. @type {Record<string, number>} */
const BORDERS = { hinge: 0, "least-squares": 0.5 };
const BINS = 20;

/** @param {string} loss its name in gan/config.py @returns {boolean} whether σ of a logit is a probability */
export const isProbability = (loss) => PROBABILITIES.has(loss);

/** @param {ArrayLike<number>} values @returns {number} NaN where there are none */
export const meanOf = (values) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/**
 * What D says of some real pictures and some fakes.
 * @typedef {object} Verdicts
 * @property {string} loss its name in gan/config.py
 * @property {ArrayLike<number>} real D's logits
 * @property {ArrayLike<number>} fakes
 */

/**
 * The logit above which D takes a picture for real. A critic's scores have no zero: there it is half way between the means.
 * @param {Verdicts} verdicts
 */
export function borderOf({ loss, real, fakes }) {
  if (isProbability(loss)) return 0;
  return BORDERS[loss] ?? (meanOf(real) + meanOf(fakes)) / 2;
}

/**
 * @param {string} loss
 * @param {number} logit
 * @returns {string} in the few characters of a card: a percentage, or a score
 */
export function verdict(loss, logit) {
  if (isProbability(loss)) return String(Math.round(100 * score(logit)));
  return Math.abs(logit) >= 100 ? number(logit) : short(Number(logit.toPrecision(2)));
}

/** @param {string} loss @returns {string | null} what the numbers on the cards are; null: a probability, as the page says */
export function hintOf(loss) {
  if (isProbability(loss)) return null;
  const border = BORDERS[loss];
  if (border === undefined)
    return "A number is D’s score. Red: it is nearer to the scores of the other kind.";
  return `A number is D’s score; above ${border} it takes the picture for real. Red: it is fooled.`;
}

/**
 * How many of the real pictures, and of the fakes, D gives which verdict. A place of the chart, 0…1, is a probability, or
 * lies between the least score and the greatest.
 * @param {Verdicts} verdicts
 * @returns {{chart: Pick<Shown, "lines" | "span" | "last" | "words">, at: (place: number) => number}} at: the probability
 *   or the score at a place
 */
export function histogramOf({ loss, real, fakes }) {
  const kinds = [real, fakes].map((logits) => Array.from(logits).filter(Number.isFinite)); // a run may blow up
  const border = borderOf({ loss, real: kinds[0], fakes: kinds[1] });
  const all = kinds.flat();
  const [least, greatest] =
    isProbability(loss) || !all.length ? [0, 1] : [Math.min(...all), Math.max(...all)];
  const range = greatest - least || 1;
  const placeOf = (/** @type {number} */ logit) =>
    isProbability(loss) ? score(logit) : (logit - least) / range;
  const [inReal, inFakes] = kinds.map((logits) => {
    const counts = new Array(BINS).fill(0);
    for (const logit of logits) counts[Math.min(BINS - 1, Math.floor(BINS * placeOf(logit)))]++;
    return { counts, believed: logits.filter((logit) => logit > border).length, count: logits.length };
  });
  const x = Array.from({ length: BINS }, (_, i) => (i + 0.5) / BINS);
  const most = Math.max(4, ...inReal.counts, ...inFakes.counts);
  const chart = {
    lines: [inReal, inFakes].map(({ counts }) => ({ x, y: counts })),
    span: /** @type {[number, number]} */ ([0, 1.08 * most]),
    last: 1,
    words: wordsOf(loss, border, inReal, inFakes),
  };
  return { chart, at: (place) => least + place * range };
}

/**
 * @param {string} loss
 * @param {number} border
 * @param {{believed: number, count: number}} real
 * @param {{believed: number, count: number}} fakes
 */
function wordsOf(loss, border, real, fakes) {
  if (!real.count || !fakes.count) return "D has said nothing yet.";
  const counts = `${real.believed} of ${real.count} real pictures, and ${fakes.believed} of ${fakes.count} fakes`;
  if (isProbability(loss)) return `D believes ${counts}.`;
  const place = loss in BORDERS ? border : `the middle between their means (${short(border)})`;
  return `D gives scores above ${place} to ${counts}.`;
}

/** @param {number} place 0…1 @returns {[number, number]} where the bar there begins and ends */
export function binAt(place) {
  const bin = Math.min(BINS - 1, Math.floor(BINS * place));
  return [bin / BINS, (bin + 1) / BINS];
}
