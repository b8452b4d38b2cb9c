/** How a run is doing, in a sentence, and the button that repairs it. */

import { number } from "../shared/text.js";
import { find, findButton } from "./elements.js";

/** Learning rates for a run that went wrong without a failure of the lab: a quarter of the usual ones. */
const CAREFUL = { generator_lr: 5e-4, discriminator_lr: 5e-4 };
const WELL = ["warming_up", "healthy", "behind"]; // names of diagnoses without a fault

/**
 * @typedef {import("./run.js").Run} Run
 * @typedef {import("./run.js").Snapshot} Snapshot
 * @typedef {import("./failures.js").Failure} Failure
 */

/** @param {Snapshot} snapshot */
const isIll = ({ status, diagnosis }) => status === "failed" || !WELL.includes(diagnosis.name);

/**
 * What would repair a run, or null. The label says whether this run goes on, or begins again.
 *
 * @param {Snapshot} snapshot
 * @param {Failure | null} failure of the lab, if the run is one
 * @returns {{label: string, apply: (run: Run) => Promise<unknown>} | null}
 */
export function repairOf(snapshot, failure) {
  const { status, diagnosis, states } = snapshot;
  if (!isIll(snapshot)) return null;
  if (status !== "failed" && !failure && diagnosis.repair === "this_run") {
    return { label: "Repair this run", apply: (run) => run.set(diagnosis.change) };
  }
  const [first, last] = [states[0], states.at(-1)];
  if (first === undefined || last === undefined) return null;
  if (failure) {
    const repaired = { loss: failure.repaired_loss, change: failure.repair };
    return { label: backTo(first), apply: (run) => run.rewind(first, repaired) };
  }
  if (status !== "failed" && diagnosis.repair === "start_again") {
    const repaired = { loss: diagnosis.loss || undefined, change: diagnosis.change };
    return { label: backTo(first), apply: (run) => run.rewind(first, repaired) };
  }
  if (status !== "failed") return null; // the advice is about numbers that cannot be moved
  return { label: backTo(last), apply: (run) => run.rewind(last, { change: CAREFUL }) };
}

/** The label of a repair that goes on from a state that is kept. @param {number} step */
const backTo = (step) =>
  step === 0 ? "Start again, repaired" : `Go back to step ${number(step)} and repair it`;

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
