// What a model makes, in words: digits, fashion items, or just pictures; and what its classes are called.

/** @import { ModelConfig } from "../engine/types.js" */

import { canRead } from "../engine/stages.js";

/** @import { TabName } from "./tabs.js" */

/**
 * @typedef {object} Words
 * @property {string} singular "digit"
 * @property {string} plural "digits"
 * @property {string} long the plural with all that is known: "handwritten digits"
 * @property {string} claim what is true of each of the pictures
 *
 * @typedef {Words & About} Subject
 *
 * @typedef {object} About
 * @property {boolean} isDigits of MNIST: its digits are framed alike, and can be read
 * @property {boolean} isRead whether the classifier of digits reads them
 * @property {boolean} isDrawn light ink on a dark ground, which on paper is shown the other way round
 * @property {"ink" | "light"} medium what a pixel of a larger number has more of, as it is shown
 * @property {string[]} classes what each class is called; empty for a model that is told none
 */

/**
 * What files of runs in the page do not say of the data sets that a page may have (gan/exploring/subjects.py has them).
 * @type {Record<string, {singular: string, kind: string}>}
 */
const KNOWN = {
  mnist: { singular: "digit", kind: "drawings" },
  "fashion-mnist": { singular: "fashion item", kind: "pictures" },
};

/**
 * @param {string} singular
 * @param {string} plural
 * @param {boolean} isDigits whether they are handwritten digits
 * @returns {Words}
 */
export const wordsFor = (singular, plural, isDigits) => ({
  singular,
  plural,
  long: isDigits ? "handwritten digits" : plural,
  claim: isDigits ? "No hand ever wrote one of these." : "None of these is real.",
});

/** Tells the masthead (shell/masthead.js) what a tab shows. @param {TabName} tab @param {Words} words */
export const tellSubject = (tab, words) =>
  dispatchEvent(new CustomEvent("forger:subject", { detail: { tab, words } }));

/**
 * What a file's metadata say (gan/exploring/page_model.py). Files of runs in the page, and older ones, say less.
 * @param {Record<string, string>} metadata
 * @param {Pick<ModelConfig, "classes" | "channels" | "size">} config
 * @returns {Subject}
 */
export function subjectOf(metadata, config) {
  const { classes, channels } = config;
  const isDigits = metadata.dataset === "mnist";
  const known = KNOWN[metadata.dataset] ?? { singular: "picture", kind: "drawings" };
  const { singular, kind, plural = `${singular}s` } = { ...known, ...metadata };
  const isDrawn = channels === 1 && kind === "drawings";
  return {
    ...wordsFor(singular, plural, isDigits),
    isDigits,
    isRead: isDigits && canRead(config),
    isDrawn,
    medium: isDrawn ? "ink" : "light",
    classes: classNames(metadata.class_names, classes),
  };
}

/**
 * @param {string | undefined} text the names as JSON, from a file that anybody may have written
 * @param {number} count
 * @returns {string[]} as many; 0, 1, … where there are no others
 */
function classNames(text, count) {
  const numbers = Array.from({ length: count }, (_, i) => String(i));
  try {
    const names = JSON.parse(text ?? "");
    const fits =
      Array.isArray(names) && names.length === count && names.every((name) => typeof name === "string");
    return fits ? names : numbers;
  } catch {
    return numbers;
  }
}

/**
 * @param {Subject} subject
 * @param {number} label the class
 * @returns {string} "3" of the digits, "Sneaker", or "digit" of a model that is told no class
 */
export const nameOfOne = ({ classes, singular }, label) => classes[label] ?? singular;

/**
 * @param {Subject} subject
 * @param {number} label the class
 * @returns {string} "3s", "pictures of “Sneaker”", or "digits" of a model that is told no class
 */
export function nameOfMany({ classes, plural }, label) {
  const name = classes[label];
  if (name === undefined) return plural;
  return [...name].length === 1 ? `${name}s` : `pictures of “${name}”`;
}

/**
 * Says in the page what is made: text of elements with data-say, and attributes of those with data-say-title and
 * data-say-label, where {singular} and the like stand for words.
 * @param {ParentNode} root
 * @param {Words} subject
 */
export function say(root, subject) {
  const words = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (subject));
  /** @param {string} text */
  const fill = (text) => text.replace(/\{(\w+)\}/g, (_, word) => String(words[word]));
  for (const [data, attribute] of /** @type {const} */ ([
    ["data-say-title", "title"],
    ["data-say-label", "aria-label"],
  ])) {
    for (const each of root.querySelectorAll(`[${data}]`)) {
      each.setAttribute(attribute, fill(each.getAttribute(data) ?? ""));
    }
  }
  for (const each of root.querySelectorAll("[data-say]")) {
    each.textContent = fill(each.getAttribute("data-say") ?? "");
  }
}
