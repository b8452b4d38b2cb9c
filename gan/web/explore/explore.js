// The Explore page. `mount` brings explore.html to life.
//
// What happens, in this order, when the state changes:
//   change(part)   by a control that shows the new value already       goTo(part)   by anything else
//                                                                      loadModel    if it is another model, or newer
//   followCommon   the controls that several others move               followState  all controls, and the panel's
//   draw           the large picture, as fast as answers come: what moves meanwhile is drawn, once, when one is there
//   finish         after FINISH_PAUSE without a movement: the address, undo, and what the open panel adds

/** @import { Engine, Server } from "../engine/types.js" */
/** @import { KnownModel } from "../shared/known_model.js" */
/** @import { Page, Panel } from "../shared/page.js" */
/** @import { ModelEntry, View } from "../shared/state.js" */
/** @import { Opening } from "./upload.js" */

import { createDraw } from "../draw/draw.js";
import { startEngine } from "../engine/engine.js";
import { createMap } from "../map/map.js";
import { createMorph } from "../morph/morph.js";
import { writeAddress } from "../shared/address_bar.js";
import { fetchAhead } from "../shared/ahead.js";
import { within } from "../shared/elements.js";
import { fromHash, toHash } from "../shared/links.js";
import { paint } from "../shared/paint.js";
import { History, inModel, withSource } from "../shared/state.js";
import { Controls } from "./controls.js";
import { createCopying } from "./copying.js";
import { Models, onAnnounced, rememberClosed, whyMissing, withLinked } from "./models.js";
import { reportIn } from "./progress.js";
import { Samples } from "./samples.js";
import { createScores } from "./scores.js";
import { createShare } from "./share.js";
import { Shelf } from "./shelf.js";
import { Sliders } from "./sliders.js";
import { createUpload } from "./upload.js";

const FINISH_PAUSE = 180; // ms

/**
 * What Explore is told.
 * @typedef {object} Options
 * @property {ModelEntry[]} models that ship, or are linked to
 * @property {string} classifier the address of the classifier's weights
 * @property {Server | null} server Python's functions
 * @property {string} [digits] the folder of MNIST's files, where there is no server
 * @property {Opening} [opening] whom to ask to open a model of the visitor's own, if there is anyone
 */

/** @param {HTMLElement} root holds explore.html @param {Options} options @returns {Promise<Page>} once a model is loaded */
export async function mount(root, options) {
  const page = new Explore(root, options);
  await page.start();
  return page;
}

/** @implements {Page} */
class Explore {
  /** @param {HTMLElement} root @param {Options} options */
  constructor(root, { models, classifier, server, digits = "", opening }) {
    this.root = root;
    this.elements = within(root);
    this.classifier = classifier;
    this.server = server;
    this.opening = opening;
    this.models = new Models(withLinked(models, server));
    this.state = fromHash(location.hash, this.models.entries);
    this.history = new History(this.state);
    this.model = /** @type {KnownModel} */ (/** @type {unknown} */ (null)); // until the first one is loaded
    this.engine = /** @type {Engine} */ (/** @type {unknown} */ (null)); // until it has started
    this.isLocal = false; // the engine runs in this page
    this.picture = /** @type {Uint8Array | null} */ (null);
    this.isComplete = false; // the classifier is there too, or cannot be had
    this.trouble = ""; // that stays: there is no classifier
    this.isDrawing = false;
    this.isStale = false; // something has moved since the drawing began
    this.finishing = 0; // the timer of what follows a movement
    this.openView = /** @type {View | null} */ (null); // whose panel followed the state last
    this.controls = new Controls(root, this, {
      chooseModel: (i) => this.goTo(inModel(this.state, i, this.models.entries)),
      travel: (steps) => this.travel(steps),
    });
    const source = { server, digits };
    /** @type {Record<View, Panel>} */
    this.panels = {
      sliders: new Sliders(this.elements.find(".sliders-panel"), this),
      samples: new Samples(this.elements.find(".samples-panel"), this),
      map: createMap(this.elements.find(".map-panel"), this),
      morph: createMorph(this.elements.find(".morph-panel"), this),
      draw: createDraw(this.elements.find(".draw-panel"), this, source),
    };
    this.shelf = new Shelf(root, this, () => this.models.entries);
    this.showScores = createScores(root, this);
    this.done = createShare(root, this, () => this.hash);
    this.updateCopying = createCopying(root, this, source);
  }

