// The panel of named directions, with small pictures of both ends; and the drawer of raw axes.

/** @import { Page, Panel } from "../shared/page.js" */

import { move } from "../engine/latents.js";
import { within } from "../shared/elements.js";
import { make, paint } from "../shared/paint.js";
import { MAX_SHIFT } from "../shared/state.js";

const RANGE = { type: "range", min: -MAX_SHIFT, max: MAX_SHIFT, step: 0.01 };

/**
 * @param {HTMLElement} root holds the panel
 * @param {Page} page
 * @returns {Panel}
 */
export function createSliders(root, page) {
  const { find, input } = within(root);
  /** @type {{input: HTMLInputElement, reset: HTMLButtonElement, ends: HTMLCanvasElement[]}[]} */
  let sliders = [];
  /** @type {HTMLInputElement[]} */
  let axes = [];

  /** @param {{name: string, effect: string}} named @param {number} i the number of the direction */
  function createSlider({ name, effect }, i) {
    const row = make(find(".sliders"), "div", { class: "slider" });
    const head = make(row, "span", { class: "head" });
    make(head, "b", {}, name);
    const strength = effect && `spans ${effect.replace(/^[+-]/, "")}`; // the ends show which way
    make(head, "span", { title: "from two standard deviations below to two above, on average" }, strength);
    const reset = make(head, "button", { type: "button", class: "back", "aria-label": `Reset ${name}` }, "↺");
    const end = { width: 56, height: 56, class: "ink", "aria-hidden": "true" };
    const low = make(row, "canvas", end);
    const input = make(row, "input", { ...RANGE, "aria-label": name });
    const high = make(row, "canvas", end);
    /** @param {number} value */
    const moveTo = (value) => {
      input.value = String(value);
      reset.classList.toggle("off", !Number(input.value));
      page.change({ shifts: { ...page.state.shifts, [i]: Number(input.value) } });
    };
    input.addEventListener("input", () => moveTo(Number(input.value)));
    input.addEventListener("dblclick", () => moveTo(0));
    reset.addEventListener("click", () => moveTo(0));
    return { input, reset, ends: [low, high] };
  }

  /** @param {number} i the number of the axis */
  function createAxis(i) {
    const input = make(make(find(".axes"), "label", {}, `z${i + 1}`), "input", RANGE);
    input.addEventListener("input", () => {
      const { state, model } = page;
      page.change({ edits: { ...state.edits, [i]: Number(input.value) - model.unedited(state)[i] } });
    });
    return input;
  }

  /** What each slider leads to at its two ends, all else as it is. */
  async function drawEnds() {
    const { model, state } = page;
    const z = model.z(state);
    const ends = new Float32Array(2 * model.directions.length * z.length);
    model.directions.forEach((direction, i) => {
      const centred = move(z, [direction], [-(state.shifts[i] ?? 0)], {});
      ends.set(move(centred, [direction], [-MAX_SHIFT], {}), 2 * i * z.length);
      ends.set(move(centred, [direction], [MAX_SHIFT], {}), (2 * i + 1) * z.length);
    });
    const pictures = await model.draw(ends, state.digit);
    return () => {
      sliders
        .flatMap((slider) => slider.ends)
        .forEach((canvas, i) => {
          paint(canvas, model.pick(pictures, i));
        });
    };
  }

  input(".truncation").addEventListener("input", () => {
    page.change({ truncation: Number(input(".truncation").value) });
  });
  return {
    useModel() {
      find(".sliders").replaceChildren();
      sliders = page.model.names.map(createSlider);
      find(".axes").replaceChildren();
      axes = Array.from({ length: page.model.config.z_dim }, (_, i) => createAxis(i));
    },
    followState() {
      input(".truncation").value = String(page.state.truncation);
      sliders.forEach(({ input, reset }, i) => {
        input.value = String(page.state.shifts[i] ?? 0);
        reset.classList.toggle("off", !page.state.shifts[i]);
      });
    },
    finish() {
      const unedited = page.model.unedited(page.state);
      axes.forEach((input, i) => {
        if (input === document.activeElement) return;
        input.value = String(unedited[i] + (page.state.edits[i] ?? 0));
      });
      return drawEnds();
    },
  };
}
