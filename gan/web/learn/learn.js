/** The Learn page: the links within it, and the buttons that lead to other tabs. */

import { goToTab } from "../shared/tabs.js";

const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/** @typedef {import("../shared/tabs.js").TabName} TabName */

/**
 * Brings learn.html to life. A link within the page scrolls and leaves the address alone, because the address is
 * the state of Explore.
 *
 * @param {Element} root Holds learn.html.
 * @param {boolean} isLive Whether Train has live runs. A recorded run has no failure lab and no race, and the
 *   buttons that lead there are hidden.
 */
export function mountLearn(root, isLive) {
  const buttons = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("button[data-tab]"));
  for (const button of buttons) {
    const { tab, open } = button.dataset;
    button.hidden = Boolean(open) && !isLive;
    button.addEventListener("click", () => goToTab(/** @type {TabName} */ (tab), { open }));
  }
  for (const link of root.querySelectorAll('a[href^="#"]')) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const target = root.querySelector(link.getAttribute("href") ?? "");
      target?.scrollIntoView({ behavior: CALM.matches ? "auto" : "smooth", block: "start" });
    });
  }
}
