// The six charts of a run, live or recorded: what each shows, and what it says of it.

import { createChart } from "./chart.js";
import { columns, extent, qualityColumns } from "./curves.js";

/**
 * @typedef {import("./appearance.js").Shown} Shown
 * @typedef {import("./appearance.js").Spec} Spec
 * @typedef {import("./curves.js").Field} Field
 * @typedef {import("./curves.js").Line} Line
 * @typedef {Omit<Spec, "group" | "across" | "name" | "read">} Words what a chart is of, wherever it stands
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
 * @property {Record<string, Packed>} arrays curve, past/0 …, qualities, real_logits, fake_logits
 */

const BINS = 20;
const PROBABILITIES = new Set(["minimax", "non-saturating", "dragan", "as-printed"]); // CROSS_ENTROPY in gan/config.py
const GUESSING = 2 * Math.LN2; // D's loss where it says ½ to everything

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

/** @type {Record<string, Words>} */
const WORDS = {
  losses: LOSSES,
  belief: BELIEF,
  histogram: HISTOGRAM,
  gradients: GRADIENTS,
  frechet: FRECHET,
  digits: DIGITS,
};

/** @type {Record<string, [Field, Field]>} */
const FIELDS = {
  losses: ["discriminator_loss", "generator_loss"],
  belief: ["real_score", "fake_score"],
  gradients: ["discriminator_gradient", "generator_gradient"],
};

const number = (/** @type {number} */ value) => Math.round(value).toLocaleString("en");
/** @param {number} step */
export const acrossSteps = (step) => (step ? number(step) : "step 0");
const acrossBelief = (/** @type {number} */ place) => ({ 0: "fake", 0.5: "½", 1: "real" })[place] ?? "";
const nameStep = (/** @type {number} */ step) => `step ${number(step)}`;
/** @param {number} place */
function nameBelief(place) {
  const bin = Math.min(BINS - 1, Math.floor(BINS * place));
  return `a probability of ${bin / BINS} to ${(bin + 1) / BINS}`;
}
let groups = 0; // of charts with one cursor

/**
 * @param {HTMLElement} root holds figures with data-chart, and .reading
 */
export function createCharts(root) {
  const reading = /** @type {HTMLElement} */ (root.querySelector(".charts .reading"));
  const usual = reading.textContent ?? "";
  const group = `run ${groups++}`;
  /** @type {Snapshot | null} */
  let run = null;

  // The step that is pointed at, and what was changed near it.
  function readStep(/** @type {number | null} */ step) {
    const near = 0.012 * (run?.step ?? 0);
    const event = step !== null && run?.events.findLast((each) => Math.abs(each.step - step) <= near);
    reading.textContent = step === null ? usual : `Step ${number(step)}${event ? `: ${event.text}` : ""}`;
  }

  function readBelief(/** @type {number | null} */ place) {
    reading.textContent = place === null ? usual : `Real with ${nameBelief(place)}, says D.`;
  }

  const charts = Object.fromEntries(
    Object.entries(WORDS).map(([kind, words]) => {
      const figure = /** @type {HTMLElement} */ (root.querySelector(`[data-chart="${kind}"]`));
      const own = words.isBars
        ? { across: acrossBelief, name: nameBelief, read: readBelief }
        : { group, across: acrossSteps, name: nameStep, read: readStep };
      return [kind, createChart(figure, { ...words, ...own })];
    }),
  );

  return {
    /** @param {Snapshot} snapshot */
    draw(snapshot) {
      const before = run;
      run = snapshot;
      const isStill = snapshot.status !== "running";
      const { curve, qualities } = snapshot.arrays;
      charts.histogram.update({ ...histogram(snapshot), isStill });
      // A recording's are the same all along.
      if (before && before.arrays.curve === curve && before.arrays.qualities === qualities) return;
      const last = Math.max(
        1,
        snapshot.step,
        ...columns(curve.values).step.slice(-1),
        ...pasts(snapshot).map(({ step }) => step.at(-1) ?? 0),
      );
      const shared = { last, marks: snapshot.events.map(({ step }) => step), isStill };
      for (const kind of ["losses", "belief", "gradients"])
        charts[kind].update({ ...curves(kind, snapshot), ...shared });
      charts.frechet.update({ ...frechetOf([frechetLine(snapshot)], snapshot.real_frechet), ...shared });
      const { step: x, digits: y } = qualityColumns(qualities.values);
      charts.digits.update({ lines: [{ x, y }], guide: 10, span: [0, 10.6], ...shared });
    },

    /** @param {number | null} step the moment that the timeline shows, or null: the present */
    goTo(step) {
      for (const [kind, chart] of Object.entries(charts)) if (kind !== "histogram") chart.goTo(step);
    },
  };
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
  const isProbability = PROBABILITIES.has(snapshot.loss);
  if (kind === "belief") {
    const unit = isProbability ? undefined : "mean of σ(D) · no probability with this loss";
    return { lines: now, past, span: [0, 1], guide: isProbability ? 0.5 : null, unit };
  }
  const isLogarithmic = kind === "gradients";
  const guide = kind === "losses" && isProbability ? GUESSING : null;
  const isInNats = isLogarithmic || isProbability || snapshot.loss === "relativistic";
  const unit = isInNats ? undefined : "no unit · lower is better for each";
  const span = extent([...now, ...past.flat()], WORDS[kind].empty, isLogarithmic, guide);
  return { lines: now, past, span, guide, unit };
}

/**
 * @param {Snapshot} snapshot
 * @returns {Line}
 */
function frechetLine({ arrays }) {
  const { step: x, frechet_distance: y } = qualityColumns(arrays.qualities.values);
  return { x, y };
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

/**
 * How many of the real digits, and of the fakes, D gives which probability.
 * @param {Snapshot} snapshot
 * @returns {Pick<Shown, "lines" | "span" | "last" | "words">}
 */
function histogram({ arrays }) {
  const x = Array.from({ length: BINS }, (_, i) => (i + 0.5) / BINS);
  const kinds = ["real_logits", "fake_logits"].map((name) => {
    const beliefs = Array.from(arrays[name]?.values ?? [], (logit) => 1 / (1 + Math.exp(-logit)));
    const counts = new Array(BINS).fill(0);
    for (const belief of beliefs) counts[Math.min(BINS - 1, Math.floor(BINS * belief))]++;
    return { counts, believed: beliefs.filter((belief) => belief > 0.5).length, count: beliefs.length };
  });
  const [real, fakes] = kinds;
  const most = Math.max(4, ...kinds.flatMap(({ counts }) => counts));
  return {
    lines: kinds.map(({ counts }) => ({ x, y: counts })),
    span: [0, 1.08 * most],
    last: 1,
    words: `D believes ${real.believed} of ${real.count} real digits, and ${fakes.believed} of ${fakes.count} fakes.`,
  };
}
