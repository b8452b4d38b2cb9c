/** The way back from a moment of the past: to the present, or on from there, as if what came after had not been. */

import { switchOff } from "../shared/elements.js";
import { number } from "../shared/text.js";
import { find, findButton } from "./elements.js";

/**
 * @param {HTMLElement} root holds .now, .back, .explore-this, and the rows .timeline and .moment
 * @param {object} page
 * @param {import("./playhead.js").Playhead} page.playhead
 * @param {() => import("./run.js").Run | null} page.run
 * @param {(order: Promise<unknown>) => Promise<boolean>} page.carryOut
 * @param {() => void} page.toPresent
 */
export function createRewind(root, { playhead, run, carryOut, toPresent }) {
  const now = findButton(root, ".now");
  const back = findButton(root, ".back");

  playhead.onChange(() => {
    const { isPresent, state, frames, states } = playhead;
    for (const row of [".timeline", ".moment"]) {
      find(root, row).classList.toggle("unused", frames.length < 2);
    }
    findButton(root, ".explore-this").disabled = !states.length;
    switchOff(now, isPresent);
    back.hidden = isPresent || state === undefined || Boolean(run()?.isOver);
    if (state !== undefined) back.textContent = `Go on from step ${number(state)}`;
  });
  now.addEventListener("click", toPresent);
  back.addEventListener("click", () => {
    const { state } = playhead;
    const current = run();
    toPresent();
    if (current && state !== undefined) carryOut(current.rewind(state));
  });
}
