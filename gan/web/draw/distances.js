// How far each pixel is from the nearest one of a set, in pixels: two passes over the picture, in which a step to a
// neighbour costs 1 and one to a diagonal neighbour 4/3 (chamfer distance; Borgefors 1986).

const DIAGONAL = 4 / 3;

/**
 * @param {ArrayLike<boolean | number>} inside whether each pixel is of the set, [height · width]
 * @param {number} width
 * @param {number} height
 * @returns {Float32Array} 0 inside, and Infinity where nothing is inside, [height · width]
 */
export function distancesTo(inside, width, height) {
  const made = Float32Array.from(inside, (is) => (is ? 0 : Infinity));
  /** @param {number} x @param {number} y @param {1 | -1} back where the neighbours lie that have their distance already */
  const relax = (x, y, back) => {
    const at = y * width + x;
    const [beside, row] = [x - back, y - back];
    let least = made[at];
    if (beside >= 0 && beside < width) least = Math.min(least, made[at - back] + 1);
    if (row >= 0 && row < height) {
      least = Math.min(least, made[row * width + x] + 1);
      if (x > 0) least = Math.min(least, made[row * width + x - 1] + DIAGONAL);
      if (x + 1 < width) least = Math.min(least, made[row * width + x + 1] + DIAGONAL);
    }
    made[at] = least;
  };
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) relax(x, y, 1);
  for (let y = height - 1; y >= 0; y--) for (let x = width - 1; x >= 0; x--) relax(x, y, -1);
  return made;
}
