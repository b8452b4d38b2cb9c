// What each chart of a run is of: its title, its unit and which direction is good, its lines.

/** @import { Words } from "./appearance.js" */

/** @type {Words} */
const LOSSES = {
  title: "Losses",
  unit: "nats · lower is better for each",
  learn: "learn-losses",
  lines: [
    { label: "D", color: "a" },
    { label: "G", color: "b" },
  ],
  guide: "chance",
  empty: [0, 1.5],
};

/** @type {Words} */
const BELIEF = {
  title: "D’s belief",
  unit: "probability · 0.5: D cannot tell",
  learn: "learn-game",
  lines: [
    { label: "real", color: "a" },
    { label: "fakes", color: "b" },
  ],
  guide: "chance",
  empty: [0, 1],
  ticks: [0, 0.5, 1],
};

/** In the place of D's belief, with a loss that makes no probabilities (scores.js). @type {Words} */
const SCORES = {
  title: "D’s scores",
  unit: "score · far apart: D can tell",
  learn: "learn-game",
  lines: BELIEF.lines,
  empty: [-1, 1],
};

/** @type {Words} */
const HISTOGRAM = {
  title: "D’s verdicts",
  unit: "of 64 each · far apart: D can tell",
  learn: "learn-game",
  lines: BELIEF.lines,
  isBars: true,
  empty: [0, 20],
};

/** @type {Words} */
const GRADIENTS = {
  title: "Gradients",
  unit: "norm, log scale · 0: no learning",
  learn: "learn-vanished",
  lines: LOSSES.lines,
  isLogarithmic: true,
  empty: [0.1, 10],
};

/** @type {Words} */
export const FRECHET = {
  title: "Fréchet distance",
  unit: "no unit, log scale · lower is better",
  learn: "learn-measure",
  lines: [{ label: "forged", color: "a" }],
  guide: "real",
  isLogarithmic: true,
  empty: [1, 100],
  hasDots: true,
};

/** @type {Words} */
const DIGITS = {
  title: "Digits found",
  unit: "of ten · higher is better",
  learn: "learn-collapse",
  lines: [{ label: "forged", color: "b" }],
  guide: "real",
  empty: [0, 10.6],
  ticks: [0, 5, 10],
  hasDots: true,
};

/** The charts of a run, by their names in the page. @type {Record<string, Words>} */
export const WORDS = {
  losses: LOSSES,
  belief: BELIEF,
  scores: SCORES,
  histogram: HISTOGRAM,
  gradients: GRADIENTS,
  frechet: FRECHET,
  digits: DIGITS,
};
