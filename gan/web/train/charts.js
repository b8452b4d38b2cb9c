// The charts of a run, live or recorded: what each draws of a snapshot, and what it says of it.

import { number } from "../shared/text.js";
import { Chart } from "./chart.js";
import { FRECHET, WORDS } from "./chart_words.js";
import { columns, extent, qualityColumns, short } from "./curves.js";
import { find } from "./elements.js";
import { ScoreHistory, scoreUnit } from "./scores.js";
import { binAt, histogramOf, isProbability } from "./verdicts.js";

/**
 * @import { Shown } from "./appearance.js"
 * @import { Field, Line } from "./curves.js"
 * @typedef {{values: Float32Array}} Packed
 */

/**
 * What the charts read of a run.
 * @typedef {object} Snapshot
 * @property {string} [status]
 * @property {number} step
 * @property {string} loss its name in gan/config.py
 * @property {{step: number, text: string}[]} events what a visitor changed, and when
 * @property {number | null} real_frechet the Fréchet distance of as many real digits as are measured of the run
 * @property {boolean} [is_read] whether a classifier reads its pictures; false: two charts have nothing to show
 * @property {Record<string, Packed>} arrays curve, past/0 …, qualities, real_logits, fake_logits
 */

const GUESSING = 2 * Math.LN2; // D's loss where it says ½ to everything

/** @type {Record<string, [Field, Field]>} */
const FIELDS = {
  losses: ["discriminator_loss", "generator_loss"],
  belief: ["real_score", "fake_score"],
  gradients: ["discriminator_gradient", "generator_gradient"],
};

/** @param {number} step */
export const acrossSteps = (step) => (step ? number(step) : "step 0");
const nameStep = (/** @type {number} */ step) => `step ${number(step)}`;
let groups = 0; // of charts with one cursor

export class Charts {
  #charts;
  /** @type {Record<string, HTMLElement>} */
  #figures;
  #reading;
  #scores = new ScoreHistory();
  #usual; // what the reading says while nothing is pointed at
  /** @type {(place: number) => number} of the histogram */
  #scoreAt = (place) => place;
  /** @type {Snapshot | null} */
  #run = null;

