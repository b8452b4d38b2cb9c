// One chart of a run. uPlot draws it; this decides when, and keeps its words, its colours and its size right.

import { make } from "../shared/paint.js";
import "./language.js";
import uPlot from "../vendor/uplot/uPlot.esm.js";
import { align, furnish, optionsOf, palette } from "./appearance.js";
import { short } from "./curves.js";
import { letRead } from "./reading.js";
import { ChartSpeech, resting } from "./sentence.js";

/**
 * @typedef {import("./appearance.js").Shown} Shown
 * @typedef {import("./appearance.js").Spec} Spec
 */

const CALM_PERIOD = 1000; // ms between two drawings, for those who want little motion
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const FULL = 1000; // steps of an axis before there is a run

/** A figure that is filled with a chart. */
export class Chart {
  #spec;
  #figure;
  #parts;
  #colors;
  #plot;
  #line;
  #speech;
  /** @type {Shown} */
  #shown;
  /** @type {Shown | null} what is to be drawn */
  #waiting = null;
  /** @type {number | undefined} the timer of the next drawing */
  #timer;
  #drawn = -Infinity; // when, as performance.now() says it
  #isSeen = false;
  #isRead = false; // a cursor is on it
  /** @type {number | null} the x that the timeline shows; null: the present */
  #moment = null;

  /**
   * @param {HTMLElement} figure
   * @param {Spec} spec
   */
  constructor(figure, spec) {
    this.#figure = figure;
    this.#spec = spec;
    this.#parts = furnish(figure, spec);
    this.#colors = palette(figure);
    this.#shown = {
      lines: spec.lines.map(() => ({ x: [], y: [] })),
      span: spec.empty,
      last: spec.isBars ? 1 : FULL,
      isStill: true,
    };
    this.#plot = new uPlot(this.#options(), align(this.#shown, spec), this.#parts.plot);
    this.#line = make(this.#plot.over, "i", { class: "moment-line", hidden: "" });
    this.#speech = new ChartSpeech(this.#plot, spec, this.#parts.plot);
    letRead(this.#plot, spec, this.#parts.plot, this.#parts.voice);
    this.#drawWhenSeen();
    this.#followSizeAndTheme();
  }

  /** @param {Shown} next */
  update(next) {
    this.#waiting = next;
    const wait = CALM.matches && !next.isStill ? this.#drawn + CALM_PERIOD - performance.now() : 0;
    this.#timer ??= window.setTimeout(() => this.#draw(), Math.max(0, wait)); // in a task of its own: none is long
  }

  /** @param {number | null} x the moment that the timeline shows; null: the present */
  goTo(x) {
    if (x === this.#moment) return;
    this.#moment = x;
    this.#placeLine();
    this.#speech.follow(this.#shown, x);
  }

  // --- What uPlot is told ----------------------------------------------------------------------

  #options() {
    const spec = this.#spec;
    const options = optionsOf(spec, this.#parts.plot, this.#parts.key, () => this.#colors);
    for (const series of options.series.slice(1)) {
      series.value = (plot, raw, number, index) => this.#valueInKey(plot, raw, number, index);
    }
    options.scales = {
      x: { time: false, range: () => [0, this.#shown.last] },
      y: { distr: spec.isLogarithmic ? 3 : 1, range: () => this.#shown.span },
    };
    options.hooks = {
      draw: [(plot) => this.#drawMarks(plot)],
      setCursor: [(plot) => this.#tellCursor(plot)],
    };
    return options;
  }

  /**
   * The value that is pointed at, else that of the moment that is shown.
   * @param {uPlot} plot
   * @param {number | null} raw
   * @param {number} series its number
   * @param {number | null} index of the value that is pointed at; null: there is none
   */
  #valueInKey(plot, raw, series, index) {
    if (index === null && this.#spec.isBars) return "";
    const at = index === null ? resting(plot, series, this.#moment) : null;
    const value = at === null ? raw : plot.data[series][at];
    return typeof value === "number" && Number.isFinite(value) ? short(value) : "–";
  }

  /** Draws a line wherever something was changed. @param {uPlot} plot */
  #drawMarks({ ctx, bbox, valToPos }) {
    ctx.fillStyle = this.#colors.mark;
    for (const mark of this.#shown.marks ?? []) {
      ctx.fillRect(valToPos(mark, "x", true), bbox.top, uPlot.pxRatio, bbox.height);
    }
  }

  /** Tells where the cursor is, if it is on this chart or was until now. @param {uPlot} plot */
  #tellCursor(plot) {
    const left = plot.cursor.left ?? -1;
    if (left < 0 && !this.#isRead) return;
    this.#isRead = left >= 0;
    this.#spec.read(this.#isRead ? plot.posToVal(left, "x") : null);
  }

  // --- Drawing ---------------------------------------------------------------------------------

  #draw() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#waiting || !this.#isSeen || document.hidden) return;
    [this.#shown, this.#waiting] = [this.#waiting, null];
    this.#drawn = performance.now();
    const { unit, key } = this.#parts;
    unit.textContent = this.#shown.unit ?? this.#spec.unit;
    key.classList.toggle("no-guide", typeof this.#shown.guide !== "number");
    this.#plot.batch(() => this.#plot.setData(align(this.#shown, this.#spec)));
    this.#placeLine();
    this.#speech.follow(this.#shown, this.#moment);
  }

  /** Puts the line of the moment in its place, and the values there into the key. */
  #placeLine() {
    const moment = this.#moment;
    this.#line.hidden = moment === null || moment > this.#shown.last;
    if (moment !== null) this.#line.style.transform = `translateX(${this.#plot.valToPos(moment, "x")}px)`;
    if (!this.#isRead) this.#plot.setLegend({ idxs: this.#plot.series.map(() => null) }, false);
  }

  #drawWhenSeen() {
    new IntersectionObserver((entries) => {
      this.#isSeen = entries.some((entry) => entry.isIntersecting);
      this.#draw();
    }).observe(this.#figure);
    document.addEventListener("visibilitychange", () => this.#draw());
  }

  #followSizeAndTheme() {
    const { plot } = this.#parts;
    new ResizeObserver(() => {
      if (!plot.clientWidth) return;
      this.#plot.setSize({ width: plot.clientWidth, height: plot.clientHeight });
      this.#placeLine();
    }).observe(plot);
    const theme = new MutationObserver(() => {
      this.#colors = palette(this.#figure);
      this.#plot.redraw(false);
    });
    for (const root of [document.documentElement, document.body]) {
      theme.observe(root, { attributeFilter: ["class"] });
    }
  }
}
