// The chart of a model's latent space: some thousands of seeds, alike beside alike (t-SNE), with their pictures.

/** @import { Page } from "../shared/page.js" */
/** @import { Surface, Tiles } from "./surface.js" */
/** @import { Position, Viewport } from "./viewport.js" */

import { fromSeed } from "../engine/latents.js";
import { isMoved } from "../shared/state.js";

const PART = 200; // pictures after which the chart is painted again

/** @typedef {Tiles & {isBusy: boolean}} ChartTiles isBusy: somebody is making its pictures */

/**
 * @param {Page} page
 * @param {HTMLCanvasElement} canvas
 * @param {() => Viewport} view
 * @param {(tiles: Tiles) => void} onPictures follows each part of the pictures
 * @returns {Surface}
 */
export function createChart(page, canvas, view, onPictures) {
  /** @type {Record<string, ChartTiles>} */
  const charts = {}; // by model
  /** @type {{picture: Uint8Array | null, drawn: number, number: number}} */
  let likest = { picture: null, drawn: 0, number: 0 }; // which picture is most like one, among so many
  const current = () => charts[page.entry.id] ?? null;

  /** @returns {ChartTiles} */
  function begin() {
    const { positions, digits, scores, size } = page.model;
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
    };
  }

  /** @param {ChartTiles} chart */
  async function drawPart(chart) {
    const { id, config, size } = page.model;
    const start = chart.drawn;
    const seeds = Array.from({ length: Math.min(PART, chart.positions.length - start) }, (_, i) => start + i);
    const z = new Float32Array(seeds.length * config.z_dim);
    seeds.forEach((seed, i) => {
      z.set(fromSeed(seed, config.z_dim), i * config.z_dim);
    });
    const digits = seeds.map((seed) => seed % Math.max(config.classes, 1));
    const { pictures } = await page.engine.sheet({ model: id, z, digits });
    chart.pictures.set(pictures, start * size);
    chart.drawn += seeds.length;
  }

  async function fill() {
    const { id } = page.model;
    charts[id] ??= begin();
    const chart = charts[id];
    onPictures(chart);
    while (chart.drawn < chart.positions.length && page.entry.id === id && !chart.isBusy) {
      chart.isBusy = true;
      try {
        await drawPart(chart);
      } finally {
        chart.isBusy = false;
      }
      if (current() === chart) onPictures(chart);
    }
  }

  /**
   * The picture that is nearest to the one shown, among those of its class that are there.
   * @param {ChartTiles} chart
   * @param {Uint8Array} picture
   * @returns {number}
   */
  function mostLike({ pictures, drawn }, picture) {
    if (likest.picture === picture && likest.drawn === drawn) return likest.number;
    const { classes } = page.model.config;
    likest = { picture, drawn, number: 0 };
    let least = Infinity;
    for (let i = classes ? page.state.digit : 0; i < drawn; i += classes || 1) {
      let sum = 0;
      const at = i * picture.length;
      for (let p = 0; p < picture.length && sum < least; p++) sum += (pictures[at + p] - picture[p]) ** 2;
      if (sum < least) [least, likest.number] = [sum, i];
    }
    return likest.number;
  }

  /** Where z is no seed of the chart's, the one that looks most like it stands for it. */
  function here() {
    const chart = current();
    if (!chart) return null;
    const { seed, digit } = page.state;
    const { classes } = page.model.config;
    const exact =
      seed < chart.positions.length && (!classes || seed % classes === digit) && !isMoved(page.state);
    if (exact) return { position: chart.positions[seed], exact };
    if (!chart.drawn || !page.picture) return null;
    return { position: chart.positions[mostLike(chart, page.picture)], exact };
  }

  return {
    units: () => [canvas.clientWidth, canvas.clientHeight], // stretched: only who is whose neighbour means anything
    positions: () => current()?.positions ?? null,
    edge: () => 1,
    tiles: current,
    fill,
    here,
    corners: () => [],
    changeAt(pixel) {
      if (!current()) return null;
      const seed = view().nearest(...pixel);
      const { classes } = page.model.config;
      const digit = classes ? seed % classes : page.state.digit;
      return { seed, digit, truncation: 1, shifts: {}, edits: {} };
    },
    tileSize: () => Math.min(112, 15 * view().magnification ** 0.62),
    stride: () => 16,
    followsView: () => false,
  };
}
