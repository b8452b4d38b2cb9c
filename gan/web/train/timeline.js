/** The timeline below the wall: the past of a run is gone through, played again, and opened in Explore. */

import { number } from "../shared/text.js";
import { findButton, findInput } from "./elements.js";
import { openInExplore } from "./explore_link.js";
import { whileWaiting } from "./waiting.js";

const FRAME_MS = 90; // a picture is shown for so long when a run is played again

/** @param {number} ms */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @param {HTMLElement} root holds .scrub, .replay and .explore-this
 * @param {object} page
 * @param {import("./playhead.js").Playhead} page.playhead
 * @param {() => Promise<void>} page.showMoment shows what the playhead is at
 * @param {() => Promise<object | undefined> | object | undefined} page.model what Explore must know of the networks there; undefined: there are none
 */
export function createTimeline(root, { playhead, showMoment, model }) {
  const scrub = findInput(root, ".timeline .scrub");
  const replay = findButton(root, ".replay");
  /** @type {object | null} */
  let playing = null; // an object of its own for each time it is played

  /** @param {number} index of `playhead.frames` */
  async function goTo(index) {
    playhead.goTo(playhead.frames[index]);
    await showMoment();
  }

  function halt() {
    playing = null;
    replay.textContent = "Replay";
  }

  async function play() {
    const mine = {};
    playing = mine;
    replay.textContent = "Stop replay";
    for (let index = 0; index < playhead.frames.length && playing === mine; index++) {
      await Promise.all([goTo(index), wait(FRAME_MS)]);
    }
    if (playing === mine) reset();
  }

  /** To the present. */
  function reset() {
    halt();
    playhead.goTo(null);
  }

  playhead.onChange(() => {
    const { frames, index } = playhead;
    scrub.max = String(Math.max(0, frames.length - 1));
    scrub.value = String(Math.max(0, index));
    scrub.setAttribute("aria-valuetext", `step ${number(frames[index] ?? 0)}`);
  });
  scrub.addEventListener("input", () => {
    halt();
    goTo(Number(scrub.value));
  });
  replay.addEventListener("click", () => {
    if (playing) halt();
    else play();
  });
  const explore = findButton(root, ".explore-this");
  explore.addEventListener("click", () =>
    whileWaiting(explore, async () => {
      const opened = await model();
      if (opened) openInExplore(opened);
    }),
  );
  return { goTo, halt, play, reset };
}
