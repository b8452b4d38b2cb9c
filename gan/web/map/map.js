// The panel of the latent space as a map: a chart of some thousands of seeds, where alike lies beside alike, or a
// plane, of two directions or through three seeds. Dragging moves z. Which map it is, the state says.

/** @import { Page, Panel } from "../shared/page.js" */
/** @import { MapState } from "../shared/state.js" */
/** @import { Plane } from "./planes.js" */
/** @import { Surface, Tiles } from "./surface.js" */
/** @import { Pixel } from "./viewport.js" */

import { isSeed, MAX_SEED, NO_SEED, seedIn } from "../engine/latents.js";
import { switchOff, within } from "../shared/elements.js";
import { isBrowsersKey } from "../shared/keys.js";
import { make } from "../shared/paint.js";
import { WHOLE } from "../shared/state.js";
import { Chart } from "./chart.js";
import { onGestures } from "./gestures.js";
import { Lattice } from "./lattice.js";
import { Painter } from "./painter.js";
import { ofDirections, throughSeeds } from "./planes.js";
import { whereIs } from "./speech.js";
import { colourOfClass, Thumbnails } from "./thumbnails.js";
import { Viewport } from "./viewport.js";

const DIGITS = [..."0123456789"];
const MAX_KEY = 30; // classes that the key names
const VIEW_PAUSE = 120; // ms after a zoom or a shift, before other pictures are made
const ZOOM = 1.6; // of a button or a key
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @param {HTMLElement} root holds the panel
 * @param {Page} page
 * @returns {Panel}
 */
export function createMap(root, page) {
  const map = new MapPanel(root, page);
  return {
    useModel: () => map.useModel(),
    followState: (isOpening) => map.followState(isOpening),
    finish: async () => {
      await map.surface.fill();
      return map.isByKeys ? () => map.speak() : undefined;
    },
  };
}

