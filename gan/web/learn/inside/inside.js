// Inside the networks: the way of one picture from z to D's logit. A map that is chosen is switched off, and the page
// shows what changes in the picture and in the logit.

/** @import { FeatureAnswer, MapName } from "../../engine/types.js" */
/** @import { KnownModel } from "../../shared/known_model.js" */

import { fromSeed } from "../../engine/latents.js";
import { contextOf, within } from "../../shared/elements.js";
import { choice, paint, paintSaliency } from "../../shared/paint.js";
import { Maps } from "./maps.js";

/** @type {Record<MapName, {title: string, columns: number}>} */
const LAYERS = {
  generator7: { title: "G", columns: 12 },
  generator14: { title: "G", columns: 8 },
  discriminator14: { title: "D", columns: 8 },
  discriminator7: { title: "D", columns: 11 },
};
const NAMES = /** @type {MapName[]} */ (Object.keys(LAYERS));
const FIRST = { seed: 7, digit: 3 }; // as Explore begins
const STEEP = 4; // logits per width of the meter

/**
 * Brings inside.html to life.
 * @param {HTMLElement} root holds its section
 * @param {Promise<KnownModel | null>} model null if no model of digits is on this page
 */
export async function mountInside(root, model) {
  try {
    const known = await model;
    root.hidden = !known;
    if (known) await new Inside(root, known).start();
  } catch (error) {
    within(root).find(".error").textContent =
      `The networks cannot be shown: ${/** @type {Error} */ (error).message}.`;
  }
}

class Inside {
  /**
   * @param {HTMLElement} root
   * @param {KnownModel} model
   */
  constructor(root, model) {
    this.root = root;
    this.model = model;
    this.elements = within(root);
    this.input = { z: fromSeed(FIRST.seed, model.config.z_dim), digit: FIRST.digit };
    this.seed = FIRST.seed;
    /** @type {Record<MapName, number[]>} */
    this.silenced = { generator7: [], generator14: [], discriminator14: [], discriminator7: [] };
    /** @type {FeatureAnswer | null} */
    this.whole = null; // with all maps on
    /** @type {{name: MapName, number: number} | null} */
    this.last = null; // the map that was switched last
    const maps = NAMES.map((name) => {
      const { title, columns } = LAYERS[name];
      const figure = this.elements.find(`[data-maps=${name}]`);
      return [name, new Maps(figure, title, columns, (number) => this.toggle(name, number))];
    });
    /** @type {Record<MapName, Maps>} */
    this.maps = Object.fromEntries(maps);
  }

  async start() {
    const { find, button } = this.elements;
    for (let digit = 0; digit < this.model.config.classes; digit++) {
      const face = choice(find(".digits"), "inside-digit", digit === FIRST.digit, () => this.go({ digit }));
      face.textContent = String(digit);
    }
    button(".other").addEventListener("click", () => {
      this.seed++;
      this.go({ z: fromSeed(this.seed, this.model.config.z_dim) });
    });
    button(".all").addEventListener("click", () => {
      for (const name of NAMES) this.silenced[name] = [];
      this.last = null;
      this.draw();
    });
    await this.go({});
    this.root.setAttribute("aria-busy", "false");
  }

  /** Another z, or another digit; what is switched off stays off. @param {Partial<Inside["input"]>} part */
  async go(part) {
    this.input = { ...this.input, ...part };
    const { model, input } = this;
    this.whole = await model.engine.features({ model: model.id, input, silenced: {} });
    await this.draw();
  }

  /** Switches a map off or on. @param {MapName} name @param {number} number */
  toggle(name, number) {
    const off = this.silenced[name];
    this.silenced[name] = off.includes(number) ? off.filter((each) => each !== number) : [...off, number];
    this.last = { name, number };
    return this.draw();
  }

  async draw() {
    const { model, input, silenced, whole } = this;
    const answer = await model.engine.features({ model: model.id, input, silenced });
    if (!whole || input !== this.input || silenced !== this.silenced) return;
    const { canvas, find, button } = this.elements;
    drawLatent(canvas(".z canvas"), input.z);
    for (const name of NAMES) {
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
    button(".all").disabled = !NAMES.some((name) => silenced[name].length);
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
    const where = `Map ${number + 1} of ${LAYERS[name].title} at ${side} × ${side}`;
    const switched = `${where} is ${isOff ? "off" : "on again"}.`;
    const seen = share
      ? `Now ${share} % of the ink is in another place or gone.`
      : "The picture is as it was.";
    const said =
      logit === null || this.whole.logit === null
        ? ""
        : ` D’s logit goes from ${signed(this.whole.logit)} to ${signed(logit)}.`;
    return `${switched} ${seen}${said}`;
  }
}

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
