/** The Train page: train.html brought to life. Its parts share one run (current_run.js), which this module starts. */

import { createControls } from "./controls.js";
import { CurrentRun } from "./current_run.js";
import { DataChoice } from "./data_choice.js";
import { RunDisplay } from "./display.js";
import { find } from "./elements.js";
import { createErrorLine } from "./error_line.js";
import { isFollowedInExplore } from "./explore_link.js";
import { createFailures } from "./failures.js";
import { repairOf } from "./health.js";
import { HiddenTab } from "./hidden_tab.js";
import { createInvitation } from "./invitation.js";
import { KnownOriginals } from "./known_originals.js";
import { Meanwhile } from "./meanwhile.js";
import { MyRuns } from "./my_runs.js";
import { NextRun } from "./next_run.js";
import { Orders } from "./orders.js";
import { originalsOf } from "./originals.js";
import { Race } from "./race.js";
import { createRewind } from "./rewind.js";
import { createSavedState } from "./saved_state.js";
import { createSaving } from "./saving.js";
import { serverRuns } from "./server_run.js";
import { createAnnouncer, createStatus, viewOf } from "./status.js";
import { addWhys } from "./why.js";

const FULL = 503; // the status of a server that has no room for a run

/** @import { Run, RunHost, Wish } from "./run.js" */

/**
 * What Python says of runs (gan/live/description.py): what a run needs, and what visitors read.
 * @typedef {import("../training/types.js").Description & Texts} Description
 *
 * @typedef {object} Texts
 * @property {Record<string, string>} [labels] of the settings that can be changed
 * @property {Record<string, import("./failures.js").Failure>} failures of the lab, by name
 */

/**
 * What all parts may ask of the page: the run, the line for errors, and a voice for screen readers.
 * @typedef {ReturnType<typeof createErrorLine> & {run: () => Run | null, announce: (text: string) => void}} Asked
 */

/**
 * @param {HTMLElement} root holds train.html
 * @param {Description} description
 * @param {RunHost} host trains the runs
 * @param {string} [meanwhile] the address of a recorded run, for who waits
 * @returns {() => Run | null} gives the run that is on the page
 */
export function mount(root, description, host = serverRuns, meanwhile = undefined) {
  const page = new TrainPage(root, description, host, meanwhile);
  page.open();
  return () => page.run;
}

class TrainPage {
  #root;
  #host;
  #failures;
  #current;
  #display;
  #next;
  #parts;
  #showStatus;
  #hiddenTab;
  #data;
  #mine;
  #meanwhile;
  #known; // what runs on each set learn to forge
  #coming = 0; // runs that are on their way onto the page

