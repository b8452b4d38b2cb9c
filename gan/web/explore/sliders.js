// The panel of named directions, with small pictures of both ends; and the drawer of raw axes.

/** @import { Page, Panel } from "../shared/page.js" */

import { move } from "../engine/latents.js";
import { within } from "../shared/elements.js";
import { make, paint } from "../shared/paint.js";
import { MAX_SHIFT } from "../shared/state.js";

const RANGE = { type: "range", min: -MAX_SHIFT, max: MAX_SHIFT, step: 0.01 };
const END = { width: 56, height: 56, class: "ink", "aria-hidden": "true" };

/**
 * A direction's slider.
 * @typedef {object} Slider
 * @property {HTMLInputElement} input
 * @property {HTMLButtonElement} reset
 * @property {HTMLCanvasElement[]} ends what it leads to at its two ends
 */

/** @implements {Panel} */
export class Sliders {
  /**
   * @param {HTMLElement} root holds the panel
   * @param {Page} page
   */
  constructor(root, page) {
    this.page = page;
    this.elements = within(root);
    /** @type {Slider[]} */
    this.sliders = [];
    /** @type {HTMLInputElement[]} */
    this.axes = [];
    const truncation = this.elements.input(".truncation");
    root.addEventListener("forger:wanted", () => {
      if (page.state.view !== "sliders") page.goTo({ view: "sliders" });
    });
    truncation.addEventListener("input", () => page.change({ truncation: Number(truncation.value) }));
  }

  useModel() {
    const { model } = this.page;
    const { find } = this.elements;
    find(".sliders").replaceChildren();
    this.sliders = model.names.map((named, i) => this.createSlider(named, i));
    find(".axes").replaceChildren();
    this.axes = Array.from({ length: model.config.z_dim }, (_, i) => this.createAxis(i));
  }

  followState() {
    const { state } = this.page;
    this.elements.input(".truncation").value = String(state.truncation);
    this.sliders.forEach(({ input, reset }, i) => {
      input.value = String(state.shifts[i] ?? 0);
      reset.classList.toggle("off", !state.shifts[i]);
    });
  }

  finish() {
    const { state, model } = this.page;
    const unedited = model.unedited(state);
    this.axes.forEach((input, i) => {
      if (input === document.activeElement) return;
      input.value = String(unedited[i] + (state.edits[i] ?? 0));
    });
    return this.drawEnds();
  }

  /**
   * @param {{name: string, effect: string}} named
   * @param {number} i the number of the direction
   * @returns {Slider}
   */
  createSlider({ name, effect }, i) {
    const row = make(this.elements.find(".sliders"), "div", { class: "slider" });
    const head = make(row, "span", { class: "head" });
    make(head, "b", {}, name);
    const strength = effect && `spans ${effect.replace(/^[+-]/, "")}`; // the ends show which way
    make(head, "span", { title: "from two standard deviations below to two above, on average" }, strength);
    const reset = make(head, "button", { type: "button", class: "back", "aria-label": `Reset ${name}` }, "↺");
    const low = make(row, "canvas", END);
    const input = make(row, "input", { ...RANGE, "aria-label": name });
    const high = make(row, "canvas", END);
    /** @param {number} value */
    const moveTo = (value) => {
      input.value = String(value);
      reset.classList.toggle("off", !Number(input.value));
      this.page.change({ shifts: { ...this.page.state.shifts, [i]: Number(input.value) } });
    };
    input.addEventListener("input", () => moveTo(Number(input.value)));
    input.addEventListener("dblclick", () => moveTo(0));
    reset.addEventListener("click", () => moveTo(0));
    return { input, reset, ends: [low, high] };
  }

  /** @param {number} i the number of the axis */
  createAxis(i) {
    const input = make(make(this.elements.find(".axes"), "label", {}, `z${i + 1}`), "input", RANGE);
    input.addEventListener("input", () => {
      const { state, model } = this.page;
      this.page.change({ edits: { ...state.edits, [i]: Number(input.value) - model.unedited(state)[i] } });
    });
    return input;
  }

  /** What each slider leads to at its two ends, all else as it is. */
  async drawEnds() {
    const { model, state } = this.page;
    const z = model.z(state);
    const ends = new Float32Array(2 * model.directions.length * z.length);
    model.directions.forEach((direction, i) => {
      const centred = move(z, [direction], [-(state.shifts[i] ?? 0)], {});
      ends.set(move(centred, [direction], [-MAX_SHIFT], {}), 2 * i * z.length);
      ends.set(move(centred, [direction], [MAX_SHIFT], {}), (2 * i + 1) * z.length);
    });
    const pictures = await model.draw(ends, state.digit);
    return () => {
      const canvases = this.sliders.flatMap((slider) => slider.ends);
      canvases.forEach((canvas, i) => {
        paint(canvas, model.pick(pictures, i));
      });
    };
  }
}
