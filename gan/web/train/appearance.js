// What a chart is made of: its parts on the page; and for uPlot its colours, axes and lines.

import { make, textScale } from "../shared/paint.js";
import { goToTab } from "../shared/tabs.js";
import "./language.js";
import uPlot from "../vendor/uplot/uPlot.esm.js";
import { short } from "./curves.js";

/** @typedef {import("./curves.js").Line} Line */

/**
 * What a chart is of.
 * @typedef {object} Spec
 * @property {string} title
 * @property {string} unit its unit, and which direction is good, in words
 * @property {string} learn the id of the section of the Learn page that explains it
 * @property {{label: string, color: "a" | "b"}[]} lines
 * @property {string} [guide] what the dashed line is that everything can be compared with
 * @property {string} [group] charts of one group share a cursor
 * @property {boolean} [isLogarithmic]
 * @property {number[]} [ticks] of y, where not every number will do
 * @property {boolean} [hasDots] each value is a dot: they are few
 * @property {boolean} [isBars] side by side, of a histogram whose bins have their middles at `x`
 * @property {[number, number]} empty the ends of y before there are values
 * @property {(x: number) => string} across a place on the x axis, as on its ticks
 * @property {(x: number) => string} name the same in words
 * @property {(x: number | null) => void} read is told the place that is pointed at, or null
 */

/**
 * What a chart is of, wherever it stands.
 * @typedef {Omit<Spec, "group" | "across" | "name" | "read">} Words
 */

/**
 * What a chart shows.
 * @typedef {object} Shown
 * @property {Line[]} lines one for each of the spec
 * @property {Line[][]} [past] lines that were left by going back: at most PAST, each like `lines`
 * @property {number | null} [guide] where the dashed line is; null: there is none
 * @property {[number, number]} span the ends of y
 * @property {number} last the end of x, which begins at 0
 * @property {number[]} [marks] places on x where something was changed
 * @property {string} [unit] another than the spec's
 * @property {string} [words] of a chart that is no lines over steps: what it says
 * @property {boolean} isStill nothing more will come soon
 */

/** Lines that were left by going back: as many as a run keeps (gan/live/history.py). */
const PAST = 3;
const DASHES = "repeating-linear-gradient(90deg, currentcolor 0 0.23em, transparent 0 0.36em)";
const FAMILY = 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const FONT_PIXELS = 11; // of numbers on the axes, where texts have their usual size
// Between two ticks of an axis of steps or seconds: they are named by whole numbers.
const WHOLE = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

/**
 * The parts of a chart, in their figure: title, unit, plot, key, and a voice for those who hear it.
 * @param {HTMLElement} figure
 * @param {Spec} spec
 */
export function furnish(figure, spec) {
  const head = make(figure, "figcaption");
  make(head, "b", {}, spec.title);
  const why = make(
    head,
    "button",
    { type: "button", class: "why", "aria-label": `What this says: ${spec.title}` },
    "?",
  );
  why.addEventListener("click", () => goToTab("learn", { at: `#${spec.learn}` }));
  // The exported page may have no Learn tab to lead to.
  why.hidden = ![...document.querySelectorAll("[role=tab]")].some(
    (tab) => tab.textContent?.trim() === "Learn",
  );
  return {
    unit: make(figure, "p", { class: "unit" }, spec.unit),
    plot: make(figure, "div", { class: "plot", role: "img", tabindex: "0", "aria-label": spec.title }),
    key: make(figure, "div", { class: "key no-guide" }),
    voice: make(figure, "p", { class: "voice", role: "status" }),
  };
}

/**
 * The theme's colours as they are now: a canvas does not follow CSS by itself.
 * @param {Element} element
 */
export function palette(element) {
  const style = getComputedStyle(element);
  const read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    a: read("--line-a"),
    b: read("--line-b"),
    grid: read("--border-color-primary"),
    text: read("--body-text-color-subdued"),
    mark: `color-mix(in srgb, ${read("--body-text-color-subdued")} 60%, transparent)`,
  };
}

/**
 * Ticks of a logarithmic axis: 1, 2 and 5 of each power of ten, or the powers alone where these are many.
 * @param {number} low
 * @param {number} high
 */
function powers(low, high) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.floor(Math.log10(high))];
  const digits = Math.log10(high / low) > 2.2 ? [1] : [1, 2, 5];
  const all = [];
  for (let power = first; power <= last; power++) {
    for (const digit of digits) all.push(Number(`${digit}e${power}`));
  }
  const every = Math.ceil((last - first) / 4); // at most five
  return all.filter((value, i) => value >= low && value <= high && (digits.length > 1 || i % every === 0));
}

/**
 * The first series of uPlot that is a line of now: the x axis and the past ones come before.
 * @param {Spec} spec
 */
export const firstLineOf = ({ lines }) => 1 + PAST * lines.length;

