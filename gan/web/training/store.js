// Runs that the browser keeps, so that a reload of the page finds them again. A private window, or a frame of another
// site, may refuse storage, and it may be full: storage is used where it is there, never needed.

/** @import { Dataset } from "./batch.js" */
/** @import { History } from "./history.js" */
/** @import { Hyperparams, Recipe } from "./recipe.js" */
/** @import { State } from "./state.js" */

const DATABASE = "forger-runs";
const RUNS = "runs"; // by name
const STATES = "states"; // by name and step: those that a run can go back to; by name and LATEST: that of now
const FRAMES = "frames"; // by name and step: the pictures of the samples
const LATEST = "latest"; // in the place of a step
const PICTURES = "pictures"; // by name: of runs that learn from a visitor's own; by [ms, name]: of those on a server
const ALL = [RUNS, STATES, FRAMES, PICTURES];
const MAX_RUNS = 6; // one's own, its rival in a race, and four that were put away (train/my_runs.js)
const SENT = () => IDBKeyRange.bound([], [[]]); // every key that is a list: the first of them is the oldest

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
  const request = indexedDB.open(DATABASE, 3);
  request.onupgradeneeded = ({ oldVersion }) => {
    const database = request.result;
    if (oldVersion < 1) {
      database.createObjectStore(RUNS, { keyPath: "name" });
      database.createObjectStore(STATES);
    }
    if (oldVersion < 2) database.createObjectStore(PICTURES);
    database.createObjectStore(FRAMES);
  };
  const blocked = new Promise((_, reject) => {
    request.onblocked = () => reject(new Error("another tab has an older page open"));
  });
  const opened = answerOf(request).then((database) => {
    database.onversionchange = () => database.close(); // a newer page is not to be blocked by this one
    return database;
  });
  return Promise.race([opened, blocked]);
}

/** All that is kept under a run's name. @param {string} name */
const allOf = (name) => IDBKeyRange.bound([name], [name, []]);
/** What is kept of its steps. @param {string} name */
const stepsOf = (name) => IDBKeyRange.bound([name], [name, ""]); // in the order of keys, a number comes before a text

/** The database, opened when it is first needed. */
export class RunStore {
  /** @type {Promise<IDBDatabase | null> | null} null: not opened yet; of null: refused */
  #database = null;
  #isWriting = false;
  /** @type {WeakSet<object>} states and frames that lie in the database already */
  #written = new WeakSet();

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
      await write(database, run, states, own, this.#written);
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
      const transaction = database.transaction([RUNS, STATES, FRAMES]);
      const [stateStore, frameStore] = [STATES, FRAMES].map((store) => transaction.objectStore(store));
      const run = await answerOf(transaction.objectStore(RUNS).get(name));
      if (!run) return null;
      const { state, history } = run; // of an older page, which kept the state and the frames in the same place
      const latest = (await answerOf(stateStore.get([name, LATEST]))) ?? state;
      /** @type {Map<number, State>} */
      const states = await byStep(stateStore, name);
      /** @type {Map<number, Uint8Array>} */
      const frames = await byStep(frameStore, name);
      for (const value of [...states.values(), ...frames.values()]) this.#written.add(value);
      return { run: { ...run, state: latest, history: { frames, ...history } }, states };
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
    await this.#change(async (transaction) => remove(transaction, name)); // the Worker may be ended after it
  }

