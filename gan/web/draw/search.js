// Two ways to look for the z of a drawing, one on the server and one in the page.

/** @import { Engine, Server } from "../engine/types.js" */

import { decode } from "../engine/engine.js";
import { STEPS } from "../engine/inversion.js";

/**
 * What a search has found so far.
 * @typedef {object} Found
 * @property {Float32Array} z of its starts, [starts · z_dim]
 * @property {number[]} digits of its starts
 * @property {number} best the number of the nearest start
 * @property {number | null} error how far the nearest is from the drawing, once the search has ended
 */

/** @typedef {{id: string, z_dim: number}} SearchedModel */

/**
 * By JAX, on the server: the whole search at once. There the nearest start is the first.
 * @param {Server} server
 * @param {SearchedModel} model
 * @param {Uint8Array} picture
 * @returns {AsyncGenerator<Found>}
 */
export async function* searchThere(server, model, picture) {
  const answer = await server.find({ model: model.id, picture: [...picture] });
  if (!answer.moments) throw new Error(answer.error);
  const { digits, error } = answer;
  const z = new Float32Array(decode(answer.moments).buffer);
  const size = digits.length * model.z_dim;
  for (let first = 0; first < z.length; first += size) {
    const isLast = first + size === z.length;
    yield { z: z.subarray(first, first + size), digits, best: 0, error: isLast ? error : null };
  }
}

/**
 * In the page, a few steps at a time.
 * @param {Engine} engine
 * @param {SearchedModel} model
 * @param {Uint8Array} picture
 * @returns {AsyncGenerator<Found>}
 */
export async function* searchHere(engine, model, picture) {
  let search = await engine.startSearch({ model: model.id, picture });
  while (true) {
    const { z, digits, errors, step } = search;
    const error = Math.min(...errors);
    yield { z, digits, best: errors.indexOf(error), error: step === STEPS ? error : null };
    if (step === STEPS) return;
    search = await engine.continueSearch({ model: model.id, search });
  }
}
