/** The small `?` beside a control, which leads to what Learn says of it. */

import { make } from "../shared/paint.js";
import { goToTab } from "../shared/tabs.js";

/**
 * @param {Element} parent
 * @param {string} label for those who cannot see what it stands beside
 * @param {string} place the id of an element of Learn
 */
export function createWhy(parent, label, place) {
  const button = make(
    parent,
    "button",
    { type: "button", class: "why", "aria-label": label, title: label },
    "?",
  );
  button.addEventListener("click", () => goToTab("learn", { at: `#${place}` }));
}

/**
 * Puts a `?` after each element that names a place of Learn: `<b data-learn="learn-hard">Failures</b>`.
 *
 * @param {ParentNode} root
 */
export function addWhys(root) {
  for (const element of root.querySelectorAll("[data-learn]")) {
    const { learn, learnLabel } = /** @type {HTMLElement} */ (element).dataset;
    createWhy(element, learnLabel ?? "What this means", learn ?? "");
  }
}
