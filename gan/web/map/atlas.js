// The chart of some thousands of seeds, alike beside alike, of each model: where they lie, and their pictures.

import { fromSeed } from "../engine/latents.js";
import { isMoved } from "../shared/state.js";

const PART = 200; // pictures between two looks at the chart

export function createAtlas(page) {
  const charts = {}; // by model: {count, places, digits, scores, pictures, drawn}
  const current = () => charts[page.id];
  let like = {}; // which is most like a picture, among so many

  function begin() {
    const { places, digits, scores, config } = page.model;
    const count = places.shape[0];
    const pairs = Array.from({ length: count }, (_, i) => [places.values[2 * i], places.values[2 * i + 1]]);
    const pictures = new Uint8Array(count * 784 * config.channels);
    return { count, places: pairs, digits: digits.values, scores: scores.values, pictures, drawn: 0 };
  }

  // The chart of the present model; seen(start) follows each part of its pictures, from number `start` on.
  async function fill(seen) {
    const { id } = page;
    const { config } = page.model;
    const chart = (charts[id] ??= begin());
    seen(0);
    while (chart.drawn < chart.count && page.id === id && !chart.busy) {
      chart.busy = true;
      const start = chart.drawn;
      const seeds = Array.from({ length: Math.min(PART, chart.count - start) }, (_, i) => start + i);
      const z = new Float32Array(seeds.length * config.z_dim);
      seeds.forEach((seed, i) => z.set(fromSeed(seed, config.z_dim), i * config.z_dim));
      const { pictures } = await page.engine.sheet({
        model: id,
        z,
        digits: seeds.map((seed) => seed % Math.max(config.classes, 1)),
      });
      chart.pictures.set(pictures, start * 784 * config.channels);
      chart.drawn += seeds.length;
      chart.busy = false;
      if (current() === chart) seen(start);
    }
  }

  // Where z is: {place, exact}. Where it is no seed of the chart's, the one that looks most like it stands for it.
  function here() {
    const chart = current();
    if (!chart) return null;
    const { seed, digit } = page.state;
    const { classes } = page.model.config;
    const exact = seed < chart.count && (!classes || seed % classes === digit) && !isMoved(page.state);
    if (exact) return { place: chart.places[seed], exact };
    return chart.drawn && page.picture ? { place: chart.places[likest(chart)], exact } : null;
  }

  // The number of the picture that is nearest to the one shown, among those of its digit that are there.
  function likest({ pictures, drawn }) {
    const { picture } = page;
    if (like.picture === picture && like.drawn === drawn) return like.number;
    const { classes } = page.model.config;
    like = { picture, drawn, number: 0 };
    let least = Infinity;
    for (let i = classes ? page.state.digit : 0; i < drawn; i += classes || 1) {
      let sum = 0;
      for (let p = 0; p < picture.length && sum < least; p++)
        sum += (pictures[i * picture.length + p] - picture[p]) ** 2;
      if (sum < least) [least, like.number] = [sum, i];
    }
    return like.number;
  }

  return { current, fill, here };
}
