// The timeline below the wall: a run's past is scrubbed, played back, and opened in Explore.

import { goToTab } from "../shared/tabs.js";

const RATE = 90; // ms a picture, in a replay

const number = (step) => step.toLocaleString("en");
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

// frame(step): the 64 pictures of then, or null. model(step): what Explore must know of the networks of then.
// show(pictures, words, step): of a moment. moved(): another moment is shown, or the present again.
export function createTimeline(root, { frame, model, show, moved }) {
  const find = (selector) => root.querySelector(selector);
  let run = { frames: [], states: [] }; // the steps whose pictures, and whose networks, are kept
  let back = null; // the step that is shown instead of the present
  let playing = null; // the replay that is under way

  async function goTo(index) {
    const step = run.frames[index];
    back = step;
    place(index);
    const pictures = await frame(step);
    if (back !== step) return;
    if (pictures) show(pictures, `What it drew after ${number(step)} steps.`, step);
    moved();
  }

  function place(index) {
    find(".scrub").value = index;
    find(".scrub").setAttribute("aria-valuetext", `step ${number(run.frames[index] ?? 0)}`);
  }

  function halt() {
    playing = null;
    find(".replay").textContent = "Replay";
  }

  // To the present.
  function reset() {
    halt();
    back = null;
    place(run.frames.length - 1);
    moved();
  }

  async function replay() {
    const mine = (playing = {});
    find(".replay").textContent = "Stop replay";
    for (let index = 0; index < run.frames.length && playing === mine; index++)
      await Promise.all([goTo(index), pause(RATE)]);
    if (playing === mine) reset();
  }

  // The last networks that are kept, up to what is shown.
  const state = () => run.states.filter((step) => step <= (back ?? Infinity)).at(-1);

  find(".timeline .scrub").addEventListener("input", ({ target }) => {
    halt();
    goTo(Number(target.value));
  });
  find(".replay").addEventListener("click", () => (playing ? halt() : replay()));
  find(".explore-this").addEventListener("click", () => {
    window.dispatchEvent(new CustomEvent("forger:explore", { detail: model(state()) }));
    goToTab("Explore");
  });

  return {
    goTo,
    halt,
    replay,
    reset,
    state,
    // The step that is shown, or null: the present.
    get back() {
      return back;
    },
    follow(next) {
      run = next;
      find(".scrub").max = run.frames.length - 1;
      if (back === null) place(run.frames.length - 1);
    },
  };
}
