// D's scores over a run whose loss makes no log-odds of D's logits (hinge, least squares, Wasserstein, relativistic). The
// curves of a run hold means of σ(D) alone, which say little there. So the page keeps the mean logits of the 64 real
// pictures and the 64 fakes of each snapshot that it is told: from when the run came onto the page.

/** @import { Line } from "./curves.js" */

import { meanOf } from "./verdicts.js";

const MAX_POINTS = 1000; // more than a chart has pixels: then every second one is forgotten

/** What is good, by the loss: where D puts real pictures and fakes. @type {Record<string, string>} */
const UNITS = {
  hinge: "score · D is sure: real above 1, fakes below −1",
  "least-squares": "score · D aims at 1 for real, at 0 for fakes",
};

/** @param {string} loss its name in gan/config.py @returns {string} the unit of D's scores, and which direction is good */
export const scoreUnit = (loss) => UNITS[loss] ?? "score, no zero · far apart: D can tell";

/**
 * A snapshot, as far as it is read here.
 * @typedef {{step: number, arrays: Record<string, {values: Float32Array} | undefined>}} Scored
 */

export class ScoreHistory {
  /** @type {{step: number, real: number, fakes: number}[]} */
  #points = [];

  /** Takes in a snapshot. If the run has gone back, what came after that step is forgotten. @param {Scored} snapshot */
  add({ step, arrays }) {
    const [real, fakes] = [arrays.real_logits?.values, arrays.fake_logits?.values];
    if (!real?.length || !fakes?.length) return;
    this.#points = this.#points.filter((point) => point.step < step);
    this.#points.push({ step, real: meanOf(real), fakes: meanOf(fakes) });
    if (this.#points.length > MAX_POINTS) this.#points = this.#points.filter((_, i) => i % 2 === 0);
  }

  /** Another run is on the page. */
  clear() {
    this.#points = [];
  }

  /** @returns {[Line, Line]} of real pictures and of fakes, over steps */
  get lines() {
    const x = this.#points.map(({ step }) => step);
    return [
      { x, y: this.#points.map(({ real }) => real) },
      { x, y: this.#points.map(({ fakes }) => fakes) },
    ];
  }
}
