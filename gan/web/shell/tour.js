/** A tour for a first visit: five stops, from a picture back to the noise that it came from. */

import { make } from "../shared/paint.js";
import { goToTab, want } from "../shared/tabs.js";

const PATIENCE = 3000; // ms that a tab may take to show the place of a stop
const START = ".train .go";

/** @typedef {{tab: import("../shared/tabs.js").TabName, place: string, text: string}} Stop */

/** @type {Stop[]} */
const STOPS = [
  {
    tab: "explore",
    place: ".explore .plate",
    text: "Nobody ever made this picture by hand. A network drew it, out of some 64 random numbers.",
  },
  {
    tab: "explore",
    place: ".sliders-panel",
    text: "Drag a slider: it moves those numbers together. The pictures of all classes follow.",
  },
  {
    tab: "train",
    place: ".train .stage .plate",
    text: `How does a network learn this? By forging what people have made. Real pictures hang here until its forgeries
      do.`,
  },
  {
    tab: "train",
    place: START,
    text: "Its first forgeries are noise; shapes come within seconds, then pictures.",
  },
  {
    tab: "train",
    place: ".train .health",
    text: `D, the judge, learns as well; below, red is a forgery that fooled it. If the game goes wrong, this says why,
      and mends it.`,
  },
];

/**
 * Makes the button `.tour` open the tour. It is left with Escape, the button "Leave" or the button itself.
 *
 * @param {Element} root Holds the button, and all places of the stops.
 */
export function mountTour(root) {
  const opener = /** @type {HTMLElement} */ (root.querySelector(".tour"));
  /** @type {(() => void) | null} */
  let close = null; // of a tour that is under way

  opener.addEventListener("click", () => {
    if (close) return close();
    close = startTour(root, STOPS, () => {
      close = null;
      opener.focus();
    });
    return undefined;
  });
}

/**
 * Shows the card of the tour, and its first stop.
 *
 * @param {Element} root
 * @param {Stop[]} stops
 * @param {() => void} ended Is told once, when the tour is over.
 * @returns {() => void} Ends the tour.
 */
function startTour(root, stops, ended) {
  const { card, text, count, leave, back, next } = createCard(root);
  let at = 0;
  /** @type {HTMLElement | null} */
  let lit = null;

  // Nothing is started yet, and this is the stop that is about starting.
  const isStart = () => stops[at].place === START && root.querySelector(START)?.textContent === "Start";

  function end() {
    card.remove();
    lit?.classList.remove("toured");
    document.removeEventListener("keydown", byKey);
    ended();
  }

  /** @param {KeyboardEvent} event */
  function byKey({ key }) {
    if (key === "Escape") end();
  }

  // The tab may not be open yet: this tries again until its place can be seen.
  function light(/** @type {Stop} */ stop, begun = performance.now()) {
    if (!card.isConnected || stops[at] !== stop) return;
    const target = /** @type {HTMLElement | null} */ (root.querySelector(stop.place));
    if (target?.offsetParent) {
      lit = target;
      lit.classList.add("toured");
      keepInSight(lit);
    } else if (performance.now() - begun < PATIENCE) {
      if (target) want(target);
      requestAnimationFrame(() => light(stop, begun));
    }
  }

  function go(/** @type {number} */ to) {
    if (to >= stops.length) {
      end();
      return;
    }
    at = to;
    lit?.classList.remove("toured");
    goToTab(stops[at].tab);
    count.textContent = `${at + 1} of ${stops.length}`;
    text.textContent = stops[at].text;
    back.disabled = at === 0;
    next.textContent = isStart() ? "Start it" : at + 1 < stops.length ? "Next" : "Done";
    light(stops[at]);
  }

  leave.addEventListener("click", end);
  back.addEventListener("click", () => go(at - 1));
  next.addEventListener("click", () => {
    if (isStart()) /** @type {HTMLElement} */ (root.querySelector(START)).click();
    go(at + 1);
  });
  document.addEventListener("keydown", byKey);
  go(0);
  next.focus();
  return end;
}

/**
 * Brings a place into sight, above the card, and again whenever the page about it grows, as long as it is lit: a run may
 * take seconds to begin, and the page is longer then.
 *
 * @param {HTMLElement} place
 */
function keepInSight(place) {
  const watch = new ResizeObserver(() => {
    if (place.classList.contains("toured")) place.scrollIntoView({ block: "nearest" });
    else watch.disconnect();
  }); // it calls at once, too
  watch.observe(document.body);
}

/**
 * The card, with nothing written on it yet.
 *
 * @param {Element} root
 */
function createCard(root) {
  const card = make(root, "div", { class: "tour-card board", role: "dialog", "aria-label": "Tour" });
  const text = make(card, "p", { class: "tour-text", "aria-live": "polite" });
  const row = make(card, "div", { class: "row" });
  const count = make(row, "span", { class: "hint tour-count" });
  const [leave, back, next] = ["Leave", "Back", "Next"].map((word) => {
    const options = { type: "button", class: `tour-${word.toLowerCase()}${word === "Next" ? " main" : ""}` };
    return /** @type {HTMLButtonElement} */ (make(row, "button", options, word));
  });
  return { card, text, count, leave, back, next };
}
