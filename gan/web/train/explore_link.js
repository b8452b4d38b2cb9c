/** What goes from Train to Explore: networks of a run, to look at; and newer ones, while it trains. */

import { goToTab } from "../shared/tabs.js";

/**
 * Opens networks in Explore.
 *
 * @param {object} model as Explore knows models (shared/moments.js)
 */
export function openInExplore(model) {
  window.dispatchEvent(new CustomEvent("forger:explore", { detail: model }));
  goToTab("explore");
}

/** Tells Explore that there are newer networks of a run. It looks at them if it follows this run. */
export class WeightsOffer {
  #told = ""; // which networks it was told of last

  /** @param {import("./run.js").Run} run */
  tell(run) {
    const step = run.snapshot?.weights ?? null;
    if (step === null) return; // there are none yet
    const detail = run.latestWeights(step);
    if (detail.url === this.#told) return;
    this.#told = detail.url;
    window.dispatchEvent(new CustomEvent("forger:weights", { detail }));
  }
}

/** Whether Explore shows the networks of a run while they train, and can be seen. */
export function isFollowedInExplore() {
  const follower = document.querySelector(".explore.follows");
  return follower instanceof HTMLElement && follower.offsetParent !== null;
}
