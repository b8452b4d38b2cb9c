/** Which run is on the page: started here, found again after a reload, or led to by a link. */

import { checkSeed } from "../engine/latents.js";
import { writeAddress } from "../shared/address_bar.js";
import { recall, recallHere, remember, rememberHere } from "../shared/storage.js";
import { isSame } from "./my_runs.js";
import { ownSource } from "./own_source.js";
import { hold, isHeld } from "./tab_lock.js";

/** @import { Dataset } from "../training/batch.js" */
/** @import { Game, PutAway } from "./my_runs.js" */
/** @import { Run, RunHost, Ticket, Wish } from "./run.js" */

// Where the browser keeps the ticket, so that a reload finds the run again: for this tab, and for a tab that is opened
// when this one is closed.
const STORE = "forger-run";

export class CurrentRun {
  /** @type {Run | null} one's own, or one that is watched */
  run = null;
  /** @type {string | null} the name of the failure of the lab that the run is; null: it is none */
  failing = null;
  #title = ""; // what it was started with, for a visitor
  /** @type {Game | null} what it was started with; null: that is not known */
  #game = null;
  #letGo = () => {}; // so that another tab may have the run
  #isStarting = false; // a run is being started, and a second press starts no other
  #host;
  #on;

  /**
   * @param {RunHost} host trains the runs
   * @param {object} on
   * @param {() => boolean} on.isWatched whether somebody looks at the run now
   * @param {(game: Game, place: Run["place"]) => void} on.found is told what the run was started with, and where it
   *   trains, when it is found again after a reload or in "My runs"
   * @param {() => void} on.replaced is told when another run is on the page
   * @param {(isNew: boolean) => void} on.changed isNew: there is another snapshot, not only another pace
   * @param {(run: PutAway) => void} on.putAway is told of a run of one's own that has stopped, or is replaced
   * @param {(ticket: Ticket) => void} on.forgotten is told of a run that goes on on the page, or that nobody keeps
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
   * Starts a run in the place of the one that is on.
   *
   * @param {Wish} wish
   * @param {string | null} failing the name of the failure that it is
   * @param {string} title what it is started with, for a visitor
   * @returns {Promise<boolean>} false: another is being started already
   * @throws {Error} One line for the page. The run that is on goes on then.
   */
  async start(wish, failing, title) {
    return this.#replace(async () => {
      checkSeed(wish.seed);
      ownSource(wish);
      const { recipe, seed, conditional, dataset } = wish;
      const started = await this.#instead(() => this.#host.start(wish));
      const game = { recipe, seed, dataset };
      // A failure is never told the class, whatever the visitor has chosen for other runs.
      this.#put(started, failing, title, failing ? game : { ...game, conditional });
    });
  }

  /**
   * Starts a run that goes on from a saved training state, and ends the run that was on.
   *
   * @param {File} file
   * @param {Dataset | null} pictures the visitor's own, if the file's run learns from these
   * @returns {Promise<boolean>} false: another is being started already
   * @throws {Error} One line for the page: it is no such file. The run that is on goes on then.
   */
  async open(file, pictures) {
    return this.#replace(async () => {
      const { open } = this.#host;
      if (!open) return;
      const opened = await open(file, pictures);
      await this.#end();
      this.#put(opened, null, file.name);
    });
  }

  /**
   * Puts a run that was put away on the page, in the place of the one that is on.
   *
   * @param {PutAway} asked
   * @param {boolean} goesOn whether it trains on; else it is shown as it is
   * @returns {Promise<boolean>} false: another is being started already
   * @throws {Error} One line for the page: it is kept no longer, or cannot go on. The run that is on goes on then.
   */
  async show({ ticket, failing, title, game = null }, goesOn) {
    return this.#replace(async () => {
      const found = await this.#host.find(ticket);
      if (!found || !((await found.isKept?.()) ?? true)) {
        this.#on.forgotten(ticket);
        throw new Error("This run is kept no longer.");
      }
      try {
        await this.#instead(async () => {
          if (goesOn) await found.resume();
        });
      } catch (error) {
        await endInVain(found);
        throw error;
      }
      this.#put(found, failing, title, game);
      if (game) this.#on.found(game, found.place);
    });
  }

  /** @param {() => Promise<void>} act puts another run on the page @returns {Promise<boolean>} see `start` */
  async #replace(act) {
    if (this.#isStarting) return false;
    this.#isStarting = true;
    try {
      await act();
    } finally {
      this.#isStarting = false;
    }
    forgetWatching();
    return true;
  }

  /**
   * Begins another run and ends the one that is on, which goes on as it was if the other cannot begin. One in the page is
   * ended when the other has begun: after its end, all its memory is given back. One on the server is ended before, as
   * visitors have few places there, and is told to go on if need be. (A failed one takes no place.)
   *
   * @template T
   * @param {() => Promise<T>} begin
   * @returns {Promise<T>}
   */
  async #instead(begin) {
    const { run } = this;
    const status = run?.snapshot?.status;
    if (!run || !this.isMineAndOn || run.place === "page" || status === "failed") {
      const begun = await begin();
      await this.#end();
      return begun;
    }
    await this.#end();
    try {
      return await begin();
    } catch (error) {
      await this.#goOn(run, status === "paused").catch(() => null); // it stays ended
      throw error;
    }
  }

  /** Lets a run go on that was ended in vain. @param {Run} run @param {boolean} wasPaused */
  async #goOn(run, wasPaused) {
    await run.resume();
    if (wasPaused) await run.pause();
    this.#put(run, this.failing, this.#title, this.#game);
  }

  /** Ends the run that is on. */
  async #end() {
    if (this.isMineAndOn) await this.run?.stop().catch(() => null); // it may be known no longer
  }

  /**
   * Puts the run on the page that a link leads to, or that was on when the page was closed; unless another has been
   * started meanwhile. Then it is put away.
   *
   * @throws {Error} The link leads to no run. (The run that was on is there all the same.)
   */
  async find() {
    const name = new URLSearchParams(location.search).get("watch");
    const linked = name === null ? null : await this.#host.find({ name });
    const kept = linked ? null : (recallHere(STORE) ?? (await ticketOfClosedTab()));
    const found = linked ?? (await this.#host.find(kept));
    const { failing = null, title = "", game = null } = kept ?? {};
    if (found && (this.run || this.#isStarting)) {
      await endInVain(found);
      this.#tellOf(found, { failing, title, game });
    } else if (found) {
      this.#put(found, failing, title, game);
      if (game) this.#on.found(game, found.place);
    }
    if (name !== null && !linked) {
      throw new Error("This link leads to no run; ask for it again, or start a run of your own.");
    }
  }

  /** The run was repaired: it is no failure any more. */
  isRepaired() {
    this.failing = null;
    this.#keep();
  }

  /** @param {Run} run @param {string | null} failing @param {string} title @param {Game | null} [game] */
  #put(run, failing, title, game = null) {
    this.#putAway();
    this.run?.leave();
    this.run = run;
    this.failing = failing;
    this.#title = title;
    this.#game = game;
    this.#keep();
    if (run.ticket) this.#on.forgotten(run.ticket);
    this.#letGo();
    this.#letGo = run.isMine && run.ticket ? hold(run.ticket) : () => {};
    this.#on.replaced();
    let wasOver = false; // whether that has been told
    run.follow(this.#on.isWatched, (isNew) => {
      if (run.isGone || (run.isOver && run.place === "page")) this.#forget(); // "My runs" has it
      if (run.isOver) this.#letGo();
      if (run.isGone && run.ticket) this.#on.forgotten(run.ticket);
      if (run.isOver && !wasOver) this.#putAway();
      wasOver = run.isOver;
      this.#on.changed(isNew);
    });
  }

  /** Tells of the run that is on the page, if it can be had again. */
  #putAway() {
    if (this.run && !this.run.isGone)
      this.#tellOf(this.run, { failing: this.failing, title: this.#title, game: this.#game });
  }

  /** @param {Run} run @param {Pick<PutAway, "failing" | "title" | "game">} of it */
  #tellOf({ isMine, ticket, snapshot }, { failing, title, game }) {
    const step = snapshot?.step;
    if (isMine && ticket && step) this.#on.putAway({ ticket, title: title || "A run", failing, step, game });
  }

  #keep() {
    const { run, failing } = this;
    if (!run?.isMine || !run.ticket) return;
    const kept = { ...run.ticket, failing, title: this.#title, game: this.#game };
    remember(STORE, kept);
    rememberHere(STORE, kept);
  }

  /** A reload does not find the run again. */
  #forget() {
    rememberHere(STORE, null);
    const kept = recall(STORE);
    const { run } = this;
    if (kept && run?.ticket && isSame(kept, run.ticket)) remember(STORE, null); // else another tab has put its own there
  }
}

/** Ends a run that was found and is not shown: its Worker would keep all its memory. @param {Run} run */
async function endInVain(run) {
  if (run.place !== "page") return;
  run.leave();
  await run.stop().catch(() => null);
}

/** The ticket that was kept last, unless its run is on the page of another tab. @returns {Promise<any>} */
async function ticketOfClosedTab() {
  const kept = recall(STORE);
  return kept && (await isHeld(kept)) ? null : kept;
}

/** A link to watch led to the page, and the run that is on it now is one's own. */
function forgetWatching() {
  const address = new URL(location.href);
  if (!address.searchParams.has("watch")) return;
  address.searchParams.delete("watch");
  address.searchParams.set("tab", "train");
  writeAddress(address);
}
