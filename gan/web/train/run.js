/**
 * A run of training, as the Train page knows it. The page does not ask who trains: every kind of run has the same
 * orders and snapshots. `ServerRun` is one that the server trains; recorded_run.js has one that was recorded.
 */

import { momentOf, titleOf } from "../shared/moments.js";
import { number } from "../shared/text.js";
import { connect, fetchBytes, live, post } from "./connection.js";

const MAX_PICTURES = 200; // moments whose 64 pictures are kept in memory, 50 kB each

/**
 * What a visitor holds of a run on the server. Who has no key may watch, and gives no orders.
 * @typedef {{name: string, key?: string}} Ticket
 *
 * @typedef {"compiling" | "running" | "paused" | "stopped" | "failed"} Status
 *
 * How a run is doing (gan/live/diagnosis.py).
 * @typedef {object} Diagnosis
 * @property {string} name "warming_up", "healthy", or what is wrong
 * @property {string} text what is seen
 * @property {string} advice what to do; "" if nothing
 * @property {Record<string, number>} change the settings that the advice is about
 * @property {number} since the step at which this was first said
 */

/**
 * What was seen of a run, and its numbers over time. Without a discriminator there are no logits.
 * @typedef {{values: Uint8Array<ArrayBuffer>}} Pixels
 * @typedef {{values: Float32Array}} Numbers
 *
 * @typedef {object} Arrays
 * @property {Pixels} [samples] 64 pictures by the averaged generator, always of the same z, [64 · 784]
 * @property {Pixels} [fakes] 8 pictures by the generator as it is, [8 · 784]
 * @property {Pixels} [copies] 8 pictures that an autoencoder made of the first real digits, [8 · 784]
 * @property {Numbers} [fake_logits] [64]
 * @property {Numbers} [real_logits] [64]
 * @property {Numbers} curve the metrics, row by row (Curve in gan/live/history.py)
 * @property {Numbers} judgements step, seconds, Fréchet distance, digits: [4 · judgements]
 */

/**
 * A run at a moment, as the server tells it (gan/ui/packs.py).
 * @typedef {object} Snapshot
 * @property {number} version counts up with every change
 * @property {Status} status
 * @property {string} message why it failed or paused by itself, else ""
 * @property {number} step
 * @property {number} seconds spent training
 * @property {number} images pictures that were trained on
 * @property {number} rate pictures a second
 * @property {number} [place] how many runs train before this one has its turn
 * @property {number} classes that the networks are told; 0: none
 * @property {Record<string, number>} hyper the settings that can be changed, by name
 * @property {string} loss its name in gan/config.py
 * @property {{step: number, text: string}[]} marks what a visitor changed, and when
 * @property {number | null} real_frechet the Fréchet distance of as many real digits as are judged of the run
 * @property {number[]} frames steps whose pictures are kept
 * @property {number[]} states steps whose networks are kept
 * @property {number | null} weights the step of the latest networks for Explore
 * @property {Diagnosis} diagnosis
 * @property {Arrays} arrays
 */

/**
 * What is on the wall: 64 pictures, and what is said of them. `step` is missing where they are of no run.
 * @typedef {{pixels: Uint8Array, caption: string, step?: number}} Picture
 */

/**
 * What a run is started with (gan/ui/live_routes.py).
 * @typedef {object} Wish
 * @property {string} recipe of gan/recipes.py or gan/live/failures.py, or "autoencoder"
 * @property {number} seed
 * @property {boolean} digits whether the networks are told the digit
 * @property {"run" | "step"} [wish] "step": it takes one step and pauses
 * @property {Record<string, number>} [change] settings that are otherwise than the recipe's
 */

/** Which networks learn in a single step. @typedef {"both" | "D" | "G"} Network */

/** A run that the server trains. Every order throws an Error with one line for the page if it is refused. */
export class ServerRun {
  /** @type {Snapshot | null} the latest; null: nothing is known yet */
  snapshot = null;
  /** Whether the server did not answer when it was asked last. */
  isCutOff = false;
  /** Whether the server has forgotten it: nothing can be had of it any more. */
  isGone = false;
  /** @type {Map<number, Uint8Array>} by step: [64 · 784] */
  #pictures = new Map();
  /** @type {{close: () => void} | null} */
  #connection = null;

  /** @param {Ticket} ticket */
  constructor(ticket) {
    this.ticket = ticket;
  }

