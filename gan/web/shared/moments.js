// Networks of a run that trains on the server, as Explore knows models; and the links that lead to them.

/** @import { ModelEntry } from "./state.js" */

const NAME_LETTERS = 12; // of a run's name (gan/live/manager.py)

/**
 * Whether a text has the form of a run's name. What comes from a link or from storage is checked before it becomes
 * part of an address.
 * @param {unknown} text
 * @returns {boolean}
 */
export const isRun = (text) => typeof text === "string" && new RegExp(`^[\\w-]{${NAME_LETTERS}}$`).test(text);

/** @param {number} step @returns {string} "Step 1,200" */
export const titleOf = (step) => `Step ${step.toLocaleString("en")}`;

/**
 * @param {(path: string) => URL} live an address on the server
 * @param {string} run its name
 * @param {number | null} step null: the networks as they are now, and as they go on learning
 * @param {number} classes
 * @returns {ModelEntry}
 */
export function momentOf(live, run, step, classes) {
  const shared = { path: "model.safetensors", classes, isLive: true };
  if (step === null) {
    const url = live(`page/${run}`).href;
    return { ...shared, id: `run-${run}`, name: "Training now", url, follows: true };
  }
  return { ...shared, id: `run-${run}-${step}`, name: titleOf(step), url: live(`page/${run}/${step}`).href };
}

/**
 * The moment that a link names. Only of a run that is told digits does a link name one.
 * @param {string} hash
 * @param {(path: string) => URL} live
 * @returns {ModelEntry | null}
 */
export function momentIn(hash, live) {
  const parts = new URLSearchParams(hash.slice(1));
  const form = new RegExp(`^run-([\\w-]{${NAME_LETTERS}})(?:-(\\d+))?$`);
  const [, run, step] = parts.get("model")?.match(form) ?? [];
  if (!run) return null;
  return momentOf(live, run, step === undefined ? null : Number(step), parts.has("digit") ? 10 : 0);
}
