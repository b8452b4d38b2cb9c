// A run in its Worker: it carries out what the page asks for between two chunks of steps, one thing after the other, and
// tells what is new. run_worker.js gives it all that it needs of a browser; tests give it other things.

/** @import { Classifier } from "../engine/classifier.js" */
/** @import { Dataset, TrainingSet } from "./batch.js" */
/** @import { Reference } from "./monitor.js" */
/** @import { Opening } from "./opened_state.js" */
/** @import { Hyperparams, Recipe } from "./recipe.js" */
/** @import { FileTools } from "./run_files.js" */
/** @import { RunStore } from "./store.js" */
/** @import { Command, Description, StartTrainer } from "./types.js" */
/** @import { Wish } from "./wish.js" */

import { History } from "./history.js";
import { Keeper } from "./keeper.js";
import { readState, refuseOtherPictures } from "./opened_state.js";
import { RunFiles } from "./run_files.js";
import { Session } from "./session.js";
import { paceOf, snapshotOf } from "./snapshot.js";
import { buffersOf } from "./transfer.js";
import { chooseRecipe } from "./wish.js";

const CHUNK_SECONDS = 0.05; // of steps, after which requests are looked at and others have their turn
const NEWS_SECONDS = 0.1; // between two snapshots, at least
const ORDERS = ["start", "restore", "open", "obey"]; // tasks that change how the run is

/**
 * What a loop works with.
 * @typedef {FileTools & OwnTools} Tools
 *
 * @typedef {object} OwnTools
 * @property {StartTrainer} startTrainer
 * @property {TrainingSet} dataset
 * @property {Dataset | null} own the same, where it is the visitor's own, which nobody else keeps; else null
 * @property {Classifier | null} classifier
 * @property {Reference | null} reference
 * @property {RunStore} store
 */

/** What a loop is started with. @typedef {{name: string, description: Description}} Start name: to find it again */

/** Where requests come from and answers go. @typedef {Pick<MessagePort, "postMessage" | "onmessage">} Port */

/** A request; with no id it comes from here and nobody waits. @typedef {{id?: number, task: string, asked: any}} Request */

export class RunLoop {
  /** @type {Session | null} */
  #session = null;
  /** @type {Tools | null} */
  #tools = null;
  /** @type {Start | null} */
  #start = null;
  /** @type {Request[]} */
  #requests = [];
  /** @type {() => void} ends the wait for a request */
  #wake = () => {};
  #told = { version: -1, step: -1, at: -Infinity };
  /** @type {Keeper | null} */
  #keeper = null;
  #isClosed = false;
  #turns = new MessageChannel();

  /**
   * @param {Port} port
   * @param {(asked: any, more: (dataset: TrainingSet) => void) => Promise<Tools>} fetchTools asked: what "start", "restore"
   *   or "open" was asked with; more: is told when there are more pictures
   * @param {() => number} now seconds of a clock
   */
  constructor(port, fetchTools, now) {
    this.port = port;
    this.fetchTools = fetchTools;
    this.now = now;
    port.onmessage = ({ data }) => this.#request(data);
    this.#run();
  }

