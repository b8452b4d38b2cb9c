/** What a run learns to forge, and how the page calls it: digits, or pictures that a visitor has brought. */

/** @import { Shape } from "../engine/stages.js" */
/** @import { Dataset } from "../training/batch.js" */

import { pictureLength, shapeOf } from "../engine/stages.js";
import { tellSubject, wordsFor } from "../shared/subject.js";
import { areDrawings } from "../training/drawings.js";
import { OWN } from "./own_source.js";

const WALL = 64; // pictures on the wall
const USUAL = "mnist"; // what runs learn from where nothing else is chosen

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

/** What runs on each set learn to forge, as far as their host has said it. */
export class KnownOriginals {
  /** @type {Map<string, Originals | null>} by the name of the set; null: it is on its way */
  #known = new Map();
  #ask;

  /** @param {(dataset?: string) => Promise<Originals>} ask the host's `originals` (run.js) */
  constructor(ask) {
    this.#ask = ask;
  }

  /** @param {string} [name] @returns {Originals | null} the usual ones where those of the name are not known */
  of(name = USUAL) {
    return this.#known.get(name) ?? this.#known.get(USUAL) ?? null;
  }

  /**
   * Asks for those of a set, unless they are known or are the visitor's own pictures.
   * @param {string} [name]
   * @returns {Promise<boolean>} whether they were asked for
   * @throws {Error} one line: the host has no such set, or not yet. It is asked again the next time.
   */
  async learn(name = USUAL) {
    if (name === OWN || this.#known.has(name)) return false;
    this.#known.set(name, null);
    try {
      this.#known.set(name, await this.#ask(name === USUAL ? undefined : name));
    } catch (error) {
      this.#known.delete(name);
      throw error;
    }
    return true;
  }
}

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