  /** @param {HTMLElement} root holds figures with data-chart, and .reading */
  constructor(root) {
    this.#reading = find(root, ".charts .reading");
    this.#usual = this.#reading.textContent ?? "";
    const overSteps = {
      group: `run ${groups++}`,
      across: acrossSteps,
      name: nameStep,
      read: (/** @type {number | null} */ step) => this.#readStep(step),
    };
    const overBelief = {
      across: (/** @type {number} */ place) => this.#acrossBelief(place),
      name: (/** @type {number} */ place) => this.#nameBelief(place),
      read: (/** @type {number | null} */ place) => this.#readBelief(place),
    };
    this.#figures = Object.fromEntries(
      Object.keys(WORDS).map((kind) => [kind, find(root, `[data-chart="${kind}"]`)]),
    );
    this.#charts = Object.fromEntries(
      Object.entries(WORDS).map(([kind, words]) => {
        return [
          kind,
          new Chart(this.#figures[kind], { ...words, ...(words.isBars ? overBelief : overSteps) }),
        ];
      }),
    );
  }

  /** Another run is shown, of which nothing is known yet. */
  begin() {
    this.#scores.clear();
  }

  /** @param {boolean} isRead whether a classifier reads the pictures of a run: else two charts have nothing to show */
  show(isRead) {
    for (const kind of ["frechet", "digits"]) this.#figures[kind].hidden = !isRead;
  }

  /** @param {Snapshot} snapshot */
  draw(snapshot) {
    const before = this.#run?.arrays;
    this.#run = snapshot;
    const { arrays, status, real_frechet, is_read = true } = snapshot;
    this.show(is_read);
    this.#figures.belief.hidden = !isProbability(snapshot.loss);
    this.#figures.scores.hidden = isProbability(snapshot.loss);
    this.#scores.add(snapshot);
    const { histogram, frechet, digits, scores } = this.#charts;
    const isStill = status !== "running";
    const [real, fakes] = ["real_logits", "fake_logits"].map((name) => arrays[name]?.values ?? []);
    const verdicts = histogramOf({ loss: snapshot.loss, real, fakes });
    this.#scoreAt = verdicts.at;
    histogram.update({ ...verdicts.chart, isStill });
    // A recording's are the same all along.
    if (before && before.curve === arrays.curve && before.qualities === arrays.qualities) return;
    const marks = snapshot.events.map(({ step }) => step);
    const shared = { last: lastStep(snapshot), marks, isStill };
    for (const kind of Object.keys(FIELDS)) {
      this.#charts[kind].update({ ...curves(kind, snapshot), ...shared });
    }
    const { lines } = this.#scores;
    const span = extent(lines, WORDS.scores.empty);
    scores.update({ lines, span, unit: scoreUnit(snapshot.loss), ...shared });
    const { step: x, frechet_distance, digits: found } = qualityColumns(arrays.qualities.values);
    frechet.update({ ...frechetOf([{ x, y: frechet_distance }], real_frechet), ...shared });
    digits.update({ lines: [{ x, y: found }], guide: 10, span: [0, 10.6], ...shared });
  }

  /** @param {number | null} step the moment that the timeline shows; null: the present */
  goTo(step) {
    for (const [kind, chart] of Object.entries(this.#charts)) if (kind !== "histogram") chart.goTo(step);
  }

  /** Says which step is pointed at, and what was changed near it. @param {number | null} step */
  #readStep(step) {
    const near = 0.012 * (this.#run?.step ?? 0);
    const event = step !== null && this.#run?.events.findLast((each) => Math.abs(each.step - step) <= near);
    this.#reading.textContent =
      step === null ? this.#usual : `Step ${number(step)}${event ? `: ${event.text}` : ""}`;
  }

  get #isProbability() {
    return !this.#run || isProbability(this.#run.loss);
  }

  /** @param {number} place 0…1 @returns {string} on the ticks of the histogram */
  #acrossBelief(place) {
    if (![0, 0.5, 1].includes(place)) return "";
    return this.#isProbability ? ["fake", "½", "real"][2 * place] : short(this.#scoreAt(place));
  }

  /** @param {number} place 0…1 */
  #nameBelief(place) {
    const [from, to] = binAt(place);
    if (this.#isProbability) return `a probability of ${from} to ${to}`;
    return `a score of ${short(this.#scoreAt(from))} to ${short(this.#scoreAt(to))}`;
  }

  /** Says which probability or score is pointed at. @param {number | null} place */
  #readBelief(place) {
    if (place === null) this.#reading.textContent = this.#usual;
    else if (this.#isProbability) this.#reading.textContent = `Real with ${this.#nameBelief(place)}, says D.`;
    else this.#reading.textContent = `D gives ${this.#nameBelief(place)}.`;
  }
}

/** The end of the x axis: the last step of the run, or of a line that was left. @param {Snapshot} snapshot */
function lastStep(snapshot) {
  const lines = [columns(snapshot.arrays.curve.values), ...pasts(snapshot)];
  return Math.max(1, snapshot.step, ...lines.map(({ step }) => step.at(-1) ?? 0));
}

/** @param {Snapshot} snapshot */
function pasts({ arrays }) {
  const names = Object.keys(arrays).filter((name) => name.startsWith("past/"));
  return names.map((name) => columns(arrays[name].values));
}

/**
 * @param {string} kind
 * @param {Snapshot} snapshot
 * @returns {Pick<Shown, "lines" | "past" | "span" | "guide" | "unit">}
 */
function curves(kind, snapshot) {
  const lines = (/** @type {Record<Field, Float32Array>} */ curve) =>
    FIELDS[kind].map((field) => ({ x: curve.step, y: curve[field] }));
  const past = pasts(snapshot).map(lines);
  const now = lines(columns(snapshot.arrays.curve.values));
  const isCrossEntropy = isProbability(snapshot.loss);
  if (kind === "belief") return { lines: now, past, span: [0, 1], guide: 0.5 };
  const isLogarithmic = kind === "gradients";
  const guide = kind === "losses" && isCrossEntropy ? GUESSING : null;
  const isInNats = isLogarithmic || isCrossEntropy || snapshot.loss === "relativistic";
  const unit = isInNats ? undefined : "no unit · lower is better for each";
  const span = extent([...now, ...past.flat()], WORDS[kind].empty, isLogarithmic, guide);
  return { lines: now, past, span, guide, unit };
}

/**
 * Fréchet distances beside that of as many real digits.
 * @param {Line[]} lines
 * @param {number | null} real
 * @returns {Pick<Shown, "lines" | "span" | "guide">}
 */
export function frechetOf(lines, real) {
  return {
    lines,
    guide: real,
    span: extent(lines, FRECHET.empty, true, real),
  };
}
