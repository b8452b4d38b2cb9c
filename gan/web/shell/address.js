/** What the address says of the tab that is open. (Its hash is the state of Explore: shared/state.js.) */

import { writeAddress } from "../shared/address_bar.js";
import { embeddedIn } from "../shared/embedding.js";

/** @typedef {import("../shared/tabs.js").TabName} TabName */

/** @type {TabName[]} */
const NAMES = ["explore", "train", "learn"];

/**
 * The step of the recorded run that an address leads to.
 *
 * @param {string} search As "?step=600".
 * @returns {number | null}
 */
export function stepIn(search) {
  const text = new URLSearchParams(search).get("step") ?? "";
  return /^\d+$/.test(text) ? Number(text) : null;
}

/**
 * The tab that an address opens. A run to watch ("?watch=NAME") and a step of the recorded run ("?step=600")
 * are on Train, unless another tab is named. An embedded page ("?embed=…") has one tab. A name with a capital letter, as in "?tab=Train", is of an older link.
 *
 * @param {string} search
 * @returns {TabName}
 */
export function tabIn(search) {
  const embedded = embeddedIn(search);
  if (embedded) return embedded.tab;
  const query = new URLSearchParams(search);
  const asked = NAMES.find((name) => name === query.get("tab")?.toLowerCase());
  return asked ?? (query.has("watch") || stepIn(search) !== null ? "train" : "explore");
}

/**
 * Writes the tab that is open into the address, or instead of it the step that is looked at. A reload finds it
 * again, and Back leads to the tab that was open before.
 *
 * @param {TabName} tab
 * @param {number | null} [step] Of the recorded run.
 */
export function writeTab(tab, step = null) {
  const address = new URL(location.href);
  address.searchParams.delete("tab");
  address.searchParams.delete("step");
  if (step !== null) address.searchParams.set("step", String(step));
  else if (embeddedIn(location.search) === null && (tab !== "explore" || address.searchParams.has("watch")))
    address.searchParams.set("tab", tab);
  writeAddress(address, { isNew: tabIn(location.search) !== tab });
}
