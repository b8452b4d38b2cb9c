// Who forges: the networks that ship, or those of the visitor's own run, as far as they have learned.

/** @import { ModelEntry } from "../../shared/state.js" */

import { within } from "../../shared/elements.js";
import { KnownModel } from "../../shared/known_model.js";
import { choice } from "../../shared/paint.js";
import { whenSeen } from "../on_screen.js";

/**
 * The visitor's own run, in the page or on the server. Learn knows nothing else of it.
 * @typedef {object} OwnRun
 * @property {() => Promise<number | null>} step how far its networks are; null: there is no run with a D
 * @property {() => Promise<ModelEntry>} networks as they are now; rejects with one line if there are none
 */

/** Networks that forge ten digits. @typedef {{model: KnownModel, isOwn: boolean, words: string}} Forger words: whose they are */

const NAME = "forgery-run"; // of its networks, for the engine
const OTHER_PICTURES = "your run learns other pictures than handwritten digits";

export class Sources {
  isOwn = false; // whether the visitor's run has forged the digits that are shown
  #isOwnChosen = false; // whether it is to forge the next ones

  /**
   * @param {HTMLElement} root holds forgery.html
   * @param {KnownModel} shipped
   * @param {OwnRun} ownRun
   * @param {() => void} changed another one forges
   */
  constructor(root, shipped, ownRun, changed) {
    const { find } = within(root);
    this.shipped = shipped;
    this.ownRun = ownRun;
    this.row = find(".sources");
    this.words = find(".from");
    choice(this.row, "forger", true, () => this.choose(false, changed)).textContent = "Trained networks";
    choice(this.row, "forger", false, () => this.choose(true, changed)).textContent = "Your own run";
    this.inputs = [...this.row.querySelectorAll("input")];
    whenSeen(root, () => this.offer());
  }

  /** Shows the choice where there is one. */
  async offer() {
    const step = await this.ownRun.step();
    this.row.hidden = step === null && !this.isOwn;
  }

  /** @param {boolean} isOwn @param {() => void} changed */
  choose(isOwn, changed) {
    this.#isOwnChosen = isOwn;
    changed();
  }

  /** The name of the networks in links; null: no link leads to them. */
  get linked() {
    return this.isOwn ? null : this.shipped.id;
  }

  /**
   * The networks that are to forge the next ten digits.
   * @returns {Promise<Forger>}
   * @throws {Error} one line: those of the run cannot be had.
   */
  async forger() {
    if (!this.#isOwnChosen) return { model: this.shipped, isOwn: false, words: "" };
    const { url } = await this.ownRun.networks();
    const { engine } = this.shipped;
    const model = new KnownModel(NAME, await engine.load(NAME, url), engine);
    if (model.metadata.dataset !== this.shipped.metadata.dataset) throw new Error(OTHER_PICTURES);
    const step = Number(model.metadata.step).toLocaleString("en");
    const words = `Forged by your own run, as it was at step ${step}. Each game takes the newest.`;
    return { model, isOwn: true, words };
  }

  /** Says whose digits are shown from now on. @param {Forger} forger */
  show({ isOwn, words }) {
    this.isOwn = isOwn;
    this.words.textContent = words;
  }

  /** The choice goes back to whoever has forged the digits that are shown, as there are no others. */
  goBack() {
    this.#isOwnChosen = this.isOwn;
    this.inputs[Number(this.isOwn)].checked = true;
  }
}
