/** Which run is on the page: started here, found again after a reload, or led to by a link. */

import { writeAddress } from "../shared/address_bar.js";
import { recall, remember } from "../shared/storage.js";

/** @import { Run, RunHost, Wish } from "./run.js" */

const STORE = "forger-run"; // where the browser keeps the ticket, so that a reload finds the run again

export class CurrentRun {
  /** @type {Run | null} one's own, or one that is watched */
  run = null;
  /** @type {string | null} the name of the failure of the lab that the run is; null: it is none */
  failing = null;
  #isStarting = false; // a run is being started, and a second press starts no other
  #host;
  #on;

  /**
   * @param {RunHost} host trains the runs
   * @param {object} on
   * @param {() => boolean} on.isWatched whether somebody looks at the run now
   * @param {() => void} on.replaced is told when another run is on the page
   * @param {(isNew: boolean) => void} on.changed isNew: there is another snapshot, not only another pace
   */
  constructor(host, on) {
    this.#host = host;
    this.#on = on;
  }

  /** Whether there is a run that would be lost by starting another. */
  get isMineAndOn() {
    return Boolean(this.run?.isMine && !this.run.isOver);
  }

  /**
   * Ends the run that is on, and starts another.
   *
   * @param {Wish} wish
   * @param {string | null} failing the name of the failure that it is
   * @returns {Promise<boolean>} false: another is being started already
   * @throws {Error} One line for the page.
   */
  async start(wish, failing) {
    if (this.#isStarting) return false;
    this.#isStarting = true;
    try {
      if (this.isMineAndOn) await this.run?.stop().catch(() => null); // it may be known no longer
      this.#put(await this.#host.start(wish), failing);
    } finally {
      this.#isStarting = false;
    }
    forgetWatching();
    return true;
  }

  /**
   * Puts the run on the page that a link leads to, or that was on when the page was closed; unless another has been
   * started meanwhile.
   *
   * @throws {Error} The link leads to no run. (The run that was on is there all the same.)
   */
  async find() {
    const name = new URLSearchParams(location.search).get("watch");
    const linked = name === null ? null : await this.#host.find({ name });
    const kept = linked ? null : recall(STORE);
    const found = linked ?? (await this.#host.find(kept));
    if (found && !this.run && !this.#isStarting) this.#put(found, kept?.failing ?? null);
    if (name !== null && !linked) {
      throw new Error("This link leads to no run; ask for it again, or start a run of your own.");
    }
  }

  /** The run was repaired: it is no failure any more. */
  isRepaired() {
    this.failing = null;
    this.#keep();
  }

  /** @param {Run} run @param {string | null} failing */
  #put(run, failing) {
    this.run?.leave();
    this.run = run;
    this.failing = failing;
    this.#keep();
    this.#on.replaced();
    run.follow(this.#on.isWatched, (isNew) => {
      if (run.isGone) remember(STORE, null);
      this.#on.changed(isNew);
    });
  }

  #keep() {
    if (this.run?.isMine && this.run.ticket) remember(STORE, { ...this.run.ticket, failing: this.failing });
  }
}

/** A link to watch led to the page, and the run that is on it now is one's own. */
function forgetWatching() {
  const address = new URL(location.href);
  if (!address.searchParams.has("watch")) return;
  address.searchParams.delete("watch");
  address.searchParams.set("tab", "train");
  writeAddress(address);
}
