// The map's planes. Each says which z lies at a place [x, y] (across and down), which change of the state
// leads there, and where the present state lies, if it does.

import { editsFrom, fromSeed, move } from "../engine/latents.js";

export const REACH = 3; // from the middle of a plane to its edge; of directions: standard deviations
const CORNERS = [
  [-1.9, -1.1],
  [1.9, -1.1],
  [0, 2.2],
]; // the three seeds, at equal distances
const NEAR = 0.12; // a click so near a corner means it

// The plane of two directions through the present z.
export function ofDirections(page, i, j) {
  const { shifts } = page.state;
  const directions = [page.model.directions[i], page.model.directions[j]];
  const now = [shifts[i] ?? 0, shifts[j] ?? 0];
  const middle = move(
    page.z(),
    directions,
    now.map((shift) => -shift),
    {},
  );
  const held = (value) => Math.round(100 * Math.max(-REACH, Math.min(REACH, value))) / 100;
  return {
    key: [i, j, ...middle.map((value) => Math.round(50 * value))].join(),
    corners: [],
    z: ([x, y]) => move(middle, directions, [x, -y], {}),
    change: ([x, y]) => ({ shifts: { ...shifts, [i]: held(x), [j]: held(-y) } }),
    here: () => [now[0], -now[1]],
  };
}

// The surface through three seeds. Weights that grow evenly from corner to corner, their squares brought to
// a sum of 1: so every place is as daring as a seed is, where a flat plane would be tame in its middle.
export function throughSeeds(page, seeds) {
  const size = page.model.config.z_dim;
  const ends = seeds.map((seed) => fromSeed(seed, size));
  const places = new Map(seeds.map((seed, i) => [nameOf({ seed, edits: {} }), CORNERS[i]]));
  const z = ([x, y]) => {
    const weights = CORNERS.map(([a, b]) => 1 / 3 + (2 * (a * x + b * y)) / (3 * (a * a + b * b)));
    const length = Math.hypot(...weights);
    return ends[0].map((_, axis) => ends.reduce((sum, end, i) => sum + (weights[i] / length) * end[axis], 0));
  };
  return {
    key: seeds.join(),
    corners: CORNERS.map((place, i) => ({ place, seed: seeds[i] })),
    z,
    change([x, y]) {
      const corner = CORNERS.findIndex(([a, b]) => Math.hypot(x - a, y - b) < NEAR);
      const seed = seeds[Math.max(corner, 0)];
      const edits = corner < 0 ? editsFrom(seed, z([x, y])) : {};
      if (corner < 0) places.set(nameOf({ seed, edits }), [x, y]);
      return { seed, edits, source: corner < 0 ? "mixed" : "", truncation: 1, shifts: {} };
    },
    here: ({ seed, edits, shifts, truncation }) => {
      const isMoved = truncation !== 1 || Object.values(shifts).some(Boolean);
      return isMoved ? null : (places.get(nameOf({ seed, edits })) ?? null);
    },
  };
}

const nameOf = ({ seed, edits }) => JSON.stringify([seed, edits]);
