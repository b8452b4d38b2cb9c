// The chart of a model's latent space: some thousands of seeds, alike beside alike (t-SNE), with their pictures.

/** @import { KnownModel } from "../shared/known_model.js" */
/** @import { Page } from "../shared/page.js" */
/** @import { Surface, Tiles } from "./surface.js" */
/** @import { Pixel, Position, Viewport } from "./viewport.js" */

import { fromSeed } from "../engine/latents.js";
import { isMoved } from "../shared/state.js";

const PART = 200; // pictures after which the chart is painted again

/**
 * @typedef {Tiles & {isBusy: boolean, renewals: number}} ChartTiles isBusy: somebody is making its pictures; renewals: of the
 *   model, when they were begun
 */

/**
 * The picture that is nearest to another, by the squared error of its pixels.
 * @param {Tiles} tiles
 * @param {Uint8Array} picture
 * @param {number} first of the pictures that are looked at
 * @param {number} step from each of them to the next
 * @returns {number} which of those that are there
 */
function mostLike({ pictures, drawn }, picture, first, step) {
  let [best, least] = [0, Infinity];
  for (let i = first; i < drawn; i += step) {
    let sum = 0;
    const at = i * picture.length;
    for (let p = 0; p < picture.length && sum < least; p++) sum += (pictures[at + p] - picture[p]) ** 2;
    if (sum < least) [least, best] = [sum, i];
  }
  return best;
}

/** @implements {Surface} */
export class Chart {
  /**
   * @param {Page} page
   * @param {HTMLCanvasElement} canvas
   * @param {Viewport} view
   * @param {(tiles: Tiles) => void} onPictures follows each part of the pictures
   */
  constructor(page, canvas, view, onPictures) {
    this.page = page;
    this.canvas = canvas;
    this.view = view;
    this.onPictures = onPictures;
    /** @type {WeakMap<KnownModel, ChartTiles>} */
    this.shown = new WeakMap();
    /** @type {WeakMap<KnownModel, ChartTiles>} */
    this.begun = new WeakMap(); // last; another than the one that is shown while it is made of newer weights
    /** @type {{picture: Uint8Array | null, chart: ChartTiles | null, drawn: number, number: number}} */
    this.likest = { picture: null, chart: null, drawn: 0, number: 0 }; // which picture is most like one, among so many
  }

  /** @returns {ChartTiles | null} */
  tiles() {
    const { model, entry } = this.page;
    return model?.id === entry.id ? (this.shown.get(model) ?? null) : null;
  }

  // --- Its pictures -----------------------------------------------------------------------------

  /** What newer weights make is shown once all of it is there: a run that is followed brings some every two seconds. */
  async fill() {
    const { page, shown } = this;
    const { model } = page;
    const chart = this.newest(model);
    if (!shown.has(model)) shown.set(model, chart);
    const isThere = () => chart.drawn === chart.positions.length;
    if (shown.get(model) === chart) this.onPictures(chart);
    while (!isThere() && page.model === model && page.entry.id === model.id && !chart.isBusy) {
      chart.isBusy = true;
      try {
        await this.drawPart(chart);
      } finally {
        chart.isBusy = false;
      }
      if (isThere()) shown.set(model, chart);
      if (this.tiles() === chart) this.onPictures(chart);
    }
  }

  /** One that is being made is made to its end, so that slow machines get there too. @param {KnownModel} model */
  newest(model) {
    const last = this.begun.get(model);
    if (last && (last.renewals === model.renewals || last.drawn < last.positions.length)) return last;
    const next = this.begin(model);
    this.begun.set(model, next);
    return next;
  }

  /** @param {KnownModel} model @returns {ChartTiles} of it, without pictures */
  begin({ positions, digits, scores, size, renewals }) {
    const count = positions.shape[0];
    return {
      positions: Array.from({ length: count }, (_, i) => [
        positions.values[2 * i],
        positions.values[2 * i + 1],
      ]),
      digits: digits.values,
      scores: scores.values,
      pictures: new Uint8Array(count * size),
      drawn: 0,
      isBusy: false,
      renewals,
    };
  }

  /** @param {ChartTiles} chart */
  async drawPart(chart) {
    const { engine, model } = this.page;
    const { id, config, size } = model;
    const start = chart.drawn;
    const seeds = Array.from({ length: Math.min(PART, chart.positions.length - start) }, (_, i) => start + i);
    const z = new Float32Array(seeds.length * config.z_dim);
    seeds.forEach((seed, i) => {
      z.set(fromSeed(seed, config.z_dim), i * config.z_dim);
    });
    const digits = seeds.map((seed) => seed % Math.max(config.classes, 1));
    const { pictures } = await engine.sheet({ model: id, z, digits });
    chart.pictures.set(pictures, start * size);
    chart.drawn += seeds.length;
  }

  // --- Where z is -------------------------------------------------------------------------------

  /** Where z is no seed of the chart's, the one of its class that looks most like it stands for it. */
  here() {
    const { page } = this;
    const chart = this.tiles();
    if (!chart) return null;
    const { seed, digit } = page.state;
    const { classes } = page.model.config;
    const exact =
      seed < chart.positions.length && (!classes || seed % classes === digit) && !isMoved(page.state);
    if (exact) return { position: chart.positions[seed], exact };
    if (!chart.drawn || !page.picture) return null;
    return { position: chart.positions[this.likestTo(page.picture, chart)], exact };
  }

  /**
   * `mostLike`, which is asked for in each frame, remembered until there is another picture or there are more of them.
   * @param {Uint8Array} picture that is shown
   * @param {ChartTiles} chart
   */
  likestTo(picture, chart) {
    const { drawn } = chart;
    const { likest } = this;
    if (likest.picture !== picture || likest.chart !== chart || likest.drawn !== drawn) {
      const { classes } = this.page.model.config;
      const number = mostLike(chart, picture, classes ? this.page.state.digit : 0, classes || 1);
      this.likest = { picture, chart, drawn, number };
    }
    return this.likest.number;
  }

  /** @param {[number, number]} arrow @returns {Pixel | null} */
  next(arrow) {
    const now = this.here();
    const from = now ? this.view.toScreen(now.position) : this.view.middle();
    const seed = this.view.beyond(from, arrow);
    return seed === null ? null : this.view.toScreen(this.tiles()?.positions[seed] ?? [0, 0]);
  }

  /** @param {Pixel} pixel */
  changeAt(pixel) {
    if (!this.tiles()) return null;
    const seed = this.view.nearest(...pixel);
    const { classes } = this.page.model.config;
    const digit = classes ? seed % classes : this.page.state.digit;
    return { seed, digit, truncation: 1, shifts: {}, edits: {} };
  }

  // --- How it looks -----------------------------------------------------------------------------

  /** Stretched over the canvas: only who is whose neighbour means anything. @returns {[number, number]} */
  units() {
    return [this.canvas.clientWidth, this.canvas.clientHeight];
  }

  /** @returns {Position[] | null} */
  positions() {
    return this.tiles()?.positions ?? null;
  }

  edge = () => 1;
  corners = () => [];
  tileSize = () => Math.min(112, 15 * this.view.magnification ** 0.62);
  followsView = () => false;
}
