// The panel of named directions, with small pictures of both ends; and the drawer of raw axes.

import { move } from "../engine/latents.js";
import { make, paint } from "../shared/paint.js";
import { REACH } from "../shared/state.js";

export function createSliders(root, page) {
  const find = (selector) => root.querySelector(selector);
  const all = (selector) => [...root.querySelectorAll(selector)];

  function slider(parent, { name, effect }, i) {
    const row = make(parent, "div", { class: "slider" });
    const head = make(row, "span", { class: "head" });
    make(head, "b", {}, name);
    const strength = effect && `spans ${effect.replace(/^[+-]/, "")}`; // the ends show which way
    make(head, "span", { title: "from two standard deviations below to two above, on average" }, strength);
    const back = make(head, "button", { type: "button", class: "back", "aria-label": `Reset ${name}` }, "↺");
    make(row, "canvas", { width: 56, height: 56, class: "ink", "aria-hidden": "true" });
    const input = make(row, "input", {
      type: "range",
      min: -REACH,
      max: REACH,
      step: 0.01,
      "aria-label": name,
    });
    make(row, "canvas", { width: 56, height: 56, class: "ink", "aria-hidden": "true" });
    const moveTo = (value) => {
      input.value = value;
      back.classList.toggle("off", !Number(input.value));
      page.change({ shifts: { ...page.state.shifts, [i]: Number(input.value) } });
    };
    input.addEventListener("input", () => moveTo(input.value));
    input.addEventListener("dblclick", () => moveTo(0));
    back.addEventListener("click", () => moveTo(0));
  }

  function axis(parent, i) {
    const label = make(parent, "label", {}, `z${i + 1}`);
    const input = make(label, "input", { type: "range", min: -REACH, max: REACH, step: 0.01 });
    input.addEventListener("input", () => {
      page.change({ edits: { ...page.state.edits, [i]: Number(input.value) - page.unedited()[i] } });
    });
  }

  // What each slider leads to at its two ends, all else as it is.
  async function drawEnds() {
    const { directions, config } = page.model;
    const z = page.z();
    const ends = new Float32Array(2 * directions.length * z.length);
    directions.forEach((direction, i) => {
      const centred = move(z, [direction], [-(page.state.shifts[i] ?? 0)], {});
      ends.set(move(centred, [direction], [-REACH], {}), 2 * i * z.length);
      ends.set(move(centred, [direction], [REACH], {}), (2 * i + 1) * z.length);
    });
    const pictures = await page.sheet(ends, page.state.digit);
    const size = 784 * config.channels;
    return () =>
      all(".slider canvas").forEach((canvas, i) =>
        paint(canvas, pictures.subarray(i * size, (i + 1) * size)),
      );
  }

  find(".truncation").addEventListener("input", ({ target }) =>
    page.change({ truncation: Number(target.value) }),
  );
  return {
    setUp() {
      find(".sliders").replaceChildren();
      page.model.names.forEach((named, i) => slider(find(".sliders"), named, i));
      find(".axes").replaceChildren();
      for (let i = 0; i < page.model.config.z_dim; i++) axis(find(".axes"), i);
    },
    synchronise() {
      find(".truncation").value = page.state.truncation;
      all(".slider").forEach((row, i) => {
        row.querySelector("input").value = page.state.shifts[i] ?? 0;
        row.querySelector(".back").classList.toggle("off", !page.state.shifts[i]);
      });
    },
    rest() {
      const base = page.unedited();
      all(".axes input").forEach((input, i) => {
        if (input !== document.activeElement) input.value = base[i] + (page.state.edits[i] ?? 0);
      });
      return drawEnds();
    },
  };
}
