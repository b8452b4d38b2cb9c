/** How a run is doing, in a sentence, and the button that repairs it. */

import { number } from "../shared/text.js";
import { find, findButton } from "./elements.js";

/** Learning rates for a run that went wrong without a failure of the lab: a quarter of the usual ones. */
const CAREFUL = { generator_lr: 5e-4, discriminator_lr: 5e-4 };
const WELL = ["warming_up", "healthy"]; // names of diagnoses with nothing wrong

/**
 * @typedef {import("./run.js").Run} Run
 * @typedef {import("./run.js").Snapshot} Snapshot
 * @typedef {import("./failures.js").Failure} Failure
 */

/** @param {Snapshot} snapshot */
const isIll = ({ status, diagnosis }) => status === "failed" || !WELL.includes(diagnosis.name);

/**
 * What would repair a run, or null.
 *
 * @param {Snapshot} snapshot
 * @param {Failure | null} failure of the lab, if the run is one
 * @returns {{label: string, apply: (run: Run) => Promise<unknown>} | null}
 */
export function repairOf(snapshot, failure) {
  const { status, diagnosis, states } = snapshot;
  const label = "Go back and repair it";
  if (!isIll(snapshot)) return null;
  if (failure) {
    if (!states.length) return null;
    const repaired = { loss: failure.repaired_loss, change: failure.repair };
    return { label, apply: (run) => run.rewind(states[0], repaired) };
  }
  if (status !== "failed" && Object.keys(diagnosis.change).length) {
    return { label: "Change the settings so", apply: (run) => run.set(diagnosis.change) };
  }
  const last = states.at(-1);
  return last === undefined ? null : { label, apply: (run) => run.rewind(last, { change: CAREFUL }) };
}

/**
 * @param {HTMLElement} root holds .health
 * @param {object} page
 * @param {(text: string) => void} page.announce makes screen readers say a sentence
 */
export function createHealth(root, { announce }) {
  const box = find(root, ".health");
  const text = find(box, ".health-text");
  const advice = find(box, ".health-advice");
  const mend = findButton(box, ".mend");
  let said = ""; // the diagnosis that was announced last: its numbers change all the time, and are not

  return {
    mend,
    /**
     * @param {Snapshot} snapshot
     * @param {Failure | null} failure of the lab, if the run is one
     * @param {boolean} isMine whether it can be repaired
     */
    show(snapshot, failure, isMine) {
      const { status, message, diagnosis } = snapshot;
      const isWrong = isIll(snapshot);
      const since = isWrong ? ` It has been so since step ${number(diagnosis.since)}.` : "";
      box.dataset.name = isWrong ? "ill" : diagnosis.name;
      text.textContent = status === "failed" ? message : diagnosis.text + since;
      advice.textContent = isWrong ? adviceFor(snapshot, failure) : "";
      const repair = isMine ? repairOf(snapshot, failure) : null;
      mend.hidden = repair === null;
      if (repair) mend.textContent = repair.label;
      const diagnosed = status === "failed" ? status : diagnosis.name;
      if (diagnosed === said) return;
      said = diagnosed;
      announce([text.textContent, advice.textContent].join(" "));
    },
  };
}

/** @param {Snapshot} snapshot @param {Failure | null} failure */
function adviceFor({ diagnosis }, failure) {
  if (failure) return `The repair: ${failure.repair_text}`;
  return diagnosis.advice || "Go back, and try lower learning rates.";
}
