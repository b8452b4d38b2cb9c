// The shelf: favourites of all models, kept in this browser where it allows that, compared, and put into a morph.

/** @import { Page } from "../shared/page.js" */
/** @import { Latent, ModelEntry } from "../shared/state.js" */

import { decode } from "../engine/engine.js";
import { within } from "../shared/elements.js";
import { fromHash, toHash } from "../shared/links.js";
import { make, paint } from "../shared/paint.js";
import { inModel, latentOf, MAX_STOPS, SOURCES } from "../shared/state.js";
import { isStorageThere, recall, remember } from "../shared/storage.js";
import { nameOfOne } from "../shared/subject.js";

const NAME = "forger-shelf"; // in the browser's storage
const MAX_KEPT = 24; // pictures; the oldest makes room for the next
const MAX_LETTERS = 20_000; // of a picture as base64, and of a link

/**
 * A favourite. It is stored as it is: text, of which nothing is trusted when it is read again.
 * @typedef {object} Kept
 * @property {string} model the id of its model
 * @property {string} hash what makes it, as a link to it says (links.js)
 * @property {string} picture its pixels, base64
 * @property {string} name "Sneaker, seed 7"
 * @property {string} score what D says of it, or nothing
 */

/** @param {any} value from storage @returns {value is Kept} */
const isKept = (value) =>
  ["model", "hash", "picture", "name", "score"].every(
    (key) => typeof value?.[key] === "string" && value[key].length <= MAX_LETTERS,
  );

/** @param {Uint8Array} bytes @returns {string} base64 */
const encode = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

export class Shelf {
  /**
   * @param {HTMLElement} root holds the Explore page
   * @param {Page} page
   * @param {() => ModelEntry[]} entries the models that the page knows
   */
  constructor(root, page, entries) {
    this.page = page;
    this.entries = entries;
    this.elements = within(root);
    /** @type {Kept[]} */
    this.kept = [];
    this.read();
    const { find, button } = this.elements;
    find(".keep").addEventListener("click", () => this.keep().catch(page.showError));
    find(".through").addEventListener("click", () => this.morph());
    find(".clear-shelf").addEventListener("click", () => this.set([]));
    find(".compare").addEventListener("click", () => {
      const isLarge = find(".shelf").classList.toggle("large");
      button(".compare").setAttribute("aria-pressed", String(isLarge));
    });
    this.followOtherTabs();
  }

  /** Else the next picture that is kept here would take the place of those that were kept there. */
  followOtherTabs() {
    const follow = () => {
      this.read();
      if (this.page.model) this.list();
    };
    window.addEventListener("storage", ({ key }) => key === NAME && follow());
    // A page that was in memory for Back was told nothing.
    window.addEventListener("pageshow", ({ persisted }) => persisted && isStorageThere() && follow());
  }

  /** What the browser keeps, and what only this page has. */
  read() {
    const stored = recall(NAME);
    const lasting = Array.isArray(stored) ? stored.filter(isKept) : [];
    this.kept = [...lasting, ...this.kept.filter((each) => !this.isLasting(each))].slice(-MAX_KEPT);
  }

  /** Whether a reload finds it again: its networks are not those of a run. @param {Kept} kept */
  isLasting(kept) {
    return !this.entries()[this.indexOf(kept)]?.isLive;
  }

  /** The number of its model; −1 if this page has no such model. @param {Kept} kept */
  indexOf({ model }) {
    return this.entries().findIndex(({ id }) => id === model);
  }

  /** @param {Kept} kept @returns {Latent} */
  latent({ hash }) {
    return latentOf(fromHash(hash, this.entries()));
  }

  /** Those of the model that is shown. */
  ofThisModel() {
    return this.kept.filter(({ model }) => model === this.page.entry.id);
  }

  /** Puts the picture that is shown on the shelf. */
  async keep() {
    const { page } = this;
    const { state, model, engine } = page;
    const hash = toHash({ ...state, view: "sliders" }, this.entries());
    if (!model) return;
    if (this.kept.some((each) => each.hash === hash)) return page.done.say("It is on your shelf already.");
    const { picture, logit } = await engine.draw({
      model: model.id,
      z: model.z(state),
      digit: state.digit,
      saliency: false,
    });
    const from = state.source ? SOURCES[state.source].seed : `seed ${state.seed}`;
    const isRanked = logit !== null && model.percentiles;
    const score = isRanked ? `D: ${model.percentile(logit, state.digit)} of 100` : "";
    const name = `${nameOfOne(model.subject, state.digit)}, ${from}`;
    const kept = { model: model.id, hash, picture: encode(picture), name, score };
    this.set([...this.kept, kept].slice(-MAX_KEPT));
    page.done.say("It is on your shelf."); // which may be out of sight
  }

  /** @param {Kept[]} kept */
  set(kept) {
    this.kept = kept;
    const lasting = kept.filter((each) => this.isLasting(each));
    remember(NAME, lasting.length ? lasting : null);
    this.list();
  }

  /** @param {Kept} kept */
  show(kept) {
    const i = this.indexOf(kept);
    const { state } = this.page;
    const other = i === state.model ? state : inModel(state, i, this.entries());
    this.page.goTo({ ...other, ...this.latent(kept), view: "sliders" });
  }

  morph() {
    const { page } = this;
    const stops = this.ofThisModel()
      .slice(-MAX_STOPS)
      .map((kept) => this.latent(kept));
    page.goTo({ view: "morph", path: { ...page.state.path, stops } });
  }

  /** All that is kept of the models that this page has. */
  list() {
    const { find, button } = this.elements;
    const parent = find(".kept");
    const shown = this.kept.filter((each) => this.indexOf(each) >= 0);
    find(".shelf").hidden = !shown.length;
    button(".through").disabled = this.ofThisModel().length < 2;
    parent.replaceChildren();
    for (const kept of shown) this.addItem(parent, kept);
  }

  /** @param {HTMLElement} parent @param {Kept} kept */
  addItem(parent, kept) {
    const item = make(parent, "div", { role: "listitem" });
    const face = make(item, "button", { type: "button", class: "face", title: kept.name });
    const isInk = this.entries()[this.indexOf(kept)].kind !== "pictures";
    const look = { width: 112, height: 112, class: isInk ? "ink" : "", role: "img", "aria-label": kept.name };
    try {
      paint(make(face, "canvas", look), decode(kept.picture));
    } catch {
      // What was stored is no picture. It can still be shown large, or removed.
    }
    make(face, "small", {}, kept.name);
    make(face, "small", {}, kept.score);
    face.addEventListener("click", () => this.show(kept));
    const remove = { type: "button", class: "remove", "aria-label": `Remove ${kept.name}` };
    make(item, "button", remove, "×").addEventListener("click", () => {
      this.set(this.kept.filter((each) => each !== kept));
    });
  }
}
