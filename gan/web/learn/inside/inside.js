// Inside the networks: the way of one picture from z to D's logit. A map that is chosen is switched off, and the page
// shows what changes in the picture and in the logit.

/** @import { FeatureAnswer, MapName } from "../../engine/types.js" */
/** @import { KnownModel } from "../../shared/known_model.js" */

import { fromSeed } from "../../engine/latents.js";
import { mapSides } from "../../engine/stages.js";
import { contextOf, within } from "../../shared/elements.js";
import { choice, make, paint, paintSaliency } from "../../shared/paint.js";
import { say } from "../../shared/subject.js";
import { Maps } from "./maps.js";

const FIRST = { seed: 7, digit: 3 }; // of the figure in Learn
const STEEP = 4; // logits per width of the meter

/** @typedef {{model: KnownModel, z: Float32Array, digit: number}} Shown the picture whose way is shown */

/**
 * Brings figure.html to life, with a seed and a digit of its own.
 * @param {HTMLElement} root holds its section
 * @param {Promise<KnownModel | null>} model null if no model of digits is on this page
 */
export async function mountInside(root, model) {
  const { find, button } = within(root);
  try {
    const known = await model;
    root.hidden = !known;
    if (!known) return;
    let { seed, digit } = FIRST;
    const inside = new Inside(root);
    const show = () => inside.show({ model: known, z: fromSeed(seed, known.config.z_dim), digit });
    for (let each = 0; each < known.config.classes; each++) {
      const face = choice(find(".digits"), "inside-digit", each === digit, () => {
        digit = each;
        show();
      });
      face.textContent = String(each);
    }
    button(".other").addEventListener("click", () => {
      seed++;
      show();
    });
    await show();
  } catch (error) {
    find(".error").textContent = `The networks cannot be shown: ${/** @type {Error} */ (error).message}.`;
  }
}

export class Inside {
  /** @param {HTMLElement} root holds figure.html's section */
  constructor(root) {
    this.root = root;
    this.elements = within(root);
    /** @type {Shown | null} */
    this.shown = null;
    /** @type {Record<MapName, Maps>} of the layers of the model that is shown */
    this.maps = {};
    /** @type {Record<MapName, number[]>} */
    this.silenced = {};
    /** @type {FeatureAnswer | null} */
    this.whole = null; // with all maps on
    /** @type {{name: MapName, number: number} | null} */
    this.last = null; // the map that was switched last
    this.isDrawing = false;
    this.isStale = false; // something has changed since the drawing began
    this.elements.button(".all").addEventListener("click", () => this.reset());
  }

  /** Another picture; what is switched off stays off, unless it is another model. @param {Shown} shown */
  show(shown) {
    const isOther = this.shown?.model !== shown.model;
    this.shown = shown;
    if (!isOther) return this.draw();
    this.layOut(shown.model);
    return this.reset();
  }

  /** @returns {MapName[]} the layers that are shown */
  get names() {
    return /** @type {MapName[]} */ (Object.keys(this.maps));
  }

  /** A place for the maps of each layer of a model: G's from left to right, and D's below them. @param {KnownModel} model */
  layOut({ config, subject }) {
    const { find, all } = this.elements;
    for (const figure of all(".maps")) figure.remove();
    this.maps = {};
    const sides = mapSides(config.size);
    find(".way").style.setProperty("--stages", String(sides.length));
    const add = (/** @type {MapName} */ name, /** @type {string} */ place, /** @type {Element} */ next) => {
      const figure = make(find(".way"), "figure", { class: "maps", style: `--place: ${place}` });
      figure.dataset.maps = name;
      next.before(figure); // as the way leads, which a screen reader follows
      this.maps[name] = new Maps(figure, titleOf(name), (number) => this.toggle(name, number));
    };
    sides.forEach((side, i) => {
      add(`generator${side}`, `1 / ${i + 2}`, find(".made")); // the first column has z, and D's logit
    });
    sides.toReversed().forEach((side, i) => {
      add(`discriminator${side}`, `2 / ${sides.length + 1 - i}`, find(".said"));
    });
    say(this.root, subject);
  }

  /** All maps on. */
  reset() {
    this.silenced = Object.fromEntries(this.names.map((name) => [name, []]));
    this.last = null;
    return this.draw();
  }

  /** Switches a map off or on. @param {MapName} name @param {number} number */
  toggle(name, number) {
    const off = this.silenced[name];
    this.silenced[name] = off.includes(number) ? off.filter((each) => each !== number) : [...off, number];
    this.last = { name, number };
    return this.draw();
  }

