/**
 * My runs: those of one's own that were stopped, or that another run has replaced. Each can be shown again, saved, and
 * goes on, for as long as it is kept: by this browser, or by the server while its memory allows.
 */

import { make } from "../shared/paint.js";
import { isStorageThere, recall, remember } from "../shared/storage.js";
import { number } from "../shared/text.js";
import { find } from "./elements.js";
import { PLACE } from "./page_run.js";
import { whileWaiting } from "./waiting.js";

/** @import { Ticket, Wish } from "./run.js" */

const STORE = "forger-my-runs";
const MAX_RUNS = 4; // the browser keeps as many runs of the page, the one that is on, and its rival (training/store.js)

/** What is kept of a wish. @typedef {Partial<Pick<Wish, "recipe" | "seed" | "conditional" | "dataset">>} Game */

/**
 * What is known of a run that can be had again.
 * @typedef {object} PutAway
 * @property {Ticket} ticket
 * @property {string} title what it was started with, for a visitor
 * @property {string | null} failing the name of the failure of the lab that it is; null: it is none
 * @property {number} step that it has come to
 * @property {Game | null} [game] what it was started with; null: that is not known
 */

/** @param {any} kept comes from storage, and so may be anything @returns {kept is PutAway} */
const isPutAway = (kept) =>
  typeof kept?.ticket?.name === "string" && typeof kept.title === "string" && Number.isInteger(kept.step);

/** @param {Ticket} one @param {Ticket} other */
export const isSame = (one, other) => one.name === other.name && one.key === other.key;

export class MyRuns {
  #root;
  #page;
  /** @type {PutAway[]} from the newest to the oldest */
  #runs = [];

  /**
   * @param {HTMLElement} root holds .mine
   * @param {object} page
   * @param {(run: PutAway, goesOn: boolean) => Promise<unknown>} page.show puts a run on the page, where it goes on or not
   * @param {(ticket: Ticket) => void} page.forget deletes what is kept of a run
   */
  constructor(root, page) {
    this.#root = find(root, ".mine", HTMLDetailsElement);
    this.#page = page;
    this.#read();
    this.#draw();
    window.addEventListener("storage", ({ key }) => {
      if (key !== STORE) return; // another tab has put a run away
      this.#read();
      this.#draw();
    });
  }

  /** @returns {readonly PutAway[]} from the newest to the oldest */
  get all() {
    return this.#runs;
  }

  /** A run of this page cannot be had again where the browser keeps nothing. @param {PutAway} run */
  add(run) {
    if (run.ticket.name === PLACE && !isStorageThere()) return;
    this.#change([run, ...this.#without(run.ticket)]);
  }

  /** It is on the page again, or nobody keeps it any more. @param {Ticket} ticket */
  remove(ticket) {
    if (this.#runs.some((run) => isSame(run.ticket, ticket))) this.#change(this.#without(ticket));
  }

  /** @param {Ticket} ticket */
  #without(ticket) {
    this.#read();
    return this.#runs.filter((run) => !isSame(run.ticket, ticket));
  }

  /** What the browser keeps, which another tab may have changed; where it keeps nothing, what this page knows. */
  #read() {
    const kept = recall(STORE);
    if (Array.isArray(kept)) this.#runs = kept.filter(isPutAway).slice(0, MAX_RUNS);
  }

  /** @param {PutAway[]} runs */
  #change(runs) {
    this.#runs = runs.slice(0, MAX_RUNS);
    remember(STORE, this.#runs);
    this.#draw();
  }

  #draw() {
    const list = find(this.#root, "ul");
    list.replaceChildren();
    for (const run of this.#runs) {
      const item = make(list, "li", { class: "row" });
      make(item, "span", {}, `${run.title}, step ${number(run.step)}`);
      const does = (/** @type {string} */ label, /** @type {() => unknown} */ act) => {
        const attributes = { type: "button", "aria-label": `${label}: ${run.title}` };
        const button = make(item, "button", attributes, label);
        button.addEventListener("click", () => whileWaiting(button, act));
      };
      does("Show", () => this.#page.show(run, false));
      does("Go on", () => this.#page.show(run, true));
      does("Forget", () => this.#forget(run.ticket));
    }
    this.#root.hidden = !this.#runs.length;
  }

  /** @param {Ticket} ticket */
  #forget(ticket) {
    this.#page.forget(ticket);
    this.remove(ticket);
    if (!this.#root.hidden) find(this.#root, "summary").focus(); // the button that was pressed is gone
  }
}
