/** Sliders for the settings that can be changed while a run trains. */

import { make } from "../shared/paint.js";
import { createWhy } from "./why.js";

const FINE_NEAR_ZERO = new Set(["generator_lr", "discriminator_lr", "r1_gamma"]);
const STEPS = 200; // positions of a slider
const POWER = 4; // of the share of the way, where a slider is fine near zero

/** @typedef {readonly [low: number, high: number]} Range */

/**
 * The value at a position of a slider.
 *
 * @param {string} name
 * @param {number} position 0 to STEPS
 * @param {Range} range
 */
function valueAt(name, position, [low, high]) {
  const share = position / STEPS;
  const value = low + (high - low) * (FINE_NEAR_ZERO.has(name) ? share ** POWER : share);
  return Math.min(Number(value.toPrecision(3)), high);
}

/**
 * The position of a value, the other way round.
 *
 * @param {string} name
 * @param {number} value
 * @param {Range} range
 */
function positionOf(name, value, [low, high]) {
  const share = (value - low) / (high - low);
  return STEPS * (FINE_NEAR_ZERO.has(name) ? share ** (1 / POWER) : share);
}

/**
 * What a visitor reads beside a setting: the server's label, or else its name in plain letters.
 *
 * @param {string} name
 * @param {Record<string, string>} labels the server's, by name
 */
function labelOf(name, labels = {}) {
  const plain = name.replaceAll("_", " ");
  return labels[name] || plain.charAt(0).toUpperCase() + plain.slice(1);
}

/**
 * @param {Element} root gets the sliders
 * @param {Record<string, Range>} ranges by the setting's name
 * @param {Record<string, string> | undefined} labels by the setting's name
 * @param {(change: Record<string, number>) => void} change is told what was changed, when a slider is let go
 */
export function createControls(root, ranges, labels, change) {
  const controls = Object.entries(ranges).map(([name, range]) => {
    const label = labelOf(name, labels);
    const box = make(root, "div", { class: "knob" });
    const head = make(box, "span", {}, `${label} `);
    createWhy(head, `What ${label} does`, `learn-${name}`);
    const attributes = { type: "range", min: 0, max: STEPS, step: 1, "aria-label": label };
    const input = /** @type {HTMLInputElement} */ (make(box, "input", attributes));
    const output = /** @type {HTMLOutputElement} */ (make(box, "output"));
    const read = () => valueAt(name, Number(input.value), range);
    input.addEventListener("input", () => {
      output.value = String(read());
    });
    input.addEventListener("change", () => change({ [name]: read() }));
    return {
      name,
      /** @param {number} value */
      follow(value) {
        if (input === document.activeElement && input.matches(":active")) return; // it is being dragged
        input.value = String(positionOf(name, value, range));
        output.value = String(Number(value.toPrecision(3)));
      },
    };
  });
  return {
    /** Sets all sliders. @param {Record<string, number>} values by name; a setting that is missing stays */
    follow(values) {
      for (const control of controls) if (control.name in values) control.follow(values[control.name]);
    },
  };
}
