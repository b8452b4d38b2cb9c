/** What goes from Train to Explore: networks of a run, to look at; and newer ones, while it trains. */

import { goToTab } from "../shared/tabs.js";

/** @import { Run } from "./run.js" */

/**
 * Opens networks in Explore.
 *
 * @param {object} model as Explore knows models (shared/moments.js)
 */
export function openInExplore(model) {
  window.dispatchEvent(new CustomEvent("forger:explore", { detail: model }));
  goToTab("explore");
}

/** Tells Explore that there are newer networks of a run, while it follows one. */
export class WeightsOffer {
  /** @type {{run: Run, step: number} | null} which networks it was told of last */
  #told = null;

  /** @param {Run} run */
  async tell(run) {
    const step = run.snapshot?.weights ?? null;
    if (step === null || !isFollowedInExplore()) return;
    if (this.#told?.run === run && this.#told.step === step) return;
    this.#told = { run, step };
    try {
      const detail = await run.latestWeights(step);
      window.dispatchEvent(new CustomEvent("forger:weights", { detail }));
    } catch {
      // The run is over, and its networks are gone: Explore keeps those that it has.
    }
  }
}

/** Whether Explore shows the networks of a run while they train, and can be seen. */
export function isFollowedInExplore() {
  const follower = document.querySelector(".explore.follows");
  return follower instanceof HTMLElement && follower.offsetParent !== null;
}
