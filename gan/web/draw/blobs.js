// What is written in a photograph: the pixels of strong contrast, in groups. A group is one digit or one drawing; the gaps
// within it are small beside its size.

import { distancesTo } from "./distances.js";

const SPECK = 1e-4; // of the picture's pixels: what is smaller is noise
const CRUMB = 0.02; // of its group's largest piece: what is smaller does not belong to it
const GAP = 0.12; // of the largest piece's size: pieces that are nearer to each other are one group
const SMALL = 0.05; // of the picture's longer side: a group that is smaller is hardly what was meant
const SOLID = 0.75; // of its box: a group that fills more, and is no thin stroke, is a thing and no writing
const FAINT = 0.1; // of the likeliest blob's weight: what weighs less is no part of a whole drawing
const UNLIKELY = 0.05; // times its weight, for each reason not to be what was meant

/**
 * @typedef {object} Blob
 * @property {number[]} pixels their places in the photograph
 * @property {number} left of its box, in pixels of the photograph
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {number} weight how likely it is what was meant, beside others of the same photograph
 */

/** @typedef {{width: number, height: number}} Sides of the photograph, in pixels */

/**
 * Pixels that touch each other, by a side or a corner.
 * @param {(at: number) => boolean} is whether a pixel belongs to any piece
 * @param {Sides} sides
 * @returns {number[][]} the pixels of each piece
 */
function piecesOf(is, { width, height }) {
  const seen = new Uint8Array(width * height);
  const pieces = [];
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] || !is(start)) continue;
    const piece = [start];
    seen[start] = 1;
    for (let i = 0; i < piece.length; i++) {
      const [x, y] = [piece[i] % width, Math.floor(piece[i] / width)];
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const next = row * width + column;
          if (seen[next] || !is(next)) continue;
          seen[next] = 1;
          piece.push(next);
        }
      }
    }
    pieces.push(piece);
  }
  return pieces;
}

/** @param {number[]} pixels @param {Sides} sides @returns {{left: number, top: number, width: number, height: number}} */
function boxOf(pixels, { width }) {
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0];
  for (const at of pixels) {
    const [x, y] = [at % width, Math.floor(at / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return { left, top, width: right + 1 - left, height: bottom + 1 - top };
}

/**
 * What is written in a photograph.
 * @param {Uint8Array} contrast [height · width]
 * @param {Sides} sides
 * @param {number} threshold contrast from which a pixel is ink, 1…255
 * @returns {Blob[]} the likeliest first
 */
export function blobsIn(contrast, sides, threshold) {
  const speck = Math.max(4, SPECK * contrast.length);
  const pieces = piecesOf((at) => contrast[at] >= threshold, sides).filter(({ length }) => length >= speck);
  if (!pieces.length) return [];
  const ink = new Uint8Array(contrast.length);
  for (const piece of pieces) for (const at of piece) ink[at] = 1;
  const distances = distancesTo(ink, sides.width, sides.height);
  const whole = pieces.filter((piece) => !touchesEdge(piece, sides));
  const reach = (GAP / 2) * Math.max(0, ...whole.map(sizeIn(sides)));
  const groups = new Int32Array(contrast.length).fill(-1);
  piecesOf((at) => distances[at] <= reach, sides).forEach((group, number) => {
    for (const at of group) groups[at] = number;
  });
  /** @type {Map<number, number[][]>} */
  const members = new Map();
  for (const piece of pieces)
    members.set(groups[piece[0]], [...(members.get(groups[piece[0]]) ?? []), piece]);
  return [...members.values()]
    .map((each) => blobOf(each, contrast, sides))
    .sort((a, b) => b.weight - a.weight);
}

/** @param {Sides} sides @returns {(pixels: number[]) => number} the longer side of a piece's box, in pixels */
const sizeIn = (sides) => (pixels) => {
  const { width, height } = boxOf(pixels, sides);
  return Math.max(width, height);
};

/** @param {number[]} pixels @param {Sides} sides */
function touchesEdge(pixels, sides) {
  const { left, top, width, height } = boxOf(pixels, sides);
  return left === 0 || top === 0 || left + width === sides.width || top + height === sides.height;
}

/**
 * @param {number[][]} pieces that are one group
 * @param {Uint8Array} contrast
 * @param {Sides} sides
 * @returns {Blob}
 */
function blobOf(pieces, contrast, sides) {
  const largest = Math.max(...pieces.map(({ length }) => length));
  const pixels = pieces.filter(({ length }) => length >= CRUMB * largest).flat();
  const box = boxOf(pixels, sides);
  const longer = Math.max(sides.width, sides.height);
  const isThin = Math.min(box.width, box.height) < Math.max(box.width, box.height) / 3;
  const reasons = [
    touchesEdge(pixels, sides),
    Math.max(box.width, box.height) < SMALL * longer,
    pixels.length > SOLID * box.width * box.height && !isThin,
  ].filter(Boolean).length;
  const away = Math.hypot(
    box.left + box.width / 2 - sides.width / 2,
    box.top + box.height / 2 - sides.height / 2,
  );
  const ink = pixels.reduce((sum, at) => sum + contrast[at], 0);
  return { pixels, ...box, weight: ink * UNLIKELY ** reasons * (1 - away / longer) };
}

/** @param {Blob[]} blobs the likeliest first @returns {Blob[]} those that may be parts of one drawing */
export const likely = (blobs) => blobs.filter(({ weight }) => weight >= FAINT * blobs[0].weight);

/** @param {Blob[]} blobs one at least @returns {Blob} all in one */
export function joined(blobs) {
  const [left, top] = [
    Math.min(...blobs.map((each) => each.left)),
    Math.min(...blobs.map((each) => each.top)),
  ];
  const right = Math.max(...blobs.map((each) => each.left + each.width));
  const bottom = Math.max(...blobs.map((each) => each.top + each.height));
  const pixels = blobs.flatMap((each) => each.pixels);
  return { pixels, left, top, width: right - left, height: bottom - top, weight: blobs[0].weight };
}