  /** @param {Request} request */
  #request(request) {
    this.#requests.push(request);
    this.#wake();
  }

  async #run() {
    while (!this.#isClosed) {
      const request = this.#requests.shift();
      if (request) await this.#answer(request);
      else await this.#session?.advance(CHUNK_SECONDS, () => this.#requests.length > 0);
      const isBusy = this.#requests.length > 0 || this.#session?.isTraining;
      this.#tell(!isBusy);
      if (this.#session && this.#keeper?.isDue(this.#session)) await this.#keeper.keep(this.#session);
      if (!this.#isClosed) await (isBusy ? this.#nextTask() : this.#nextRequest());
    }
    this.#turns.port1.close();
  }

  /** Lets messages in. */
  #nextTask() {
    return new Promise((resolve) => {
      this.#turns.port1.onmessage = resolve;
      this.#turns.port2.postMessage(null);
    });
  }

  /** @returns {Promise<void>} */
  #nextRequest() {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#requests.length) resolve();
    });
  }

  /** @param {Request} request */
  async #answer({ id, task, asked }) {
    try {
      const answer = await this.#tasks[task](asked);
      if (ORDERS.includes(task)) this.#tell(true); // before the answer: who has it knows how the run is
      if (id !== undefined) this.port.postMessage({ id, answer }, buffersOf(answer));
    } catch (error) {
      this.port.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
    }
  }

  // --- What can be asked for -----------------------------------------------------------------------

  /** @type {Record<string, (asked: any) => Promise<any>>} */
  #tasks = {
    hello: async () => true, // whoever asks knows that somebody listens
    start: (asked) => this.#begin(asked),
    restore: (asked) => this.#restore(asked),
    open: (asked) => this.#open(asked),
    obey: (command) => this.#obey(command),
    pictures: async (step) => this.#session?.history.frames.get(step)?.slice() ?? null,
    page: (step) => this.#files.page(step),
    weights: () => this.#files.weights(),
    file: (kind) => this.#files.file(kind),
    more: async (dataset) => this.#useDataset(dataset),
    remains: () => this.#files.remains(),
    keep: async () => (this.#session && this.#keeper?.keepNow(this.#session)) ?? false,
    leaveCore: async (isLeft) => this.#session?.leaveCore(isLeft),
    close: async () => this.#close(),
  };

  /** Starts a run. @param {Start & {wish: Wish}} asked */
  async #begin(asked) {
    const { description, wish } = asked;
    const tools = await this.#prepare(asked);
    const { recipe, hyper } = chooseRecipe(wish, description, tools.dataset);
    this.#session = this.#make(recipe, hyper, wish.seed, wish.first_command ?? "run");
    await this.#session.prepare();
    return true;
  }

  /** Goes on with a run that was kept. @param {Start} asked @returns {Promise<boolean>} false: it was not */
  async #restore(asked) {
    const tools = await this.#prepare(asked);
    const found = await tools.store.find(asked.name);
    if (!found) return false;
    const { run, states } = found;
    this.#session = this.#make(run.recipe, run.hyper, run.seed, "run");
    const history = Object.assign(new History(), run.history, { states });
    const message = "kept from before this page was loaded again";
    await this.#session.restore(run.state, history, run.seconds, "paused", message);
    return true;
  }

  /**
   * Goes on with a training state that the visitor has opened.
   * @param {Start & {opening: Opening, content: ArrayBuffer}} asked content: of the file
   */
  async #open(asked) {
    const { recipe, hyper, seconds } = asked.opening;
    const state = readState(asked.content);
    const { dataset } = await this.#prepare(asked);
    refuseOtherPictures(recipe, dataset);
    this.#session = this.#make(recipe, hyper, state.seed, "run");
    await this.#session.restore(state, new History(), seconds, "running");
    return true;
  }

  /** @param {Start} asked */
  async #prepare(asked) {
    this.#start = { name: asked.name, description: asked.description }; // and not the pictures
    this.#tools = await this.fetchTools(asked, (dataset) => this.#request({ task: "more", asked: dataset }));
    const { store, dataset_name: name, own: dataset } = this.#tools;
    const own = dataset && { name, dataset };
    this.#keeper = new Keeper(store, asked.name, { now: this.now, wake: () => this.#wake(), own });
    return this.#tools;
  }

  /**
   * @param {Recipe} recipe
   * @param {Hyperparams} hyper
   * @param {number} seed
   * @param {"run" | "step"} first_command
   */
  #make(recipe, hyper, seed, first_command) {
    const { description } = /** @type {Start} */ (this.#start);
    const { dataset, startTrainer, classifier, reference } = /** @type {Tools} */ (this.#tools);
    const instruments = { rules: description.diagnosis, classifier, reference, now: this.now };
    const setup = { recipe, hyper, seed, first_command, description, dataset, startTrainer, instruments };
    return new Session(setup);
  }

  /** @param {Command} command */
  async #obey(command) {
    if (command.kind === "stop") await this.#keeper?.keepNow(this.#running).catch(() => false); // so that it can be had again
    await this.#running.obey(command);
  }

  /** @param {TrainingSet} dataset */
  #useDataset(dataset) {
    if (this.#tools) this.#tools.dataset = dataset;
    this.#session?.useDataset(dataset);
  }

  #close() {
    this.#isClosed = true;
    this.#session?.close();
  }

  /** @returns {Session} */
  get #running() {
    if (!this.#session) throw new Error("this run is over; start another");
    return this.#session;
  }

  get #files() {
    return new RunFiles(this.#running, /** @type {Tools} */ (this.#tools));
  }

  // --- What is told ----------------------------------------------------------------------------------

  /** Posts what is new of the run, if it is time. @param {boolean} isIdle nothing else will be new for a while */
  #tell(isIdle) {
    const session = this.#session;
    if (!session || session.version === 0) return;
    const told = this.#told;
    const now = this.now();
    const isNew = session.version !== told.version;
    if (!isNew && session.step === told.step) return;
    if (!isIdle && now - told.at < NEWS_SECONDS) return;
    const { ranges } = /** @type {Start} */ (this.#start).description;
    const news = isNew
      ? { kind: "snapshot", snapshot: snapshotOf(session, Object.keys(ranges)) }
      : { kind: "pace", pace: paceOf(session) };
    this.#told = { version: session.version, step: session.step, at: now };
    this.port.postMessage({ news }, buffersOf(news));
  }
}
