// What is told of a run to the page: how it is at one moment, packed as the server packs it (gan/ui/packs.py).

/** @import { Session } from "./session.js" */

import { pictureLength } from "../engine/stages.js";
import { hasCritic } from "./wish.js";

const DUEL = 8; // fakes that are shown beside as many real pictures

/** How far a run is, and how fast. @param {Session} session */
export const paceOf = ({ step, rate, recipe, monitor, workers }) => ({
  step,
  seconds: monitor.seconds,
  images: step * recipe.train.batch_size,
  rate: Math.round(rate),
  workers,
});

/**
 * All that the page shows of a run. Its arrays are copies, which may be given away.
 * @param {Session} session
 * @param {string[]} shown names of the numbers that a visitor may change
 */
export function snapshotOf(session, shown) {
  const { version, status, message, recipe, hyper, monitor, history, diagnosis } = session;
  return {
    version,
    status,
    message,
    ...paceOf(session),
    classes: /** @type {number} */ (recipe.model.classes),
    loss: recipe.train.loss,
    hyper: Object.fromEntries(Object.entries(hyper).filter(([name]) => shown.includes(name))),
    events: history.events,
    is_read: monitor.probe.classifier !== null,
    real_frechet: monitor.realFrechet,
    frames: [...history.frames.keys()],
    states: [...history.states.keys()],
    weights: hasCritic(recipe) ? monitor.weights : null,
    diagnosis,
    arrays: arraysOf(session),
  };
}

/** @param {Session} session */
function arraysOf({ monitor, history, recipe }) {
  const { qualities, previousCurves } = history;
  const { samples } = monitor;
  const duel = DUEL * pictureLength(recipe.model);
  const past = previousCurves.map((curve, i) => [`past/${i}`, { values: curve.slice() }]);
  const columns = [0, 1, 2, 3].flatMap((row) => qualities.map((quality) => quality[row]));
  return {
    curve: { values: history.curve() },
    qualities: { values: Float32Array.from(columns) }, // [4 · qualities]
    .../** @type {Record<string, {values: Float32Array<ArrayBuffer>}>} */ (Object.fromEntries(past)),
    ...(samples && {
      samples: { values: samples.samples.slice() },
      fakes: { values: samples.fakes.slice(0, duel) },
      copies: { values: samples.copies.slice(0, duel) },
      fake_logits: { values: samples.fake_logits.slice() },
      real_logits: { values: samples.real_logits.slice() },
    }),
  };
}
