// Networks of a run that trains on the server, as Explore knows models; and the links that lead to them.

const NAME = 12; // letters of a run's name (gan/live/manager.py)

/**
 * Whether a text has the form of a run's name. What comes from a link or from storage is checked before it becomes
 * part of an address.
 * @param {unknown} text
 * @returns {boolean}
 */
export const isRun = (text) => typeof text === "string" && new RegExp(`^[\\w-]{${NAME}}$`).test(text);

export const titleOf = (step) => `Step ${step.toLocaleString("en")}`;

// live(path): an address on the server. step: null, the networks as they are now and as they go on learning.
export function momentOf(live, run, step, classes) {
  const shared = { path: "model.safetensors", classes, isLive: true };
  if (step === null) return { ...shared, id: `run-${run}`, name: "The run that trains", url: live(`page/${run}`).href, follows: true };
  return { ...shared, id: `run-${run}-${step}`, name: titleOf(step), url: live(`page/${run}/${step}`).href };
}

// The moment that a link's hash names, or null. Only of a run that is told digits does a link name one.
export function momentIn(hash, live) {
  const parts = new URLSearchParams(hash.slice(1));
  const [, run, step] = parts.get("model")?.match(new RegExp(`^run-([\\w-]{${NAME}})(?:-(\\d+))?$`)) ?? [];
  return run ? momentOf(live, run, step === undefined ? null : Number(step), parts.has("digit") ? 10 : 0) : null;
}
