// A chart in words, for those who cannot see it.

import { firstLineOf } from "./appearance.js";
import { short, trend } from "./curves.js";

/**
 * @import uPlot from "../vendor/uplot/uPlot.esm.js"
 * @typedef {import("./appearance.js").Shown} Shown
 * @typedef {import("./appearance.js").Spec} Spec
 */

const SPEAK = 5000; // ms between two texts for a screen reader, while a run goes on
const REST = 300; // ms without a change, after which the text follows at once

/**
 * Of a series, the index of its last value up to a moment, or of its first if it begins later; null: it has none.
 * @param {uPlot} plot
 * @param {number} series
 * @param {number | null} moment a place on x; null: the present
 */
export function resting({ data }, series, moment) {
  const [x, y] = [data[0], data[series]];
  let last = null;
  for (let i = 0; i < x.length && (last === null || x[i] <= (moment ?? Infinity)); i++) {
    if (Number.isFinite(y[i])) last = i;
  }
  return last;
}

/** Keeps a chart's text for a screen reader up to date, without talking all the time. */
export class ChartSpeech {
  /** @type {number | undefined} of the next text */
  #timer;
  #spoken = -Infinity; // when, as performance.now() says it
  #chart;
  #spec;
  #plot;

  /**
   * @param {uPlot} chart
   * @param {Spec} spec
   * @param {HTMLElement} plot holds the chart, and gets the text as its label
   */
  constructor(chart, spec, plot) {
    this.#chart = chart;
    this.#spec = spec;
    this.#plot = plot;
  }

  /**
   * While a run goes on the text changes every few seconds; else as soon as nothing has changed for a moment.
   * @param {Shown} shown
   * @param {number | null} moment a place on x; null: the present
   */
  follow(shown, moment) {
    clearTimeout(this.#timer);
    const wait = shown.isStill ? REST : Math.max(0, this.#spoken + SPEAK - performance.now());
    this.#timer = window.setTimeout(() => {
      this.#spoken = performance.now();
      this.#plot.setAttribute("aria-label", sentence(this.#chart, this.#spec, shown, moment));
    }, wait);
  }
}

/**
 * The values at a moment, and where they are heading.
 * @param {uPlot} plot
 * @param {Spec} spec
 * @param {Shown} shown
 * @param {number | null} moment a place on x; null: the present
 */
function sentence(plot, spec, shown, moment) {
  const about = `${spec.title}, ${shown.unit ?? spec.unit}.`;
  if (shown.words !== undefined) return `${about} ${shown.words}`;
  let at = 0;
  const parts = spec.lines.map(({ label }, i) => {
    const series = firstLineOf(spec) + i;
    const last = resting(plot, series, moment);
    if (last === null) return "";
    at = Math.max(at, plot.data[0][last]);
    const y = /** @type {number[]} */ (Array.from(plot.data[series]).slice(0, last + 1));
    const heading = trend(y, Boolean(spec.isLogarithmic));
    return `${label} ${short(y[last])}${heading && `, ${heading}`}`;
  });
  if (!parts.some(Boolean)) return `${about} No values yet.`;
  const guide =
    typeof shown.guide === "number" ? ` For comparison, ${spec.guide}: ${short(shown.guide)}.` : "";
  return `${about} At ${spec.name(at)}: ${parts.filter(Boolean).join("; ")}.${guide}`;
}
