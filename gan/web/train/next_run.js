/** What the next run will be started with, as a visitor has set it. */

import { find, findInput } from "./elements.js";

/** @import { FirstCommand, Wish } from "./run.js" */

/**
 * A choice that nobody here can train is shown, and cannot be made.
 *
 * @param {HTMLOptionElement} option
 * @param {boolean} isThere
 */
export function markMissing(option, isThere) {
  if (isThere) return;
  option.disabled = true;
  option.textContent += " (not in this page)";
}

export class NextRun {
  #recipe;
  #seed;
  #conditional;

  /**
   * @param {HTMLElement} root holds the fields .recipe, .seed and .conditional
   * @param {(recipe: string) => boolean} canTrain whether there is who trains it
   */
  constructor(root, canTrain) {
    this.#recipe = find(root, ".recipe", HTMLSelectElement);
    for (const option of this.#recipe.options) markMissing(option, canTrain(option.value));
    this.#seed = findInput(root, ".seed");
    this.#conditional = findInput(root, ".conditional");
  }

  /** The name of the chosen recipe (gan/recipes.py). */
  get recipe() {
    return this.#recipe.value;
  }

  /**
   * Sets the fields. A recipe that the page does not offer is left out.
   * @param {{recipe?: string, seed?: number, isConditional?: boolean}} values
   */
  set({ recipe, seed, isConditional }) {
    const offered = [...this.#recipe.options].filter((option) => !option.disabled);
    if (offered.some(({ value }) => value === recipe)) {
      this.#recipe.value = recipe ?? "";
      this.#recipe.dispatchEvent(new Event("change"));
    }
    if (seed !== undefined) this.#seed.value = String(seed);
    if (isConditional !== undefined) this.#conditional.checked = isConditional;
  }

  /** What it is, for a visitor. */
  get words() {
    const networks = this.#recipe.selectedOptions[0].label.toLowerCase();
    return `${networks}, seed ${this.seed}, ${this.isConditional ? "conditional" : "unconditional"}`;
  }

  get seed() {
    return Number(this.#seed.value);
  }

  /** Whether the networks are told the digit. */
  get isConditional() {
    return this.#conditional.checked;
  }

  /** @param {FirstCommand} first @returns {Wish} */
  wish(first) {
    const { recipe, seed, isConditional } = this;
    return { recipe, seed, first_command: first, conditional: isConditional };
  }

  /**
   * The wish for a failure of the lab: it was tried with networks that are not told the digit.
   *
   * @param {string} name
   * @returns {Wish}
   */
  wishForFailure(name) {
    return { recipe: name, seed: this.seed, first_command: "run", conditional: false };
  }
}
