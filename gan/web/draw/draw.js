// The panel to draw on: the z is looked for whose picture comes nearest, and shown on its way.

/** @import { Server } from "../engine/types.js" */
/** @import { Finder } from "../shared/elements.js" */
/** @import { Page, Panel } from "../shared/page.js" */
/** @import { Latent } from "../shared/state.js" */
/** @import { Found } from "./search.js" */
/** @import { Taken } from "./taking.js" */

import { decode } from "../engine/engine.js";
import { editsFrom } from "../engine/latents.js";
import { randomTestDigit } from "../engine/mnist.js";
import { contextOf, within } from "../shared/elements.js";
import { make, paint } from "../shared/paint.js";
import { latentOf } from "../shared/state.js";
import { frame, shareOf } from "./framing.js";
import { createPen } from "./pen.js";
import { PhotoView } from "./photo_view.js";
import { searchHere, searchThere } from "./search.js";
import { takerOf } from "./taking.js";
import { verdict } from "./verdict.js";

const PAUSE = 600; // ms after the pen is lifted: there may be a second stroke
const MAX_TRIES = 8; // starts that are shown
const MIN_SHOWN = 45; // ms that each picture of the search is shown
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Who draws the digits that can be had without drawing one.
 * @typedef {object} Source
 * @property {Server | null} server
 * @property {string} digits the folder of MNIST's files, for a page without a server
 */

/**
 * @param {HTMLElement} root holds the panel
 * @param {Page} page
 * @param {Source} source
 * @returns {Panel}
 */
export const createDraw = (root, page, source) => new DrawPanel(within(root), page, source);

/** @implements {Panel} */
class DrawPanel {
  #elements;
  #page;
  #source;
  #tries;
  #pen;
  #photo;
  /** @type {Uint8Array | null} a photograph for a model of other pictures than drawings, [size² · channels] */
  #fitted = null;
  /** @type {Latent[]} for the last two drawings */
  #found = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} until the search begins */
  #resting;
  #asked = 0; // counts up with each search and each change of the drawing: an earlier search is then stale
  #isSearching = false;
  /** @type {"yours" | "theirs"} whose hand is on the pad */
  #hand = "yours";

