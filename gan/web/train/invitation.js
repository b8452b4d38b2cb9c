/**
 * A game that a link asks for: its settings are filled in, and the page offers to start it. It waits for a click, and
 * uses nobody's processor unasked. Here are also the buttons that make such a link.
 */

import { writeAddress } from "../shared/address_bar.js";
import { asFrame } from "../shared/embedding.js";
import { copyOrShow, SAID } from "../shared/files.js";
import { askTwice } from "./confirm.js";
import { find, findButton } from "./elements.js";
import { gameIn, linkToGame } from "./game_link.js";

/** @import { NextRun } from "./next_run.js" */

const FRAME = { title: "A GAN that learns to forge handwritten digits", height: 1100 };

/** A reload finds the run that was started, and does not offer another. */
function forgetOffer() {
  const address = new URL(location.href);
  address.searchParams.delete("start");
  writeAddress(address);
}

/**
 * @param {HTMLElement} root holds .invitation, .next and the buttons .copy-game and .copy-frame
 * @param {object} page
 * @param {NextRun} page.next
 * @param {() => boolean} page.wouldEndRun whether a run is on that another would end
 * @param {() => void} page.begin starts the next run
 * @param {(error?: Error) => void} page.complain
 * @param {(text: string) => void} page.announce
 * @returns {{close: () => void}} close: a run has been started, by whatever button
 */
export function createInvitation(root, { next, wouldEndRun, begin, complain, announce }) {
  const invitation = find(root, ".invitation");

  /** @param {HTMLButtonElement} button @param {() => string} text what it copies */
  function copies(button, text) {
    const label = button.textContent;
    button.addEventListener("click", async () => {
      complain();
      try {
        if (!(await copyOrShow(text(), button, complain))) return;
      } catch (error) {
        return complain(/** @type {Error} */ (error)); // there is nothing to copy
      }
      button.textContent = "It is copied";
      setTimeout(() => {
        button.textContent = label;
      }, SAID);
    });
  }

  copies(findButton(root, ".copy-game"), () => linkToGame(next, location.href));
  copies(findButton(root, ".copy-frame"), () => asFrame("train", FRAME, location.href));
  askTwice(findButton(invitation, "button"), {
    question: "End your run, and start this one?",
    isNeeded: wouldEndRun,
    act: begin,
    announce,
  });

  const game = gameIn(location.search);
  if (game) {
    next.set(game);
    find(root, ".next", HTMLDetailsElement).open = true;
    invitation.hidden = !game.isToStart;
  }
  find(invitation, "span").textContent = `The same game for everybody: ${next.words}.`;
  return {
    close() {
      if (invitation.hidden) return;
      invitation.hidden = true;
      forgetOffer();
    },
  };
}