/**
 * The line of the spec that a series of uPlot belongs to: past ones come first, then those of now.
 * @param {Spec} spec
 * @param {number} series
 */
const lineOf = ({ lines }, series) => lines[(series - 1) % lines.length];

/**
 * What uPlot is told of a chart once and for all.
 * @param {Spec} spec
 * @param {HTMLElement} plot
 * @param {HTMLElement} key
 * @param {() => ReturnType<typeof palette>} colors
 * @returns {uPlot.Options}
 */
export function optionsOf(spec, plot, key, colors) {
  const series = seriesOf(spec, colors);
  const color = (/** @type {number} */ i) => `var(--line-${lineOf(spec, i).color})`;
  return {
    width: plot.clientWidth || 220,
    height: plot.clientHeight || 112,
    padding: [5 * textScale(), 18 * textScale(), 0, 0],
    legend: {
      mount: (_, table) => key.append(table),
      markers: { width: 0, fill: (_, i) => (series[i].class === "guide" ? DASHES : color(i)) },
    },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 7, width: 0, fill: (_, i) => color(i) },
      hover: { skip: [null, undefined] },
      bind: { mousedown: () => null, mouseup: () => null, dblclick: () => null }, // it is read, and nothing else
      sync: spec.group ? { key: spec.group, scales: ["x", null] } : undefined,
    },
    axes: axesOf(spec, colors),
    series,
  };
}

/**
 * @param {Spec} spec
 * @param {() => ReturnType<typeof palette>} colors
 * @returns {uPlot.Series[]}
 */
function seriesOf(spec, colors) {
  const lines = Array.from({ length: (PAST + 1) * spec.lines.length }, (_, i) => {
    const isPast = i < PAST * spec.lines.length;
    const { label, color } = spec.lines[i % spec.lines.length];
    const stroke = () => colors()[color];
    const paths = spec.isBars ? uPlot.paths.bars?.({ size: [0.44, 100], align: i % 2 ? 1 : -1 }) : undefined;
    return {
      label,
      paths,
      stroke,
      fill: spec.isBars ? stroke : undefined,
      class: isPast ? "past" : "now",
      alpha: isPast ? 0.3 : 1,
      width: spec.isBars ? 0 : 1.7,
      points: { show: Boolean(spec.hasDots) && !isPast, size: 5, width: 0, fill: stroke },
    };
  });
  const guide = {
    label: spec.guide ?? "",
    class: spec.guide ? "guide" : "past",
    stroke: () => colors().text,
    dash: [4, 4],
    width: 1.2,
    points: { show: false },
  };
  return [{ value: () => "" }, ...lines, guide];
}

/**
 * @param {Spec} spec
 * @param {() => ReturnType<typeof palette>} colors
 * @returns {uPlot.Axis[]}
 */
function axesOf(spec, colors) {
  const scale = textScale();
  const look = {
    font: `${Math.round(FONT_PIXELS * scale)}px ${FAMILY}`, // uPlot understands whole pixels alone
    stroke: () => colors().text,
    grid: { stroke: () => colors().grid, width: 1 },
    ticks: { show: false },
    gap: 4 * scale,
  };
  const label = (/** @type {uPlot} */ _, /** @type {number[]} */ splits) => splits.map(short);
  /** @type {uPlot.Axis} */
  const y = { ...look, size: 36 * scale, space: 22 * scale, values: label };
  if (spec.isLogarithmic) {
    y.splits = (_, __, low, high) => powers(low, high);
    y.filter = (_, splits) => splits;
  }
  if (spec.isBars) y.incrs = [1, 2, 5, 10, 20]; // it counts
  if (spec.ticks) y.splits = spec.ticks;
  /** @type {uPlot.Axis} */
  const x = { ...look, grid: { show: false }, size: 20 * scale, space: 54 * scale };
  x.values = (_, splits) => splits.map(spec.across);
  if (spec.isBars) x.splits = [0, 0.5, 1];
  else x.incrs = WHOLE;
  return [x, y];
}

/**
 * All lines over one x axis, as uPlot wants them: undefined where a line has no value of its own.
 * @param {Shown} shown
 * @param {Spec} spec
 * @returns {uPlot.AlignedData}
 */
export function align({ lines, past = [], guide = null, last }, spec) {
  const table = (/** @type {Line} */ { x, y }) => [
    Array.from(x),
    Array.from(y, (value) => (Number.isFinite(value) ? value : null)),
  ];
  const none = () => [[], []];
  const pasts = Array.from({ length: PAST }, (_, i) =>
    spec.lines.map((_, k) => (past[i] ? table(past[i][k]) : none())),
  );
  const tables = [
    ...pasts.flat(),
    ...lines.map(table),
    spec.isBars
      ? none()
      : [
          [0, last],
          [guide, guide],
        ],
  ];
  return uPlot.join(/** @type {uPlot.AlignedData[]} */ (tables));
}
