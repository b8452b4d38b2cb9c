// The controls of the smallest game, and what brings it to life.

/** @import { Point, TargetName } from "./points.js" */
/** @import { Preset } from "./presets.js" */
/** @import { Hyperparams } from "./step.js" */

import { within } from "../../shared/elements.js";
import { choice, make } from "../../shared/paint.js";
import { everyFrame } from "../on_screen.js";
import { EXTENT } from "./draw.js";
import { Game } from "./game.js";
import { evenly, MIN_DISTANCE, TARGETS } from "./points.js";
import { PRESETS } from "./presets.js";
import { LOSS_NAMES } from "./step.js";

/** @typedef {Exclude<keyof Hyperparams, "loss">} NumberName */

/** @param {string} name @returns {boolean} whether its slider is the number's logarithm */
const isRate = (name) => name.endsWith("_lr");

/** @param {HTMLElement} root holds game.html's section */
export function mountGame(root) {
  const game = new Game(root);
  createControls(root, game);
  everyFrame(root, (time) => game.frame(time));
}

/**
 * @param {HTMLElement} root
 * @param {Game} game
 */
function createControls(root, game) {
  const { find, button, inputs, select } = within(root);
  const targets = createTargets(find(".targets"), root, game);
  const presets = Object.values(PRESETS).map((preset) => {
    const face = make(find(".presets"), "button", { type: "button" }, preset.label);
    face.addEventListener("click", () => usePreset(preset));
    return { preset, face };
  });
  for (const name of LOSS_NAMES) make(select(".loss"), "option", { value: name }, name);

  /** The controls at the values that the game has. */
  function follow() {
    button(".run").textContent = game.isPlaying ? "Pause" : "Play";
    select(".loss").value = game.scene.hyper.loss;
    for (const slider of inputs("[data-number]")) {
      const name = /** @type {NumberName} */ (slider.dataset.number);
      const value = game.scene.hyper[name];
      slider.value = String(isRate(name) ? Math.log10(value) : value);
      showNumber(slider, value);
    }
  }

  /** @param {Preset | null} chosen null: the visitor has changed something */
  function showPreset(chosen) {
    for (const { preset, face } of presets) face.setAttribute("aria-pressed", String(preset === chosen));
    find(".words").textContent = chosen?.words ?? "";
  }

  /** @param {Preset} preset */
  function usePreset(preset) {
    game.scene.hyper = { ...preset.hyper };
    targets.use(preset.target);
    if (preset.restarts) game.restart(0);
    game.isPlaying = true;
    showPreset(preset);
    follow();
  }

  button(".run").addEventListener("click", () => {
    game.isPlaying = !game.isPlaying;
    follow();
  });
  button(".once").addEventListener("click", () => {
    game.isPlaying = false;
    game.advance();
    follow();
  });
  button(".restart").addEventListener("click", () => game.restart());
  select(".loss").addEventListener("change", () => {
    game.scene.hyper.loss = select(".loss").value;
    showPreset(null);
  });
  for (const slider of inputs("[data-number]")) {
    slider.addEventListener("input", () => {
      const name = /** @type {NumberName} */ (slider.dataset.number);
      game.scene.hyper[name] = isRate(name) ? 10 ** slider.valueAsNumber : slider.valueAsNumber;
      showNumber(slider, game.scene.hyper[name]);
      showPreset(null);
    });
  }
  for (const box of inputs(".layers input")) {
    box.addEventListener("change", () => {
      game.isStale = true;
    });
  }
  showPreset(PRESETS.works);
  follow();
}

/** @param {HTMLInputElement} slider @param {number} value */
function showNumber(slider, value) {
  const text = String(Number(value.toPrecision(2)));
  const now = slider.parentElement?.querySelector(".now");
  if (now) now.textContent = text;
  slider.setAttribute("aria-valuetext", text);
}

/**
 * The choice of a target, and the hand that draws one.
 * @param {HTMLElement} row
 * @param {HTMLElement} root
 * @param {Game} game
 * @returns {{use: (name: TargetName) => void}}
 */
function createTargets(row, root, game) {
  const canvas = within(root).canvas("canvas");
  /** @type {Map<string, HTMLInputElement>} */
  const inputs = new Map();
  const add = (/** @type {string} */ name, /** @type {string} */ label, /** @type {() => void} */ choose) => {
    const face = choice(row, "points-target", name === "ring", choose);
    face.textContent = label;
    inputs.set(name, /** @type {HTMLInputElement} */ (face.previousElementSibling));
  };
  const setDrawing = (/** @type {boolean} */ isDrawing) => canvas.classList.toggle("drawing", isDrawing);
  for (const [name, target] of Object.entries(TARGETS)) {
    add(name, target.label, () => {
      setDrawing(false);
      game.useTarget(target);
    });
  }
  add("drawn", "Draw one", () => setDrawing(true));
  listenToHand(canvas, game);
  return {
    use(name) {
      const input = inputs.get(name);
      if (input) input.checked = true;
      setDrawing(false);
      if (name !== "drawn") game.useTarget(TARGETS[name]);
    },
  };
}

/** A line on the canvas, while it is one to draw on. @param {HTMLCanvasElement} canvas @param {Game} game */
function listenToHand(canvas, game) {
  let isDown = false;

  /** @param {PointerEvent} event */
  function add({ offsetX, offsetY }) {
    /** @type {Point} */
    const point = [
      EXTENT * ((2 * offsetX) / canvas.clientWidth - 1),
      EXTENT * ((2 * offsetY) / canvas.clientHeight - 1),
    ];
    const last = game.stroke.at(-1);
    if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < MIN_DISTANCE) return;
    game.stroke.push(point);
    game.isStale = true;
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (!canvas.classList.contains("drawing")) return;
    isDown = true;
    canvas.setPointerCapture(event.pointerId);
    game.stroke = [];
    add(event);
  });
  canvas.addEventListener("pointermove", (event) => isDown && add(event));
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      if (isDown) game.useStroke(evenly(game.stroke));
      isDown = false;
    });
  }
}
