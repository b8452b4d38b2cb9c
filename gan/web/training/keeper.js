// Keeps a run in the browser, so that a reload finds it: one that trains now and then, one that rests at once.

/** @import { Session } from "./session.js" */
/** @import { OwnPictures, RunStore } from "./store.js" */

const KEEP_SECONDS = 20; // between two times that a run which trains is kept
const FIRST_SECONDS = 3; // before the first time, and doubled each time: a reload in the first minute loses little

export class Keeper {
  #store;
  #name;
  #now;
  #wake;
  #own;
  #pause = FIRST_SECONDS; // in seconds, until it is kept again
  #last; // when the run was kept, in seconds of the clock, and which version of it
  /** @type {Promise<unknown> | null} null: nothing is being written */
  #writing = null;

  /**
   * @param {RunStore} store
   * @param {string} name to find the run again
   * @param {object} of
   * @param {() => number} of.now seconds of a clock
   * @param {() => void} of.wake is told when something was written: the run may have changed meanwhile
   * @param {OwnPictures | null} of.own the visitor's own pictures, if the run learns from them
   */
  constructor(store, name, { now, wake, own }) {
    this.#store = store;
    this.#name = name;
    this.#now = now;
    this.#wake = wake;
    this.#own = own;
    this.#last = { at: now(), version: 0 };
  }

  /** @param {Session} session @returns {boolean} whether it is time to keep it */
  isDue(session) {
    if (this.#writing) return false;
    if (session.isTraining) return this.#now() - this.#last.at >= this.#pause;
    return session.status === "paused" && session.version !== this.#last.version;
  }

  /**
   * Begins to write the run as it is. The training goes on meanwhile.
   * @param {Session} session
   * @returns {Promise<{written: Promise<boolean>}>} whether it is kept, once that is known
   */
  async keep(session) {
    this.#last = { at: this.#now(), version: session.version };
    this.#pause = Math.min(KEEP_SECONDS, 2 * this.#pause);
    await this.#store.open(); // so that what is given to it is written at once, before the run goes on
    const state = await session.currentState();
    if (!state || session.status === "stopped") return { written: Promise.resolve(false) };
    const { recipe, hyper, seed, history, monitor } = session;
    const { states, ...others } = history;
    const run = { name: this.#name, saved: Date.now(), recipe, hyper, seed, seconds: monitor.seconds };
    const written = this.#store.keep({ ...run, state, history: others }, states, this.#own);
    this.#writing = written.finally(() => {
      history.release(state);
      this.#writing = null;
      this.#wake();
    });
    return { written };
  }

  /** Keeps the run as it is, after what is still being written. @param {Session} session @returns {Promise<boolean>} whether it is kept */
  async keepNow(session) {
    await this.#writing;
    return (await this.keep(session)).written;
  }
}
