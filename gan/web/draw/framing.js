// A drawing as MNIST has its digits: of 28×28 pixels, the ink scaled to 20×20, its centre of mass on pixel 14, 14. In
// pictures of another size, the ink fills the same share.

/** @import { Subject } from "../shared/subject.js" */

const INK_SHARE = 20 / 28; // of the picture's height or width, as of MNIST's
const WIDE = 26 / 28; // of it, where anything but digits is drawn

/** @param {Pick<Subject, "isDigits">} subject @returns {number} of the picture's height or width, that a drawing fills */
export const shareOf = ({ isDigits }) => (isDigits ? INK_SHARE : WIDE);

/**
 * @param {ArrayLike<number>} ink 255 where the pen went, [side · side]
 * @param {number} side
 * @param {number} size of the picture that is wanted, in pixels
 * @param {number} [share] of its height or width that the ink is scaled to
 * @returns {{picture: Uint8Array, error?: undefined} | {picture?: undefined, error: string}} the picture, [size²]; or
 *   what to do instead
 */
export function frame(ink, side, size, share = INK_SHARE) {
  const lines = [...Array(side).keys()];
  const rows = lines.filter((y) => lines.some((x) => ink[side * y + x]));
  const columns = lines.filter((x) => lines.some((y) => ink[side * y + x]));
  if (!rows.length) return { error: "The pad is empty: draw on it, one stroke will do." };
  const [top, left] = [rows[0], columns[0]];
  const [height, width] = [rows[rows.length - 1] + 1 - top, columns[columns.length - 1] + 1 - left];
  if (6 * Math.max(height, width) < side) return { error: "That is only a dot: draw as large as the pad." };
  const scale = Math.round(share * size) / Math.max(height, width);
  const down = shares(height, Math.max(1, Math.round(scale * height)));
  const across = shares(width, Math.max(1, Math.round(scale * width)));
  const small = down.map((ys) =>
    across.map((xs) => {
      let sum = 0;
      for (const [y, partY] of ys)
        for (const [x, partX] of xs) sum += partY * partX * ink[side * (top + y) + left + x];
      return sum;
    }),
  );
  const firstRow = centred(small.map(total), size);
  const firstColumn = centred(
    across.map((_, x) => total(small.map((row) => row[x]))),
    size,
  );
  const all = [...Array(size).keys()];
  const pixels = all.flatMap((y) => all.map((x) => small[y - firstRow]?.[x - firstColumn] ?? 0));
  return { picture: Uint8Array.from(pixels.map(Math.round)) };
}

/**
 * A length, cut into equal parts.
 * @param {number} length in pixels
 * @param {number} count
 * @returns {[number, number][][]} of each part, which pixels lie in it, and their shares of it
 */
function shares(length, count) {
  const step = length / count;
  return Array.from({ length: count }, (_, i) => {
    /** @type {[number, number][]} */
    const parts = [];
    for (let pixel = Math.floor(i * step); pixel < Math.min(length, (i + 1) * step); pixel++) {
      const part = Math.min(pixel + 1, (i + 1) * step) - Math.max(pixel, i * step);
      if (part > 1e-9) parts.push([pixel, part / step]);
    }
    return parts;
  });
}

/** @param {number[]} values */
const total = (values) => values.reduce((sum, value) => sum + value, 0);

/**
 * @param {number[]} mass of each line of pixels
 * @param {number} size of the picture
 * @returns {number} where the first line must lie, that the middle of the mass is size / 2; all of it inside
 */
function centred(mass, size) {
  const middle = mass.reduce((sum, value, i) => sum + i * value, 0) / total(mass);
  return Math.max(0, Math.min(size - mass.length, Math.round(size / 2 - middle)));
}
