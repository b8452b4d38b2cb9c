/** Runs that this page trains by itself, in Workers (gan/web/training): no server knows of them. */

import { free } from "../engine/memory.js";
import { saveFile } from "../shared/files.js";
import { titleOf } from "../shared/moments.js";
import { takeOver } from "../training/transfer.js";
import { saveCurves, saveFilm } from "./page_files.js";

/** @import { Remains } from "../training/run_files.js" */
/** @import { Command } from "../training/types.js" */
/** @import { FileKind, Network, Otherwise, Run, Snapshot } from "./run.js" */
/** @import { Originals } from "./originals.js" */
/** @import { WorkerLine } from "./worker_line.js" */

const NEWS_MS = 100; // between two looks at what the Worker has told
const MAX_ADDRESSES = 4; // of networks for Explore that stay valid, 2 MB each
export const PLACE = "in this page"; // the name in a ticket, by which no server's run goes
// What Explore says when a reload has closed networks that it had from here.
const CLOSED = "A reload has closed your run’s networks. “Open in Explore” in Train opens them again.";

/** @typedef {{kind: "pace", pace: object} | {kind: "snapshot", snapshot: Snapshot}} News */

/** @implements {Run} */
export class PageRun {
  /** @type {Snapshot | null} */
  snapshot = null;
  isMine = true;
  trouble = "";
  /** Whether its Worker is gone, and all with it. */
  isGone = false;
  link = null;
  #id;
  #line;
  #isToldSnapshot = false; // what has come since `follow` told the page
  #isToldPace = false;
  /** @type {Remains | null} what is left of a run that is over, whose Worker is gone */
  #remains = null;
  #hasLeft = false; // whether nobody needs its files any more
  /** @type {number | undefined} */
  #timer;
  /** @type {string[]} of files that were made for Explore */
  #addresses = [];

