// A run's past: scrubbed, played back, and gone on from.

import { goToTab } from "./tabs.js";

const RATE = 90; // ms a picture, in a replay
const KEPT = 200; // pictures in memory

// ask: {live, name, show, order} of the page.
export function createTimeline(root, { live, name, show, order }) {
  const find = (selector) => root.querySelector(selector);
  let snapshot = null;
  let back = null; // the step that is shown instead of now
  let playing;
  const pictures = new Map(); // by run and step

  async function pictureOf(step) {
    const key = `${name()}/${step}`;
    if (!pictures.has(key)) {
      const response = await fetch(live(`frame/${key}`));
      if (!response.ok) return null;
      pictures.set(key, new Uint8Array(await response.arrayBuffer()));
      if (pictures.size > KEPT) pictures.delete(pictures.keys().next().value);
    }
    return pictures.get(key);
  }

  async function goTo(index) {
    const step = snapshot.frames[index];
    back = step;
    const shown = await pictureOf(step);
    if (back !== step) return;
    if (shown) show(shown, `What it drew after ${step.toLocaleString("en")} steps.`);
    offer();
  }

  // Where one can go on from: the last state that is kept before what is shown.
  function offer() {
    const states = snapshot?.states.filter((state) => state <= (back ?? Infinity)) ?? [];
    find(".back-row").hidden = back === null || !states.length;
    find(".now").disabled = back === null;
    if (states.length) find(".back-words").textContent = `from step ${states.at(-1).toLocaleString("en")}; turn a knob, and it takes another way.`;
  }

  function reset() {
    clearInterval(playing);
    playing = null;
    find(".replay").textContent = "Replay";
    back = null;
    offer();
    if (snapshot) find(".scrub").value = snapshot.frames.length - 1;
  }

  function replay() {
    if (playing) return reset();
    let index = 0;
    find(".replay").textContent = "Stop replay";
    playing = setInterval(async () => {
      if (index >= snapshot.frames.length) return reset();
      find(".scrub").value = index;
      await goTo(index++);
    }, RATE);
  }

  find(".timeline .scrub").addEventListener("input", ({ target }) => {
    clearInterval(playing);
    playing = null;
    find(".replay").textContent = "Replay";
    goTo(Number(target.value));
  });
  find(".replay").addEventListener("click", replay);
  find(".now").addEventListener("click", () => {
    reset();
    const { samples } = snapshot.arrays;
    if (samples) show(samples.values, `64 forgeries after ${snapshot.step.toLocaleString("en")} steps; each keeps its place in latent space.`);
  });
  find(".explore-this").addEventListener("click", () => {
    const step = snapshot.states.filter((state) => state <= (back ?? Infinity)).at(-1);
    const title = `Step ${step.toLocaleString("en")}`;
    const url = live(`page/${name()}/${step}`).href;
    const detail = { id: `run-${name()}-${step}`, name: title, url, path: "model.safetensors", classes: snapshot.classes, isLive: true };
    window.dispatchEvent(new CustomEvent("forger:explore", { detail }));
    goToTab("Explore");
  });
  find(".back").addEventListener("click", async () => {
    const step = snapshot.states.filter((state) => state <= back).at(-1);
    reset();
    await order("back", { step });
  });

  return {
    reset,
    get isBack() {
      return back !== null;
    },
    follow(next) {
      snapshot = next;
      find(".timeline").hidden = next.frames.length < 2;
      find(".explore-this").disabled = !next.states.length;
      find(".scrub").max = next.frames.length - 1;
      if (back === null) find(".scrub").value = next.frames.length - 1;
      offer();
    },
  };
}
