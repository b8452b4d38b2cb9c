/** The failure lab: a card for each way in which training goes wrong, with the button that starts it. */

import { make } from "../shared/paint.js";
import { askTwice } from "./confirm.js";
import { findAll } from "./elements.js";

/**
 * A failure and its repair (gan/live/failures.py).
 * @typedef {object} Failure
 * @property {string} title
 * @property {string} text what is done wrong
 * @property {string} repaired_loss the loss that goes well
 * @property {Record<string, number>} repair the settings that go well
 * @property {string} repair_text the same in words
 */

/**
 * @param {HTMLElement} root gets the cards
 * @param {Record<string, Failure>} failures by name
 * @param {object} page
 * @param {(name: string) => unknown} page.start starts a run that fails so
 * @param {() => boolean} page.wouldEndRun whether a run of one's own would be ended by that
 * @param {(text: string) => void} page.announce
 * @returns {{highlight: (name: string | null) => void}} marks the card of the run that is on
 */
export function createFailures(root, failures, { start, wouldEndRun, announce }) {
  for (const [name, { title, text }] of Object.entries(failures)) {
    const card = make(root, "div", { class: "failure", "data-failure": name });
    make(card, "b", {}, title);
    make(card, "p", {}, text);
    const button = make(card, "button", { type: "button" }, "Run this failure");
    askTwice(/** @type {HTMLButtonElement} */ (button), {
      question: "End your run and start this?",
      isNeeded: wouldEndRun,
      act: () => start(name),
      announce,
    });
  }
  return {
    highlight(name) {
      for (const card of findAll(root, ".failure")) {
        card.toggleAttribute("aria-current", card.dataset.failure === name);
      }
    },
  };
}
