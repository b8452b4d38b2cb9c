// Runs that the browser keeps, so that a reload of the page finds them again. A private window, or a frame of another
// site, may refuse storage, and it may be full: storage is used where it is there, never needed.

/** @import { Dataset } from "./batch.js" */
/** @import { History } from "./history.js" */
/** @import { Hyperparams, Recipe } from "./recipe.js" */
/** @import { State } from "./state.js" */

const DATABASE = "forger-runs";
const RUNS = "runs"; // by name
const STATES = "states"; // by name and step
const PICTURES = "pictures"; // by name: of runs that learn from a visitor's own
const ALL = [RUNS, STATES, PICTURES];
const MAX_RUNS = 6; // one's own, its rival in a race, and four that were put away (train/my_runs.js)

/**
 * What is kept of a run, besides the states that it can go back to.
 * @typedef {object} KeptRun
 * @property {string} name
 * @property {number} saved when, in ms
 * @property {Recipe} recipe
 * @property {Hyperparams} hyper
 * @property {number} seed
 * @property {number} seconds of training
 * @property {State} state the latest
 * @property {Pick<History, "frames" | "qualities" | "events" | "previousCurves" | "rows" | "pending" | "strides" |
 *   "offered">} history
 */

/**
 * The pictures that a visitor has given to a run: nobody else has them.
 * @typedef {{name: string, dataset: Dataset}} OwnPictures name: of the data set, in the run's files
 */

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
const answerOf = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @param {IDBTransaction} transaction @returns {Promise<unknown>} */
const endOf = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });

/** @returns {Promise<IDBDatabase>} */
function open() {
  const request = indexedDB.open(DATABASE, 2);
  request.onupgradeneeded = ({ oldVersion }) => {
    const database = request.result;
    if (oldVersion < 1) {
      database.createObjectStore(RUNS, { keyPath: "name" });
      database.createObjectStore(STATES);
    }
    database.createObjectStore(PICTURES);
  };
  const blocked = new Promise((_, reject) => {
    request.onblocked = () => reject(new Error("another tab has an older page open"));
  });
  return Promise.race([answerOf(request), blocked]);
}

/** Every state of a run. @param {string} name */
const statesOf = (name) => IDBKeyRange.bound([name], [name, []]);

/** The database, opened when it is first needed. */
export class RunStore {
  /** @type {Promise<IDBDatabase | null> | null} null: not opened yet; of null: refused */
  #database = null;
  #isWriting = false;

  /** @returns {Promise<IDBDatabase | null>} null: storage is refused */
  open() {
    const refused = () => null;
    this.#database ??= typeof indexedDB === "undefined" ? Promise.resolve(null) : open().catch(refused);
    return this.#database;
  }

  /**
   * Keeps a run, in the place of what was kept of it before, and forgets all but the latest runs.
   * @param {KeptRun} run
   * @param {Map<number, State>} states that it can go back to; those that it deletes meanwhile are left out
   * @param {OwnPictures | null} own what it learns from, if a visitor has given it
   * @returns {Promise<boolean>} whether it is kept; false also while it is still being written
   */
  async keep(run, states, own) {
    const database = await this.open();
    if (!database || this.#isWriting) return false;
    this.#isWriting = true;
    try {
      await write(database, run, states, own);
      return true;
    } catch {
      return false; // there is no room, or the browser refuses
    } finally {
      this.#isWriting = false;
    }
  }

  /**
   * @param {string} name
   * @returns {Promise<{run: KeptRun, states: Map<number, State>} | null>} null: none is kept
   */
  async find(name) {
    try {
      const database = await this.open();
      if (!database) return null;
      const transaction = database.transaction([RUNS, STATES]);
      const run = await answerOf(transaction.objectStore(RUNS).get(name));
      /** @type {State[]} */
      const states = await answerOf(transaction.objectStore(STATES).getAll(statesOf(name)));
      return run ? { run, states: new Map(states.map((state) => [state.step, state])) } : null;
    } catch {
      return null;
    }
  }

  /** @param {string} name of a run @returns {Promise<OwnPictures | null>} null: it learns from no visitor's own, or is not kept */
  async picturesOf(name) {
    try {
      const database = await this.open();
      if (!database) return null;
      return (await answerOf(database.transaction(PICTURES).objectStore(PICTURES).get(name))) ?? null;
    } catch {
      return null;
    }
  }

  /** Forgets a run. @param {string} name */
  async drop(name) {
    const database = await this.open();
    try {
      if (!database) return;
      const transaction = database.transaction(ALL, "readwrite");
      remove(transaction, name);
      await endOf(transaction); // the Worker may be ended after it
    } catch {
      // The browser refuses; what is kept is forgotten when other runs are.
    }
  }
}

/**
 * @param {IDBDatabase} database
 * @param {KeptRun} run
 * @param {Map<number, State>} states
 * @param {OwnPictures | null} own
 */
async function write(database, run, states, own) {
  const transaction = database.transaction(ALL, "readwrite");
  const done = endOf(transaction);
  const [runs, kept] = [transaction.objectStore(RUNS), transaction.objectStore(STATES)];
  const pictures = transaction.objectStore(PICTURES);
  runs.put(run);
  if (own && !(await answerOf(pictures.count(run.name)))) pictures.put(own, run.name); // once: they never change
  const known = new Set((await answerOf(kept.getAllKeys(statesOf(run.name)))).map(String));
  for (const [step, state] of states) {
    if (!known.delete(String([run.name, step]))) kept.put(state, [run.name, step]);
  }
  for (const gone of known) kept.delete([run.name, Number(gone.split(",")[1])]);
  if ((await answerOf(runs.count())) > MAX_RUNS) {
    /** @type {KeptRun[]} */
    const all = await answerOf(runs.getAll());
    const older = all.sort((a, b) => b.saved - a.saved).slice(MAX_RUNS);
    for (const { name } of older) remove(transaction, name);
  }
  await done;
}

/** @param {IDBTransaction} transaction @param {string} name */
function remove(transaction, name) {
  transaction.objectStore(RUNS).delete(name);
  transaction.objectStore(STATES).delete(statesOf(name));
  transaction.objectStore(PICTURES).delete(name);
}
