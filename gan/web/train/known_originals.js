/** What runs on each set learn to forge, as far as their host has said it. */

import { OWN } from "./own_source.js";

/** @import { Originals } from "./originals.js" */

const USUAL = "mnist"; // what runs learn from where nothing else is chosen

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
