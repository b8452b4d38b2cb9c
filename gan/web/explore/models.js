// The models that Explore knows: those that ship, and those that came later. Which of them are loaded.

/** @import { Engine, Server } from "../engine/types.js" */
/** @import { ModelEntry } from "../shared/state.js" */

import { KnownModel } from "../shared/known_model.js";
import { momentIn } from "../shared/moments.js";
import { recallHere, rememberHere } from "../shared/storage.js";

const CLOSED = "forger-closed"; // under which a tab keeps what is said after a reload

/**
 * Calls `take` with each model that another part of the page announces.
 * @param {"forger:explore" | "forger:weights"} name of the event: another model, or newer weights of one
 * @param {(entry: ModelEntry) => void} take
 */
export function onAnnounced(name, take) {
  window.addEventListener(name, (event) => take(/** @type {CustomEvent<ModelEntry>} */ (event).detail));
}

/**
 * The models that ship and, after them, the networks of a run that the address leads to.
 * @param {ModelEntry[]} entries
 * @param {Server | null} server which has the runs
 */
export function withLinked(entries, server) {
  const linked = server && momentIn(location.hash, (path) => new URL(`live/${path}`, document.baseURI));
  return linked ? [...entries, linked] : entries;
}

/**
 * Why a model cannot be had, as a sentence.
 * @param {ModelEntry} entry
 * @param {boolean} isLocal whether the page can run networks
 * @param {string} message of the error
 */
export function whyMissing({ isLive, name, world, url }, isLocal, message) {
  if (!isLive) return `${world ?? name} cannot be loaded: ${message}`;
  if (!isLocal)
    return "The networks of a run, or of a file, are drawn in the page, and this browser cannot run them.";
  const isGone = url.startsWith("blob:") || message.endsWith("(404)");
  return isGone
    ? "That run is over, and its networks are gone."
    : `The networks of that run cannot be loaded: ${message}`;
}

/**
 * Keeps what is to be said after a reload, which closes a model of the visitor's own.
 * @param {ModelEntry} entry of the model that is shown
 */
export const rememberClosed = ({ closed }) => rememberHere(CLOSED, closed ?? null);

/** What a reload has closed. @returns {string} a sentence; "": nothing, or a link leads to what is shown */
export function closedByReload() {
  const said = location.hash ? null : recallHere(CLOSED);
  return typeof said === "string" ? said : "";
}

export class Models {
  /** @param {ModelEntry[]} entries to begin with */
  constructor(entries) {
    this.entries = entries;
    /** @type {Map<string, KnownModel>} */
    this.loaded = new Map(); // by id
    /** @type {Set<string>} ids of those that have learned since they were loaded */
    this.outdated = new Set();
  }

  /** @param {number} i its number @returns {boolean} whether it is to be loaded again */
  isOutdated(i) {
    return this.outdated.has(this.entries[i].id);
  }

  /**
   * A model, which is loaded when it is first asked for, or is outdated.
   * @param {ModelEntry} entry
   * @param {Engine} engine
   * @returns {Promise<KnownModel>}
   * @throws {Error} of one line, if it cannot be loaded.
   */
  async load({ id, url }, engine) {
    const kept = this.outdated.delete(id) ? undefined : this.loaded.get(id);
    const known = kept ?? new KnownModel(id, await engine.load(id, url), engine);
    this.loaded.set(id, known);
    return known;
  }

  /** Replaces the weights of a model that is loaded. @param {Pick<ModelEntry, "id" | "url">} newer @param {Engine} engine */
  async renew({ id, url }, engine) {
    await engine.load(id, url);
    const known = this.loaded.get(id);
    if (known) known.renewals++;
  }

  /**
   * Adds a model, or takes the place of the one of the same id.
   * @param {ModelEntry} entry
   * @returns {{i: number, isNew: boolean}} its number
   */
  add(entry) {
    const known = this.indexOf(entry.id);
    const i = known < 0 ? this.entries.length : known;
    if (entry.follows) this.outdated.add(entry.id); // it has learned since it was looked at last
    this.entries[i] = entry;
    return { i, isNew: known < 0 };
  }

  /** @param {string} id @returns {number} -1 if there is no such model */
  indexOf(id) {
    return this.entries.findIndex((entry) => entry.id === id);
  }
}
