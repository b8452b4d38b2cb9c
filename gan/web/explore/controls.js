// The controls around the panels: models, views, digits, the seed, undo.

/** @import { Page } from "../shared/page.js" */
/** @import { ModelEntry, View } from "../shared/state.js" */

import { MAX_SEED } from "../engine/latents.js";
import { within } from "../shared/elements.js";
import { choice, make } from "../shared/paint.js";
import { SOURCES, VIEWS } from "../shared/state.js";

/** @type {Record<View, {name: string, hint: string}>} */
const PANELS = {
  sliders: {
    name: "Sliders",
    hint: "drag a slider slowly from end to end, and watch the handwriting change.",
  },
  map: { name: "Map", hint: "drag over the map. The wheel or two fingers zoom, Shift and a drag shift it." },
  morph: { name: "Morph", hint: "drag the digits into another order, or click one to stop there." },
  draw: { name: "Draw", hint: "draw a digit. Several searches look for the forgery that comes nearest." },
};

/**
 * What the controls ask of Explore beside what a panel may ask.
 * @typedef {object} Actions
 * @property {(i: number) => void} chooseModel by its number
 * @property {(steps: number) => void} travel undo, or redo
 * @property {() => void} redraw the same state
 */

/** @typedef {ReturnType<typeof createControls>} Controls */

/**
 * @param {HTMLElement} root holds the Explore page
 * @param {Page} page
 * @param {Actions} actions
 */
export function createControls(root, page, actions) {
  const { find, input, inputs, button, all } = within(root);

  /** One more model to choose. @param {string} name @param {number} i its number */
  function listModel(name, i) {
    choice(find(".models"), "model", false, () => actions.chooseModel(i)).textContent = name;
    find(".models").hidden = i < 1;
  }

  /** All the digits in one hand, to choose from. @param {ModelEntry} entry */
  function listDigits({ classes }) {
    find(".hand").hidden = !classes;
    find(".hand").replaceChildren();
    for (let digit = 0; digit < classes; digit++) {
      const span = choice(find(".hand"), "digit", digit === page.state.digit, () => page.change({ digit }));
      make(span, "canvas", { width: 56, height: 56, class: "ink", role: "img", "aria-label": digit });
    }
  }

  /** The controls that several others move follow the state. */
  function followCommon() {
    const { seed, source, digit } = page.state;
    input(".seed").placeholder = source && SOURCES[source].seed;
    if (input(".seed") !== document.activeElement) input(".seed").value = source ? "" : String(seed);
    inputs(".hand input").forEach((each, i) => {
      each.checked = i === digit;
    });
  }

  /** What can be seen of the state before its model is there follows it. */
  function followView() {
    const { view, model } = page.state;
    find(".explore").dataset.view = view;
    find(".explore").classList.toggle("follows", Boolean(page.entry.follows));
    inputs(".models input").forEach((each, i) => {
      each.checked = i === model;
    });
    inputs(".views input").forEach((each, i) => {
      each.checked = VIEWS[i] === view;
    });
    for (const each of VIEWS) find(`.${each}-panel`).hidden = each !== view;
    find(".try").textContent = PANELS[view].hint;
    followCommon();
  }

  function onSeed() {
    const { value } = input(".seed");
    const seed = Number(value);
    if (value === "" || !Number.isInteger(seed) || seed < 0 || seed > MAX_SEED) {
      return page.showError(new Error(`A seed is a whole number from 0 to ${MAX_SEED}.`));
    }
    return page.change(page.state.source ? { seed, edits: {} } : { seed });
  }

  /** To be called when the engine is there. */
  function listen() {
    find(".seed").addEventListener("input", onSeed);
    for (const box of [".with-saliency", ".copies"]) find(box).addEventListener("change", actions.redraw);
    find(".surprise").addEventListener("click", () => {
      page.goTo({ seed: Math.floor(Math.random() * 1e6), shifts: {}, edits: {} });
    });
    find(".reset").addEventListener("click", () => {
      page.goTo({ shifts: {}, edits: page.state.source ? page.state.edits : {} });
    });
    find(".undo").addEventListener("click", () => actions.travel(-1));
    find(".redo").addEventListener("click", () => actions.travel(1));
    root.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      actions.travel(event.shiftKey ? 1 : -1);
    });
  }

  for (const view of VIEWS) {
    choice(find(".views"), "view", false, () => page.goTo({ view })).textContent = PANELS[view].name;
  }
  return {
    listModel,
    listDigits,
    followCommon,
    followView,
    listen,
    /** @param {number} i the model's number @param {string} name */
    renameModel(i, name) {
      all(".models span")[i].textContent = name;
    },
    /** @param {{canUndo: boolean, canRedo: boolean}} history */
    followHistory({ canUndo, canRedo }) {
      button(".undo").disabled = !canUndo;
      button(".redo").disabled = !canRedo;
    },
  };
}
