/** The row of buttons that steer a run: Start (or Pause, or Go on), single steps, slow motion, Stop. */

import { askTwice } from "./confirm.js";
import { find, findAll, findButton, findInput } from "./elements.js";
import { phaseOf } from "./status.js";

const HALF_STEP_MS = 1700; // in slow motion
/** @type {Record<string, string>} */
const HALVES = {
  D: "D looks at real digits and at fakes, and learns to tell them apart. G holds still.",
  G: "G sees what D made of its fakes, and learns to be believed. D holds still.",
};

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./run.js").Network} Network */
/** @typedef {import("./run.js").FirstCommand} FirstCommand */

/**
 * @param {HTMLElement} root holds .go, .step, .slow and .stop
 * @param {object} page
 * @param {() => Run | null} page.run
 * @param {(first: FirstCommand) => void} page.start starts another run
 * @param {(order: Promise<unknown>) => Promise<boolean>} page.carryOut says what is wrong if an order is refused
 * @param {() => void} page.toPresent shows the present again
 * @param {() => void} page.refresh shows the run's status again
 * @param {(network: string | null, words?: string) => void} page.light
 * @param {(text: string) => void} page.announce
 */
export function createOrders(root, { run, start, carryOut, toPresent, refresh, light, announce }) {
  const slow = findInput(root, ".slow");
  /** @type {number | undefined} */
  let timer; // of slow motion

  /** The run that can be steered, or null: there is none, or it is over or somebody else's. */
  function steered() {
    const current = run();
    return current?.isMine && !current.isOver ? current : null;
  }

  function go() {
    const wasSlow = slow.checked;
    const current = steered();
    endSlowMotion();
    toPresent();
    if (!current) start("run");
    else if (wasSlow)
      refresh(); // it rests where it is
    else carryOut(phaseOf(current, false) === "paused" ? current.resume() : current.pause());
  }

  /** @param {Network} network */
  function step(network) {
    const current = steered();
    if (!current) return start("step");
    if (HALVES[network]) light(network, HALVES[network]);
    return carryOut(current.step(network));
  }

  function endSlowMotion() {
    clearInterval(timer);
    slow.checked = false;
    light(null);
  }

  function beginSlowMotion() {
    const current = steered();
    let network = /** @type {Network} */ ("G");
    if (!current) start("step");
    else if (current.snapshot?.status === "running") carryOut(current.pause());
    timer = window.setInterval(() => {
      if (!steered() || !root.offsetParent) return;
      network = network === "D" ? "G" : "D";
      step(network);
    }, HALF_STEP_MS);
  }

  find(root, ".go").addEventListener("click", go);
  for (const button of findAll(root, ".step")) {
    button.addEventListener("click", () => step(/** @type {Network} */ (button.dataset.network)));
  }
  slow.addEventListener("change", () => {
    if (slow.checked) beginSlowMotion();
    else endSlowMotion();
    refresh();
  });
  askTwice(findButton(root, ".stop"), {
    question: "Stop for good?",
    isNeeded: () => true,
    act: () => {
      const current = steered();
      if (current) carryOut(current.stop());
    },
    announce,
  });
  return {
    get isSlow() {
      return slow.checked;
    },
  };
}
