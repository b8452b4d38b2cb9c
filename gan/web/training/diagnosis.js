// How a run is doing, in plain words: the rules of gan/live/diagnosis.json, read as gan/live/diagnosis.py reads them.

/** @import { Advice, Condition, Diagnosis, Rule, Rules, Signals } from "./types.js" */

const TINY = 1e-9; // in the place of a gradient of 0, which has no logarithm

/**
 * The signals, and what follows from them (`_numbers` in gan/live/diagnosis.py).
 * @typedef {Signals & {commonest_share: number, healthy_digits: number, digits_share: number, shortfall: number}} Numbers
 */

/** @type {Record<string, (value: number, threshold: number) => boolean>} */
const COMPARISONS = {
  "<": (value, threshold) => value < threshold,
  ">": (value, threshold) => value > threshold,
  ">=": (value, threshold) => value >= threshold,
};

/** @type {Record<string, (values: number[]) => number>} */
const STATISTICS = {
  last: (values) => values[values.length - 1],
  mean,
  geometric_mean: (values) => Math.exp(mean(values.map((value) => Math.log(Math.max(value, TINY))))),
};

/** @type {Record<string, (value: number) => string>} */
const FORMS = {
  percent: (value) => `${Math.round(100 * value)}%`,
  number: (value) => Math.round(value).toLocaleString("en"),
  decimal: (value) => (Math.round(10 * value) / 10).toFixed(1),
  magnitude,
};

/**
 * The diagnosis of a run.
 * @param {Rules} rules
 * @param {Signals[]} signals of the run, from the oldest to the newest
 * @param {string | null} loss the name of the GAN's loss, or "weight-clip" where clipped weights bound D in the place of
 *   R1; null for an autoencoder
 * @returns {Diagnosis}
 */
export function diagnose(rules, signals, loss) {
  const recent = signals.slice(-rules.signals_that_agree).map((each) => numbersOf(rules, each));
  const groups = groupsOf(rules, loss);
  const mine = rules.rules.filter((rule) => rule.of.some((group) => groups.includes(group)));
  const isEarly = recent.length < rules.signals_that_agree;
  const fits = (/** @type {Rule} */ rule) => rule.when.every((condition) => holds(condition, recent));
  const rule = (isEarly ? null : mine.find(fits)) ?? mine[0]; // the first says that it is too early to say
  const text = rule.text.replace(/\{(\w+) (\w+)(?: as (\w+))?\}/g, (_, statistic, signal, form) =>
    say(rules, statistic, signal, form, recent),
  );
  return { name: rule.name, text, ...repairOf(rules, rule, loss) };
}

/**
 * What to do, for a run that may have something else in the place of R1.
 * @param {Rules} rules
 * @param {Rule} rule
 * @param {string | null} loss
 */
function repairOf(rules, rule, loss) {
  const hasR1 = "r1_gamma" in (rule.change ?? {});
  /** @type {Advice} */
  const advised = (hasR1 && rules.in_place_of_r1[loss ?? ""]) || rule;
  const { advice = "", change = {}, loss: newLoss = "" } = advised;
  const repair = Object.keys(change).length ? (rule.repair ?? "") : "";
  return { advice, change: { ...change }, repair, loss: newLoss };
}

/**
 * What the rules for a run with this loss are called.
 * @param {Rules} rules
 * @param {string | null} loss
 */
function groupsOf({ losses }, loss) {
  if (loss === null) return ["autoencoder"];
  return [loss, ...Object.keys(losses).filter((group) => losses[group].includes(loss))];
}

/**
 * @param {Rules} rules
 * @param {Signals} signals
 * @returns {Numbers}
 */
function numbersOf({ commonest_digits, healthy_run }, signals) {
  const largest = [...signals.shares].sort((a, b) => a - b).slice(-commonest_digits);
  const healthy_digits = healthy_run.filter(({ step }) => step <= signals.step).at(-1)?.digits ?? NaN;
  return {
    ...signals,
    commonest_share: largest.reduce((sum, share) => sum + share, 0),
    healthy_digits,
    digits_share: signals.digits / healthy_digits,
    shortfall: -signals.logit_difference,
  };
}

/** @param {Condition} condition @param {Numbers[]} recent */
function holds([statistic, signal, comparison, threshold], recent) {
  const values = valuesOf(signal, recent);
  const compare = COMPARISONS[comparison];
  if (statistic === "every") return values.every((value) => compare(value, threshold));
  return compare(STATISTICS[statistic](values), threshold);
}

/**
 * What stands for {statistic signal as form} in a text.
 * @param {Rules} rules
 * @param {string} statistic
 * @param {string} signal
 * @param {string} form
 * @param {Numbers[]} recent
 */
function say(rules, statistic, signal, form, recent) {
  if (statistic === "commonest" && signal === "digits") {
    return commonestDigits(rules, recent[recent.length - 1].shares);
  }
  return FORMS[form](STATISTICS[statistic](valuesOf(signal, recent)));
}

/** @param {string} signal @param {Numbers[]} recent */
const valuesOf = (signal, recent) =>
  recent.map((each) => Number(each[/** @type {keyof Numbers} */ (signal)]));

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * A number from 0 to 1 in one significant digit: "0.02", "3e-6".
 * @param {number} value
 */
function magnitude(value) {
  return value >= 1e-3 || value === 0 ? String(Number(value.toPrecision(1))) : value.toExponential(0);
}

/**
 * The one or two digits that make up nearly all readable fakes, as "1s and 7s".
 * @param {Rules} rules
 * @param {number[]} shares of each digit
 */
function commonestDigits({ share_of_a_single_digit, commonest_digits }, shares) {
  const order = [...shares.keys()].sort((a, b) => shares[b] - shares[a]);
  const count = shares[order[0]] > share_of_a_single_digit ? 1 : commonest_digits;
  const few = order.slice(0, count).sort((a, b) => a - b);
  return few.map((digit) => `${digit}s`).join(" and ");
}
