/** What a run learns to forge, and how the page calls it: digits, or pictures that a visitor has brought. */

/** @import { Shape } from "../engine/stages.js" */
/** @import { Dataset } from "../training/batch.js" */

import { pictureLength, shapeOf } from "../engine/stages.js";
import { tellSubject, wordsFor } from "../shared/subject.js";
import { areDrawings } from "../training/drawings.js";

const WALL = 64; // pictures on the wall

/**
 * @typedef {object} Originals
 * @property {string} singular "digit" or "picture"
 * @property {string} plural
 * @property {string[]} class_names [] where there are no classes
 * @property {Required<Shape>} shape of a picture
 * @property {number} shown how many of `reals` are pictures: a small set has fewer than 64
 * @property {Uint8Array} reals its first pictures, then black ones, [64 · size² · channels]
 * @property {Dataset | null} own all of them, where that are the visitor's own and this page has them
 * @property {boolean} isDrawn whether they are light ink on a dark ground, which a light page shows the other way round
 */

/** @param {string[]} names @returns {boolean} whether they are the ten digits */
const areDigits = (names) => names.length === 10 && names.every((name, digit) => name === String(digit));

/**
 * @param {Pick<Dataset, "images" | "class_names" | "channels" | "size">} dataset its first pictures at least
 * @returns {Originals}
 */
export function originalsOf(dataset) {
  const { images, class_names, channels } = dataset;
  const size = pictureLength(dataset);
  const first = images.subarray(0, WALL * size);
  const reals = new Uint8Array(WALL * size);
  reals.set(first);
  const [singular, plural] =
    areDigits(class_names) && channels === 1 ? ["digit", "digits"] : ["picture", "pictures"];
  const isDrawn = areDrawings(dataset);
  return {
    singular,
    plural,
    class_names,
    shape: shapeOf(size),
    shown: first.length / size,
    reals,
    own: null,
    isDrawn,
  };
}

/** @param {Originals} originals @returns {Uint8Array} those of its `reals` that are pictures, [shown · size² · channels] */
export const firstOf = ({ reals, shown }) => reals.subarray(0, (shown * reals.length) / WALL);

/** @param {Dataset} dataset the visitor's own pictures @returns {Originals} */
export const originalsOfOwn = (dataset) => ({ ...originalsOf(dataset), own: dataset });

/**
 * Makes Train and the masthead speak of them, and shows them as they are.
 * @param {HTMLElement} root elements with data-original get the word, in its "singular" or its "plural"
 * @param {Originals} originals
 */
export function speakOf(root, originals) {
  const { singular, plural, class_names } = originals;
  tellSubject("train", wordsFor(singular, plural, singular === "digit" && areDigits(class_names)));
  for (const each of root.querySelectorAll("[data-original]")) {
    each.textContent = each.getAttribute("data-original") === "plural" ? plural : singular;
  }
  root.classList.toggle("no-ink", !originals.isDrawn);
}
