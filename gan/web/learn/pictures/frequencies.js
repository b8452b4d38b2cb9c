// How often each digit comes among the forgeries of a G that is not told which to draw: counted by the classifier, while
// the figure is on the screen.

/** @import { KnownModel } from "../../shared/known_model.js" */
/** @import { RealDigits } from "../forgery/real_digits.js" */

import { within } from "../../shared/elements.js";
import { make, paintGrid } from "../../shared/paint.js";
import { unmoved } from "../../shared/state.js";
import { everyFrame, maySelfStart } from "../on_screen.js";

const PART = 16; // forgeries that are made at once, and shown
const ALL = 320; // forgeries that are counted
const TALLEST = 0.2; // the share of the forgeries at which a bar is full

/**
 * @param {number[]} counts of each digit
 * @returns {string} which digits come most and least often, and which are missing
 */
export function describe(counts) {
  const total = counts.reduce((a, b) => a + b, 0);
  const named = counts.map((count, digit) => ({
    digit,
    share: `${Math.round((100 * count) / total)} %`,
    count,
  }));
  const [most] = named.toSorted((a, b) => b.count - a.count);
  const missing = named.filter(({ count }) => count === 0).map(({ digit }) => digit);
  const least = named.reduce((a, b) => (b.count < a.count ? b : a));
  const rest = missing.length
    ? `no ${new Intl.ListFormat("en", { type: "disjunction" }).format(missing.map(String))}`
    : `least often ${least.digit} (${least.share})`;
  return `Of ${total} forgeries: most often ${most.digit} (${most.share}), ${rest}`;
}

/**
 * Brings frequencies.html to life.
 * @param {HTMLElement} root holds its figure
 * @param {Promise<KnownModel | null>} model that is told no digit; null if no such model is on this page
 * @param {() => Promise<RealDigits>} load the real digits
 */
export async function mountFrequencies(root, model, load) {
  const { find, canvas } = within(root);
  try {
    const known = await model;
    root.hidden = !known;
    if (!known) return;
    const { labels } = await load();
    const census = new Census(root, known, sharesOf([...labels]));
    everyFrame(canvas("canvas"), () => census.go());
  } catch (error) {
    find(".error").textContent = `The forgeries cannot be counted: ${/** @type {Error} */ (error).message}.`;
  }
}

/** @param {number[]} labels @returns {number[]} the share of each digit */
export const sharesOf = (labels) =>
  Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length / labels.length);

/** @param {number} share @returns {number} of the height of the columns, 0…1 */
const height = (share) => Math.min(1, share / TALLEST);

class Census {
  /** @param {HTMLElement} root @param {KnownModel} model @param {number[]} real the share of each real digit */
  constructor(root, model, real) {
    this.model = model;
    this.elements = within(root);
    this.bars = real.map((share, digit) => {
      const column = make(this.elements.find(".columns"), "span");
      const space = make(column, "span", { class: "space" });
      make(space, "b", { style: `bottom: ${100 * height(share)}%` });
      column.append(String(digit));
      return make(space, "i");
    });
    this.isBusy = false;
    this.counts = new Array(10).fill(0);
    this.total = 0;
  }

  /** Makes a few more forgeries and counts them, unless it is doing so or has enough. */
  async go() {
    if (this.isBusy || this.total >= ALL) return;
    this.isBusy = true;
    const { model, total } = this;
    const seeds = Array.from({ length: PART }, (_, i) => total + i);
    const z = seeds.flatMap((seed) => [...model.z({ ...unmoved, seed, digit: 0 })]);
    try {
      const { pictures, read } = await model.engine.sheet({
        model: model.id,
        z: Float32Array.from(z),
        digits: seeds.map(() => 0),
        with_scores: true,
      });
      if (!read) throw new Error("The digits cannot be read: there is no classifier");
      this.count(pictures, read);
    } catch (error) {
      this.total = ALL;
      this.elements.find(".error").textContent = `${/** @type {Error} */ (error).message}.`;
    }
    this.isBusy = false;
  }

  /** @param {Uint8Array} pictures [PART · 784] @param {number[]} read the digit of each */
  count(pictures, read) {
    for (const digit of read) this.counts[digit]++;
    this.total += read.length;
    if (!maySelfStart() && this.total < ALL) return; // the end is shown, not the way there
    paintGrid(this.elements.canvas("canvas"), pictures, 4);
    this.bars.forEach((bar, digit) => {
      bar.style.transform = `scaleY(${height(this.counts[digit] / this.total)})`;
    });
    this.elements.find(".reading").textContent = describe(this.counts);
  }
}
