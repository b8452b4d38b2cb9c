// A drawing as MNIST has its digits: the ink scaled to 20×20, its centre of mass on pixel 14, 14.

const BOX = 20;
const SIDE = 28;
const PIXELS = [...Array(SIDE).keys()];

// ink: [side · side], 255 where the pen went. Returns {picture: uint8 [784]}, or {error}: what to do instead.
export function frame(ink, side) {
  const lines = [...Array(side).keys()];
  const rows = lines.filter((y) => lines.some((x) => ink[side * y + x]));
  const columns = lines.filter((x) => lines.some((y) => ink[side * y + x]));
  if (!rows.length) return { error: "The pad is empty: draw a digit, one stroke will do." };
  const [top, left] = [rows[0], columns[0]];
  const [height, width] = [rows.at(-1) + 1 - top, columns.at(-1) + 1 - left];
  if (6 * Math.max(height, width) < side)
    return { error: "That is only a dot: draw a digit, as large as the pad." };
  const size = [height, width].map((length) =>
    Math.max(1, Math.round((BOX * length) / Math.max(height, width))),
  );
  const down = shares(height, size[0]);
  const across = shares(width, size[1]);
  const small = down.map((ys) =>
    across.map((xs) => {
      let sum = 0;
      for (const [y, partY] of ys)
        for (const [x, partX] of xs) sum += partY * partX * ink[side * (top + y) + left + x];
      return sum;
    }),
  );
  const first = [centred(small.map(total)), centred(across.map((_, x) => total(small.map((row) => row[x]))))];
  const at = (y, x) => small[y - first[0]]?.[x - first[1]] ?? 0;
  return { picture: Uint8Array.from(PIXELS.flatMap((y) => PIXELS.map((x) => Math.round(at(y, x))))) };
}

// For each of `size` equal parts of a length: which of its pixels lie in it, and their shares of it.
function shares(length, size) {
  const step = length / size;
  return Array.from({ length: size }, (_, i) => {
    const parts = [];
    for (let pixel = Math.floor(i * step); pixel < Math.min(length, (i + 1) * step); pixel++) {
      const part = Math.min(pixel + 1, (i + 1) * step) - Math.max(pixel, i * step);
      if (part > 1e-9) parts.push([pixel, part / step]);
    }
    return parts;
  });
}

const total = (values) => values.reduce((sum, value) => sum + value, 0);

// Where the first pixel must lie, that the middle of this mass is SIDE / 2; all of it inside.
function centred(mass) {
  const middle = mass.reduce((sum, value, i) => sum + i * value, 0) / total(mass);
  return Math.max(0, Math.min(SIDE - mass.length, Math.round(SIDE / 2 - middle)));
}
