// Pictures of other sizes: as Pillow makes them, so that a page and Python fit the same picture alike.

/**
 * A picture in memory.
 * @typedef {object} Raster
 * @property {number} width
 * @property {number} height
 * @property {Uint8Array | Uint8ClampedArray} data red, green, blue and opacity, 0…255, [height · width · 4]
 */

const LOBES = 3; // of the Lanczos filter, on each side

/** @param {Raster} raster @returns {boolean} whether nothing of it is transparent */
function isOpaque({ data }) {
  for (let i = 3; i < data.length; i += 4) if (data[i] < 255) return false;
  return true;
}

/**
 * Red, green and blue times the opacity: only such colours can be averaged.
 * @param {Raster} raster
 * @returns {Raster}
 */
function premultiply({ width, height, data }) {
  const made = new Uint8ClampedArray(data);
  for (let i = 0; i < made.length; i += 4) {
    const opacity = made[i + 3] / 255;
    for (let c = 0; c < 3; c++) made[i + c] *= opacity;
  }
  return { width, height, data: made };
}

/** @param {Raster} raster with colours times their opacity @returns {Raster} without */
function unmultiply({ width, height, data }) {
  const made = new Uint8ClampedArray(data);
  for (let i = 0; i < made.length; i += 4) {
    const opacity = made[i + 3] / 255;
    if (opacity) for (let c = 0; c < 3; c++) made[i + c] /= opacity;
  }
  return { width, height, data: made };
}

/** @param {Raster} raster @param {(raster: Raster) => Raster} change that averages pixels @returns {Raster} */
const averaging = (raster, change) =>
  isOpaque(raster) ? change(raster) : unmultiply(change(premultiply(raster)));

/**
 * The mean of each square of factor × factor pixels.
 * @param {Raster} raster
 * @param {number} factor
 * @returns {Raster}
 */
export function reduce(raster, factor) {
  return factor <= 1 ? raster : averaging(raster, (each) => meansOf(each, factor));
}

/** @param {Raster} raster @param {number} factor @returns {Raster} */
function meansOf({ width, height, data }, factor) {
  const [across, down] = [Math.ceil(width / factor), Math.ceil(height / factor)];
  const sums = new Float32Array(across * 4);
  const made = new Uint8ClampedArray(across * down * 4);
  for (let row = 0; row < down; row++) {
    sums.fill(0);
    const bottom = Math.min(height, (row + 1) * factor);
    for (let y = row * factor; y < bottom; y++) {
      for (let x = 0, at = 4 * y * width; x < width; x++, at += 4) {
        const to = 4 * Math.floor(x / factor);
        for (let c = 0; c < 4; c++) sums[to + c] += data[at + c];
      }
    }
    for (let x = 0; x < across; x++) {
      const count = (bottom - row * factor) * (Math.min(width, (x + 1) * factor) - x * factor);
      for (let c = 0; c < 4; c++) made[4 * (row * across + x) + c] = sums[4 * x + c] / count;
    }
  }
  return { width: across, height: down, data: made };
}

/** @param {number} x */
const sinc = (x) => (x ? Math.sin(Math.PI * x) / (Math.PI * x) : 1);

/** @param {number} x */
const lanczos = (x) => (Math.abs(x) < LOBES ? sinc(x) * sinc(x / LOBES) : 0);

/**
 * What each pixel of a resized row is made of.
 * @param {number} from pixels of the row
 * @param {number} to pixels that it gets
 * @returns {{first: number, weights: number[]}[]} weights of the pixels from `first` on, whose sum is 1, [to]
 */
function filtersOf(from, to) {
  const scale = Math.max(from / to, 1);
  return Array.from({ length: to }, (_, i) => {
    const centre = ((i + 0.5) * from) / to;
    const first = Math.max(0, Math.floor(centre - LOBES * scale + 0.5));
    const last = Math.min(from, Math.floor(centre + LOBES * scale + 0.5));
    const weights = Array.from({ length: last - first }, (_, k) =>
      lanczos((first + k - centre + 0.5) / scale),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/**
 * A picture of another width and height, by a Lanczos filter: rows first, then columns.
 * @param {Raster} raster
 * @param {number} width
 * @param {number} height
 * @returns {Raster}
 */
export const resize = (raster, width, height) =>
  averaging(raster, (each) => transposed(transposed(each, width), height));

/**
 * A picture of another width, with rows and columns exchanged.
 * @param {Raster} raster
 * @param {number} to its new width
 * @returns {Raster} as wide as it was high, and `to` high
 */
function transposed({ width, height, data }, to) {
  const made = new Uint8ClampedArray(to * height * 4);
  filtersOf(width, to).forEach(({ first, weights }, x) => {
    for (let y = 0; y < height; y++) {
      for (let c = 0; c < 4; c++) {
        let sum = 0;
        const start = 4 * (y * width + first) + c;
        for (let k = 0; k < weights.length; k++) sum += weights[k] * data[start + 4 * k];
        made[4 * (x * height + y) + c] = sum; // clamped, and rounded
      }
    }
  });
  return { width: height, height: to, data: made };
}

/**
 * The square in the middle of a picture.
 * @param {Raster} raster
 * @returns {Raster}
 */
export function cropSquare({ width, height, data }) {
  const side = Math.min(width, height);
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  const made = new Uint8ClampedArray(4 * side * side);
  for (let y = 0; y < side; y++) {
    const start = 4 * ((top + y) * width + left);
    made.set(data.subarray(start, start + 4 * side), 4 * side * y);
  }
  return { width: side, height: side, data: made };
}