  /**
   * @param {Finder} elements
   * @param {Page} page
   * @param {Source} source
   */
  constructor(elements, page, source) {
    const { find, canvas } = elements;
    this.#elements = elements;
    this.#page = page;
    this.#source = source;
    this.#tries = Array.from({ length: MAX_TRIES }, () =>
      make(find(".tries"), "canvas", { width: 56, height: 56, class: "ink" }),
    );
    this.#pen = createPen(
      canvas(".pad"),
      () => this.#beginStroke(),
      () => this.#endStroke(),
    );
    this.#photo = new PhotoView(elements, {
      taker: (raster) => takerOf(raster, page, canvas(".pad").width),
      show: (taken) => this.#take(taken),
      clear: () => this.#clear(),
      complain: (text) => this.#showMessage(text),
    });
    find(".clear").addEventListener("click", () => this.#clear());
    find(".rub").addEventListener("click", () => this.#rubOut(!this.#pen.isRubbing));
    find(".stranger").addEventListener("click", () => this.#putRealDigit());
    find(".join").addEventListener("click", () => {
      page.goTo({ view: "morph", path: { ...page.state.path, stops: [...this.#found] } });
    });
  }

  // --- What the page asks of a panel -----------------------------------------------------------

  useModel() {
    const { button, canvases, find } = this.#elements;
    const { config, subject } = this.#page.model;
    button(".stranger").hidden = !subject.isDigits;
    find(".in-grey").hidden = config.channels > 1;
    find(".in-colour").hidden = config.channels === 1;
    this.#found = [];
    button(".join").disabled = true;
    for (const each of canvases(".answer canvas")) contextOf(each).clearRect(0, 0, 56, 56);
    this.#clear();
  }

  followState() {}

  async finish() {
    return undefined;
  }

  isPassing() {
    return this.#isSearching;
  }

  // --- The pad ---------------------------------------------------------------------------------

  #beginStroke() {
    this.#abandonSearch();
    if (this.#fitted) this.#clear(); // a new drawing begins
    this.#hand = "yours";
    this.#setInk(true);
  }

  #endStroke() {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#search(), PAUSE);
  }

  #clear() {
    this.#abandonSearch();
    this.#pen.clear();
    this.#rubOut(false);
    this.#photo.close();
    this.#fit(null);
    this.#showMessage("");
    this.#elements.find(".found").hidden = true;
    this.#setInk(false);
  }

  async #putRealDigit() {
    const { server, digits } = this.#source;
    this.#clear();
    const mine = this.#asked; // the visitor may draw before the digit is there, or choose another model
    const coming = server
      ? server.stranger({}).then(({ drawing }) => decode(drawing))
      : randomTestDigit(digits);
    const ink = await coming.catch(({ message }) => `No digit can be had: ${message}`);
    if (mine !== this.#asked) return undefined;
    if (typeof ink === "string") return this.#showMessage(ink);
    this.#pen.put(ink);
    this.#hand = "theirs";
    this.#setInk(true);
    return this.#search();
  }

  /** @param {boolean} isThere */
  #setInk(isThere) {
    this.#elements.find(".prompt").hidden = isThere;
    this.#elements.button(".clear").disabled = !isThere;
    this.#elements.button(".rub").disabled = !isThere || this.#fitted !== null;
  }

  /** @param {boolean} isRubbing whether the pen takes ink away */
  #rubOut(isRubbing) {
    this.#pen.isRubbing = isRubbing;
    this.#elements.button(".rub").setAttribute("aria-pressed", String(isRubbing));
  }

  /** @param {string} text */
  #showMessage(text) {
    this.#elements.find(".verdict").textContent = text;
  }

  // --- A photograph ----------------------------------------------------------------------------

  /** Shows what was taken of a photograph, and looks for it. @param {Taken} taken */
  #take({ ink, picture, marked }) {
    this.#abandonSearch();
    this.#pen.clear();
    this.#hand = "yours";
    this.#fit(picture ?? null);
    this.#setInk(true);
    const isBlank = picture?.every((level) => level === picture[0]); // of all black, no share can be missed
    if (isBlank || !marked.length)
      return this.#showMessage("Nothing is found in this photograph: move its sliders.");
    if (ink) this.#pen.put(ink);
    return this.#endStroke();
  }

  /** @param {Uint8Array | null} picture a photograph as the model's pictures are; null: there is none */
  #fit(picture) {
    const canvas = this.#elements.canvas(".fitted");
    this.#fitted = picture;
    canvas.hidden = !picture;
    if (picture) paint(canvas, picture);
  }

  // --- The search ------------------------------------------------------------------------------

  #abandonSearch() {
    clearTimeout(this.#resting);
    this.#asked++;
    this.#isSearching = false;
  }

  /** What is looked for, or why nothing is. @returns {ReturnType<typeof frame>} */
  #wanted() {
    const { config, subject } = this.#page.model;
    if (this.#fitted) return { picture: this.#fitted };
    if (config.channels > 1) {
      return { error: "This model forges in colour, and a drawing has none: choose a photograph instead." };
    }
    return frame(this.#pen.ink(), this.#elements.canvas(".pad").width, config.size, shareOf(subject));
  }

  async #search() {
    const { find, canvas } = this.#elements;
    const mine = ++this.#asked;
    const { picture, error } = this.#wanted();
    if (!picture) {
      find(".found").hidden = true; // it was of an earlier drawing
      if (!this.#pen.ink().some(Boolean)) this.#setInk(false);
      return this.#showMessage(error);
    }
    this.#showMessage("Looking for it …");
    paint(canvas(".framed canvas"), picture);
    find(".found").hidden = false;
    this.#isSearching = true;
    const { id } = this.#page.model;
    try {
      const isWanted = () => mine === this.#asked && this.#page.entry.id === id;
      await this.#follow(this.#stepsTo(picture), isWanted);
    } catch (error) {
      if (mine === this.#asked) {
        this.#showMessage(`The search failed: ${/** @type {Error} */ (error).message}`);
      }
    }
    if (mine === this.#asked) this.#isSearching = false;
    return undefined;
  }

  /** @param {Uint8Array} picture that is looked for, [size²] @returns {AsyncGenerator<Found>} */
  #stepsTo(picture) {
    const { server } = this.#source;
    const { model: shown, entry, engine, isLocal } = this.#page;
    const model = { id: shown.id, z_dim: shown.config.z_dim };
    const isPrivate = isLocal && this.#photo.isOpen; // nothing of a photograph leaves this machine
    const isThere = server && !entry.isLive && !isPrivate;
    return isThere ? searchThere(server, model, picture) : searchHere(engine, model, picture);
  }

  /**
   * Shows a search until it has ended, and what it has found.
   * @param {AsyncGenerator<Found>} steps
   * @param {() => boolean} isWanted whether nothing else has been asked for meanwhile
   */
  async #follow(steps, isWanted) {
    for await (const step of steps) {
      if (!isWanted()) return;
      if (CALM.matches && step.error === null) continue; // only its end
      await this.#show(step, isWanted);
      if (!isWanted()) return;
      if (step.error === null) continue;
      this.#keep();
      const { model, state } = this.#page;
      const wanted = this.#fitted ? "photograph" : "ink";
      this.#showMessage(verdict(step.error, model.z(state), model.subject, wanted));
    }
  }

  /** Shows a step of the search for so long that it can be seen. @param {Found} step @param {() => boolean} isWanted */
  async #show({ z, digits, best }, isWanted) {
    const page = this.#page;
    const { id: model, config } = page.model;
    const { z_dim } = config;
    const start = performance.now();
    const { pictures } = await page.engine.sheet({
      model,
      z: z.slice(0, MAX_TRIES * z_dim),
      digits: digits.slice(0, MAX_TRIES),
    });
    if (!isWanted()) return;
    this.#tries.forEach((canvas, i) => {
      paint(canvas, page.model.pick(pictures, i));
    });
    const { seed } = page.state; // a link can name the z: a seed, and what to add to each axis
    const edits = editsFrom(seed, z.subarray(best * z_dim, (best + 1) * z_dim));
    page.change({ seed, digit: digits[best], truncation: 1, shifts: {}, edits, source: this.#hand });
    await new Promise((resolve) => setTimeout(resolve, start + MIN_SHOWN - performance.now()));
  }

  /** Keeps what was found: the last two can be joined by a morph. */
  #keep() {
    this.#found = [...this.#found, latentOf(this.#page.state)].slice(-2);
    this.#elements.button(".join").disabled = this.#found.length < 2;
  }
}
