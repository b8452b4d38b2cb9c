/** What a run learns to forge, and how the page calls it: digits, or pictures that a visitor has brought. */

/** @import { Shape } from "../engine/stages.js" */
/** @import { Dataset } from "../training/batch.js" */

import { pictureLength, shapeOf } from "../engine/stages.js";

const WALL = 64; // pictures on the wall
const DARK = 64; // a ground of at most this level is dark: light ink lies on it

/**
 * @typedef {object} Subject
 * @property {string} one "digit" or "picture"
 * @property {string} many
 * @property {string[]} class_names [] where there are no classes
 * @property {Required<Shape>} shape of a picture
 * @property {number} shown how many of `reals` are pictures: a small set has fewer than 64
 * @property {Uint8Array} reals its first pictures, then black ones, [64 · size² · channels]
 * @property {boolean} isInk whether they are light ink on a dark ground, which a light page shows the other way round
 */

/** @param {string[]} names @returns {boolean} whether they are the ten digits */
const areDigits = (names) => names.length === 10 && names.every((name, digit) => name === String(digit));

/**
 * @param {Pick<Dataset, "images" | "class_names" | "channels" | "size">} dataset its first pictures at least
 * @returns {Subject}
 */
export function subjectOf(dataset) {
  const { images, class_names, channels } = dataset;
  const shape = shapeOf(pictureLength(dataset));
  const size = pictureLength(shape);
  const first = images.subarray(0, WALL * size);
  const reals = new Uint8Array(WALL * size);
  reals.set(first);
  const [one, many] =
    areDigits(class_names) && channels === 1 ? ["digit", "digits"] : ["picture", "pictures"];
  const isInk = channels === 1 && groundOf(first, shape.size) <= DARK;
  return { one, many, class_names, shape, shown: first.length / size, reals, isInk };
}

/** @param {Uint8Array} pictures [n · size²] @param {number} size @returns {number} the median level of their corners */
function groundOf(pictures, size) {
  const corners = [];
  const length = size * size;
  for (let start = 0; start < pictures.length; start += length) {
    for (const corner of [0, size - 1, length - size, length - 1]) corners.push(pictures[start + corner]);
  }
  return corners.sort((a, b) => a - b)[corners.length >> 1] ?? 0;
}

/**
 * Makes a page speak of it.
 * @param {HTMLElement} root holds elements with data-one or data-many, whose text is the word
 * @param {Subject} subject
 */
export function speakOf(root, { one, many, isInk }) {
  for (const each of root.querySelectorAll("[data-one]")) each.textContent = one;
  for (const each of root.querySelectorAll("[data-many]")) each.textContent = many;
  root.classList.toggle("no-ink", !isInk);
}
