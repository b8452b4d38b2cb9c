/** The data sets that the server can fetch, beside those that it has: once, for all who come (gan/live/library.py). */

import { number } from "../shared/text.js";
import { live, post } from "./connection.js";
import { find, findButton } from "./elements.js";
import { createErrorLine } from "./error_line.js";

const POLL_MS = 500; // between two questions how far a set is

/**
 * @typedef {object} Offer
 * @property {string} name
 * @property {string} title
 * @property {"ready" | "here" | "away" | "coming" | "failed"} status here: on the server's disk; away: to be downloaded
 * @property {number} megabytes to be downloaded
 * @property {number} done bytes of a file that have come
 * @property {number} total all of them; 0: not known
 * @property {string} message why it failed
 * @property {string[]} class_names of a set that is ready
 * @property {number} [size] of a picture, in pixels; missing: the set is not ready
 * @property {number} [channels] 1 or 3; missing: the set is not ready
 */

/** @param {Offer} offer @returns {string} what is said of a set that no run can learn from yet; "" if one can */
export function wordsOn({ title, status, megabytes, done, total, message }) {
  const far = total ? ` ${number(Math.round(done / 1e6))} of ${number(Math.round(total / 1e6))} MB` : "";
  return {
    ready: "",
    here: `${title}: the server reads it …`,
    away: `${title} is not on the server yet. It is downloaded once, for all who come: ${number(megabytes)} MB.`,
    coming: `${title} is on its way …${far}`,
    failed: `${title}: ${message}.`,
  }[status];
}

/** @returns {Promise<Offer[]>} [] if the server does not answer */
export async function fetchOffers() {
  const response = await fetch(live("datasets")).catch(() => null);
  return response?.ok ? response.json() : [];
}

export class Library {
  #root;
  #select;
  #complain;
  /** @type {Map<string, Offer>} by name */
  #offers = new Map();
  /** @type {number | undefined} of the next question */
  #timer;

  /**
   * @param {HTMLElement} root holds .dataset, the choice of data, .library, and .error, the line for errors
   */
  constructor(root) {
    this.#root = find(root, ".library");
    this.#select = find(root, ".dataset", HTMLSelectElement);
    this.#complain = createErrorLine(find(root, ".error")).complain;
    this.#select.addEventListener("change", () => this.#choose());
    findButton(this.#root, ".download").addEventListener("click", () => this.#fetch());
    this.#ask();
  }

  /** The set that is chosen; undefined: it is none of the server's. */
  get #chosen() {
    return this.#offers.get(this.#select.value);
  }

  /** Learns how the sets are, and again while the chosen one is coming. */
  async #ask() {
    clearTimeout(this.#timer);
    const before = this.#chosen?.status;
    for (const offer of await fetchOffers()) {
      this.#offers.set(offer.name, offer);
      this.#list(offer);
    }
    this.#show();
    const { status } = this.#chosen ?? {};
    if (before && before !== status && status === "ready") this.#select.dispatchEvent(new Event("change")); // it can be shown
    if (status === "coming") this.#timer = window.setTimeout(() => this.#ask(), POLL_MS);
  }

  /** @param {Offer} offer gets its line in the choice, before the visitor's own pictures */
  #list({ name, title, status, megabytes }) {
    const isAway = status !== "ready" && megabytes > 0;
    const label = isAway ? `${title} (${megabytes} MB to download)` : title;
    const { options } = this.#select;
    const known = [...options].find(({ value }) => value === name);
    if (!known) this.#select.add(new Option(label, name), options.length - 1);
    else if (name !== "mnist") known.textContent = label;
  }

  #show() {
    const offer = this.#chosen;
    const words = offer ? wordsOn(offer) : "";
    this.#root.hidden = !words;
    find(this.#root, ".state").textContent = words;
    findButton(this.#root, ".download").hidden = !["away", "failed"].includes(offer?.status ?? "");
    const bar = find(this.#root, "progress", HTMLProgressElement);
    bar.hidden = offer?.status !== "coming";
    if (offer?.total) bar.value = offer.done / offer.total;
    else bar.removeAttribute("value"); // it moves, and says nothing
  }

  #choose() {
    this.#show();
    if (this.#chosen?.status === "here") this.#fetch();
    else if (this.#chosen?.status !== "ready") this.#ask(); // another visitor may have asked for it
  }

  async #fetch() {
    const { name } = this.#chosen ?? {};
    if (!name) return;
    try {
      await post("fetch", { name });
      this.#complain();
    } catch (error) {
      this.#complain(/** @type {Error} */ (error));
    }
    await this.#ask();
  }
}
