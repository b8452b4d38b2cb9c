// Inside the networks: the feature maps that a picture passes, in G and in D, and the picture without some of them.

/** @import { Machine, Offset } from "./machine.js" */
/** @import { Model } from "./model.js" */
/** @import { FeatureAnswer, FeatureMaps, GeneratorInput, MapName, Silenced } from "./types.js" */

/**
 * The way of a picture from z to D's logit. Maps that are silenced are set to 0 where they are made; all that follows
 * is made without them.
 * @param {Model} model
 * @param {GeneratorInput} input
 * @param {Silenced} silenced numbers of maps, by the layer that makes them
 * @returns {FeatureAnswer}
 */
export function features({ generator: g, discriminator: d }, { z, digit }, silenced) {
  /** @type {Record<MapName, FeatureMaps>} */
  const maps = {};
  const take = (
    /** @type {MapName} */ name,
    /** @type {Offset} */ at,
    /** @type {number} */ side,
    /** @type {number} */ count,
  ) => {
    silence(g.machine, at, side, count, silenced[name] ?? []);
    maps[name] = { side, count, values: g.machine.floats.slice(at, at + side * side * count) };
  };
  const picture = g.inBatches([g.row(z, digit)], (rows) => {
    let at = g.start(rows);
    g.stages.forEach(({ strided: { side, narrow } }, i) => {
      take(`generator${side}`, at, side, narrow);
      at = g.grow(i, 1);
    });
    return at;
  });
  if (!d) return { maps, picture, logit: null };
  const { trunk } = d;
  trunk.start(picture, -1, 2 / 255);
  trunk.stages.forEach(({ strided: { side, narrow } }, i) => {
    take(`discriminator${side}`, trunk.shrink(i, 1), side, narrow);
  });
  trunk.finish(1);
  return { maps, picture, logit: d.sum(d.weights(digit)) };
}

/**
 * @param {Machine} machine
 * @param {Offset} at of maps [side, side, count]
 * @param {number} side
 * @param {number} count
 * @param {number[]} numbers of the maps that are set to 0
 */
function silence({ floats }, at, side, count, numbers) {
  for (const number of numbers) {
    for (let pixel = 0; pixel < side * side; pixel++) floats[at + pixel * count + number] = 0;
  }
}
