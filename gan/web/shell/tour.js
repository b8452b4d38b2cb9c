// A tour for somebody who is here for the first time: five stops, from a digit back to the noise it came from.

import { goToTab } from "../shared/tabs.js";
import { make } from "../shared/paint.js";

const START = ".train .go";
const STOPS = [
  ["Explore", ".explore .plate", "Nobody ever wrote this digit. A network drew it, out of 64 random numbers."],
  ["Explore", ".sliders-panel", "Drag a slider: it moves those numbers together. All ten digits follow in the same hand."],
  ["Train", ".train .stage .plate", "How does a network learn to write? By forging what people wrote. Real digits hang here until its forgeries do."],
  ["Train", START, "Its first forgeries are noise; strokes come within seconds, then digits."],
  ["Train", ".train .health", "D, the judge, learns as well; below, red is a forgery that fooled it. If the game goes wrong, this says why, and mends it."],
];
const PATIENCE = 3000; // ms for a tab to show what the stop is about

// root: holds the button `.tour`.
export function mountTour(root) {
  let card = null;
  let at = 0;
  let lit = null;

  function end() {
    card?.remove();
    lit?.classList.remove("toured");
    card = lit = null;
    document.removeEventListener("keydown", byKey);
    root.querySelector(".tour").focus();
  }

  function byKey({ key }) {
    if (key === "Escape") end();
  }

  function light(selector, begun = performance.now()) {
    if (!card || STOPS[at][1] !== selector) return;
    const target = document.querySelector(selector);
    if (target?.offsetParent) {
      lit = target;
      lit.classList.add("toured");
      lit.scrollIntoView({ block: "nearest" });
    } else if (performance.now() - begun < PATIENCE) requestAnimationFrame(() => light(selector, begun));
  }

  // At the stop that is about starting, with nothing started yet.
  const isStart = () => STOPS[at][1] === START && document.querySelector(START)?.textContent === "Start";

  function go(to) {
    if (to >= STOPS.length) return end();
    at = to;
    lit?.classList.remove("toured");
    const [tab, selector, text] = STOPS[at];
    goToTab(tab);
    card.querySelector(".tour-count").textContent = `${at + 1} of ${STOPS.length}`;
    card.querySelector(".tour-text").textContent = text;
    card.querySelector(".tour-back").disabled = at === 0;
    card.querySelector(".tour-next").textContent = isStart() ? "Start it" : at + 1 < STOPS.length ? "Next" : "Done";
    light(selector);
  }

  root.querySelector(".tour").addEventListener("click", () => {
    if (card) return end();
    card = make(document.querySelector(".gradio-container") ?? document.body, "div", { class: "tour-card board", role: "dialog", "aria-label": "Tour" });
    make(card, "p", { class: "tour-text", "aria-live": "polite" });
    const row = make(card, "div", { class: "row" });
    make(row, "span", { class: "hint tour-count" });
    make(row, "button", { type: "button", class: "tour-skip" }, "Leave").addEventListener("click", end);
    make(row, "button", { type: "button", class: "tour-back" }, "Back").addEventListener("click", () => go(at - 1));
    const next = make(row, "button", { type: "button", class: "tour-next main" }, "Next");
    next.addEventListener("click", () => {
      if (isStart()) document.querySelector(START).click();
      go(at + 1);
    });
    document.addEventListener("keydown", byKey);
    go(0);
    next.focus();
  });
}
