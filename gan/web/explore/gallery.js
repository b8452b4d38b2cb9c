// The models to choose from, each a card with a small moving picture of what it makes. One click changes the world.

/** @import { ModelEntry } from "../shared/state.js" */

import { choice, make } from "../shared/paint.js";

/**
 * One more card.
 * @param {HTMLElement} parent of the cards
 * @param {ModelEntry} entry
 * @param {() => void} choose
 */
export function addCard(parent, entry, choose) {
  const face = choice(parent, "model", false, choose);
  if (entry.reel) {
    const reel = make(face, "i", { class: `reel ${entry.kind ?? "pictures"}`, "aria-hidden": "true" });
    reel.style.backgroundImage = `url("${new URL(entry.reel, document.baseURI).href}")`;
  }
  const words = make(face, "span", { class: "words-of-card" });
  if (entry.world) make(words, "b", {}, entry.world);
  make(words, "span", { class: "title", title: entry.name }, entry.name);
}

/** @param {HTMLElement} parent @param {number} i the number of the card @param {string} name */
export function renameCard(parent, i, name) {
  const title = parent.querySelectorAll(".title")[i];
  title.textContent = name;
  title.setAttribute("title", name);
}

/** Brings a card into sight, where there are more than the row holds. @param {HTMLElement} parent @param {number} i */
export function showCard(parent, i) {
  const card = parent.children[i];
  if (!(card instanceof HTMLElement)) return;
  const left = card.offsetLeft - parent.offsetLeft;
  const right = left + card.offsetWidth - parent.clientWidth;
  parent.scrollLeft = Math.max(right, Math.min(parent.scrollLeft, left));
}
