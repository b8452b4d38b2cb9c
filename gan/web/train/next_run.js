/** What the next run will be started with, as a visitor has set it. */

import { find, findInput } from "./elements.js";

/** @import { FirstCommand, Wish } from "./run.js" */

export class NextRun {
  #recipe;
  #seed;
  #conditional;

  /** @param {HTMLElement} root holds the fields .recipe, .seed and .conditional */
  constructor(root) {
    this.#recipe = find(root, ".recipe", HTMLSelectElement);
    this.#seed = findInput(root, ".seed");
    this.#conditional = findInput(root, ".conditional");
  }

  /** The name of the chosen recipe (gan/recipes.py). */
  get recipe() {
    return this.#recipe.value;
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

  /** The wish for a failure of the lab, which was tried with networks that are not told the digit. @param {string} name @returns {Wish} */
  wishForFailure(name) {
    return { recipe: name, seed: this.seed, first_command: "run", conditional: false };
  }
}