  /**
   * @param {string} id finds it again
   * @param {WorkerLine} line to the Worker that trains it
   * @param {Originals | null} originals what it learns to forge, where that are a visitor's own pictures
   */
  constructor(id, line, originals) {
    this.#id = id;
    this.originals = originals;
    this.#line = line;
    line.told = (news) => this.#learn(/** @type {News} */ (news));
    line.broke = () => {
      this.isGone = true;
      if (this.snapshot) this.snapshot.status = "stopped";
      this.#isToldSnapshot = true;
    };
    document.addEventListener("visibilitychange", this.#keepWhenHidden);
    addEventListener("pagehide", this.#endWhenFrozen);
  }

  get ticket() {
    return { name: PLACE, key: this.#id };
  }

  get place() {
    return /** @type {const} */ ("page");
  }

  get isOver() {
    return this.isGone || this.snapshot?.status === "stopped";
  }

  // --- Orders ----------------------------------------------------------------------------------

  resume() {
    return this.#order({ kind: "run" });
  }

  pause() {
    return this.#order({ kind: "pause" });
  }

  /** Takes a single step. @param {Network} network */
  step(network) {
    return this.#order({ kind: "step", network });
  }

  /** Changes settings. @param {Record<string, number>} change */
  set(change) {
    return this.#order({ kind: "set", change });
  }

  /**
   * Goes back to a step, and on from there. What came after it is forgotten.
   *
   * @param {number} step one of `snapshot.states`
   * @param {Otherwise} [otherwise]
   */
  rewind(step, otherwise = {}) {
    return this.#order({ kind: "back", step, ...otherwise });
  }

  /** Ends the run. Its files can be saved until another takes its place; where the browser keeps it, it can be found again. */
  async stop() {
    await this.#order({ kind: "stop" });
    if (this.#hasLeft) this.close();
    else this.#giveBack().catch(() => null); // the Worker stays, or is gone already
  }

  /** Takes from the Worker what may still be asked for, and ends it: so all memory of the training is given back. */
  async #giveBack() {
    this.#remains = await this.#line.ask("remains");
    this.#line.close();
  }

  /** @param {Command} command */
  #order(command) {
    return this.#line.ask("obey", command);
  }

  // --- What is known of it ---------------------------------------------------------------------

  /** @param {News} news */
  #learn(news) {
    if (news.kind === "pace") {
      if (this.snapshot) Object.assign(this.snapshot, news.pace);
      this.#isToldPace = true;
      return;
    }
    this.snapshot = { ...news.snapshot, arrays: takeOver(news.snapshot.arrays) };
    this.#isToldSnapshot = true;
  }

  /**
   * Tells the page what is new of the run, while somebody looks at it.
   *
   * @param {() => boolean} isWatched
   * @param {(isNew: boolean) => void} changed isNew: there is another snapshot, not only another pace
   */
  follow(isWatched, changed) {
    this.#timer = window.setInterval(() => {
      const isNew = this.#isToldSnapshot;
      if (!(isNew || this.#isToldPace) || document.hidden || !isWatched()) return;
      this.#isToldSnapshot = this.#isToldPace = false;
      changed(isNew);
      if (this.isOver) clearInterval(this.#timer);
    }, NEWS_MS);
  }

  /** Follows it no longer: another run takes its place. Once it has stopped too, all its memory is given back. */
  leave() {
    clearInterval(this.#timer);
    this.#hasLeft = true;
    if (this.isOver) this.close();
  }

  /** Ends its Worker, and gives back all its memory. */
  close() {
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.#keepWhenHidden);
    removeEventListener("pagehide", this.#endWhenFrozen);
    this.#line.close();
    this.isGone = true;
    this.#remains = null;
    for (const url of this.#addresses.splice(0)) URL.revokeObjectURL(url);
  }

  /** A hidden page may be closed without a word: the browser keeps the run as it is then. */
  #keepWhenHidden = () => {
    if (document.hidden) this.abandon();
  };

  /**
   * The visitor goes to another page, and the browser keeps this one in memory, so that Back shows it again at once
   * (https://web.dev/articles/bfcache). Its Workers are frozen meanwhile. A Worker that is frozen while it writes to the
   * database would make every other page of this site wait for it, without an end. So the Worker is ended, which undoes
   * an unfinished write. After Back, the page is loaded again and finds the run as it was last kept: about the last 20
   * seconds of training may be lost. A run that is over writes nothing, so it stays, with its files.
   * @param {PageTransitionEvent} event persisted: whether the browser keeps the page
   */
  #endWhenFrozen = ({ persisted }) => {
    if (!persisted || this.isOver) return;
    this.close();
    addEventListener("pageshow", () => location.reload(), { once: true });
  };

  /** Keeps the run as it is, so that a reload finds it. */
  async keep() {
    await this.#line.ask("keep");
  }

  /** The page is being closed: the run is kept, if there is time for it. */
  abandon() {
    if (!this.isOver) this.keep().catch(() => null);
  }

  /**
   * The 64 pictures of a step, [64 · 784]; null if they are no longer kept.
   *
   * @param {number} step
   * @returns {Promise<Uint8Array | null>}
   */
  async pictures(step) {
    if (this.#remains) return this.#remains.pictures[step] ?? null;
    return this.#line.ask("pictures", step).catch(() => null);
  }

  /** @param {boolean} isLeft whether a core is left to the page, which shows something else than this run */
  leaveCore(isLeft) {
    this.#line.ask("leaveCore", isLeft).catch(() => null); // its Worker is gone, and takes no core
  }

  // --- Its networks for Explore ------------------------------------------------------------------

  /** How Explore calls the networks that go on learning. */
  get #liveId() {
    return `run-page-${this.#id}`;
  }

  /**
   * Its networks as a model that Explore can open: of a step, or (null) as they are and go on learning.
   *
   * @param {number | null} step
   * @returns {Promise<import("../shared/state.js").ModelEntry>}
   * @throws {Error} One line for the page: they are no longer kept.
   */
  async model(step) {
    const file = this.#remains ? this.#remains.page : await this.#line.ask("page", step);
    if (!file) throw new Error("an autoencoder has no discriminator: it cannot be opened in Explore");
    const classes = this.snapshot?.classes ?? 0;
    const shared = {
      url: this.#addressOf(file),
      path: "model.safetensors",
      classes,
      isLive: true,
      isOwn: true,
      closed: CLOSED,
    };
    if (step === null) return { ...shared, id: this.#liveId, name: "Training now", follows: true };
    return { ...shared, id: `${this.#liveId}-${step}`, name: titleOf(step) };
  }

  /** What Explore must know to replace the networks that it follows by those of now. */
  async latestWeights() {
    const { step, file } = await this.#line.ask("weights");
    const url = this.#addressOf(file); // it has a copy
    free(file);
    return { id: this.#liveId, url, name: titleOf(step) };
  }

  /** @param {Uint8Array<ArrayBuffer>} file @returns {string} its address, until so many others have been made */
  #addressOf(file) {
    const url = URL.createObjectURL(new Blob([file]));
    this.#addresses.push(url);
    if (this.#addresses.length > MAX_ADDRESSES) URL.revokeObjectURL(this.#addresses.shift() ?? "");
    return url;
  }

  // --- Its files -----------------------------------------------------------------------------------

  /** Which files can be saved. @returns {FileKind[]} */
  get files() {
    return this.isGone ? [] : ["model", "state", "film", "metrics"];
  }

  /** No file has an address: `save` makes it. */
  file() {
    return null;
  }

  /** Makes a file, and gives it to the visitor. @param {FileKind} kind */
  async save(kind) {
    const { snapshot } = this;
    if (!snapshot) throw new Error("nothing is known of this run yet");
    if (kind === "metrics") saveCurves(snapshot.arrays.curve.values);
    else if (kind === "film") await saveFilm(snapshot.frames, (step) => this.pictures(step));
    else {
      const file = this.#remains ? this.#remains[kind] : await this.#line.ask("file", kind);
      if (!file) throw new Error("an autoencoder has no discriminator: it cannot be opened in Explore");
      saveFile(new Blob([file]), `${kind}.safetensors`);
    }
  }
}