  /**
   * @param {HTMLElement} root
   * @param {Description} description
   * @param {RunHost} host
   * @param {string} [meanwhile]
   */
  constructor(root, description, host, meanwhile) {
    const announce = createAnnouncer(find(root, ".announcer"));
    this.#root = root;
    this.#host = host;
    this.#failures = description.failures;
    this.#known = new KnownOriginals(host.originals);
    this.#current = new CurrentRun(host, {
      isWatched: () => this.#isVisible() || isFollowedInExplore(),
      found: ({ recipe, seed, conditional, dataset }, place) => {
        this.#next.set({ recipe, seed, isConditional: conditional });
        if (dataset) this.#data.choose(dataset);
        this.#host.stayAt?.(place);
      },
      replaced: () => this.#replaced(),
      changed: (isNew) => (isNew ? this.#follow() : this.#refresh()),
      putAway: (run) => this.#mine.add(run),
      forgotten: (ticket) => this.#mine.remove(ticket),
    });
    this.#mine = new MyRuns(root, {
      show: (run, goesOn) => this.#bring(this.#current.show(run, goesOn)),
      forget: (ticket) => this.#host.forget?.(ticket),
    });
    const errors = createErrorLine(find(root, ".error"));
    this.#data = new DataChoice(root, {
      ...errors,
      changed: () => {
        this.#learn(this.#data.name).catch(() => null); // it is not there yet; library.js says so
        this.#showOriginals();
      },
      openState: host.open ? (file) => this.#open(file) : null,
    });
    this.#next = new NextRun(root, host.canTrain, this.#data);
    const page = {
      ...errors,
      announce,
      run: () => this.#current.run,
    };
    this.#display = new RunDisplay(root, page);
    this.#showStatus = createStatus(root, announce);
    this.#meanwhile = new Meanwhile(root, meanwhile);
    this.#parts = this.#createParts(description, page);
    this.#hiddenTab = new HiddenTab(root, () => this.#runs);
  }

  /**
   * What a visitor steers runs with.
   *
   * @param {Description} description
   * @param {Asked} asked
   */
  #createParts({ ranges, labels, failures }, asked) {
    const [root, display, next] = [this.#root, this.#display, this.#next];
    const page = {
      ...asked,
      wouldEndRun: () => this.#current.isMineAndOn,
      toPresent: () => display.toPresent(),
      refresh: () => this.#refresh(),
    };
    createRewind(root, { ...page, playhead: display.playhead });
    createSavedState(root, this.#host.open ? (file) => this.#open(file) : null);
    return {
      ...page,
      saving: createSaving(root, page),
      invitation: createInvitation(root, { ...page, next, begin: () => this.#start(next.wish("run")) }),
      controls: createControls(find(root, ".knobs .sliders"), ranges, labels, (change) => {
        if (this.#current.run) page.carryOut(this.#current.run.set(change));
      }),
      orders: new Orders(root, {
        ...page,
        start: (first) => this.#start(next.wish(first)),
        light: display.duel.light,
      }),
      lab: createFailures(find(root, ".failures"), failures, {
        ...page,
        start: (name) => this.#start(next.wishForFailure(name), name),
      }),
      race: new Race(find(root, ".race"), {
        ...page,
        next,
        begin: () => this.#start(next.wish("run")),
        startRival: (wish) => this.#host.start(wish),
        putAway: (run) => this.#mine.add(run),
        canTrain: this.#host.canTrain,
        isWatched: () => this.#isVisible(),
        reals: () => display.originals?.reals ?? null,
      }),
    };
  }

  /** Finds the run that was on, or that a link leads to. */
  open() {
    const { complain } = this.#parts;
    addWhys(this.#root);
    // A tab that is closed has no size. Then the cores are for what is looked at: Explore is dragged at full speed.
    new ResizeObserver(() => this.#current.run?.leaveCore?.(!this.#isVisible())).observe(this.#root);
    this.#display.health.mend.addEventListener("click", () => this.#mend());
    addEventListener("pagehide", () => {
      for (const each of this.#runs) each.abandon(); // a reload wakes them again
    });
    this.#learn().catch(complain);
    this.#current
      .find()
      .catch(complain)
      .finally(() => this.#refresh());
  }

  /** The run that is on the page. */
  get run() {
    return this.#current.run;
  }

  /** The run that is on the page, and its rival. */
  get #runs() {
    return [this.#current.run, this.#parts.race.rival].filter((run) => run !== null);
  }

  /** Learns what runs on a set learn to forge. @param {string} [name] */
  async #learn(name) {
    if (await this.#known.learn(name)) this.#showOriginals();
  }

  /** Speaks of what the run on the page learns to forge, or of what the next one will. */
  #showOriginals() {
    const { run } = this.#current;
    const { pictures } = this.#data;
    const next = pictures ? originalsOf(pictures) : this.#known.of(this.#data.name);
    const originals = run ? (run.originals ?? this.#known.of()) : next;
    if (originals) this.#display.setOriginals(originals);
    if (next) this.#next.suit(next.class_names.length > 1);
    this.#refresh();
  }

  #isVisible() {
    return this.#root.offsetParent !== null;
  }

  /** The failure of the lab that the run is; null: it is none. */
  get #failure() {
    const name = this.#current.failing;
    return name ? this.#failures[name] : null;
  }

  // --- Orders ----------------------------------------------------------------------------------

  /**
   * Starts another run in place of the one that is on.
   *
   * @param {Wish} wish
   * @param {string | null} failing the name of the failure of the lab that it is
   * @returns {Promise<boolean>} whether it was started
   */
  async #start(wish, failing = null) {
    const words = failing ? this.#failures[failing].title : this.#next.words;
    const title = words.charAt(0).toUpperCase() + words.slice(1) + this.#data.addition;
    const isStarted = await this.#bring(this.#current.start(wish, failing, title));
    if (isStarted) this.#parts.invitation.close();
    return isStarted;
  }

  /** Goes on from a saved training state. @param {File} file */
  #open(file) {
    return this.#bring(this.#current.open(file, this.#data.pictures));
  }

  /** Shows a run that comes onto the page. @param {Promise<boolean>} coming @returns {Promise<boolean>} whether it has come */
  async #bring(coming) {
    const isAbove = find(this.#root, ".plate").getBoundingClientRect().top < 0;
    coming.catch(({ status }) => status === FULL && this.#meanwhile.offer());
    this.#coming++;
    this.#parts.complain();
    this.#refresh();
    const isStarted = (await this.#parts.carryOut(coming)) && (await coming);
    this.#coming--;
    this.#refresh();
    if (isStarted && isAbove) this.#root.scrollIntoView({ block: "start" }); // to where it happens
    return isStarted;
  }

  /** Does what the advice says. */
  async #mend() {
    const { run } = this.#current;
    const repair = run?.snapshot && repairOf(run.snapshot, this.#failure);
    if (!run || !repair || !(await this.#parts.carryOut(repair.apply(run)))) return;
    this.#current.isRepaired();
    this.#parts.lab.highlight(null);
  }

  // --- Another run, and its news ---------------------------------------------------------------

  /** Another run is on the page, of which nothing is known yet. */
  #replaced() {
    this.#parts.lab.highlight(this.#current.failing);
    this.#display.begin();
    this.#showOriginals();
  }

  /** There is a new snapshot. */
  #follow() {
    const { run } = this.#current;
    const snapshot = run?.snapshot;
    if (!run || !snapshot) return;
    if (run.originals && run.originals !== this.#display.originals) this.#showOriginals();
    this.#refresh();
    this.#parts.controls.follow(snapshot.hyper);
    this.#display.follow(run, snapshot, this.#failure);
    this.#parts.race.follow(snapshot);
  }

  /** Shows again how the run is doing, and which controls can be used. */
  #refresh() {
    const many = this.#display.originals?.plural ?? "digits";
    const { isSlow } = this.#parts.orders;
    const view = viewOf(this.#current.run, isSlow, many, this.#coming > 0, this.#data.warning);
    this.#showStatus(view);
    this.#meanwhile.follow(view.phase);
    this.#parts.saving.show(view.canSave);
    this.#hiddenTab.show();
  }
}