  /** Asks for the maps, one picture at a time: what changes meanwhile is asked for when the answer is there. */
  async draw() {
    this.isStale = true;
    if (this.isDrawing) return;
    this.isDrawing = true;
    try {
      while (this.isStale && this.shown) {
        this.isStale = false;
        const { model, z, digit } = this.shown;
        const silenced = { ...this.silenced };
        const asked = { model: model.id, input: { z, digit } };
        this.whole = await model.engine.features({ ...asked, silenced: {} });
        const isWhole = Object.values(silenced).every((numbers) => !numbers.length);
        this.paint(z, this.whole, isWhole ? this.whole : await model.engine.features({ ...asked, silenced }));
      }
    } finally {
      this.isDrawing = false;
    }
    this.root.setAttribute("aria-busy", "false");
  }

  /**
   * @param {Float32Array} z
   * @param {FeatureAnswer} whole with all maps on
   * @param {FeatureAnswer} answer without those that are off
   */
  paint(z, whole, answer) {
    const { silenced } = this;
    const { canvas, find, button } = this.elements;
    drawLatent(canvas(".z canvas"), z);
    for (const name of this.names) {
      // A map that is off is shown as it would be.
      const shown = (silenced[name].length ? whole : answer).maps[name];
      if (shown) this.maps[name].show(shown, silenced[name]);
    }
    paint(canvas(".picture"), answer.picture);
    const change = Float32Array.from(answer.picture, (value, i) => value - whole.picture[i]);
    const isChanged = change.some(Boolean);
    canvas(".change").hidden = !isChanged;
    find(".change-key").hidden = !isChanged;
    if (isChanged) paintSaliency(canvas(".change"), change);
    button(".all").disabled = Object.values(silenced).every((numbers) => !numbers.length);
    this.showLogit(answer.logit);
    find(".status").textContent = this.describe(answer);
  }

  /** @param {number | null} logit */
  showLogit(logit) {
    const { find } = this.elements;
    const share = logit === null ? 0 : 1 / (1 + Math.exp(-STEEP * logit));
    find(".said .meter i").style.transform = `scaleX(${share})`;
    find(".said figcaption").textContent =
      logit === null ? "This D scores no single pictures." : `D’s logit ${signed(logit)}`;
  }

  /** @param {FeatureAnswer} answer @returns {string} what the map that was switched last does */
  describe({ picture, logit }) {
    if (!this.last || !this.whole) return "All maps are on. Choose one to switch it off.";
    const { name, number } = this.last;
    const isOff = this.silenced[name].includes(number);
    const ink = this.whole.picture.reduce((sum, value) => sum + value, 0);
    const moved = picture.reduce((sum, value, i) => sum + Math.abs(value - (this.whole?.picture[i] ?? 0)), 0);
    const share = Math.round((100 * moved) / ink);
    const side = this.whole.maps[name]?.side;
    const where = `Map ${number + 1} of ${titleOf(name)} at ${side} × ${side}`;
    const switched = `${where} is ${isOff ? "off" : "on again"}.`;
    const seen = share
      ? `Now ${share} % of the ${this.shown?.model.subject.medium} is in another place or gone.`
      : "The picture is as it was.";
    const said =
      logit === null || this.whole.logit === null
        ? ""
        : ` D’s logit goes from ${signed(this.whole.logit)} to ${signed(logit)}.`;
    return `${switched} ${seen}${said}`;
  }
}

/** @param {MapName} name @returns {"G" | "D"} the network that makes the maps */
const titleOf = (name) => (name.startsWith("generator") ? "G" : "D");

/** @param {number} value @returns {string} "+0.12" or "−0.12" */
const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

/** Each number of z as a bar, to the left or to the right. @param {HTMLCanvasElement} canvas @param {Float32Array} z */
function drawLatent(canvas, z) {
  const context = contextOf(canvas);
  const { width, height } = canvas;
  context.fillStyle = "#000";
  context.fillRect(0, 0, width, height);
  context.fillStyle = "#fff";
  const pitch = height / z.length;
  z.forEach((value, i) => {
    const length = (Math.max(-3, Math.min(3, value)) / 3) * (width / 2);
    context.fillRect(width / 2 + Math.min(0, length), i * pitch + 0.5, Math.abs(length), pitch - 1);
  });
}