  get entry() {
    return this.models.entries[this.state.model];
  }

  /** Whether the model that is chosen is still to come; what is drawn and finished follows when it is there. */
  get isLoading() {
    return this.model?.id !== this.entry.id;
  }

  get panel() {
    return this.panels[this.state.view];
  }

  get hash() {
    return toHash(this.state, this.models.entries);
  }

  // --- The state -------------------------------------------------------------------------------

  /** @type {Page["change"]} */
  change(part) {
    this.state = withSource({ ...this.state, ...part });
    this.controls.followCommon();
    this.draw();
  }

  /** @type {Page["goTo"]} */
  goTo(part) {
    const next = withSource({ ...this.state, ...part });
    const isOther = next.model !== this.state.model || this.models.isOutdated(next.model);
    if (next.view !== this.state.view) this.done.clear();
    this.state = next;
    this.controls.followView();
    if (!this.engine || !(this.model || isOther)) return; // what is being loaded will bring the rest
    if (isOther) this.loadModel();
    else this.followState();
  }

  /** Undo, or redo. @param {number} steps */
  travel(steps) {
    const state = this.history.go(steps);
    if (state) this.goTo(state);
  }

  /** Loads the model that is chosen, and makes the controls for it. */
  async loadModel() {
    const { entry } = this;
    this.setBusy(true);
    const model = await this.models.load(entry, this.engine).catch((error) => {
      if (this.entry.id === entry.id) this.showMissing(entry, error);
    });
    if (model && this.entry.id === entry.id) this.useModel(model); // else another was chosen meanwhile
  }

  /** @param {KnownModel} model the chosen one */
  useModel(model) {
    this.model = model;
    rememberClosed(this.entry);
    for (const panel of Object.values(this.panels)) panel.useModel();
    this.controls.followSubject();
    this.shelf.list();
    this.followState();
  }

  /** The chosen model cannot be had. @param {ModelEntry} entry @param {unknown} error */
  showMissing(entry, error) {
    const { message } = /** @type {Error} */ (error);
    this.elements.find(".note").textContent = whyMissing(entry, this.isLocal, message);
    this.elements.find(".words").textContent = "";
    const other = this.models.indexOf(this.model?.id ?? (entry.isLive ? this.models.entries[0].id : ""));
    if (other < 0) this.setBusy(false);
    else this.goTo(inModel(this.state, other, this.models.entries)); // the one that was shown, or one that ships
  }

  /** All controls, and then the picture. */
  followState() {
    this.controls.followView();
    this.panel.followState(this.openView !== this.state.view);
    this.openView = this.state.view;
    this.draw();
  }

  // --- Drawing ---------------------------------------------------------------------------------

  /** @param {boolean} isBusy whether something is still to come */
  setBusy(isBusy) {
    this.elements.find(".explore").setAttribute("aria-busy", String(isBusy));
  }

  async draw() {
    if (this.isLoading) return;
    this.isStale = true;
    this.setBusy(true);
    if (this.isDrawing) return;
    this.isDrawing = true;
    while (this.isStale) {
      this.isStale = false;
      const { id } = this.entry;
      try {
        const answer = await (this.panel.draw ? this.panel.draw() : this.drawPicture());
        if (this.entry.id === id) this.show(answer);
        this.elements.find(".error").textContent = this.trouble;
      } catch (error) {
        this.showError(new Error(`The picture cannot follow: ${/** @type {Error} */ (error).message}`));
      }
    }
    this.isDrawing = false;
    clearTimeout(this.finishing);
    this.finishing = window.setTimeout(() => this.finish(), FINISH_PAUSE);
  }