  /**
   * @param {Wish} wish
   * @returns {Promise<ServerRun>}
   * @throws {Error} One line for the page.
   */
  static async start(wish) {
    return new ServerRun(await post("start", wish));
  }

  get isMine() {
    return Boolean(this.ticket.key);
  }

  get isOver() {
    return this.isGone || this.snapshot?.status === "stopped";
  }

  // --- Orders ----------------------------------------------------------------------------------

  resume() {
    return this.#order("run");
  }

  pause() {
    return this.#order("pause");
  }

  /** Takes a single step. @param {Network} network */
  step(network) {
    return this.#order("step", { network });
  }

  /** Changes settings. @param {Record<string, number>} change */
  set(change) {
    return this.#order("set", { change });
  }

  /**
   * Goes back to a step, and on from there. What came after it is forgotten.
   *
   * @param {number} step one of `snapshot.states`
   * @param {{loss?: string, change?: Record<string, number>}} [otherwise] what is different this time
   */
  rewind(step, otherwise = {}) {
    return this.#order("back", { step, ...otherwise });
  }

  /** Ends the run for good. Its pictures and its last networks are kept for a while. */
  stop() {
    return this.#order("stop");
  }

  /** @param {string} order @param {object} [options] */
  #order(order, options = {}) {
    return post("order", { ...this.ticket, order, ...options });
  }

  // --- What is known of it ---------------------------------------------------------------------

  /**
   * Keeps `snapshot` up to date until the run is over, and says so each time. (Nothing changes after its end.)
   *
   * @param {() => boolean} isWatched whether somebody looks at it now
   * @param {(isNew: boolean) => void} changed isNew: there is another snapshot, not only another pace
   */
  follow(isWatched, changed) {
    this.#connection = connect(this.ticket.name, {
      isWatched,
      version: () => this.snapshot?.version ?? -1,
      reached: (isCutOff) => {
        if (isCutOff === this.isCutOff) return;
        this.isCutOff = isCutOff;
        changed(false);
      },
      told: (news) => {
        this.#learn(news);
        if (this.isOver) this.leave();
        changed(news.kind === "snapshot");
      },
    });
  }

  /** Follows it no longer. */
  leave() {
    this.#connection?.close();
  }

  /** @param {import("./connection.js").News} news */
  #learn(news) {
    if (news.kind === "snapshot") this.snapshot = { ...news.snapshot, arrays: news.arrays };
    else if (news.kind === "pace" && this.snapshot) Object.assign(this.snapshot, news.pace);
    else if (news.kind === "gone") {
      this.isGone = true;
      if (this.snapshot) this.snapshot.status = "stopped";
    }
  }

  /**
   * The 64 pictures of a step, [64 · 784]; null if they are no longer kept, or the server cannot be reached.
   *
   * @param {number} step
   */
  async pictures(step) {
    const known = this.#pictures.get(step) ?? (await fetchBytes(`frame/${this.ticket.name}/${step}`));
    if (!known) return null;
    this.#pictures.set(step, known);
    const [oldest] = this.#pictures.keys();
    if (this.#pictures.size > MAX_PICTURES) this.#pictures.delete(oldest);
    return known;
  }

  /**
   * The run's networks as a model that Explore can open: of a step, or (null) as they are and go on learning.
   *
   * @param {number | null} step
   */
  model(step) {
    return momentOf(live, this.ticket.name, step, this.snapshot?.classes ?? 0);
  }

  /** What Explore must know to replace the networks that it follows by the latest. @param {number} step */
  latestWeights(step) {
    const { name } = this.ticket;
    return { id: this.model(null).id, url: live(`weights/${name}?step=${step}`).href, name: titleOf(step) };
  }

  /** The address of a file to save. @param {string} kind "model", "state", "film" or "metrics" */
  file(kind) {
    return live(`${kind}/${this.ticket.name}`).href;
  }

  /** Tells the server that the page is closed, where no answer can be waited for any more. */
  abandon() {
    const { name, key } = this.ticket;
    if (key) navigator.sendBeacon(live("leave"), JSON.stringify({ name, key }));
  }
}

/**
 * What is on the wall at a moment of a run.
 *
 * @param {Uint8Array} pixels [64 · 784]
 * @param {number} step
 * @returns {Picture}
 */
export const forgeriesAt = (pixels, step) => ({
  pixels,
  step,
  caption: `64 forgeries after ${number(step)} steps. Each is always made from the same random numbers.`,
});
