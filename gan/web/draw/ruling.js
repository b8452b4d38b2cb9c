// The lines of ruled and squared paper. They are told from strokes by three marks: a line is straight over much of the
// picture, several of them are parallel, and where a stroke crosses one it is darker than the line.

const SLOPES = Array.from({ length: 17 }, (_, i) => (i - 8) / 80); // pixels down for each pixel to the right: ±6°
const SEGMENT = 0.5; // of the width: how long a line is at least
const SAMPLES = 25; // pixels of a segment that are looked at
const PRESENT = 0.8; // of a line's samples have ink; so this many of them are at least as dark as the line is said to be
const FAINTEST = 12; // contrast of a line, 0…255
const LINES = 3; // at least
const STRONGER = 1.6; // times a line's contrast: what is darker than this is ink on top of it

/**
 * A map of contrast without the lines of the paper.
 * @param {Uint8Array} contrast [height · width]
 * @param {number} width
 * @param {number} height
 * @returns {Uint8Array} [height · width]
 */
export function withoutRuling(contrast, width, height) {
  const rows = withoutLevelLines(contrast, width, height);
  const turned = withoutLevelLines(transposed(rows, width, height), height, width);
  return transposed(turned, height, width);
}

/** @param {Uint8Array} values [height · width] @param {number} width @param {number} height @returns {Uint8Array} [width · height] */
function transposed(values, width, height) {
  const made = new Uint8Array(values.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) made[x * height + y] = values[y * width + x];
  return made;
}

/** @param {Uint8Array} contrast @param {number} width @param {number} height @returns {Uint8Array} without lines along its rows */
function withoutLevelLines(contrast, width, height) {
  const lines = linesAlong(contrast, width, height, slopeOf(contrast, width, height));
  if (countLines(lines, width, height) < LINES) return contrast;
  return contrast.map((value, i) => {
    const line = Math.max(lines[i], lines[i - width] ?? 0, lines[i + width] ?? 0);
    return line >= FAINTEST && value <= STRONGER * line ? 0 : value;
  });
}

/**
 * The slope along which the sums of the rows differ most: where lines lie in rows, some sums are high and others are low.
 * @param {Uint8Array} contrast
 * @param {number} width
 * @param {number} height
 */
function slopeOf(contrast, width, height) {
  const step = Math.max(1, Math.floor(width / 100));
  const sharpness = SLOPES.map((slope) => {
    const sums = new Float64Array(height);
    for (let x = 0; x < width; x += step) {
      const shift = Math.round(slope * (x - width / 2));
      const last = Math.min(height, height - shift);
      for (let y = Math.max(0, -shift); y < last; y++) sums[y] += contrast[(y + shift) * width + x];
    }
    return sums.reduce((all, sum) => all + sum ** 2, 0);
  });
  return SLOPES[sharpness.indexOf(Math.max(...sharpness))];
}

/**
 * @param {Uint8Array} contrast
 * @param {number} width
 * @param {number} height
 * @param {number} slope of the lines
 * @returns {Uint8Array} the contrast of the line that runs through each pixel; 0 for none, [height · width]
 */
function linesAlong(contrast, width, height, slope) {
  const made = new Uint8Array(contrast.length);
  const step = (SEGMENT * width) / SAMPLES;
  const half = (SEGMENT * width) / 2;
  const stride = Math.max(1, Math.floor(width / 50)); // pixels along a line that share a value
  const samples = new Uint8Array(SAMPLES);
  for (let left = 0; left < width; left += stride) {
    const middle = Math.min(Math.max(left + stride / 2, half), width - half);
    for (let y = 0; y < height; y++) {
      for (let k = 0; k < SAMPLES; k++) {
        const x = Math.floor(middle - half + (k + 0.5) * step);
        const row = Math.round(y + slope * (x - left - stride / 2));
        samples[k] = row >= 0 && row < height ? contrast[row * width + x] : 0;
      }
      const line = samples.sort()[Math.round((1 - PRESENT) * SAMPLES)];
      made.fill(line, y * width + left, y * width + Math.min(width, left + stride));
    }
  }
  return made;
}

/** @param {Uint8Array} lines @param {number} width @param {number} height @returns {number} how many cross the middle */
function countLines(lines, width, height) {
  let count = 0;
  for (let y = 1; y < height; y++) {
    const [above, here] = [y - 1, y].map((row) => lines[row * width + (width >> 1)] >= FAINTEST);
    if (here && !above) count++;
  }
  return count;
}
