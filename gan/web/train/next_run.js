/** What the next run will be started with, as a visitor has set it. */

import { seedIn } from "../engine/latents.js";
import { find, findInput } from "./elements.js";

/** @import { DataChoice } from "./data_choice.js" */
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
  #data;
  #seed;
  #conditional;

  /**
   * @param {HTMLElement} root holds the fields .recipe, .seed and .conditional
   * @param {(recipe: string) => boolean} canTrain whether there is who trains it
   * @param {Pick<DataChoice, "name" | "pictures">} data what it learns from
   */
  constructor(root, canTrain, data) {
    this.#data = data;
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

  /** NaN where the field is empty. It may be no seed at all: who starts a run checks it. */
  get seed() {
    return seedIn(this.#seed.value);
  }

  /** Whether the networks are told the class. */
  get isConditional() {
    return this.#conditional.checked;
  }

  /** Suits the choice of classes to what it learns from. @param {boolean} hasClasses */
  suit(hasClasses) {
    this.#conditional.disabled = !hasClasses;
  }

  /** What it learns from. */
  get data() {
    return { dataset: this.#data.name, pictures: this.#data.pictures };
  }

  /** @param {FirstCommand} first @returns {Wish} */
  wish(first) {
    const { recipe, seed, isConditional, data } = this;
    return { recipe, seed, first_command: first, conditional: isConditional, ...data };
  }

  /**
   * The wish for a failure of the lab: it was tried with networks that are not told the class.
   *
   * @param {string} name
   * @returns {Wish}
   */
  wishForFailure(name) {
    return { recipe: name, seed: this.seed, first_command: "run", conditional: false, ...this.data };
  }
}
