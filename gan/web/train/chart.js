// One chart of a run. uPlot draws it; this decides when, and keeps its words, its colours and its size right.

import { make } from "../shared/paint.js";
import uPlot from "../vendor/uplot/uPlot.esm.js";
import { align, furnish, optionsOf, palette } from "./appearance.js";
import { short } from "./curves.js";
import { letRead } from "./reading.js";
import { resting, sentence } from "./sentence.js";

/**
 * @typedef {import("./appearance.js").Shown} Shown
 * @typedef {import("./appearance.js").Spec} Spec
 */

const SPEAK = 5000; // ms between two texts for a screen reader, while a run goes on
const REST = 300; // ms without a change, after which the text follows at once
const CALM_PERIOD = 1000; // ms between two drawings, for those who want little motion
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const FULL = 1000; // steps of an axis before there is a run

/**
 * Fills a figure with a chart.
 * @param {HTMLElement} figure
 * @param {Spec} spec
 */
export function createChart(figure, spec) {
  const { unit, plot, key, voice } = furnish(figure, spec);
  /** @type {Shown} */
  let shown = {
    lines: spec.lines.map(() => ({ x: [], y: [] })),
    span: spec.empty,
    last: spec.isBars ? 1 : FULL,
    isStill: true,
  };
  /** @type {Shown | null} */
  let waiting = null; // what is to be drawn
  /** @type {number | undefined} */
  let timer; // of the next drawing
  let drawn = -Infinity; // when
  /** @type {number | undefined} */
  let speaking; // the timer of the next text
  let spoken = -Infinity; // when
  let isSeen = false;
  let isRead = false; // a cursor is on it
  /** @type {number | null} */
  let moment = null; // the x that the timeline shows; null: the present
  let colors = palette(figure);

  const options = optionsOf(spec, plot, key, () => colors);
  for (const series of options.series.slice(1)) series.value = value;
  options.scales = {
    x: { time: false, range: () => [0, shown.last] },
    y: { distr: spec.isLogarithmic ? 3 : 1, range: () => shown.span },
  };
  options.hooks = { draw: [drawMarks], setCursor: [pointed] };
  const chart = new uPlot(options, align(shown, spec), plot);
  const line = make(chart.over, "i", { class: "moment-line", hidden: "" });
  letRead(chart, spec, plot, voice);
  follow();

  /**
   * In the key: the value that is pointed at, else that of the moment that is shown.
   * @param {uPlot} u
   * @param {number | null} raw
   * @param {number} series
   * @param {number | null} index
   */
  function value(u, raw, series, index) {
    if (index === null && spec.isBars) return "";
    const at = index === null ? resting(u, series, moment) : null;
    const read = at === null ? raw : u.data[series][at];
    return typeof read === "number" && Number.isFinite(read) ? short(read) : "–";
  }

  /** @param {uPlot} u */
  function drawMarks({ ctx, bbox, valToPos }) {
    ctx.fillStyle = colors.mark;
    for (const mark of shown.marks ?? []) {
      ctx.fillRect(valToPos(mark, "x", true), bbox.top, uPlot.pxRatio, bbox.height);
    }
  }

  /**
   * Tells where the cursor is, if it is on this chart or was until now.
   * @param {uPlot} u
   */
  function pointed(u) {
    const left = u.cursor.left ?? -1;
    if (left < 0 && !isRead) return;
    isRead = left >= 0;
    spec.read(isRead ? u.posToVal(left, "x") : null);
  }

  // The line of the moment, and the values there.
  function place() {
    line.hidden = moment === null || moment > shown.last;
    if (moment !== null) line.style.transform = `translateX(${chart.valToPos(moment, "x")}px)`;
    if (!isRead) chart.setLegend({ idxs: options.series.map(() => null) }, false);
  }

  function paint() {
    clearTimeout(timer);
    timer = undefined;
    if (!waiting || !isSeen || document.hidden) return;
    [shown, waiting] = [waiting, null];
    drawn = performance.now();
    unit.textContent = shown.unit ?? spec.unit;
    key.classList.toggle("no-guide", typeof shown.guide !== "number");
    chart.batch(() => chart.setData(align(shown, spec)));
    place();
    speak();
  }

  // While a run goes on its text changes every few seconds; else as soon as nothing has changed for a moment.
  function speak() {
    clearTimeout(speaking);
    const wait = shown.isStill ? REST : Math.max(0, spoken + SPEAK - performance.now());
    speaking = setTimeout(() => {
      spoken = performance.now();
      plot.setAttribute("aria-label", sentence(chart, spec, shown, moment));
    }, wait);
  }

  // Draws when it comes into sight, and anew when its size or the theme changes.
  function follow() {
    new IntersectionObserver((entries) => {
      isSeen = entries.some((entry) => entry.isIntersecting);
      paint();
    }).observe(figure);
    document.addEventListener("visibilitychange", paint);
    new ResizeObserver(() => {
      if (!plot.clientWidth) return;
      chart.setSize({ width: plot.clientWidth, height: plot.clientHeight });
      place();
    }).observe(plot);
    const theme = new MutationObserver(() => {
      colors = palette(figure);
      chart.redraw(false);
    });
    for (const root of [document.documentElement, document.body]) {
      theme.observe(root, { attributeFilter: ["class"] });
    }
  }

  return {
    /** @param {Shown} next */
    update(next) {
      waiting = next;
      const wait = CALM.matches && !next.isStill ? drawn + CALM_PERIOD - performance.now() : 0;
      timer ??= setTimeout(paint, Math.max(0, wait)); // each chart in a task of its own: none is long
    },
    /** @param {number | null} x the moment that the timeline shows */
    goTo(x) {
      if (x === moment) return;
      moment = x;
      place();
      speak();
    },
  };
}
