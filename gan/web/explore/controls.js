// The controls around the panels: models, views, digits, the seed, undo.

/** @import { Page } from "../shared/page.js" */
/** @import { ModelEntry, View } from "../shared/state.js" */

import { isSeed, NO_SEED, seedIn } from "../engine/latents.js";
import { switchOff, within } from "../shared/elements.js";
import { strayIn } from "../shared/links.js";
import { choice, make } from "../shared/paint.js";
import { SOURCES, VIEWS } from "../shared/state.js";
import { nameOfOne, say, tellSubject } from "../shared/subject.js";
import { addCard, renameCard, showCard } from "./gallery.js";
import { closedByReload } from "./models.js";

/** @type {Record<View, {name: string, hint: string}>} */
const PANELS = {
  sliders: {
    name: "Sliders",
    hint: "drag a slider slowly from end to end, and watch what changes.",
  },
  samples: { name: "Samples", hint: "click a sample that you like: it goes to the sliders." },
  map: { name: "Map", hint: "drag over the map. The wheel or two fingers zoom, Shift and a drag shift it." },
  morph: { name: "Morph", hint: "drag the pictures into another order, or click one to stop there." },
  draw: { name: "Draw", hint: "draw. Several searches look for the forgery that comes nearest." },
};

/**
 * What the controls ask of Explore beside what a panel may ask.
 * @typedef {object} Actions
 * @property {(i: number) => void} chooseModel by its number
 * @property {(steps: number) => void} travel undo, or redo
 */

export class Controls {
  /**
   * @param {HTMLElement} root holds the Explore page
   * @param {Page} page
   * @param {Actions} actions
   */
  constructor(root, page, actions) {
    this.root = root;
    this.page = page;
    this.actions = actions;
    this.elements = within(root);
    for (const view of VIEWS) {
      const face = choice(this.elements.find(".views"), "view", false, () => page.goTo({ view }));
      face.textContent = PANELS[view].name;
    }
    const [saliency, copies] = [".with-saliency", ".copies"].map(this.elements.input);
    saliency.addEventListener("change", () => page.change({ saliency: saliency.checked }));
    copies.addEventListener("change", () => page.change({ copies: copies.checked }));
  }

  // --- What there is to choose ------------------------------------------------------------------

  /** @param {ModelEntry[]} entries */
  listModels(entries) {
    this.elements.find(".note").textContent = strayIn(location.hash, entries) || closedByReload();
    entries.forEach((entry, i) => {
      this.listModel(entry, i);
    });
  }

  /** One more model to choose. @param {ModelEntry} entry @param {number} i its number */
  listModel(entry, i) {
    const models = this.elements.find(".models");
    addCard(models, entry, () => {
      this.clearNote();
      this.actions.chooseModel(i);
    });
    models.hidden = i < 1;
  }

  /** What was said of a model that could not be had, or is closed, no longer matters. */
  clearNote() {
    if (this.page.isLocal) this.elements.find(".note").textContent = ""; // else it says that nothing runs here
  }

  /** @param {number} i the model's number @param {string} name */
  renameModel(i, name) {
    renameCard(this.elements.find(".models"), i, name);
  }

  /** All classes at the same z, to choose from. @param {string[]} names of the classes */
  listClasses(names) {
    const { page } = this;
    const hand = this.elements.find(".hand");
    hand.hidden = !names.length;
    hand.replaceChildren();
    const areLetters = names.every((name) => [...name].length === 1); // whose pictures show what they are called
    names.forEach((name, digit) => {
      const span = choice(hand, "digit", digit === page.state.digit, () => page.change({ digit }));
      make(span, "canvas", { width: 56, height: 56, class: "ink", role: "img", "aria-label": name });
      if (!areLetters) make(span, "small", { title: name, "aria-hidden": "true" }, name);
    });
  }

  /** What the page calls the pictures of the model that is shown. */
  followSubject() {
    const { subject } = this.page.model;
    this.root.dataset.kind = subject.isDrawn ? "drawings" : "pictures";
    this.elements.find(".picture").setAttribute("aria-label", `A forged ${nameOfOne(subject, -1)}`);
    this.elements.find(".copying").hidden = !subject.isRead; // only the digits of MNIST can be had to compare with
    this.listClasses(subject.classes);
    say(this.root, subject);
    tellSubject("explore", subject);
  }

  // --- What follows the state -------------------------------------------------------------------

  /** The controls that several others move. */
  followCommon() {
    const { input, inputs } = this.elements;
    const { seed, source, digit, saliency, copies } = this.page.state;
    input(".with-saliency").checked = saliency;
    input(".copies").checked = copies;
    input(".seed").placeholder = source && SOURCES[source].seed;
    if (input(".seed") !== document.activeElement) input(".seed").value = source ? "" : String(seed);
    inputs(".hand input").forEach((each, i) => {
      each.checked = i === digit;
    });
  }

  /** What can be seen of the state before its model is there. */
  followView() {
    const { find, inputs } = this.elements;
    const { view, model } = this.page.state;
    find(".explore").dataset.view = view;
    find(".explore").classList.toggle("follows", Boolean(this.page.entry.follows));
    inputs(".models input").forEach((each, i) => {
      each.checked = i === model;
    });
    showCard(find(".models"), model);
    inputs(".views input").forEach((each, i) => {
      each.checked = VIEWS[i] === view;
    });
    for (const each of VIEWS) {
      const panel = find(`.${each}-panel`);
      if (each !== view && panel.contains(document.activeElement))
        inputs(".views input")[VIEWS.indexOf(view)].focus(); // what was pressed is hidden now
      panel.hidden = each !== view;
    }
    find(".try").textContent = PANELS[view].hint;
    this.followCommon();
  }

  /** @param {{canUndo: boolean, canRedo: boolean}} history */
  followHistory({ canUndo, canRedo }) {
    switchOff(this.elements.button(".undo"), !canUndo);
    switchOff(this.elements.button(".redo"), !canRedo);
  }

  // --- What the visitor does --------------------------------------------------------------------

  /** To be called when the engine is there. */
  listen() {
    const { find } = this.elements;
    const { page, actions } = this;
    find(".seed").addEventListener("input", () => this.onSeed());
    find(".surprise").addEventListener("click", () => {
      page.goTo({ seed: Math.floor(Math.random() * 1e6), shifts: {}, edits: {} });
    });
    find(".reset").addEventListener("click", () => {
      page.goTo({ shifts: {}, edits: page.state.source ? page.state.edits : {} });
    });
    find(".undo").addEventListener("click", () => actions.travel(-1));
    find(".redo").addEventListener("click", () => actions.travel(1));
    this.root.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      actions.travel(event.shiftKey ? 1 : -1);
    });
  }

  onSeed() {
    const { page } = this;
    const seed = seedIn(this.elements.input(".seed").value);
    if (!isSeed(seed)) return page.showError(NO_SEED);
    return page.change(page.state.source ? { seed, edits: {} } : { seed });
  }
}
