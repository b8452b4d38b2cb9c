// How a visitor's pictures are fitted: their size, and whether light and dark change places. The pictures decide, unless
// the visitor does.

import { find } from "../elements.js";

/** @import { Polarity } from "../../shared/pictures/treatment.js" */

/**
 * The multiplications that a step takes for a picture of a size, beside one of 28 pixels, with the networks of "fast".
 * @type {Record<number, number>}
 */
export const WORK = { 28: 1, 32: 1.3, 64: 2.4 };

/** @param {number} size pixels @returns {string} what the size costs, a sentence */
const costOf = (size) =>
  WORK[size] > 1
    ? `At ${size}×${size} a step is about ${WORK[size]} times the work of one at 28×28.`
    : `${size}×${size} is learned soonest; 64×64 shows more, and a step is about ${WORK[64]} times the work.`;

export class Fitting {
  #root;
  #size;
  #polarity;

  /**
   * @param {HTMLElement} root holds .fitting, and .cost for the sentence
   * @param {() => void} changed is told when the visitor has chosen otherwise
   */
  constructor(root, changed) {
    this.#root = root;
    this.#size = find(root, ".fit-size", HTMLSelectElement);
    this.#polarity = find(root, ".fit-polarity", HTMLSelectElement);
    for (const each of [this.#size, this.#polarity]) each.addEventListener("change", changed);
  }

  /** What is chosen. @returns {{size: number | null, polarity: Polarity}} size: null where the pictures decide */
  get choice() {
    const polarity = /** @type {Polarity} */ (this.#polarity.value);
    return { size: Number(this.#size.value) || null, polarity };
  }

  /** Shows the choices beside what was read. @param {number | null} size that the pictures got; null: none are read */
  show(size) {
    find(this.#root, ".fitting").hidden = size === null;
    find(this.#root, ".cost").textContent = size === null ? "" : costOf(size);
  }
}