  /** Nothing more comes by itself. @param {string} trouble why there is no classifier; "": there is one */
  complete(trouble) {
    Object.assign(this, { isComplete: true, trouble });
    this.draw();
  }

  drawPicture() {
    const { digit, saliency } = this.state;
    return this.engine.draw({ model: this.entry.id, z: this.model.z(this.state), digit, saliency });
  }

  /** @type {Page["show"]} */
  show(answer) {
    const { picture, hand } = answer;
    this.picture = picture;
    paint(this.elements.canvas(".picture"), picture);
    if (hand) {
      this.elements.canvases(".hand canvas").forEach((each, i) => {
        paint(each, this.model.pick(hand, i));
      });
    }
    this.showScores(answer);
    this.root.dispatchEvent(new Event("forger:shown"));
  }

  /** What need not follow a drag. */
  async finish() {
    if (this.isLoading) return;
    const { hash } = this;
    if (!this.panel.isPassing?.()) this.history.keep(this.state);
    this.controls.followHistory(this.history);
    // A page that nobody has moved keeps its address: after a change of it, Chromium asks for the page's icon again.
    if (location.hash || this.history.canUndo)
      writeAddress(location.pathname + location.search + (this.entry.isOwn ? "" : hash)); // no link leads to one's own
    try {
      const showFinish = await this.panel.finish();
      if (this.picture) await this.updateCopying(this.picture, this.model.subject.isRead);
      if (this.isDrawing || hash !== this.hash) return; // it has moved on
      showFinish?.();
    } catch (error) {
      this.showError(error);
    }
    this.setBusy(!this.isComplete);
  }

  /** @type {Page["showError"]} */
  showError = (error) => {
    this.elements.find(".error").textContent = error instanceof Error ? error.message : String(error);
  };

  /** A moment of a run, from the Train page; or a model of the visitor's own. @param {ModelEntry} entry */
  addModel(entry) {
    const { i, isNew } = this.models.add(entry);
    if (isNew) this.controls.listModel(entry, i);
    this.controls.clearNote();
    this.goTo({ ...inModel(this.state, i, this.models.entries), view: "sliders" });
  }

  /** Newer weights of a run that trains: the same sliders, another generator. @param {ModelEntry} entry */
  async renewModel({ id, url, name }) {
    if (this.entry.id !== id || !this.models.loaded.has(id) || !this.root.offsetParent) return;
    try {
      await this.models.renew({ id, url }, this.engine);
      this.controls.renameModel(this.models.indexOf(id), name);
      if (this.entry.id === id) this.draw();
    } catch (error) {
      this.showError(error);
    }
  }

  async start() {
    const { find } = this.elements;
    this.controls.listModels(this.models.entries);
    this.controls.listClasses(this.entry.class_names ?? []);
    this.controls.followView();
    onAnnounced("forger:explore", (entry) => this.addModel(entry));
    onAnnounced("forger:weights", (entry) => this.renewModel(entry));
    const upload = this.opening && createUpload(this.root, find(".which"), this.opening, this.showError);
    const report = reportIn(find(".words"));
    Object.assign(this, await startEngine(this.server, report));
    if (!this.isLocal) {
      find(".note").textContent = "This browser cannot run the networks; the server draws for it.";
      upload?.remove();
    }
    this.controls.listen();
    const follow = () => location.hash && this.goTo(fromHash(location.hash, this.models.entries));
    window.addEventListener("hashchange", follow);
    await this.loadModel();
    const read = this.engine.useClassifier(this.classifier); // after the model, so that the picture comes first
    const complete = read.then(() => this.complete(""));
    complete.catch(({ message }) => this.complete(message)).then(fetchAhead);
  }
}
