/** Runs that the server trains (gan/ui/live_routes.py). */

import { pictureLength, shapeOf } from "../engine/stages.js";
import { writeTensors } from "../engine/tensors.js";
import { isRun, momentOf, titleOf } from "../shared/moments.js";
import { connect, fetchBytes, insistOnBytes, live, post, send } from "./connection.js";
import { originalsOf } from "./originals.js";
import { OWN, ownSource } from "./own_source.js";

/** @import { Dataset } from "../training/batch.js" */
/** @import { FileKind, Network, Otherwise, Run, RunHost, Snapshot, Ticket, Wish } from "./run.js" */
/** @import { Originals } from "./originals.js" */

const DIGITS = [...Array(10).keys()].map(String);
const MAX_PICTURES = 200; // moments whose 64 pictures are kept in memory, 50 kB each

/** @implements {Run} */
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
  #isAsking = false; // for `originals`

  /**
   * @param {Ticket} ticket
   * @param {Originals | null} originals what it learns to forge, where that are the visitor's own pictures
   */
  constructor(ticket, originals = null) {
    this.ticket = ticket;
    this.originals = originals;
  }

  /**
   * @param {Wish} wish
   * @returns {Promise<ServerRun>}
   * @throws {Error} One line for the page.
   */
  static async start({ dataset, pictures, ...wish }) {
    const own = ownSource({ ...wish, dataset, pictures });
    if (!own) return new ServerRun(await post("start", { ...wish, dataset }));
    const address = live(`start-with-own?${new URLSearchParams({ wish: JSON.stringify(wish) })}`);
    return new ServerRun(await send(address, arrayOf(own.dataset)), originalsOf(own.dataset));
  }

  get place() {
    return /** @type {const} */ ("server");
  }

  get link() {
    return new URL(`?watch=${this.ticket.name}`, document.baseURI).href;
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
   * @param {Otherwise} [otherwise] what is different this time
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
        this.#findOriginals(changed);
        if (this.isOver) this.leave();
        changed(news.kind === "snapshot");
      },
    });
  }

  /** Follows it no longer. */
  leave() {
    this.#connection?.close();
  }

  /**
   * Asks for the first pictures of what it learns from, unless these are digits or are known. Those of somebody's own are
   * nobody else's: in their place there is nothing.
   * @param {(isNew: boolean) => void} changed
   */
  async #findOriginals(changed) {
    const { dataset, class_names = [], arrays } = this.snapshot ?? {};
    const { samples } = arrays ?? {};
    if (this.originals || this.#isAsking || !samples || !dataset || dataset === "mnist") return;
    this.#isAsking = true;
    const images = dataset === OWN ? null : await fetchBytes(`reals?${new URLSearchParams({ dataset })}`);
    const shape = shapeOf(samples.values.length / 64);
    this.originals = originalsOf({ images: images ?? samples.values.slice(0, 0), class_names, ...shape });
    changed(true);
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

  /** The address of a file to save. @param {FileKind} kind */
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
 * Pictures as they are sent: as one array, and their classes by number. No name of a file or a folder is sent.
 * @param {Dataset} dataset
 * @returns {Uint8Array<ArrayBuffer>} a safetensors file
 */
function arrayOf(dataset) {
  const { images, labels, channels, size = 28 } = dataset;
  const count = images.length / pictureLength(dataset);
  const arrays = { images: { shape: [count, size, size, channels], values: images } };
  return writeTensors(labels ? { ...arrays, labels: { shape: [count], values: labels } } : arrays, {});
}

/** @type {RunHost} */
export const serverRuns = {
  start: ServerRun.start,
  find: async (ticket) =>
    isRun(ticket?.name) ? new ServerRun({ name: ticket.name, key: ticket.key }) : null,
  originals: async () =>
    originalsOf({ images: await insistOnBytes("reals"), class_names: DIGITS, channels: 1 }),
  canTrain: () => true,
};