  /**
   * Keeps the pictures that a run on a server learns from, and forgets all but those of the latest runs. A server gives
   * them to nobody, so after a reload the page finds them here.
   * @param {string} name of the run
   * @param {OwnPictures} own
   */
  async keepSent(name, own) {
    await this.#change(async (transaction) => {
      const pictures = transaction.objectStore(PICTURES);
      const keys = await answerOf(pictures.getAllKeys(SENT()));
      for (const key of keys.slice(0, Math.max(0, keys.length - MAX_RUNS + 1))) pictures.delete(key);
      pictures.put(own, [Date.now(), name]);
    });
  }

  /** @param {string} name of a run on a server @returns {Promise<OwnPictures | null>} null: they are not kept */
  async sentTo(name) {
    try {
      const pictures = (await this.open())?.transaction(PICTURES).objectStore(PICTURES);
      const key = pictures && (await keyOfSent(pictures, name));
      return (key && (await answerOf(pictures.get(key)))) ?? null;
    } catch {
      return null;
    }
  }

  /** Forgets the pictures of a run on a server. @param {string} name */
  async dropSent(name) {
    await this.#change(async (transaction) => {
      const pictures = transaction.objectStore(PICTURES);
      const key = await keyOfSent(pictures, name);
      if (key) pictures.delete(key);
    });
  }

  /** @param {(transaction: IDBTransaction) => Promise<void>} act */
  async #change(act) {
    const database = await this.open();
    try {
      if (!database) return;
      const transaction = database.transaction(ALL, "readwrite");
      const done = endOf(transaction);
      await Promise.all([act(transaction), done]);
    } catch {
      // The browser refuses, or there is no room: what is kept is forgotten when other runs are.
    }
  }
}

/** @param {IDBObjectStore} pictures @param {string} name of a run on a server @returns {Promise<IDBValidKey | undefined>} */
async function keyOfSent(pictures, name) {
  const keys = await answerOf(pictures.getAllKeys(SENT()));
  return keys.find((key) => Array.isArray(key) && key[1] === name);
}

/**
 * What is kept of a run's steps.
 * @param {IDBObjectStore} store
 * @param {string} name of the run
 * @returns {Promise<Map<number, any>>}
 */
async function byStep(store, name) {
  const [keys, values] = [
    await answerOf(store.getAllKeys(stepsOf(name))),
    await answerOf(store.getAll(stepsOf(name))),
  ];
  return new Map(values.map((value, i) => [/** @type {[string, number]} */ (keys[i])[1], value]));
}

/**
 * Keeps what is new of a run's steps, and forgets what is gone. So a run of an hour, which is kept three times a minute,
 * writes each of its pictures once.
 * @param {IDBObjectStore} store
 * @param {string} name of the run
 * @param {Map<number, object>} values by step
 * @param {WeakSet<object>} written those that were kept before: after going back, a step may have another value
 */
async function keepNew(store, name, values, written) {
  const keys = /** @type {[string, number][]} */ (await answerOf(store.getAllKeys(stepsOf(name))));
  const known = new Set(keys.map(([, step]) => step));
  for (const [step, value] of values) {
    if (!known.delete(step) || !written.has(value)) store.put(value, [name, step]);
    written.add(value);
  }
  for (const gone of known) store.delete([name, gone]);
}

/**
 * @param {IDBDatabase} database
 * @param {KeptRun} run
 * @param {Map<number, State>} states
 * @param {OwnPictures | null} own
 * @param {WeakSet<object>} written
 */
async function write(database, run, states, own, written) {
  const transaction = database.transaction(ALL, "readwrite");
  const done = endOf(transaction);
  const [runs, stateStore, frameStore, pictures] = ALL.map((store) => transaction.objectStore(store));
  const {
    name,
    state,
    history: { frames, ...history },
    ...others
  } = run;
  runs.put({ name, ...others, history });
  stateStore.put(state, [name, LATEST]);
  if (own && !(await answerOf(pictures.count(name)))) pictures.put(own, name); // once: they never change
  await keepNew(stateStore, name, states, written);
  await keepNew(frameStore, name, frames, written);
  if ((await answerOf(runs.count())) > MAX_RUNS) {
    /** @type {KeptRun[]} */
    const all = await answerOf(runs.getAll());
    const older = all.sort((a, b) => b.saved - a.saved).slice(MAX_RUNS);
    for (const each of older) remove(transaction, each.name);
  }
  await done;
}

/** @param {IDBTransaction} transaction @param {string} name */
function remove(transaction, name) {
  transaction.objectStore(RUNS).delete(name);
  for (const store of [STATES, FRAMES]) transaction.objectStore(store).delete(allOf(name));
  transaction.objectStore(PICTURES).delete(name);
}
