// The past of a run on the server: asked for as it is looked at, and gone on from.

import { momentOf, titleOf } from "../shared/moments.js";
import { createTimeline } from "./timeline.js";

const KEPT = 200; // pictures in memory

// page: {live, name, show, order} of the Train page.
export function createPast(root, { live, name, show, order }) {
  const find = (selector) => root.querySelector(selector);
  const pictures = new Map(); // by run and step
  const timeline = createTimeline(root, { frame, model, show, moved: offer });
  let snapshot = null;

  async function frame(step) {
    const key = `${name()}/${step}`;
    if (!pictures.has(key)) {
      const response = await fetch(live(`frame/${key}`));
      if (!response.ok) return null;
      pictures.set(key, new Uint8Array(await response.arrayBuffer()));
      if (pictures.size > KEPT) pictures.delete(pictures.keys().next().value);
    }
    return pictures.get(key);
  }

  // Of a past moment its networks; of the present those of the run, which go on learning in Explore.
  function model(step) {
    const isPresent = timeline.back === null && snapshot.status !== "stopped";
    return momentOf(live, name(), isPresent ? null : step, snapshot.classes);
  }

  // To Explore: there are newer weights of the run.
  function share(step) {
    const detail = {
      id: momentOf(live, name(), null).id,
      url: live(`weights/${name()}?step=${step}`).href,
      name: titleOf(step),
    };
    window.dispatchEvent(new CustomEvent("forger:weights", { detail }));
  }

  // To go on from the last state that is kept before what is shown.
  function offer() {
    const state = timeline.state();
    find(".back").hidden = timeline.back === null || state === undefined || snapshot?.status === "stopped";
    find(".now").disabled = timeline.back === null;
    if (state !== undefined) find(".back").textContent = `Go on from step ${state.toLocaleString("en")}`;
  }

  find(".now").addEventListener("click", () => {
    timeline.reset();
    const { samples } = snapshot.arrays;
    if (samples)
      show(
        samples.values,
        `64 forgeries after ${snapshot.step.toLocaleString("en")} steps; each keeps its place in latent space.`,
        snapshot.step,
      );
  });
  find(".back").addEventListener("click", async () => {
    const step = timeline.state();
    timeline.reset();
    await order("back", { step });
  });

  return {
    reset: timeline.reset,
    get isBack() {
      return timeline.back !== null;
    },
    follow(next) {
      if (next.weights !== snapshot?.weights) share(next.weights);
      snapshot = next;
      timeline.follow(next);
      for (const row of [".timeline", ".moment"])
        find(row).classList.toggle("unused", next.frames.length < 2);
      find(".explore-this").disabled = !next.states.length;
      offer();
    },
  };
}