class MapPanel {
  /**
   * @param {HTMLElement} root
   * @param {Page} page
   */
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.elements = within(root);
    this.canvas = this.elements.canvas(".chart-of-z");
    this.frame = 0; // of the browser, in which the map is painted
    this.isReady = false; // a model is loaded
    this.isByKeys = false; // the last movement was
    this.wasUsed = false; // by hand: who has moved on the map knows what the mark is
    /** @type {Plane | null} */
    this.seedsPlane = null; // the last one through three seeds: it remembers where its positions lie
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.waiting = undefined;
    this.view = new Viewport(this.canvas, {
      units: () => this.surface.units(),
      positions: () => this.surface.positions(),
      edge: () => this.surface.edge(),
    });
    /** @param {Surface} surface @param {Tiles} tiles */
    const show = (surface, tiles) => {
      if (this.surface !== surface) return;
      this.thumbnails.colour(tiles, page.model.size, page.model.config.channels);
      this.redraw();
    };
    /** @type {Surface} */
    this.chart = new Chart(page, this.canvas, this.view, (tiles) => show(this.chart, tiles));
    const plane = () => this.plane();
    /** @type {Surface} */
    this.lattice = new Lattice(page, this.canvas, this.view, plane, (tiles) => show(this.lattice, tiles));
    this.thumbnails = new Thumbnails(() => this.isByScore);
    this.painter = new Painter(root, this.canvas, this.view, this.thumbnails);
    this.listen();
    this.listenToKind();
  }

  /** The map that the state asks for. @returns {Surface} */
  get surface() {
    return this.page.state.map.kind === "chart" ? this.chart : this.lattice;
  }

  /** Whether D's scores give the colours. Without them, or without classes, there is nothing to choose. */
  get isByScore() {
    const { percentiles } = this.page.model;
    return percentiles !== null && (!this.names.length || this.page.state.map.hue === "score");
  }

  /** What the classes are called that give the colours. */
  get names() {
    const { subject } = this.page.model;
    return subject.isRead ? DIGITS : subject.classes;
  }

  /** @returns {Plane} */
  plane() {
    const { model, state } = this.page;
    const { kind, across, up, seeds } = state.map;
    const last = model.directions.length - 1;
    if (kind !== "seeds") return ofDirections(model, state, Math.min(across, last), Math.min(up, last));
    const chosen = seeds ?? this.seedsHere();
    if (this.seedsPlane?.key !== chosen.join()) this.seedsPlane = throughSeeds(model, chosen);
    return this.seedsPlane;
  }

  /** Three seeds to begin with: that which is shown, and the next two. */
  seedsHere() {
    const first = Math.min(this.page.state.seed, MAX_SEED - 2);
    return [first, first + 1, first + 2];
  }

  redraw() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.painter.paint(this.surface, !this.wasUsed);
      this.elements.button(".whole").disabled = this.view.isWhole;
      const position = this.surface.here()?.position;
      switchOff(this.elements.button(".closer"), !this.view.canZoomTo(ZOOM, position));
      switchOff(this.elements.button(".farther"), !this.view.canZoomTo(1 / ZOOM, position));
    });
  }

  // --- Moving ----------------------------------------------------------------------------------

  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    const change = this.surface.changeAt([x, y]);
    if (!change) return;
    this.wasUsed = true;
    this.isByKeys = false;
    this.page.change(change);
    this.redraw();
  }

  /** By a button or a key: nearer to where z is. @param {number} factor */
  zoomHere(factor) {
    this.view.zoomTo(factor, this.surface.here()?.position);
    this.keepSection();
  }

  /** After a zoom or a shift by hand. */
  keepSection() {
    if (this.view.at !== this.page.state.map.section)
      this.page.change({ map: { ...this.page.state.map, section: this.view.at } });
    this.followView();
  }

  /** Where something else is in sight. */
  followView() {
    this.redraw();
    clearTimeout(this.waiting);
    if (this.surface.followsView()) this.waiting = setTimeout(() => this.fill(), VIEW_PAUSE);
  }

  fill() {
    this.surface.fill().catch((error) => this.page.showError(error));
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (isBrowsersKey(event)) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const next = this.surface.next(arrow);
      if (!next) this.elements.find(".voice").textContent = "Nothing lies further that way.";
      else this.moveTo(...this.view.bring(next));
      this.isByKeys = true;
      this.keepSection();
    } else if (event.key === "+" || event.key === "=") this.zoomHere(ZOOM);
    else if (event.key === "-") this.zoomHere(1 / ZOOM);
    else return;
    event.preventDefault();
  }

  listen() {
    const { find, inputs } = this.elements;
    onGestures(this.canvas, {
      move: (x, y) => this.moveTo(x, y),
      shift: (x, y) => {
        this.view.shift(x, y);
        this.keepSection();
      },
      zoom: (factor, x, y) => {
        this.view.zoom(factor, [x, y]);
        this.keepSection();
      },
    });
    this.canvas.addEventListener("keydown", (event) => this.onKey(event));
    find(".closer").addEventListener("click", () => this.zoomHere(ZOOM));
    find(".farther").addEventListener("click", () => this.zoomHere(1 / ZOOM));
    find(".whole").addEventListener("click", () => {
      this.view.reset();
      this.keepSection();
      this.canvas.focus({ preventScroll: true }); // as the button, which had it, is hidden now
    });
    for (const radio of inputs("[name=hue]")) {
      radio.addEventListener("change", () =>
        this.changeMap({ hue: radio.classList.contains("by-score") ? "score" : "class" }),
      );
    }
    new ResizeObserver(() => this.isReady && this.followView()).observe(this.canvas);
  }

  speak() {
    this.elements.find(".voice").textContent = whereIs(this.page);
  }

  // --- Which map it is --------------------------------------------------------------------------

  /** @param {Partial<MapState>} part */
  changeMap(part) {
    this.page.goTo({ map: { ...this.page.state.map, ...part } });
  }

  listenToKind() {
    const { find, inputs, select } = this.elements;
    for (const radio of inputs("[name=map]")) {
      radio.addEventListener("change", () => {
        const kind = /** @type {MapState["kind"]} */ (radio.value);
        const { seeds } = this.page.state.map;
        const chosen = kind === "seeds" ? (seeds ?? this.seedsHere()) : seeds;
        this.changeMap({ kind, seeds: chosen, section: WHOLE });
      });
    }
    for (const name of /** @type {const} */ (["across", "up"])) {
      select(`.${name}`).addEventListener("change", ({ target }) => {
        this.changeMap({ [name]: Number(/** @type {HTMLSelectElement} */ (target).value) });
      });
    }
    const corners = inputs(".plane-seeds input");
    for (const corner of corners) {
      corner.addEventListener("change", () => {
        const seeds = corners.map(({ value }) => seedIn(value));
        if (seeds.every(isSeed)) this.changeMap({ seeds });
        else this.page.showError(NO_SEED);
      });
    }
    find(".other-seeds").addEventListener("click", () => {
      this.changeMap({ seeds: corners.map(() => Math.floor(Math.random() * 100_000)) });
    });
  }

  /** What the colours mean: a class each, or D's score from low to high. */
  showKey() {
    const { find, input } = this.elements;
    const { names, isByScore } = this;
    find(".hues").hidden = !(this.page.model.percentiles && names.length);
    input(".by-digit").checked = !isByScore;
    input(".by-score").checked = isByScore;
    find(".score-key").hidden = !isByScore;
    const key = find(".class-key");
    key.hidden = isByScore || !names.length;
    key.replaceChildren();
    names.slice(0, MAX_KEY).forEach((name, label) => {
      const entry = make(key, "span", {}, name);
      entry.style.setProperty("--hue", colourOfClass(label));
    });
    if (names.length > MAX_KEY) make(key, "span", { class: "more" }, `and ${names.length - MAX_KEY} more`);
  }

  useModel() {
    this.isReady = true;
    this.seedsPlane = null;
    for (const select of [this.elements.select(".across"), this.elements.select(".up")]) {
      select.replaceChildren();
      for (const [i, { name }] of this.page.model.names.entries()) make(select, "option", { value: i }, name);
    }
  }

  /** @param {boolean} isOpening */
  followState(isOpening) {
    const { find, inputs, select } = this.elements;
    const { kind, across, up, seeds, section } = this.page.state.map;
    if (isOpening) this.wasUsed = false;
    this.view.at = section;
    this.showKey();
    const tiles = this.surface.tiles();
    if (tiles) this.thumbnails.colour(tiles, this.page.model.size, this.page.model.config.channels);
    for (const radio of inputs("[name=map]")) radio.checked = radio.value === kind;
    find(".plane-axes").hidden = kind !== "plane";
    find(".plane-seeds").hidden = kind !== "seeds";
    select(".across").value = String(across);
    select(".up").value = String(up);
    inputs(".plane-seeds input").forEach((corner, i) => {
      if (seeds) corner.value = String(seeds[i]);
    });
    this.redraw();
  }
}
