// Points of the plane: what the smallest GAN learns to imitate. All targets lie in −1…1, with room at the edges.

/** @import { Random } from "../random.js" */

/** @typedef {[number, number]} Point */
/** @typedef {"spot" | "ring" | "moons" | "spiral" | "grid" | "drawn"} TargetName */

/**
 * @typedef {object} Target
 * @property {string} label for visitors
 * @property {(random: Random) => Point} sample a point of the target
 * @property {Point[]} modes the centres of its clusters, if it has any
 */

const RADIUS = 0.72; // of the ring
export const SPREAD = 0.035; // the standard deviation of each cluster, and the width of a line
export const MIN_DISTANCE = 0.012; // between two points of a line that is drawn by hand
const NEAR = 3 * SPREAD; // how far from its centre a point may lie and still belong to a cluster

/** @type {Point} */
const SPOT = [0.3, -0.2];
/** @type {Point[]} */
const ring = Array.from({ length: 8 }, (_, i) => [
  RADIUS * Math.cos((i * Math.PI) / 4),
  RADIUS * Math.sin((i * Math.PI) / 4),
]);
/** @type {Point[]} */
const grid = Array.from({ length: 9 }, (_, i) => [0.6 * ((i % 3) - 1), 0.6 * (Math.floor(i / 3) - 1)]);

/** @param {Point} point @param {Random} random @param {number} [spread] @returns {Point} a point near it */
const near = ([x, y], random, spread = SPREAD) => [
  x + spread * random.normal(),
  y + spread * random.normal(),
];

/** @param {Random} random @returns {Point} */
function moon(random) {
  const angle = Math.PI * random.uniform();
  const isUpper = random.uniform() < 0.5;
  const [x, y] = [0.5 * Math.cos(angle), 0.55 * Math.sin(angle)];
  return near(isUpper ? [x - 0.25, y - 0.12] : [0.25 - x, 0.12 - y], random);
}

/** @param {Random} random @returns {Point} */
function spiral(random) {
  const turn = Math.sqrt(random.uniform()); // 0…1 from the middle outwards, evenly along the line
  const angle = 3.2 * Math.PI * turn;
  return near([0.8 * turn * Math.cos(angle), 0.8 * turn * Math.sin(angle)], random, 0.6 * SPREAD);
}

/** @type {Record<Exclude<TargetName, "drawn">, Target>} */
export const TARGETS = {
  spot: { label: "One spot", sample: (random) => near(SPOT, random, 2 * SPREAD), modes: [] },
  ring: { label: "Ring of eight", sample: (random) => near(ring[random.below(8)], random), modes: ring },
  moons: { label: "Two moons", sample: moon, modes: [] },
  spiral: { label: "Spiral", sample: spiral, modes: [] },
  grid: { label: "Grid of nine", sample: (random) => near(grid[random.below(9)], random), modes: grid },
};

/**
 * A fast hand leaves points far apart.
 * @param {Point[]} line
 * @returns {Point[]} points at even distances along it
 */
export function evenly(line) {
  /** @type {Point[]} */
  const points = line.slice(0, 1);
  for (let i = 1; i < line.length; i++) {
    const [[ax, ay], [bx, by]] = [line[i - 1], line[i]];
    const parts = Math.ceil(Math.hypot(bx - ax, by - ay) / MIN_DISTANCE);
    for (let part = 1; part <= parts; part++) {
      points.push([ax + ((bx - ax) * part) / parts, ay + ((by - ay) * part) / parts]);
    }
  }
  return points;
}

/**
 * A target that was drawn by hand.
 * @param {Point[]} stroke points that lie evenly along the line; at least one
 * @returns {Target}
 */
export const drawnTarget = (stroke) => ({
  label: "Drawn by hand",
  sample: (random) => near(stroke[random.below(stroke.length)], random, 0.6 * SPREAD),
  modes: [],
});

/**
 * @param {Target} target
 * @param {number} count
 * @param {Random} random
 * @returns {Float32Array} [count · 2]
 */
export function samplePoints(target, count, random) {
  const points = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) points.set(target.sample(random), 2 * i);
  return points;
}

/**
 * A number of points z in the square −1…1, evenly spread: what G makes its points of.
 * @param {number} count
 * @param {Random} random
 * @returns {Float32Array} [count · 2]
 */
export const sampleLatents = (count, random) =>
  Float32Array.from({ length: 2 * count }, () => 2 * random.uniform() - 1);

/**
 * @param {Float32Array} points [N · 2]
 * @param {Point[]} modes
 * @returns {number} how many of the modes have at least a quarter of the points that an even share would give them
 */
export function coveredModes(points, modes) {
  const counts = modes.map(([x, y]) => {
    let count = 0;
    for (let i = 0; i < points.length; i += 2) {
      if (Math.hypot(points[i] - x, points[i + 1] - y) < NEAR) count++;
    }
    return count;
  });
  const enough = points.length / 2 / modes.length / 4;
  return counts.filter((count) => count >= enough).length;
}
