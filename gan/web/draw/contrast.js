// How much each pixel of a photograph differs from the ground around it. The ground of a pixel is the median of a large
// window: a stroke covers less than half of such a window, and so the median is the paper's brightness. A median follows
// uneven light, and unlike a mean it does not blur the edge of a shadow.

/**
 * Brightness of a photograph.
 * @typedef {object} Greys
 * @property {number} width pixels
 * @property {number} height pixels
 * @property {Uint8Array} values 0 (black) … 255 (white), [height · width]
 */

const WINDOW = 0.2; // of the longer side: how far the window of a median reaches to each side
const ROWS = 3; // of so many rows of a window, one is looked at
const DARKEST = 24; // the least brightness that a ground is taken to have: noise in black is no contrast

/**
 * The median of the window around each pixel, by a histogram that moves along each row (Huang et al. 1979).
 * @param {Greys} greys
 * @returns {Greys}
 */
export function groundOf({ width, height, values }) {
  const reach = Math.max(2, Math.round(WINDOW * Math.max(width, height)));
  const made = new Uint8Array(values.length);
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - reach);
    const rows = Math.ceil((Math.min(height, y + reach + 1) - top) / ROWS);
    const counts = new Int32Array(256);
    let [below, median, size] = [0, 0, 0]; // `below`: pixels of the window that are darker than the median
    /** @param {number} x @param {1 | -1} change whether the column enters the window or leaves it */
    const move = (x, change) => {
      for (let row = 0; row < rows; row++) {
        const value = values[(top + ROWS * row) * width + x];
        counts[value] += change;
        if (value < median) below += change;
      }
      size += change * rows;
    };
    for (let x = 0; x < Math.min(reach, width); x++) move(x, 1);
    for (let x = 0; x < width; x++) {
      if (x + reach < width) move(x + reach, 1);
      if (x > reach) move(x - reach - 1, -1);
      while (2 * below > size) below -= counts[--median];
      while (2 * (below + counts[median]) <= size) below += counts[median++];
      made[y * width + x] = median;
    }
  }
  return { width, height, values: made };
}

/**
 * @param {Greys} greys
 * @param {Greys} ground of it
 * @param {boolean} isLight whether the ink is lighter than its ground, as chalk is
 * @returns {Uint8Array} the contrast of each pixel: 0 where it is no darker than its ground, 255 where it is black on white
 *   (for light ink, with light and dark exchanged), [height · width]
 */
export function contrastOf(greys, ground, isLight) {
  return greys.values.map((value, i) => {
    const [paper, ink] = isLight ? [255 - ground.values[i], 255 - value] : [ground.values[i], value];
    return Math.max(0, Math.round((255 * (paper - ink)) / Math.max(paper, DARKEST)));
  });
}
