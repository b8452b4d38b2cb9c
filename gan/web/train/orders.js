/** The row of buttons that steer a run: Start (or Pause, or Go on), single steps, slow motion, Stop. */

import { askTwice } from "./confirm.js";
import { findAll, findButton, findInput } from "./elements.js";
import { phaseOf } from "./status.js";

/** @import { FirstCommand, Network, Run } from "./run.js" */

const HALF_STEP_MS = 1700; // in slow motion
/** @type {Record<string, string>} */
const HALVES = {
  D: "D looks at real digits and at fakes, and learns to tell them apart. G holds still.",
  G: "G sees what D made of its fakes, and learns to be believed. D holds still.",
};

/**
 * What the buttons ask of the page.
 * @typedef {object} Page
 * @property {() => Run | null} run
 * @property {(first: FirstCommand) => void} start starts another run
 * @property {(order: Promise<unknown>) => Promise<boolean>} carryOut says what is wrong if an order is refused
 * @property {() => void} toPresent shows the present again
 * @property {() => void} refresh shows the run's status again
 * @property {(network: string | null, words?: string) => void} light
 * @property {(text: string) => void} announce
 */

export class Orders {
  #root;
  #page;
  #slow;
  /** @type {number | undefined} of slow motion */
  #timer;

  /**
   * @param {HTMLElement} root holds .go, .step, .slow and .stop
   * @param {Page} page
   */
  constructor(root, page) {
    this.#root = root;
    this.#page = page;
    this.#slow = findInput(root, ".slow");
    this.#slow.addEventListener("change", () => {
      if (this.isSlow) this.#beginSlowMotion();
      else this.#endSlowMotion();
      page.refresh();
    });
    findButton(root, ".go").addEventListener("click", () => this.#go());
    for (const button of findAll(root, ".step")) {
      button.addEventListener("click", () => this.#step(/** @type {Network} */ (button.dataset.network)));
    }
    askTwice(findButton(root, ".stop"), {
      question: "Stop this run?",
      isNeeded: () => true,
      act: () => this.#stop(),
      announce: page.announce,
    });
  }

  /** Whether slow motion is on. */
  get isSlow() {
    return this.#slow.checked;
  }

  /** The run that can be steered; null: there is none, or it is over or somebody else's. */
  get #steered() {
    const run = this.#page.run();
    return run?.isMine && !run.isOver ? run : null;
  }

  #go() {
    const { toPresent, start, refresh, carryOut } = this.#page;
    const wasSlow = this.isSlow;
    const run = this.#steered;
    this.#endSlowMotion();
    toPresent();
    if (!run) start("run");
    else if (wasSlow)
      refresh(); // it rests where it is
    else carryOut(phaseOf(run, false) === "paused" ? run.resume() : run.pause());
  }

  /** @param {Network} network */
  #step(network) {
    const { start, light, carryOut } = this.#page;
    const run = this.#steered;
    if (!run) return start("step");
    if (HALVES[network]) light(network, HALVES[network]);
    return carryOut(run.step(network));
  }

  #stop() {
    const run = this.#steered;
    if (run) this.#page.carryOut(run.stop());
  }

  #endSlowMotion() {
    clearInterval(this.#timer);
    this.#slow.checked = false;
    this.#page.light(null);
  }

  #beginSlowMotion() {
    const { start, carryOut } = this.#page;
    const run = this.#steered;
    /** @type {Network} */
    let network = "G"; // whose turn it was
    if (!run) start("step");
    else if (run.snapshot?.status === "running") carryOut(run.pause());
    this.#timer = window.setInterval(() => {
      if (!this.#steered || !this.#root.offsetParent) return;
      network = network === "D" ? "G" : "D";
      this.#step(network);
    }, HALF_STEP_MS);
  }
}
