/** Runs that the server trains (gan/ui/live_routes.py). */

import { shapeOf } from "../engine/stages.js";
import { isRun, momentOf, titleOf } from "../shared/moments.js";
import { RunStore } from "../training/store.js";
import { fetchBytes, insistOnBytes, live, post, send } from "./connection.js";
import { fetchOffers } from "./library.js";
import { originalsOf, originalsOfOwn } from "./originals.js";
import { fileOf, OWN, ownSource } from "./own_source.js";
import { saveCurves, saveFilm } from "./page_files.js";
import { connect, PACES } from "./polling.js";

/** @import { FileKind, Network, Otherwise, Run, RunHost, Snapshot, Ticket, Wish } from "./run.js" */
/** @import { Originals } from "./originals.js" */

const DIGITS = [...Array(10).keys()].map(String);
const MAX_STATE_BYTES = 48e6; // of a file that the server takes (gan/live/opened_state.py)
const MAX_PICTURES = 200; // moments whose 64 pictures are kept in memory, 50 kB each

const store = new RunStore(); // in which the browser keeps pictures that were sent to a server

/** @implements {Run} */
export class ServerRun {
  /** @type {Snapshot | null} the latest; null: nothing is known yet */
  snapshot = null;
  /** Why the server did not answer when it was asked last; "": it did. */
  trouble = "";
  /** Whether the server has forgotten it: there is only what this page has seen of it. */
  isGone = false;
  /** Whether it is gone because the server was started again. */
  isRestarted = false;
  /** @type {Map<number, Uint8Array>} by step: [64 · 784] */
  #pictures = new Map();
  /** @type {ReturnType<typeof connect> | null} */
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
    const ticket = await send(address, fileOf(own.dataset));
    store.keepSent(ticket.name, own); // meanwhile the run begins
    return new ServerRun(ticket, originalsOfOwn(own.dataset));
  }

  get place() {
    return /** @type {const} */ ("server");
  }

  get link() {
    if (this.isGone) return null;
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

  /** Ends the run. Its pictures and its last networks are kept for a while, and `resume` lets it go on. */
  stop() {
    return this.#order("stop");
  }

  /** @param {string} order @param {object} [options] */
  async #order(order, options = {}) {
    await post("order", { ...this.ticket, order, ...options });
    this.#connection?.hurry();
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
      pace: () => this.#pace(),
      reached: (trouble) => {
        if (trouble === this.trouble) return;
        this.trouble = trouble;
        changed(false);
      },
      told: (news) => {
        this.#learn(news);
        this.#findOriginals(changed);
        if (this.isOver) this.leave();
        changed(news.kind !== "pace");
      },
    });
  }

  /** How soon after an answer the server is asked again, in ms. */
  #pace() {
    const { status, queue_position } = this.snapshot ?? {};
    if (status === "paused" || status === "failed") return PACES.resting;
    return this.isMine && !queue_position ? PACES.own : PACES.watched;
  }

  /** Asks the server whether it still has the run. */
  async isKept() {
    const response = await fetch(live(`watch/${this.ticket.name}`)).catch(() => null);
    const isKept = response?.status !== 404;
    if (!isKept) store.dropSent(this.ticket.name);
    return isKept;
  }

  /** Follows it no longer. */
  leave() {
    this.#connection?.close();
  }

  /**
   * Finds the first pictures of what it learns from, unless these are digits or are known. A visitor's own pictures are in
   * the browser that has sent them and nowhere else: for others there is nothing in their place.
   * @param {(isNew: boolean) => void} changed
   */
  async #findOriginals(changed) {
    const { dataset, class_names = [], arrays } = this.snapshot ?? {};
    const { samples } = arrays ?? {};
    if (this.originals || this.#isAsking || !samples || !dataset || dataset === "mnist") return;
    this.#isAsking = true;
    const own = dataset === OWN && this.isMine ? await store.sentTo(this.ticket.name) : null;
    const images = dataset === OWN ? null : await fetchBytes(`reals?${new URLSearchParams({ dataset })}`);
    const shape = shapeOf(samples.values.length / 64);
    this.originals = own
      ? originalsOfOwn(own.dataset)
      : originalsOf({ images: images ?? samples.values.slice(0, 0), class_names, ...shape });
    changed(true);
  }

  /** @param {import("./polling.js").News} news */
  #learn(news) {
    if (news.kind === "snapshot") {
      this.snapshot = { ...news.snapshot, arrays: news.arrays };
      const { step, arrays, frames } = /** @type {Snapshot} */ (this.snapshot);
      if (arrays.samples && frames.includes(step)) this.#keep(step, arrays.samples.values);
    } else if (news.kind === "pace" && this.snapshot) Object.assign(this.snapshot, news.pace);
    else if (news.kind === "gone") {
      this.isGone = true;
      this.isRestarted = news.isRestarted;
      store.dropSent(this.ticket.name);
      const { snapshot } = this;
      if (!snapshot) return;
      const frames = snapshot.frames.filter((step) => this.#pictures.has(step));
      Object.assign(snapshot, { status: "stopped", frames, states: [] });
    }
  }

  /** Keeps the 64 pictures of a step. @param {number} step @param {Uint8Array} pictures */
  #keep(step, pictures) {
    this.#pictures.set(step, pictures);
    if (this.#pictures.size <= MAX_PICTURES) return;
    const steps = [...this.#pictures.keys()].sort((a, b) => a - b);
    this.#pictures = new Map(
      steps.filter((_, i) => i % 2 === 0).map((at) => [at, this.#pictures.get(at) ?? pictures]),
    );
  }

  /**
   * The 64 pictures of a step, [64 · 784]; null if they are no longer kept, or the server cannot be reached.
   *
   * @param {number} step
   */
  async pictures(step) {
    const known = this.#pictures.get(step);
    if (known || this.isGone) return known ?? null;
    const fetched = await fetchBytes(`frame/${this.ticket.name}/${step}`);
    if (fetched) this.#keep(step, fetched);
    return fetched;
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

  /** Which files can be saved: of a run that is gone, those that are made of what this page has seen. @returns {FileKind[]} */
  get files() {
    if (!this.isGone) return ["model", "state", "film", "metrics"];
    if (!this.snapshot?.step) return [];
    return this.snapshot.frames.length ? ["film", "metrics"] : ["metrics"];
  }

  /** The address of a file to save; null: `save` makes it. @param {FileKind} kind */
  file(kind) {
    return this.isGone ? null : live(`${kind}/${this.ticket.name}`).href;
  }

  /** Makes a file of what this page has seen, and gives it to the visitor. @param {FileKind} kind */
  async save(kind) {
    const { snapshot } = this;
    if (!snapshot) throw new Error("nothing is known of this run");
    if (kind === "metrics") saveCurves(snapshot.arrays.curve.values);
    else await saveFilm(snapshot.frames, (step) => this.pictures(step));
  }

  /** Tells the server that the page is closed, where no answer can be waited for any more. */
  abandon() {
    const { name, key } = this.ticket;
    if (key) navigator.sendBeacon(live("leave"), JSON.stringify({ name, key }));
  }
}

/** @type {RunHost} */
export const serverRuns = {
  start: ServerRun.start,
  find: async (ticket) =>
    isRun(ticket?.name) ? new ServerRun({ name: ticket.name, key: ticket.key }) : null,
  open: async (file) => {
    if (file.size > MAX_STATE_BYTES) throw new Error(`${file.name} is too large for a training state.`);
    return new ServerRun(await send(live("start-with-state"), file));
  },
  forget: (ticket) => {
    new ServerRun(ticket).abandon();
    store.dropSent(ticket.name);
  },
  originals: async (dataset) => {
    if (!dataset)
      return originalsOf({ images: await insistOnBytes("reals"), class_names: DIGITS, channels: 1 });
    const offer = (await fetchOffers()).find(({ name }) => name === dataset);
    if (offer?.status !== "ready") throw new Error(`${dataset} is not on the server yet`);
    const images = await insistOnBytes(`reals?${new URLSearchParams({ dataset })}`);
    const { class_names, size, channels = 1 } = offer;
    return originalsOf({ images, class_names, size, channels });
  },
  canTrain: () => true,
};
