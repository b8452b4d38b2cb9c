// From a picture back to z: the search that Explore's Draw makes, on a real digit, while the figure is on the screen.

/** @import { Search } from "../../engine/types.js" */
/** @import { KnownModel } from "../../shared/known_model.js" */
/** @import { RealDigits } from "../forgery/real_digits.js" */

import { STEPS } from "../../engine/inversion.js";
import { within } from "../../shared/elements.js";
import { paint } from "../../shared/paint.js";
import { everyFrame, maySelfStart } from "../on_screen.js";

/**
 * Brings search.html to life.
 * @param {HTMLElement} root holds its figure
 * @param {Promise<KnownModel | null>} model of digits; null if no such model is on this page
 * @param {() => Promise<RealDigits>} load the real digits
 */
export async function mountSearch(root, model, load) {
  const { find, button, canvas } = within(root);
  try {
    const known = await model;
    root.hidden = !known;
    if (!known) return;
    const hunt = new Hunt(root, known, await load());
    button(".other").addEventListener("click", () => hunt.begin());
    everyFrame(canvas(".real"), () => hunt.go());
  } catch (error) {
    find(".error").textContent = `The search cannot begin: ${/** @type {Error} */ (error).message}.`;
  }
}

class Hunt {
  /** @param {HTMLElement} root @param {KnownModel} model @param {RealDigits} real */
  constructor(root, model, real) {
    this.model = model;
    this.real = real;
    this.elements = within(root);
    this.number = -1; // of the real digit that is looked for
    this.isBusy = false;
    this.begin();
  }

  /** Another real digit, for which nothing is found yet. */
  begin() {
    this.number = (this.number + 1) % this.real.labels.length;
    this.picture = this.real.images.slice(784 * this.number, 784 * (this.number + 1));
    /** @type {Search | null} */
    this.search = null;
    this.isOver = false;
    paint(this.elements.canvas(".real"), this.picture);
  }

  /** A few steps, unless they are under way or it has ended. */
  async go() {
    if (this.isBusy || this.isOver) return;
    this.isBusy = true;
    const { model, number, search, picture } = this;
    const { engine, id } = model;
    try {
      const next = search
        ? await engine.continueSearch({ model: id, search })
        : await engine.startSearch({ model: id, picture: /** @type {Uint8Array} */ (picture) });
      if (number === this.number) await this.show(next);
    } catch (error) {
      this.isOver = true;
      this.elements.find(".error").textContent = `${/** @type {Error} */ (error).message}.`;
    }
    this.isBusy = false;
  }

  /** @param {Search} search */
  async show(search) {
    const { model, number, elements } = this;
    const { z, digits, errors, step } = search;
    this.search = search;
    this.isOver = step >= STEPS;
    if (!this.isOver && !maySelfStart()) return; // the end is shown, not the way there
    const error = Math.min(...errors);
    const best = errors.indexOf(error);
    const { z_dim } = model.config;
    const found = await model.draw(z.slice(best * z_dim, (best + 1) * z_dim), digits[best]);
    if (number !== this.number) return;
    paint(elements.canvas(".found"), found);
    elements.find(".reading").textContent =
      `Step ${step} of ${STEPS}: the pixels differ by ${error.toFixed(3)}`;
  }
}
