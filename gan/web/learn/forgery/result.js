// The end of a game: the ten digits side by side, with what each was and who saw it.

/** @import { Round } from "./rounds.js" */

import { within } from "../../shared/elements.js";
import { make, paint } from "../../shared/paint.js";
import { goToTab } from "../../shared/tabs.js";
import { dSaysForged } from "./rounds.js";
import { resultOf, scoresOf } from "./words.js";

/**
 * @param {HTMLElement} root holds forgery.html
 * @returns {(rounds: Round[], guesses: boolean[], beat: number | null, model: string | null) => void} shows the
 *   result; model: its name in links, null: Explore does not know it
 */
export function createResult(root) {
  const { find } = within(root);
  return (rounds, guesses, beat, model) => {
    const { title, words } = resultOf(scoresOf(rounds, guesses), beat);
    find(".verdict .title").textContent = `${title}.`;
    find(".verdict .you").textContent = "";
    find(".verdict .d").textContent = words;
    find(".gallery").replaceChildren();
    rounds.forEach((round, i) => {
      showDigit(make(find(".gallery"), "li"), round, guesses[i], model);
    });
    find(".result").hidden = false;
  };
}

/**
 * Opens a forgery in Explore, which follows the address. If the browser followed the link, it would load the app anew,
 * and a run that the page trains would be paused: Gradio's page has a <base>, so "#model=…" leads to "/#model=…", without
 * the "?tab=learn" of the address.
 * @param {HTMLElement} link
 * @param {MouseEvent} event
 */
function openInExplore(link, event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return; // it opens in another tab or window
  event.preventDefault();
  location.replace(new URL(link.getAttribute("href") ?? "", location.href));
  goToTab("explore");
}

/**
 * @param {HTMLElement} item
 * @param {Round} round
 * @param {boolean} guess whether the player called it forged
 * @param {string | null} model
 */
function showDigit(item, round, guess, model) {
  const { digit, name, isForged, seed, picture } = round;
  const you = guess === isForged;
  const d = dSaysForged(round) === isForged;
  const kind = isForged ? "forged" : "real";
  const isLink = isForged && model !== null;
  const frame = isLink
    ? make(item, "a", { href: `#model=${model}&seed=${seed}&digit=${digit}`, title: "Change it in Explore" })
    : make(item, "span");
  frame.classList.add("plate", kind);
  if (isLink) frame.addEventListener("click", (event) => openInExplore(frame, event));
  const label = `A ${kind} ${name}. You were ${you ? "right" : "wrong"}, D was ${d ? "right" : "wrong"}.`;
  const canvas = make(frame, "canvas", { width: 84, height: 84, role: "img", "aria-label": label });
  paint(canvas, picture);
  make(item, "span", { class: "kind", "aria-hidden": "true" }, kind);
  const marks = make(item, "span", { class: "marks", "aria-hidden": "true" });
  make(marks, "i", { class: you ? "right" : "wrong" });
  make(marks, "i", { class: d ? "right" : "wrong" });
}
