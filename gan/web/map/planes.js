// The geometry of the map's planes: through the z that is shown along two directions, or through three seeds.

/** @import { KnownModel } from "../shared/known_model.js" */
/** @import { Latent } from "../shared/state.js" */
/** @import { Position } from "./viewport.js" */

/**
 * @typedef {object} Plane
 * @property {string} key the same for planes that look the same
 * @property {{position: Position, seed: number}[]} corners seeds that are named on it
 * @property {(position: Position) => Float32Array} z that lies at a position
 * @property {(position: Position) => Partial<Latent>} change of the state that leads to a position
 * @property {(state: Latent) => Position | null} here where a state lies, if it does
 */

import { editsFrom, fromSeed, move } from "../engine/latents.js";
import { MAX_SHIFT } from "../shared/state.js";

/** @type {Position[]} */
const CORNERS = [
  [-1.9, -1.1],
  [1.9, -1.1],
  [0, 2.2],
]; // the three seeds, at equal distances
const NEAR = 0.12; // a click so near a corner means it

/**
 * The plane of two directions through the z of a state: [1, −1] is one standard deviation along each.
 * @param {Pick<KnownModel, "z" | "directions">} model
 * @param {Latent} state
 * @param {number} across the direction that leads to the right
 * @param {number} up the direction that leads up
 * @returns {Plane}
 */
export function ofDirections(model, state, across, up) {
  const { shifts } = state;
  const directions = [model.directions[across], model.directions[up]];
  const now = [shifts[across] ?? 0, shifts[up] ?? 0];
  const back = now.map((shift) => -shift);
  const middle = move(model.z(state), directions, back, {});
  /** @param {number} value */
  const held = (value) => Math.round(100 * Math.max(-MAX_SHIFT, Math.min(MAX_SHIFT, value))) / 100;
  return {
    key: [across, up, ...middle.map((value) => Math.round(50 * value))].join(),
    corners: [],
    z: ([x, y]) => move(middle, directions, [x, -y], {}),
    change: ([x, y]) => ({ shifts: { ...shifts, [across]: held(x), [up]: held(-y) } }),
    here: () => [now[0], -now[1]],
  };
}

/**
 * The surface through three seeds. Weights grow evenly from corner to corner, and their squares are brought to a sum of
 * 1: so every position is as far from the origin as a seed is, where a flat plane would be nearer in its middle.
 * @param {Pick<KnownModel, "config">} model
 * @param {number[]} seeds three
 * @returns {Plane}
 */
export function throughSeeds(model, seeds) {
  const size = model.config.z_dim;
  const ends = seeds.map((seed) => fromSeed(seed, size));
  const positions = new Map(seeds.map((seed, i) => [nameOf({ seed, edits: {} }), CORNERS[i]]));
  /** @type {Plane["z"]} */
  const z = ([x, y]) => {
    const weights = CORNERS.map(([a, b]) => 1 / 3 + (2 * (a * x + b * y)) / (3 * (a * a + b * b)));
    const length = Math.hypot(...weights);
    return ends[0].map((_, axis) => ends.reduce((sum, end, i) => sum + (weights[i] / length) * end[axis], 0));
  };
  return {
    key: seeds.join(),
    corners: CORNERS.map((position, i) => ({ position, seed: seeds[i] })),
    z,
    change([x, y]) {
      const corner = CORNERS.findIndex(([a, b]) => Math.hypot(x - a, y - b) < NEAR);
      const seed = seeds[Math.max(corner, 0)];
      const edits = corner < 0 ? editsFrom(seed, z([x, y])) : {};
      if (corner < 0) positions.set(nameOf({ seed, edits }), [x, y]);
      return { seed, edits, source: corner < 0 ? "mixed" : "", truncation: 1, shifts: {} };
    },
    here({ seed, edits, shifts, truncation }) {
      const isMoved = truncation !== 1 || Object.values(shifts).some(Boolean);
      return isMoved ? null : (positions.get(nameOf({ seed, edits })) ?? null);
    },
  };
}

/** @param {Pick<Latent, "seed" | "edits">} latent */
const nameOf = ({ seed, edits }) => JSON.stringify([seed, edits]);
