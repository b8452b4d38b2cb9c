/** A race: a second run beside one's own, with the same seed and so the same digits in the same order. */

import { checkSeed } from "../engine/latents.js";
import { make } from "../shared/paint.js";
import { askTwice } from "./confirm.js";
import { find, findButton, findInput } from "./elements.js";
import { markMissing } from "./next_run.js";
import { ownSource } from "./own_source.js";
import { RaceView } from "./race_view.js";
import { AUTOENCODER, RIVALS } from "./rivals.js";

/**
 * @import { NextRun } from "./next_run.js"
 * @import { Run, Snapshot, Wish } from "./run.js"
 */

/**
 * What a race asks of the page.
 * @typedef {object} Page
 * @property {(wish: Wish) => Promise<Run>} startRival
 * @property {(run: import("./my_runs.js").PutAway) => void} putAway is told of a rival that has been stopped
 * @property {(recipe: string) => boolean} canTrain whether there is who trains it
 * @property {() => Promise<boolean>} begin starts one's own run anew; returns whether it was started
 * @property {() => boolean} wouldEndRun whether a run of one's own would be ended by that
 * @property {() => boolean} isWatched whether the page can be seen
 * @property {NextRun} next what both runs are started with
 * @property {() => Uint8Array | null} reals 64 real digits, [64 · 784]; null: they are on their way
 * @property {(error: Error) => void} complain
 * @property {(text: string) => void} announce
 */

export class Race {
  /** @type {Run | null} the run that one's own races against */
  rival = null;
  /** @type {Snapshot | null} the rival's last */
  #theirs = null;
  /** @type {Snapshot | null} one's own run's last */
  #mine = null;
  #title = ""; // of the rival
  /** @type {import("./my_runs.js").Game | null} what both runs were started with; null: there was no rival yet */
  #game = null;
  #root;
  #page;
  #view;
  #choice;
  #go;
  #end;

  /**
   * @param {HTMLElement} root .race
   * @param {Page} page
   */
  constructor(root, page) {
    this.#root = root;
    this.#page = page;
    this.#view = new RaceView(root);
    this.#choice = find(root, ".rival", HTMLSelectElement);
    this.#go = findButton(root, ".race-go");
    this.#end = findButton(root, ".race-stop");
    for (const [i, { title, wish }] of RIVALS.entries()) {
      const option = make(this.#choice, "option", { value: i }, title);
      markMissing(/** @type {HTMLOptionElement} */ (option), page.canTrain(wish.recipe));
    }
    this.#describe();
    this.#choice.addEventListener("change", () => this.#describe());
    askTwice(this.#go, {
      question: "End your run and start both?",
      isNeeded: page.wouldEndRun,
      act: () => this.#start(),
      announce: page.announce,
    });
    this.#end.addEventListener("click", () => this.#stop().catch(page.complain));
    findInput(root, ".by-time").addEventListener("change", () => this.#draw());
  }

  /** One's own run has changed. @param {Snapshot} snapshot */
  follow(snapshot) {
    this.#mine = snapshot;
    if (this.rival) this.#draw();
  }

  /** The rival that is chosen. */
  get #chosen() {
    return RIVALS[Number(this.#choice.value)];
  }

  #describe() {
    find(this.#root, ".rival-words").textContent = this.#chosen.words;
  }

  #draw() {
    if (this.#mine && this.#theirs) this.#view.draw(this.#mine, this.#theirs, this.#page.reals());
  }

  /** There is no rival to stop. Whoever has pressed the button, or is about to, stays beside it. */
  #switchEndOff() {
    if (document.activeElement === this.#end) this.#go.focus({ preventScroll: true });
    this.#end.disabled = true;
  }

  /** Ends the rival, if there is one. */
  async #stop() {
    const ended = this.rival;
    this.rival = null;
    this.#switchEndOff();
    ended?.leave();
    await ended?.stop();
    const step = ended?.snapshot?.step;
    if (ended?.ticket && step) {
      this.#page.putAway({ ticket: ended.ticket, title: this.#title, failing: null, step, game: this.#game });
    }
  }

  /** Ends the race that is on, and starts both runs from step 0. The rival is first: if it cannot be, one's own run stays. */
  async #start() {
    const { begin, next, complain } = this.#page;
    try {
      checkSeed(next.seed);
      ownSource(next.data);
      await this.#stop().catch(complain);
      const { title } = this.#chosen;
      const game = { seed: next.seed, dataset: next.data.dataset };
      const rival = await this.#startRival();
      if (!(await begin())) {
        rival.leave();
        await rival.stop();
        return;
      }
      this.#theirs = null;
      this.#title = `Rival: ${title}`;
      this.#game = game;
      this.rival = rival;
      find(this.#root, ".course").hidden = false;
      this.#end.disabled = false;
      this.#root.scrollIntoView({ block: "nearest" }); // whoever starts a run is brought to the wall
      this.#watch(rival);
    } catch (error) {
      complain(/** @type {Error} */ (error));
    }
  }

  #startRival() {
    const { startRival, next } = this.#page;
    const { wish } = this.#chosen;
    const conditional = next.isConditional && wish.recipe !== AUTOENCODER;
    return startRival({ seed: next.seed, conditional, ...next.data, ...wish });
  }

  /** @param {Run} run */
  #watch(run) {
    run.follow(this.#page.isWatched, () => {
      this.#theirs = run.snapshot;
      if (run.isOver) this.#switchEndOff();
      this.#draw();
    });
  }
}
