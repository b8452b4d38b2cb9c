// The past of a run on the server: asked for as it is looked at, and gone on from.

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

  function model(step) {
    const url = live(`page/${name()}/${step}`).href;
    return { id: `run-${name()}-${step}`, name: `Step ${step.toLocaleString("en")}`, url, path: "model.safetensors", classes: snapshot.classes, isLive: true };
  }

  // To go on from the last state that is kept before what is shown.
  function offer() {
    const state = timeline.state();
    find(".back-row").hidden = timeline.back === null || state === undefined;
    find(".now").disabled = timeline.back === null;
    if (state !== undefined) find(".back-words").textContent = `from step ${state.toLocaleString("en")}; turn a knob, and it takes another way.`;
  }

  find(".now").addEventListener("click", () => {
    timeline.reset();
    const { samples } = snapshot.arrays;
    if (samples) show(samples.values, `64 forgeries after ${snapshot.step.toLocaleString("en")} steps; each keeps its place in latent space.`);
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
      snapshot = next;
      timeline.follow(next);
      find(".timeline").hidden = next.frames.length < 2;
      find(".explore-this").disabled = !next.states.length;
      offer();
    },
  };
}
