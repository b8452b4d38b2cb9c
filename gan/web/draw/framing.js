// A drawing as MNIST has its digits: the ink scaled to 20×20, its centre of mass on pixel 14, 14.

const BOX = 20; // of MNIST
const SIDE = 28;
const PIXELS = [...Array(SIDE).keys()];

/**
 * @param {ArrayLike<number>} ink 255 where the pen went, [side · side]
 * @param {number} side
 * @param {number} [box] pixels of the square that the ink is scaled to
 * @returns {{picture: Uint8Array, error?: undefined} | {picture?: undefined, error: string}} the picture, [784]; or
 *   what to do instead
 */
export function frame(ink, side, box = BOX) {
  const lines = [...Array(side).keys()];
  const rows = lines.filter((y) => lines.some((x) => ink[side * y + x]));
  const columns = lines.filter((x) => lines.some((y) => ink[side * y + x]));
  if (!rows.length) return { error: "The pad is empty: draw on it, one stroke will do." };
  const [top, left] = [rows[0], columns[0]];
  const [height, width] = [rows[rows.length - 1] + 1 - top, columns[columns.length - 1] + 1 - left];
  if (6 * Math.max(height, width) < side) return { error: "That is only a dot: draw as large as the pad." };
  const scale = box / Math.max(height, width);
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
  const firstRow = centred(small.map(total));
  const firstColumn = centred(across.map((_, x) => total(small.map((row) => row[x]))));
  const pixels = PIXELS.flatMap((y) => PIXELS.map((x) => small[y - firstRow]?.[x - firstColumn] ?? 0));
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
 * @returns {number} where the first line must lie, that the middle of the mass is SIDE / 2; all of it inside
 */
function centred(mass) {
  const middle = mass.reduce((sum, value, i) => sum + i * value, 0) / total(mass);
  return Math.max(0, Math.min(SIDE - mass.length, Math.round(SIDE / 2 - middle)));
}
