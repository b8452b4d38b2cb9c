// Whether pictures are light ink on a dark ground, as MNIST's digits are: on a light page these are shown the other way
// round, and photographs as they are.

/** @import { Dataset } from "./batch.js" */

const LOOKED_AT = 64; // pictures
const DARK = 64; // a ground of at most this level is dark

/** @param {Pick<Dataset, "images" | "channels" | "size">} dataset @returns {boolean} */
export function areDrawings({ images, channels, size = 28 }) {
  if (channels !== 1) return false;
  const corners = [];
  const length = size * size;
  for (let start = 0; start < Math.min(images.length, LOOKED_AT * length); start += length) {
    for (const corner of [0, size - 1, length - size, length - 1]) corners.push(images[start + corner]);
  }
  const ground = corners.sort((a, b) => a - b)[corners.length >> 1] ?? 0; // the median level of the corners
  return ground <= DARK;
}
