// The cards of a path's stops: dragged, or moved by the arrow keys, into another order.

/** @import { Latent } from "../shared/state.js" */

import { isBrowsersKey } from "../shared/keys.js";
import { make } from "../shared/paint.js";
import { SOURCES } from "../shared/state.js";

/**
 * What a card may ask for.
 * @typedef {object} StopActions
 * @property {(from: number, to: number) => void} reorder
 * @property {(i: number) => void} remove
 * @property {(i: number) => void} visit shows the stop
 */

/**
 * @param {HTMLElement} parent of the cards
 * @param {Latent[]} stops
 * @param {string[]} classes what each class is called; empty for a model that is told none
 * @param {StopActions} actions
 */
export function listStops(parent, stops, classes, actions) {
  parent.replaceChildren();
  stops.forEach((stop, i) => {
    const card = createCard(parent, stop, i, classes);
    if (stops.length > 2) {
      const button = make(card, "button", { type: "button", "aria-label": `Remove stop ${i + 1}` }, "×");
      button.addEventListener("click", () => actions.remove(i));
    }
    onKeys(card, i, actions);
    onDrag(card, i, actions);
  });
}

/**
 * @param {HTMLElement} parent
 * @param {Latent} stop
 * @param {number} i
 * @param {string[]} classes
 */
function createCard(parent, { seed, digit, source }, i, classes) {
  const text = source ? SOURCES[source].stop : String(seed);
  const name = `Stop ${i + 1}: ${source ? text : `seed ${seed}`}${classes.length ? `, ${classes[digit]}` : ""}.`;
  const title = `${name} Drag it, or press the left and right arrow, to reorder. A click or Enter shows it.`;
  const card = make(parent, "div", { class: "stop", tabindex: 0, role: "group", "aria-label": title, title });
  make(card, "canvas", { width: 56, height: 56, class: "ink", "aria-hidden": "true" });
  make(card, "span", {}, text);
  return card;
}

/** @param {HTMLElement} card @param {number} i @param {StopActions} actions */
function onKeys(card, i, { reorder, visit }) {
  card.addEventListener("keydown", (event) => {
    if (event.target !== card || isBrowsersKey(event)) return;
    if (event.key === "ArrowLeft") reorder(i, i - 1);
    else if (event.key === "ArrowRight") reorder(i, i + 1);
    else if (event.key === "Enter" || event.key === " ") visit(i);
    else return;
    event.preventDefault();
  });
}

/** @param {HTMLElement} card @param {number} i @param {StopActions} actions */
function onDrag(card, i, { reorder, visit }) {
  let from = 0; // where it was taken hold of
  card.addEventListener("pointerdown", (event) => {
    if (event.target instanceof HTMLButtonElement) return;
    from = event.clientX;
    card.setPointerCapture(event.pointerId);
    card.classList.add("held");
  });
  card.addEventListener("pointermove", (event) => {
    if (card.classList.contains("held")) card.style.transform = `translateX(${event.clientX - from}px)`;
  });
  card.addEventListener("pointerup", (event) => {
    if (!card.classList.contains("held")) return;
    card.classList.remove("held");
    card.style.transform = "";
    const to = nearestCard(card, event.clientX);
    if (to !== i) reorder(i, to);
    else visit(i);
  });
}

/** @param {HTMLElement} card @param {number} x @returns {number} the number of the card whose middle is nearest */
function nearestCard(card, x) {
  const distances = [...(card.parentElement?.children ?? [])].map((other) => {
    const { left, width } = other.getBoundingClientRect();
    return Math.abs(x - left - width / 2);
  });
  return distances.indexOf(Math.min(...distances));
}
