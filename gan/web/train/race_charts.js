/** The charts of a race: both runs over steps, or over seconds of training. */

import { Chart } from "./chart.js";
import { FRECHET } from "./chart_words.js";
import { acrossSteps, frechetOf } from "./charts.js";
import { columns, qualityColumns } from "./curves.js";
import { find, findInput } from "./elements.js";
import { isProbability } from "./verdicts.js";

/**
 * @import { Spec, Words } from "./appearance.js"
 * @import { Line } from "./curves.js"
 * @import { Snapshot } from "./run.js"
 */

/** @type {Spec["lines"]} */
const SIDES = [
  { label: "yours", color: "a" },
  { label: "rival", color: "b" },
];
/** @type {Words} */
const BELIEF = {
  title: "D’s belief in fakes",
  unit: "probability · 0.5: D cannot tell",
  learn: "learn-game",
  lines: SIDES,
  guide: "chance",
  empty: [0, 1],
  ticks: [0, 0.5, 1],
};

export class RaceCharts {
  #root;
  #byTime;
  #distance;
  #belief;

  /** @param {HTMLElement} root holds .by-time, .reading, and the figures .race-chart and .race-belief */
  constructor(root) {
    this.#root = root;
    this.#byTime = findInput(root, ".by-time");
    const shared = {
      group: "race",
      across: (/** @type {number} */ x) => this.#across(x),
      name: (/** @type {number} */ x) => this.#name(x),
      read: (/** @type {number | null} */ x) => this.#read(x),
    };
    this.#distance = new Chart(find(root, ".race-chart"), { ...FRECHET, lines: SIDES, ...shared });
    this.#belief = new Chart(find(root, ".race-belief"), { ...BELIEF, ...shared });
  }

  /**
   * @param {Snapshot[]} runs one's own and the rival
   * @param {boolean} isGame whether the rival has a discriminator
   */
  draw(runs, isGame) {
    const last = Math.max(1, ...runs.map(({ step, seconds }) => (this.#isByTime ? seconds : step)));
    const isStill = runs.every(({ status }) => status !== "running");
    const real = runs[0].real_frechet ?? runs[1].real_frechet;
    const distances = runs.map((run) => this.#distanceOf(run));
    const isRead = runs.every(({ is_read = true }) => is_read); // of a visitor's own pictures nothing is measured
    find(this.#root, ".race-chart").hidden = !isRead;
    if (isRead) this.#distance.update({ ...frechetOf(distances, real), last, isStill });
    const isBelief = isGame && runs.every(({ loss }) => isProbability(loss));
    find(this.#root, ".race-belief").hidden = !isBelief;
    if (!isBelief) return;
    const beliefs = runs.map((run) => this.#beliefOf(run));
    this.#belief.update({ lines: beliefs, guide: 0.5, span: [0, 1], last, isStill });
  }

  get #isByTime() {
    return this.#byTime.checked;
  }

  /** @param {Snapshot} run @returns {Line} */
  #distanceOf({ arrays }) {
    const { step, seconds, frechet_distance: y } = qualityColumns(arrays.qualities.values);
    return { x: this.#isByTime ? seconds : step, y };
  }

  /** @param {Snapshot} run @returns {Line} */
  #beliefOf({ arrays, step: last, seconds }) {
    const { step, fake_score: y } = columns(arrays.curve.values);
    const x = this.#isByTime ? step.map((at) => (at * seconds) / Math.max(last, 1)) : step; // its pace is even
    return { x, y };
  }

  /** @param {number} x seconds, or a step */
  #across(x) {
    return this.#isByTime ? `${Math.round(x)} s` : acrossSteps(x);
  }

  /** @param {number} x seconds, or a step */
  #name(x) {
    return this.#isByTime ? this.#across(x) : `step ${Math.round(x).toLocaleString("en")}`;
  }

  /** Says where the cursor is. @param {number | null} x seconds, or a step; null: on no chart */
  #read(x) {
    find(this.#root, ".reading").textContent = x === null ? "" : `At ${this.#name(x)}`;
  }
}
