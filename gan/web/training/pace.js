// Whether several workers are faster than one: on a busy machine they can be slower. Only a clock can say.

const STEPS = 12; // of each way that are timed; the first of them, in which code is compiled, are left out
const LEFT_OUT = 4;
const SLOWER = 1.4; // times as long as when it was timed: the machine has other work now, so time both again
const PATIENCE = 60; // steps that must be slower, on average
const VALID = 2000; // steps after which both are timed again in any case: the first times are taken while a page loads

/** @param {number[]} times @returns {number} */
const median = (times) => [...times].sort((a, b) => a - b)[times.length >> 1];

export class Pace {
  usesCrew = false; // in the next step
  /** @type {{alone: number[], crew: number[]}} milliseconds of steps */
  #timed = { alone: [], crew: [] };
  #expected = 0; // milliseconds of a step in the way that was chosen; 0: both are being timed
  #recent = 0; // a running mean
  #steps = 0; // since the way was chosen

  /** Takes the time of a step. @param {number} milliseconds */
  record(milliseconds) {
    if (this.#expected) this.#watch(milliseconds);
    else this.#time(milliseconds);
  }

  /** @param {number} milliseconds */
  #time(milliseconds) {
    const { alone, crew } = this.#timed;
    (this.usesCrew ? crew : alone).push(milliseconds);
    if (!this.usesCrew && alone.length === STEPS) this.usesCrew = true;
    if (crew.length < STEPS) return;
    const [one, all] = [alone, crew].map((times) => median(times.slice(LEFT_OUT)));
    this.usesCrew = all < one;
    this.#expected = this.#recent = Math.min(one, all);
  }

  /** @param {number} milliseconds */
  #watch(milliseconds) {
    this.#recent += (milliseconds - this.#recent) / PATIENCE;
    if (this.#recent < SLOWER * this.#expected && ++this.#steps < VALID) return;
    this.#expected = this.#steps = 0;
    this.#timed = { alone: [], crew: [] };
    this.usesCrew = false;
  }
}
