// What was read, in one sentence that a visitor checks before training (gan/data/summary.py).

import { number } from "../../shared/text.js";

const [MAX_CLASSES, FIRST_CLASSES] = [12, 6]; // up to so many classes are all named; of more, the first and the last
const MAX_NAMED = 10; // damaged files that are named

/** @param {string[]} names */
function classesIn(names) {
  if (!names.length) return "no classes";
  const shown = names.length <= MAX_CLASSES ? names : [...names.slice(0, FIRST_CLASSES), "…", names.at(-1)];
  return `${names.length} classes: ${shown.join(", ")}`;
}

/** @param {number} count @param {string} noun */
const several = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;

/**
 * @param {object} read
 * @param {number} read.count pictures
 * @param {number} read.size pixels, their height and width
 * @param {number} read.channels 1 or 3
 * @param {string[]} read.class_names [] where there are none
 * @param {Record<string, number>} read.leftOut endings of files that are not read -> how many
 * @param {string[]} read.damaged names of files that could not be read
 * @param {string[]} read.remarks
 * @returns {string} "9 pictures, 28×28 in grey, 2 classes: cat, dog; 1 file left out: 1 .heic"
 */
export function summarize({ count, size, channels, class_names, leftOut, damaged, remarks }) {
  const kind = channels === 1 ? "grey" : "colour";
  const sentence = [`${several(count, "picture")}, ${size}×${size} in ${kind}, ${classesIn(class_names)}`];
  const others = Object.entries(leftOut).sort((a, b) => b[1] - a[1]);
  const reasons = others.map(([ending, many]) => `${number(many)} ${ending}`);
  if (damaged.length) {
    const more = damaged.length > MAX_NAMED ? ", …" : "";
    reasons.push(`${number(damaged.length)} damaged (${damaged.slice(0, MAX_NAMED).join(", ")}${more})`);
  }
  const total = others.reduce((sum, [, many]) => sum + many, 0) + damaged.length;
  if (total) sentence.push(`${several(total, "file")} left out: ${reasons.join(", ")}`);
  return [...sentence, ...remarks].join("; ");
}
